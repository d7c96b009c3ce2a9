import { beforeEach, describe, expect, it } from "vitest";
import type { Phase, Request } from "../../../component/domain/model.ts";
import {
  endRequest,
  findLastVisit,
  findRequest,
  loadOpenRequests,
  roomClosed,
  roomsToClose,
  saveRequest,
} from "../../../component/store/requests.ts";
import { participantJoined, startSession, transcriptsOf } from "../../../component/store/sessions.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, offer, request } from "./samples.ts";

const store = useDatabase();
beforeEach(() => configure(store.tx, "support", "sales"));

const occupants = [{ jid: "anna@localhost/a", nick: "Anna" }];
const phases: Phase[] = [
  { name: "queued" },
  { name: "offered", offers: [offer("o1", { acknowledged: ["anna@localhost/a"], failed: ["anna@localhost/b"] })] },
  { name: "opening-room", agent: "anna@localhost", device: "anna@localhost/a" },
  { name: "inviting", agent: "anna@localhost", device: "anna@localhost/a", occupants: [] },
  {
    name: "in-session",
    agent: "anna@localhost",
    occupants,
    startedAt: AT + 1,
    agentAwayAt: null,
    visitorAwayAt: AT + 2,
  },
];

describe("a service that starts again", () => {
  it.each(phases)("finds a request that was $name exactly as it was", async (phase) => {
    const saved: Request = request("r1", {
      phase,
      rank: -0.1,
      verified: ["username", "subject"],
      dialogue: "de",
      metadata: { zeta: ["last name first"], a: ["one", "two"], username: ['Dana \u{1F44B} <&>"'], empty: [] },
      rejections: { "ben@localhost": AT + 7 },
      room: "open",
      served: ["anna@localhost", "ben@localhost"],
    });
    await saveRequest(store.tx, "support", request("r1"));
    await saveRequest(store.tx, "support", saved);
    const loaded = await loadOpenRequests(store.tx);
    expect(loaded).toEqual([{ workgroup: "support", request: saved }]);
    expect(Object.keys(loaded[0]?.request.metadata ?? {})).toEqual(["zeta", "a", "username", "empty"]);
  });

  it("finds the queue in its order, and nothing that has ended", async () => {
    await saveRequest(store.tx, "support", request("third", { rank: 3 }));
    await saveRequest(store.tx, "support", request("back", { rank: -1 }));
    await saveRequest(store.tx, "support", request("second", { rank: 2 }));
    await saveRequest(store.tx, "support", request("gone", { rank: 0 }));
    await saveRequest(store.tx, "sales", request("other", { rank: 9 }));
    await endRequest(store.tx, "gone", AT, "visitor-cancelled", { kind: "visitor" });
    const loaded = await loadOpenRequests(store.tx);
    expect(loaded.map((one) => one.request.id)).toEqual(["other", "back", "second", "third"]);
  });
});

describe("a request that has ended", () => {
  it("stays ended when it is saved or ended once more", async () => {
    await saveRequest(store.tx, "support", request("r1"));
    await endRequest(store.tx, "r1", AT + 5, "nobody-took-it", { kind: "service" });
    await saveRequest(store.tx, "support", request("r1", { phase: { name: "queued" } }));
    await endRequest(store.tx, "r1", AT + 9, "agent-ended", { kind: "agent", jid: "anna@localhost/a" });
    expect(await loadOpenRequests(store.tx)).toEqual([]);
    expect(await findLastVisit(store.tx, "support", "r1@webchat.localhost")).toEqual({
      id: "r1",
      reason: "nobody-took-it",
      by: { kind: "service" },
      endedAt: AT + 5,
      hadSession: false,
      metadata: { username: ["Dana"], question: ["Why?"] },
    });
  });

  it("ends its session, and the stay of whoever is still there", async () => {
    await saveRequest(store.tx, "support", request("r1"));
    await startSession(store.tx, "r1", "anna@localhost", AT + 1);
    await participantJoined(store.tx, "r1", { jid: "anna@localhost/a", nick: "Anna", role: "agent", at: AT + 1 });
    await endRequest(store.tx, "r1", AT + 5, "visitor-ended", { kind: "visitor" });
    expect(await transcriptsOf(store.tx, { workgroup: "support", userId: "r1@webchat.localhost" })).toEqual([
      {
        session: "r1",
        joinedAt: AT,
        leftAt: AT + 5,
        agents: [{ jid: "anna@localhost", joinedAt: AT + 1, leftAt: AT + 5 }],
      },
    ]);
    const { rows } = await store.tx.query("SELECT ended_at FROM sessions");
    expect(rows).toEqual([{ ended_at: new Date(AT + 5) }]);
  });

  it("accepts a clock that was set back", async () => {
    await saveRequest(store.tx, "support", request("r1"));
    await endRequest(store.tx, "r1", AT - 3_600_000, "visitor-left", { kind: "visitor" });
    expect(await loadOpenRequests(store.tx)).toEqual([]);
  });
});

