import { beforeEach, describe, expect, it } from "vitest";
import { chatsOfAgent, sessionRecord } from "../../../component/store/history.ts";
import { endRequest, saveRequest } from "../../../component/store/requests.ts";
import { participantJoined, participantLeft, startSession } from "../../../component/store/sessions.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, request } from "./samples.ts";

const store = useDatabase();
const ANNA = "anna@localhost";
const BOTH = ["support", "sales"];
const of = { workgroups: BOTH, since: 0, limit: 10 };

beforeEach(() => configure(store.tx, ...BOTH));

/** Anna comes and goes at the given seconds, once on each of her clients. */
async function talk(id: string, stays: [from: number, to: number | null, jid?: string][], workgroup = "support") {
  await saveRequest(store.tx, workgroup, request(id));
  await startSession(store.tx, id, ANNA, AT);
  for (const [from, to, jid = `${ANNA}/a`] of stays) {
    await participantJoined(store.tx, id, { jid, nick: "Anna", role: "agent", at: AT + from * 1000 });
    if (to !== null) await participantLeft(store.tx, id, jid, AT + to * 1000);
  }
}

const idsOf = async (page: Partial<Parameters<typeof chatsOfAgent>[2]> = {}, agent = ANNA) =>
  (await chatsOfAgent(store.tx, agent, { ...of, ...page })).map(({ session }) => session);

describe("an agent's talks", () => {
  it("are those it is out of, each once from its first coming to its last going, the newest first", async () => {
    await talk("s1", [
      [0, 10],
      [20, 30, `${ANNA}/phone`],
    ]);
    await talk("s2", [[5, 15]], "sales");
    await talk("s3", [[40, null]]);
    await talk("s4", [
      [41, 42],
      [43, null, `${ANNA}/phone`],
    ]);
    expect(await chatsOfAgent(store.tx, ANNA, of)).toEqual([
      {
        session: "s1",
        workgroup: "support",
        userId: "s1@webchat.localhost",
        metadata: request("s1").metadata,
        startedAt: AT,
        endedAt: AT + 30_000,
      },
      expect.objectContaining({ session: "s2", workgroup: "sales", startedAt: AT + 5_000, endedAt: AT + 15_000 }),
    ]);
  });

  it("are given by page, since a time, and of the asked workgroups alone", async () => {
    for (const n of [1, 2, 3]) await talk(`s${n}`, [[n, n * 10]], n === 2 ? "sales" : "support");
    expect(await idsOf({ limit: 2 })).toEqual(["s3", "s2"]);
    expect(await idsOf({ before: AT + 20_000 })).toEqual(["s1"]);
    expect(await idsOf({ since: AT + 20_000 })).toEqual(["s3", "s2"]);
    expect(await idsOf({ workgroups: ["sales"] })).toEqual(["s2"]);
    expect(await idsOf({ workgroups: [] })).toEqual([]);
    expect(await idsOf({}, "ben@localhost")).toEqual([]);
  });
});

describe("what is kept of a session", () => {
  it("is who came, with what was entered, and when it ended", async () => {
    await talk("s1", [[0, 10]]);
    const open = {
      workgroup: "support",
      visitor: "s1@webchat.localhost/web",
      userId: "s1@webchat.localhost",
      metadata: request("s1").metadata,
      joinedAt: AT,
      endedAt: null,
      hadSession: true,
    };
    expect(await sessionRecord(store.tx, "s1")).toEqual(open);
    await endRequest(store.tx, "s1", AT + 10_000, "agent-ended", { kind: "agent", jid: ANNA });
    expect(await sessionRecord(store.tx, "s1")).toEqual({ ...open, endedAt: AT + 10_000 });
  });

  it("is nothing of one that never was", async () => {
    expect(await sessionRecord(store.tx, "nothing\0")).toBeNull();
    await saveRequest(store.tx, "support", request("s2"));
    expect(await sessionRecord(store.tx, "s2")).toMatchObject({ hadSession: false });
  });
});
