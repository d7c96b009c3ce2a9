import { describe, expect, it } from "vitest";
import { queueOrder } from "../../../component/domain/dispatcher.ts";
import { agent, device, Scene, visitor } from "./scene.ts";

const talking = () => new Scene().signIn("anna").join("r1").talk("anna", "r1");

const ended = (scene: Scene) => scene.effects("save-request-ended")[0];

describe("a session that somebody ends", () => {
  it("is closed by the visitor", () => {
    const scene = talking().tell({ type: "end-requested", request: "r1", by: visitor("r1") });
    expect(scene.types()).toEqual([
      "save-participant-left",
      "save-participant-left",
      "save-request-ended",
      "close-room",
      "agent-changed",
      "capacity-freed",
    ]);
    expect(ended(scene)).toMatchObject({ reason: "visitor-ended", by: { kind: "visitor" } });
    expect(scene.effects("close-room")[0]).toMatchObject({ reason: "visitor-ended", by: { kind: "visitor" } });
    expect(scene.state.requests.size).toBe(0);
  });

  it.each([
    ["the agent in the room", device("anna")],
    ["the agent's other device", device("anna", "phone")],
    ["a colleague in the room", device("ben")],
  ])("is closed by %s", (_, by) => {
    const scene = talking().enter("r1", device("ben")).tell({ type: "end-requested", request: "r1", by });
    expect(ended(scene)).toMatchObject({ reason: "agent-ended", by: { kind: "agent", jid: by.split("/")[0] } });
  });

  it.each([
    ["an agent who is not in it", device("ben"), "not-yours"],
    // To them it is as if there were none.
    ["another visitor", visitor("r2"), "no-such-session"],
    ["a stranger", "mallory@localhost/x", "no-such-session"],
  ])("is not closed by %s", (_, by, code) => {
    const scene = talking().tell({ type: "end-requested", request: "r1", by });
    expect(scene.last).toEqual({ state: scene.state, effects: [], refusal: { code } });
  });

  it("is not there a second time", () => {
    const scene = talking();
    for (const _ of [1, 2]) scene.tell({ type: "end-requested", request: "r1", by: visitor("r1") });
    expect(scene.last.refusal).toEqual({ code: "no-such-session" });
  });

  it("is no more than a wait given up when there is no room yet", () => {
    const scene = new Scene()
      .signIn("anna")
      .join("r1")
      .tell({ type: "end-requested", request: "r1", by: visitor("r1") });
    expect(ended(scene)?.reason).toBe("visitor-cancelled");
    expect(scene.effects("tell-departed")[0]?.reason).toBe("departure-requested");
    expect(scene.effects("close-room")).toEqual([]);
  });

  it("frees the agent for who waits", () => {
    const scene = new Scene({ maxChats: 1 }).signIn("anna").join("r1").talk("anna", "r1").join("r2");
    scene.tell({ type: "end-requested", request: "r1", by: visitor("r1") });
    expect(scene.asked("r2")).toEqual([agent("anna")]);
  });
});

describe("a visitor who leaves the room", () => {
  it.each([
    ["went", false, "visitor-left"],
    ["was lost", true, "visitor-lost"],
  ])("has the grace time to return when it %s", (_, lost, reason) => {
    const scene = talking().leave("r1", visitor("r1"), lost);
    expect(scene.types()).toEqual(["save-request", "save-participant-left"]);
    expect(scene.dueInS("visitor-grace")).toBe(60);
    scene.fire("visitor-grace");
    expect(ended(scene)?.reason).toBe(reason);
    expect(scene.effects("close-room")[0]?.reason).toBe(reason);
  });

  it("goes on with the talk when it returns", () => {
    const scene = talking().leave("r1", visitor("r1")).later(59).enter("r1", visitor("r1"));
    expect(scene.phase("r1", "in-session").visitorAwayAt).toBeNull();
    expect(scene.armed.size).toBe(0);
    scene.later(5).tell({ type: "timer-fired", timer: { kind: "visitor-grace", request: "r1" } });
    expect(scene.phases).toEqual({ r1: "in-session" });
  });

  it("is there as long as one of its clients is", () => {
    const other = "r1@webchat.localhost/other";
    const scene = talking().enter("r1", other).leave("r1", visitor("r1"));
    expect(scene.armed.size).toBe(0);
    expect(scene.leave("r1", other).dueInS("visitor-grace")).toBe(60);
  });
});