describe("a visitor's last visit", () => {
  const visitor = { visitor: "v1@webchat.localhost/web" };

  it("is the newest that ended, in this workgroup, whatever device it came from", async () => {
    await saveRequest(store.tx, "support", request("old", visitor));
    await saveRequest(store.tx, "support", request("new", { visitor: "v1@webchat.localhost/other" }));
    await saveRequest(store.tx, "support", request("open", visitor));
    await saveRequest(store.tx, "sales", request("elsewhere", visitor));
    await startSession(store.tx, "new", "anna@localhost", AT);
    await endRequest(store.tx, "new", AT + 2, "agent-ended", { kind: "agent", jid: "anna@localhost/a" });
    await endRequest(store.tx, "old", AT + 1, "visitor-ended", { kind: "visitor" });
    await endRequest(store.tx, "elsewhere", AT + 3, "visitor-ended", { kind: "visitor" });
    expect(await findLastVisit(store.tx, "support", "v1@webchat.localhost")).toMatchObject({
      id: "new",
      by: { kind: "agent", jid: "anna@localhost/a" },
      hadSession: true,
    });
  });

  it("is the one that came last, also when the clock was ahead before", async () => {
    const visitor = "v1@webchat.localhost/web";
    for (const [id, at] of [
      ["old", AT + 400 * 86_400_000],
      ["new", AT],
    ] as const) {
      await saveRequest(store.tx, "support", request(id, { visitor, joinedAt: at }));
      await endRequest(store.tx, id, at + 1, "visitor-ended", { kind: "visitor" });
    }
    expect(await findLastVisit(store.tx, "support", "v1@webchat.localhost")).toMatchObject({ id: "new" });
  });

  it("is null when there is none, and never another's", async () => {
    await saveRequest(store.tx, "support", request("r1", { visitor: "v1@webchat.localhost/web" }));
    await endRequest(store.tx, "r1", AT, "visitor-left", { kind: "visitor" });
    expect(await findLastVisit(store.tx, "support", "v@webchat.localhost")).toBeNull();
    expect(await findLastVisit(store.tx, "support", "%")).toBeNull();
  });
});

describe("a room that outlived its session", () => {
  const queued: Phase = { name: "queued" };
  it.each<[when: string, changes: Partial<Request>, expected: boolean]>([
    ["ended in the queue, before there was a room", { phase: queued }, false],
    ["ended back in the queue, with its room open", { phase: queued, room: "open" }, true],
    ["ended while the room was being made", { phase: phases[2] }, true],
    ["ended in the talk", { phase: phases[4], room: "open" }, true],
  ])("of a request that %s", async (_, changes, expected) => {
    await saveRequest(store.tx, "support", request("r1", changes));
    expect(await roomsToClose(store.tx)).toEqual([]);
    await endRequest(store.tx, "r1", AT, "agent-ended", { kind: "agent", jid: "anna@localhost/a" });
    const room = { session: "r1", workgroup: "support", by: { kind: "agent", jid: "anna@localhost/a" } };
    expect(await roomsToClose(store.tx)).toEqual(expected ? [room] : []);
    await roomClosed(store.tx, "r1", AT + 1);
    expect(await roomsToClose(store.tx)).toEqual([]);
  });
});

it("a request is found by its id, open or ended; in between, what was said last may not be stored yet", async () => {
  await saveRequest(store.tx, "support", request("r1", { phase: phases[4], room: "open" }));
  const found = { workgroup: "support", visitor: "r1@webchat.localhost/web" };
  expect(await findRequest(store.tx, "r1")).toEqual({ ...found, isClosing: false });
  await endRequest(store.tx, "r1", AT, "visitor-left", { kind: "visitor" });
  expect(await findRequest(store.tx, "r1")).toEqual({ ...found, isClosing: true });
  await roomClosed(store.tx, "r1", AT + 1);
  expect(await findRequest(store.tx, "r1")).toEqual({ ...found, isClosing: false });
  expect(await findRequest(store.tx, "r2\0")).toBeNull();
});

it("text that PostgreSQL cannot hold is replaced, not refused", async () => {
  await saveRequest(store.tx, "support", request("r1", { metadata: { username: ["a\0b\uD800c"] } }));
  const [loaded] = await loadOpenRequests(store.tx);
  expect(loaded?.request.metadata).toEqual({ username: ["a\uFFFDb\uFFFDc"] });
});

it("a field called __proto__ is a field like any other", async () => {
  const metadata = Object.fromEntries([["__proto__", ["x"]]]);
  await saveRequest(store.tx, "support", request("r1", { metadata }));
  const [loaded] = await loadOpenRequests(store.tx);
  expect(Object.entries(loaded?.request.metadata ?? {})).toEqual([["__proto__", ["x"]]]);
});
