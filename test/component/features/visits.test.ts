import { describe, expect, it } from "vitest";
import type { Entry, LastVisit } from "../../../component/features/deps.ts";
import { sizeOf } from "../../../protocol/size.ts";
import {
  buildHistoryRequest,
  buildVisitRequest,
  buildVisitsRequest,
  parseHistory,
  parseVisit,
  parseVisits,
} from "../../../protocol/workgroup/visit.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SALES, SERVICE, SUPPORT } from "./world.ts";

const GATEWAY = "webchat.example.org";
const JOHN = `john@${GATEWAY}/web`;
const visitOf = async ({ ask }: Pick<ReturnType<typeof createWorld>, "ask">, from = DANA) => {
  const answer = await ask("get", buildVisitRequest(), { from });
  return answer && parseVisit(answer);
};

const open = async () => {
  const world = createWorld();
  await world.signIn();
  return world;
};

describe("where a visitor stands", () => {
  it("is nowhere before anything", async () => {
    expect(await visitOf(createWorld())).toEqual({ phase: "idle" });
  });

  it("is told while it waits, offered or not", async () => {
    const world = await open();
    await world.join(JOHN);
    const { id, joinedAt } = await world.join(DANA, { username: ["Dana"], question: ["Why?"] });
    expect(await visitOf(world)).toEqual({
      phase: "waiting",
      session: id,
      position: 2,
      waitS: 30,
      joinedAt,
      name: "Dana",
      question: "Why?",
    });
    expect(await visitOf(world, JOHN)).toMatchObject({ phase: "waiting", position: 1 });
  });

  it("is waiting while the room is made, and in the room from the invitation on", async () => {
    const world = await open();
    const { id } = await world.join();
    const at = world.deps.now();
    await world.support.ask({ type: "offer-answered", at, device: ANNA, offer: { id }, accepted: true });
    expect(await visitOf(world)).toMatchObject({ phase: "waiting", position: 1 });
    await world.support.ask({ type: "room-opened", at, request: id });
    expect(await visitOf(world)).toMatchObject({ phase: "talking", room: `${id}@conference.example.org` });
  });

  it("is in the room while it talks, and while the next agent is sought", async () => {
    const world = await open();
    const { id, phase } = await world.talk();
    const talking = { phase: "talking", session: id, room: `${id}@conference.example.org`, question: "Why?" };
    const startedAt = phase.name === "in-session" ? phase.startedAt : 0;
    expect(await visitOf(world)).toMatchObject({ ...talking, startedAt });
    const at = world.deps.now();
    await world.support.ask({ type: "occupant-left", at, request: id, jid: ANNA, lost: true });
    const timer = { kind: "agent-grace", request: id } as const;
    await world.support.ask({ type: "timer-fired", at: at + 30_000, timer });
    expect(await visitOf(world)).toMatchObject(talking);
  });

  const last = (more: Partial<LastVisit> = {}): LastVisit => ({
    id: "s1",
    reason: "agent-ended",
    by: { kind: "agent", jid: "anna@example.org" },
    endedAt: 1_000,
    hadSession: true,
    metadata: { username: ["Dana"], question: ["Why?"] },
    ...more,
  });
  const about = { session: "s1", name: "Dana", question: "Why?", endedAt: 1_000 };
  it.each([
    ["an agent ended", last(), { phase: "ended", ...about, end: { by: "agent", name: "Anna" } }],
    [
      "an agent ended who is none any more",
      last({ by: { kind: "agent", jid: "zoe@example.org" } }),
      { phase: "ended", ...about, end: { by: "agent", name: "zoe" } },
    ],
    [
      "the visitor ended",
      last({ reason: "visitor-ended", by: { kind: "visitor" } }),
      { phase: "ended", ...about, end: { by: "visitor", name: "Dana" } },
    ],
    [
      "was closed",
      last({ reason: "workgroup-closed", by: { kind: "service" } }),
      { phase: "ended", ...about, end: { by: "service", name: "" } },
    ],
    [
      "nobody took",
      last({ hadSession: false, reason: "nobody-took-it", by: { kind: "service" } }),
      { phase: "unserved", ...about, reason: "nobody-took-it" },
    ],
    [
      "was closed before it began",
      last({ hadSession: false, reason: "workgroup-closed", by: { kind: "service" } }),
      { phase: "unserved", ...about, reason: "closed" },
    ],
    [
      "the visitor was lost to",
      last({ hadSession: false, reason: "visitor-lost", by: { kind: "visitor" } }),
      { phase: "unserved", ...about, reason: "away" },
    ],
    [
      "was cancelled",
      last({ hadSession: false, reason: "visitor-cancelled", by: { kind: "visitor" } }),
      { phase: "idle" },
    ],
  ])("after a chat that %s", async (_, visit, expected) => {
    const world = createWorld();
    world.records.lastVisits.set(`support dana@${GATEWAY}`, visit);
    expect(await visitOf(world)).toEqual(expected);
    expect(await visitOf(world, JOHN)).toEqual({ phase: "idle" });
  });

  it("is not told of an unknown workgroup", async () => {
    const { refusal } = createWorld();
    expect(await refusal("get", buildVisitRequest(), { from: DANA, to: `nobody@${SERVICE}` })).toMatchObject({
      condition: "not-authorized",
    });
  });
});