describe("an agent who leaves the room and stays signed in", () => {
  it("has ended the session, as soon as the dust has settled", () => {
    const scene = talking().leave("r1", device("anna"));
    expect(scene.phases).toEqual({ r1: "in-session" });
    expect(scene.dueInS("agent-grace")).toBe(2);
    scene.fire("agent-grace");
    expect(ended(scene)).toMatchObject({ reason: "agent-ended", by: { kind: "agent", jid: agent("anna") } });
    expect(scene.types()).toContain("close-room");
  });

  it("has not when it comes back at once", () => {
    const scene = talking().leave("r1", device("anna")).later(1).enter("r1", device("anna"));
    expect(scene.armed.size).toBe(0);
    expect(scene.phase("r1", "in-session").agentAwayAt).toBeNull();
  });

  it("has not as long as another device of the agent is in the room", () => {
    const scene = talking().enter("r1", device("anna", "phone")).leave("r1", device("anna"));
    expect(scene.armed.size).toBe(0);
  });
});

describe("an agent whom another workgroup lent, and who is signed in there alone", () => {
  function lent(): Scene {
    const scene = talking().signOut("anna");
    scene.elsewhere = () => ({ chats: 0, offers: 0, isSignedIn: (jid) => jid === device("anna") });
    return scene.leave("r1", device("anna"));
  }

  it("ends the session by leaving the room", () => {
    const scene = lent();
    expect(scene.dueInS("agent-grace")).toBe(2);
    expect(ended(scene.fire("agent-grace"))).toMatchObject({ reason: "agent-ended" });
  });

  it("has not left on purpose when it signs out there too", () => {
    const scene = lent();
    scene.elsewhere = () => ({ chats: 0, offers: 0, isSignedIn: () => false });
    expect(scene.fire("agent-grace").dueInS("agent-grace")).toBe(28);
    expect(scene.phases).toEqual({ r1: "in-session" });
    expect(scene.fire("agent-grace").phases).toEqual({ r1: "queued" });
  });
});

