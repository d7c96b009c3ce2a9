import { describe, expect, it } from "vitest";
import { buildEndSession, buildSessionsRequest, parseSessions } from "../../../protocol/workgroup/session.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SALES, SUPPORT } from "./world.ts";

const sessions = buildSessionsRequest();

const talking = async () => {
  const world = createWorld();
  await world.signIn(ANNA);
  const request = await world.talk();
  await world.signIn(BEN);
  const list = async (from = ANNA, to = SUPPORT) => {
    const answer = await world.ask("get", sessions, { from, to });
    return answer ? parseSessions(answer) : [];
  };
  return { ...world, id: request.id, list };
};

describe("an agent's open sessions", () => {
  it("are told with all that an offer told, to any of the agent's clients", async () => {
    const { id, list, support } = await talking();
    const { phase } = support.committed.requests.get(id) ?? {};
    expect(await list("anna@example.org/phone")).toEqual([
      {
        session: id,
        room: `${id}@conference.example.org`,
        workgroup: SUPPORT,
        visitor: DANA,
        userId: "dana@webchat.example.org",
        startedAt: phase?.name === "in-session" ? phase.startedAt : 0,
        metadata: {
          username: ["Dana"],
          question: ["Why?"],
          email: ["dana@x.org"],
          userID: ["dana@webchat.example.org"],
        },
      },
    ]);
  });

  it("are those in which the agent is, not a colleague's, not another workgroup's", async () => {
    const { id, list, support } = await talking();
    expect(await list(BEN)).toEqual([]);
    expect(await list(ANNA, SALES)).toEqual([]);
    await support.ask({ type: "occupant-joined", at: 1, request: id, jid: BEN, nick: "Ben" });
    expect((await list(BEN)).map(({ session }) => session)).toEqual([id]);
  });

  it("are there from the invitation on, and end with the session", async () => {
    const { list, join, support, deps } = await talking();
    const { id } = await join("john@webchat.example.org/web");
    const at = deps.now();
    await support.ask({ type: "offer-answered", at, device: BEN, offer: { id }, accepted: true });
    expect(await list(BEN)).toEqual([]);
    await support.ask({ type: "room-opened", at, request: id });
    expect(await list(BEN)).toHaveLength(1);
    await support.ask({ type: "end-requested", at, request: id, by: BEN });
    expect(await list(BEN)).toEqual([]);
  });

  it("are nobody else's business", async () => {
    const { refusal } = await talking();
    const refused = { type: "auth", condition: "not-authorized" };
    expect(await refusal("get", sessions, { from: EVE })).toMatchObject(refused);
    expect(await refusal("get", sessions, { from: DANA })).toMatchObject(refused);
    expect(await refusal("get", sessions, { from: BEN, to: SALES })).toMatchObject(refused);
  });
});

describe("the end of a session", () => {
  it.each([
    ["its visitor", DANA, "visitor-ended"],
    ["its agent", ANNA, "agent-ended"],
    ["its agent by another client", "anna@example.org/phone", "agent-ended"],
  ])("may be asked by %s", async (_, from, reason) => {
    const { ask, id, support } = await talking();
    expect(await ask("set", buildEndSession(id), { from })).toBeUndefined();
    expect(support.effects).toContainEqual(expect.objectContaining({ type: "close-room", reason }));
    expect(support.committed.requests.size).toBe(0);
  });

  it.each([
    ["an agent who is not in it", BEN, "forbidden"],
    // To them it is as if there were none.
    ["a stranger", EVE, "item-not-found"],
    ["another visitor", "john@webchat.example.org/web", "item-not-found"],
  ])("may not be asked by %s", async (_, from, condition) => {
    const { refusal, id, support } = await talking();
    expect(await refusal("set", buildEndSession(id), { from })).toMatchObject({ condition });
    expect(support.committed.requests.size).toBe(1);
  });

  it("is not found twice, and needs a name", async () => {
    const { ask, refusal, id } = await talking();
    await ask("set", buildEndSession(id));
    expect(await refusal("set", buildEndSession(id))).toMatchObject({ condition: "item-not-found" });
    expect(await refusal("set", "<end xmlns='urn:foyer:session:0'/>")).toMatchObject({ condition: "bad-request" });
  });
});