describe("all visits of a gateway", () => {
  it("are told to that gateway, and only its own", async () => {
    const world = await open();
    const { id } = await world.talk();
    await world.join(JOHN);
    await world.join("eve@other.example.org/web");
    const answer = await world.ask("get", buildVisitsRequest(), { from: GATEWAY });
    const { visits: found, complete } = answer ? parseVisits(answer) : { visits: [], complete: false };
    expect(complete).toBe(true);
    const visits = new Map(found.map(({ jid, visit }) => [jid, visit]));
    expect([...visits.keys()].sort()).toEqual([DANA, JOHN].sort());
    expect(visits.get(DANA)).toMatchObject({ phase: "talking", session: id });
    expect(visits.get(JOHN)).toMatchObject({ phase: "waiting" });
  });

  it("are told in as many parts as it takes: a thousand long questions fit into no stanza", async () => {
    const world = await open();
    const ids: string[] = [];
    for (let n = 0; n < 1_000; n += 1) {
      const { id } = await world.join(`v${n}@webchat.example.org/web`, { question: ["?".repeat(500)] });
      ids.push(id);
    }
    const told: string[] = [];
    let parts = 0;
    for (let after: string | undefined, complete = false; !complete; parts += 1) {
      const answer = await world.ask("get", buildVisitsRequest(after), { from: GATEWAY });
      if (answer === undefined) throw new Error("an empty result");
      expect(sizeOf(answer)).toBeLessThan(260_000);
      const page = parseVisits(answer);
      told.push(...page.visits.map(({ visit }) => ("session" in visit ? visit.session : "")));
      after = told.at(-1);
      complete = page.complete;
    }
    expect(told).toEqual(ids.toSorted());
    expect(parts).toBeGreaterThan(2);
  });

  it.each([DANA, ANNA, EVE])("are not told to %s, who is no gateway", async (from) => {
    const { refusal } = createWorld();
    const refused = { type: "auth", condition: "forbidden" };
    expect(await refusal("get", buildVisitsRequest(), { from })).toMatchObject(refused);
  });
});

describe("the history of a chat", () => {
  const line = (n: number, more: Partial<Entry> = {}): Entry => ({
    stanzaId: `a${n}`,
    kind: "line",
    speakerKind: "visitor",
    nick: "Dana",
    key: `k${n}`,
    body: `line ${n}`,
    at: 1_000 * n,
    ...more,
  });
  const world = (entries: Entry[]) => {
    const one = createWorld();
    one.records.sessions.set("s1", { workgroup: "support", visitor: DANA, isClosing: false });
    one.records.entries.set("s1", entries);
    const history = async (from = DANA, after?: string) => {
      const answer = await one.ask("get", buildHistoryRequest("s1", after), { from });
      if (!answer) throw new Error("no history");
      return parseHistory(answer);
    };
    return { ...one, history };
  };

  it("is told to its visitor: who said what, keys only of own lines, and which was the question", async () => {
    const { history } = world([
      line(1, { kind: "service", key: "" }),
      line(2, { kind: "joined", speakerKind: "agent", body: "" }),
      line(3),
      line(4, { speakerKind: "agent", nick: "Anna" }),
      line(5, { kind: "service", speakerKind: "service", nick: "Support" }),
    ]);
    const said = { name: "Dana", speaker: "visitor" };
    expect(await history()).toEqual({
      complete: true,
      lines: [
        { ...said, id: "a1", key: "", text: "line 1", at: 1_000, service: "question" },
        { ...said, id: "a3", key: "k3", text: "line 3", at: 3_000 },
        { id: "a4", key: "", speaker: "agent", name: "Anna", text: "line 4", at: 4_000 },
        { id: "a5", key: "", speaker: "service", name: "Support", text: "line 5", at: 5_000 },
      ],
    });
  });

  it("comes in pages", async () => {
    const { history } = world(Array.from({ length: 401 }, (_, n) => line(n)));
    const first = await history();
    expect([first.lines.length, first.complete, first.lines.at(-1)?.id]).toEqual([200, false, "a199"]);
    const second = await history(DANA, "a199");
    expect([second.lines[0]?.id, second.complete]).toEqual(["a200", false]);
    expect(await history(DANA, "a399")).toMatchObject({ lines: [{ id: "a400" }], complete: true });
    expect(await history(DANA, "a400")).toEqual({ lines: [], complete: true });
  });

  it("is not complete before the room was read to its end", async () => {
    const { history, records } = world([line(1)]);
    records.sessions.set("s1", { workgroup: "support", visitor: DANA, isClosing: true });
    expect(await history()).toMatchObject({ lines: [{ id: "a1" }], complete: false });
    expect(await history(DANA, "a1")).toEqual({ lines: [], complete: false });
  });

  it("is the same person's on another device", async () => {
    expect((await world([line(1)]).history(`dana@${GATEWAY}/other`)).lines).toHaveLength(1);
  });

  it("of somebody else's chat is as unknown as one that never was", async () => {
    const { refusal } = world([line(1)]);
    const unknown = await refusal("get", buildHistoryRequest("nothing"), { from: DANA });
    expect(unknown).toMatchObject({ type: "cancel", condition: "item-not-found" });
    for (const from of [JOHN, EVE, ANNA, BEN, GATEWAY]) {
      expect(await refusal("get", buildHistoryRequest("s1"), { from })).toEqual(unknown);
    }
    expect(await refusal("get", buildHistoryRequest("s1"), { from: DANA, to: SALES })).toEqual(unknown);
  });

  it("needs a name, and is asked of a workgroup", async () => {
    const { refusal } = world([]);
    expect(await refusal("get", "<history xmlns='urn:foyer:visit:0'/>", { from: DANA })).toMatchObject({
      condition: "bad-request",
    });
    expect(await refusal("get", buildHistoryRequest("s1"), { from: DANA, to: SERVICE })).toMatchObject({
      condition: "not-authorized",
    });
    expect(await refusal("set", buildHistoryRequest("s1"), { from: DANA, to: SUPPORT })).toMatchObject({
      condition: "service-unavailable",
    });
  });
});