describe("an agent who is lost", () => {
  it.each([
    ["the room tells first", (scene: Scene) => scene.leave("r1", device("anna")).later(1).signOut("anna")],
    ["the sign-out comes first", (scene: Scene) => scene.signOut("anna").later(1).leave("r1", device("anna"))],
    ["the room drops the seat", (scene: Scene) => scene.later(1).leave("r1", device("anna"), true)],
  ])("has the grace time to return when %s", (_, lose) => {
    const scene = lose(talking());
    const { agentAwayAt } = scene.phase("r1", "in-session");
    expect(scene.dueInS("agent-grace")).toBe(30 - (scene.now - (agentAwayAt ?? 0)) / 1000);
    expect(scene.enter("r1", device("anna")).armed.size).toBe(0);
  });

  it("and signs in again before it enters the room is not taken to have left on purpose", () => {
    const scene = talking().leave("r1", device("anna")).later(1).signOut("anna").later(5).signIn("anna");
    expect(scene.dueInS("agent-grace")).toBe(24);
    scene.later(10).enter("r1", device("anna"));
    expect(scene.phase("r1", "in-session").agentAwayAt).toBeNull();
  });

  it("is replaced after it: the visitor is told, goes to the head, and keeps the room", () => {
    const scene = talking().join("r2").join("r3").signOut("anna").leave("r1", device("anna"), true).later(1);
    scene.fire("agent-grace");
    expect(scene.types()).toEqual([
      "save-request",
      "tell-requeued",
      "agent-changed",
      "capacity-freed",
      "queue-changed",
    ]);
    expect(scene.request("r1")).toMatchObject({ room: "open", rejections: {}, phase: { name: "queued" } });
    expect(scene.request("r1").rank).toBeLessThan(scene.request("r2").rank);
    expect(scene.dueInS("deadline")).not.toBeNull();
    scene.signIn("ben");
    expect(scene.asked("r1")).toEqual([agent("ben")]);
    scene.accept("ben", "r1");
    expect(scene.effects("open-room")[0]?.request.room).toBe("open");
    scene.opened("r1").enter("r1", device("ben"));
    expect(scene.phase("r1", "in-session")).toMatchObject({ agent: agent("ben"), visitorAwayAt: null });
    expect(scene.request("r1").served).toEqual([agent("anna"), agent("ben")]);
    expect(scene.all("save-session-started").map((one) => one.agent)).toEqual([agent("anna"), agent("ben")]);
  });

  it("is replaced before anybody else, also before one who joined earlier and still waits", () => {
    const scene = new Scene().signIn("anna").join("r1").reject("anna", "r1").join("r2").talk("anna", "r2");
    scene.join("r3").reject("anna", "r3").signOut("anna").leave("r2", device("anna"), true);
    for (const id of ["r1", "r3"]) expect(scene.phases[id]).toBe("queued");
    scene.fire("agent-grace");
    expect(queueOrder(scene.state).map(({ id }) => id)).toEqual(["r2", "r1", "r3"]);
    expect(scene.signIn("ben").asked("r2")).toEqual([agent("ben")]);
  });

  it("of several visitors is replaced for all of them, in the order in which they came, before anybody else", () => {
    const scene = new Scene({ maxChats: 3 }).signIn("anna");
    for (const id of ["r1", "r2", "r3"]) scene.later(1).join(id).talk("anna", id);
    scene.later(1).join("r4").signOut("anna");
    for (const id of ["r3", "r1", "r2"]) scene.leave(id, device("anna"), true);
    for (const id of ["r2", "r1", "r3"]) scene.fire("agent-grace", id);
    expect(queueOrder(scene.state).map(({ id }) => id)).toEqual(["r1", "r2", "r3", "r4"]);
    scene.restart();
    expect(queueOrder(scene.state).map(({ id }) => id)).toEqual(["r1", "r2", "r3", "r4"]);
  });

  it("may be asked for the same visitor as soon as it is back", () => {
    const scene = talking().signOut("anna").leave("r1", device("anna"), true).fire("agent-grace").signIn("anna");
    expect(scene.asked("r1")).toEqual([agent("anna")]);
  });

  it("takes the visitor again by entering the room, whoever is being asked", () => {
    const scene = talking().signOut("anna").leave("r1", device("anna"), true).signIn("ben").fire("agent-grace");
    expect(scene.asked("r1")).toEqual([agent("ben")]);
    scene.enter("r1", device("anna"));
    expect(scene.phase("r1", "in-session").agent).toBe(agent("anna"));
    expect(scene.effects("revoke-offer")[0]).toMatchObject({ devices: [device("ben")], outcome: "taken-by-other" });
  });

  it("takes the visitor again by entering the room while holding its offer, which counts as accepted", () => {
    const scene = talking().signOut("anna").leave("r1", device("anna"), true).fire("agent-grace").signIn("anna");
    scene.enter("r1", device("anna"));
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("accepted");
    expect(scene.phases).toEqual({ r1: "in-session" });
  });

  it("does not take the visitor by entering the room with all hands full elsewhere", () => {
    const scene = talking().signOut("anna").leave("r1", device("anna"), true).fire("agent-grace");
    scene.elsewhere = () => ({ chats: 2, offers: 0 });
    scene.enter("r1", device("anna"));
    expect(scene.phases).toEqual({ r1: "queued" });
    scene.elsewhere = () => ({ chats: 0, offers: 0 });
    scene.signIn("anna").accept("anna", "r1").opened("r1");
    expect(scene.phases).toEqual({ r1: "in-session" });
  });

  it("does not hold the visitor's fate alone: a visitor who goes meanwhile is given up as ever", () => {
    const scene = talking().signOut("anna").leave("r1", device("anna"), true).later(10).leave("r1", visitor("r1"));
    scene.fire("agent-grace");
    expect(scene.phases).toEqual({ r1: "queued" });
    expect(scene.dueInS("visitor-grace")).toBe(40);
    scene.fire("visitor-grace");
    expect(ended(scene)?.reason).toBe("visitor-left");
    expect(scene.types()).toContain("close-room");
  });
});

describe("a visitor who is back in the queue with an open room", () => {
  const requeued = () => talking().signOut("anna").leave("r1", device("anna"), true).fire("agent-grace");

  it("may end it", () => {
    const scene = requeued().tell({ type: "end-requested", request: "r1", by: visitor("r1") });
    expect(ended(scene)?.reason).toBe("visitor-ended");
    expect(scene.effects("close-room")).toHaveLength(1);
  });

  it("may leave the queue", () => {
    const scene = requeued().tell({ type: "depart-requested", visitor: visitor("r1") });
    expect(scene.types()).toEqual([
      "save-participant-left",
      "save-request-ended",
      "tell-departed",
      "close-room",
      "queue-changed",
    ]);
  });

  it("is told when nobody takes it in time, and the room is closed", () => {
    const scene = requeued().fire("deadline");
    expect(ended(scene)?.reason).toBe("nobody-took-it");
    expect(scene.effects("tell-departed")).toHaveLength(1);
    expect(scene.effects("close-room")).toHaveLength(1);
  });

  it("is given up when it leaves the room and does not return", () => {
    const scene = requeued().leave("r1", visitor("r1"), true);
    expect(scene.dueInS("visitor-grace")).toBe(60);
    expect(scene.enter("r1", visitor("r1")).dueInS("visitor-grace")).toBeNull();
  });
});

describe("a colleague in the room", () => {
  const together = () => talking().signIn("ben").enter("r1", device("ben"));

  it("is a participant and is occupied by it", () => {
    const scene = together();
    expect(scene.types()).toEqual(["save-request", "save-participant-joined", "agent-changed"]);
    expect(scene.effects("save-participant-joined")[0]).toMatchObject({ jid: device("ben"), role: "agent" });
    expect(scene.request("r1").served).toEqual([agent("anna"), agent("ben")]);
  });

  it("goes on with the talk when the agent leaves or is lost", () => {
    const scene = together().leave("r1", device("anna"), true);
    expect(scene.phase("r1", "in-session")).toMatchObject({ agent: agent("ben"), agentAwayAt: null });
    expect(scene.effects("save-session-started")[0]?.agent).toBe(agent("ben"));
    expect(scene.armed.size).toBe(0);
  });

  it("goes on with the talk when it enters while the agent is away", () => {
    const scene = talking().signOut("anna").leave("r1", device("anna"), true).enter("r1", device("ben"));
    expect(scene.phase("r1", "in-session")).toMatchObject({ agent: agent("ben"), agentAwayAt: null });
  });

  it("may leave again without ending anything", () => {
    const scene = together().leave("r1", device("ben"));
    expect(scene.phase("r1", "in-session").agent).toBe(agent("anna"));
    expect(scene.armed.size).toBe(0);
    expect(scene.effects("capacity-freed")).toEqual([{ type: "capacity-freed", agent: agent("ben") }]);
  });
});

describe("a stranger in the room", () => {
  it("is neither side of the talk", () => {
    const scene = talking().enter("r1", "mallory@localhost/x");
    expect(scene.effects("save-participant-joined")).toEqual([]);
    scene.signOut("anna").leave("r1", device("anna"), true);
    expect(scene.phase("r1", "in-session").agentAwayAt).toBe(scene.now);
  });
});

describe("news of a room that says nothing new", () => {
  it("changes nobody's standing", () => {
    const scene = talking();
    expect(scene.leave("r1", device("cleo")).last.effects).toEqual([]);
    expect(scene.leave("r9", visitor("r9")).last.effects).toEqual([]);
    expect(scene.enter("r9", visitor("r9")).last.effects).toEqual([]);
    expect(scene.enter("r1", device("anna")).effects("save-participant-joined")).toEqual([]);
    expect(scene.armed.size).toBe(0);
  });
});
