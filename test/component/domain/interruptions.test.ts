import { describe, expect, it } from "vitest";
import { queueOrder } from "../../../component/domain/dispatcher.ts";
import { agent, device, Scene, visitor } from "./scene.ts";

const order = (scene: Scene): string[] => queueOrder(scene.state).map(({ id }) => id);

/** One request in each phase, and two that are only queued. */
const busy = () => {
  const scene = new Scene({ maxChats: 3 }).signIn("anna").join("talk").talk("anna", "talk");
  scene.join("inviting").accept("anna", "inviting").opened("inviting").enter("inviting", visitor("inviting"));
  scene.join("opening").accept("anna", "opening");
  return scene.signIn("ben").join("offered").join("q1").join("q2");
};

const PHASES = {
  talk: "in-session",
  inviting: "inviting",
  opening: "opening-room",
  offered: "offered",
  q1: "queued",
  q2: "queued",
};

describe("a lost link", () => {
  it("signs everybody out without a word, and returns what was under way to its place in the queue", () => {
    const scene = busy();
    expect(scene.phases).toEqual(PHASES);
    scene.tell({ type: "link-lost" });
    expect(scene.state.agents.size).toBe(0);
    expect(order(scene)).toEqual(["inviting", "opening", "offered", "q1", "q2"]);
    expect(scene.effects("save-offer-ended").map(({ outcome }) => outcome)).toEqual(["agent-gone"]);
    const spoken = ["revoke-offer", "tell-departed", "tell-requeued", "close-room", "send-offer", "open-room"];
    expect(scene.types().filter((type) => spoken.includes(type))).toEqual([]);
  });

  it("keeps devices on record, to be asked for when it is back", () => {
    expect(busy().tell({ type: "link-lost" }).effects("save-devices")).toEqual([]);
  });

  it("calls nobody in a session absent, whoever was at that moment", () => {
    const scene = busy().leave("talk", visitor("talk"), true).leave("talk", device("anna"), true);
    scene.tell({ type: "link-lost" });
    expect(scene.phase("talk", "in-session")).toMatchObject({ agentAwayAt: null, visitorAwayAt: null });
    expect(scene.dueInS("agent-grace")).toBeNull();
    expect(scene.dueInS("visitor-grace")).toBeNull();
  });

  it("calls no waiting visitor unreachable", () => {
    const scene = busy();
    for (const id of ["q1", "offered", "inviting"]) scene.tell({ type: "visitor-unreachable", visitor: visitor(id) });
    expect(scene.tell({ type: "link-lost" }).dueInS("visitor-grace")).toBeNull();
  });

  it("is followed by the same order of offers when agents are back", () => {
    const scene = busy().tell({ type: "link-lost" }).signIn("ben");
    expect(scene.asked("inviting")).toEqual([agent("ben")]);
    scene.accept("ben", "inviting");
    expect(scene.asked("opening")).toEqual([agent("ben")]);
  });

  it("ends, in a removed workgroup, what had not begun", () => {
    const scene = busy().tell({ type: "workgroup-removed" }).tell({ type: "link-lost" });
    expect(scene.phases).toEqual({ talk: "in-session" });
  });
});

describe("a room seen anew", () => {
  const back = () => busy().tell({ type: "link-lost" });

  it("with both sides in it goes on as if nothing had been", () => {
    const scene = back().seen("talk", visitor("talk"), device("anna"));
    expect(scene.effects("save-participant-joined")).toEqual([]);
    expect(scene.phase("talk", "in-session")).toMatchObject({ agentAwayAt: null, visitorAwayAt: null });
  });

  it("without the agent waits the grace time for it, then finds another", () => {
    const scene = back().later(100).seen("talk", visitor("talk"));
    expect(scene.effects("save-participant-left").map(({ jid }) => jid)).toEqual([device("anna")]);
    expect(scene.dueInS("agent-grace")).toBe(30);
    scene.fire("agent-grace");
    expect(order(scene)[0]).toBe("talk");
  });

  it("does not take the agent to have left on purpose, though it is signed in", () => {
    const scene = back().signIn("anna").seen("talk", visitor("talk"));
    expect(scene.dueInS("agent-grace")).toBe(30);
  });

  it("without the visitor waits the grace time for it", () => {
    const scene = back().seen("talk", device("anna"));
    expect(scene.dueInS("visitor-grace")).toBe(60);
    expect(scene.fire("visitor-grace").effects("save-request-ended")[0]?.reason).toBe("visitor-lost");
  });

  it("with another agent alone goes on with that one", () => {
    const scene = back().seen("talk", visitor("talk"), device("ben"));
    expect(scene.phase("talk", "in-session").agent).toBe(agent("ben"));
  });

  it("of a waiting visitor tells whether it is still there", () => {
    const scene = new Scene().signIn("anna").join("r1").talk("anna", "r1");
    scene.signOut("anna").leave("r1", device("anna"), true).fire("agent-grace").tell({ type: "link-lost" });
    expect(scene.seen("r1", visitor("r1")).dueInS("visitor-grace")).toBeNull();
    expect(scene.seen("r1").dueInS("visitor-grace")).toBe(60);
  });

  it("with the agent in it who was lost takes the waiting visitor up again", () => {
    const scene = new Scene().signIn("anna").join("r1").talk("anna", "r1");
    scene.signOut("anna").leave("r1", device("anna"), true).fire("agent-grace").tell({ type: "link-lost" });
    scene.seen("r1", visitor("r1"), device("anna"));
    expect(scene.phase("r1", "in-session")).toMatchObject({ agent: agent("anna"), visitorAwayAt: null });
  });
});

describe("a seat in the room that cannot be taken again", () => {
  it("is given up after three failures, and the session with it", () => {
    const scene = busy().tell({ type: "link-lost" });
    const fail = () => scene.tell({ type: "room-failed", request: "talk" });
    expect(fail().phases.talk).toBe("in-session");
    expect(fail().phases.talk).toBe("in-session");
    expect(fail().effects("save-request-ended")[0]?.reason).toBe("room-failed");
  });
});

describe("a restart", () => {
  it("finds the queue in its old order", () => {
    const scene = busy().restart();
    expect(order(scene)).toEqual(["inviting", "opening", "offered", "q1", "q2"]);
    expect(scene.request("inviting").room).toBe("open");
    expect(scene.request("opening").room).toBe("none");
    expect(scene.phases.talk).toBe("in-session");
  });

  it("withdraws the offers that were out, on their devices too", () => {
    const scene = busy().restart();
    expect(scene.effects("save-offer-ended")).toHaveLength(1);
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("withdrawn");
    expect(scene.effects("revoke-offer")[0]).toMatchObject({ devices: [device("ben")], outcome: "withdrawn" });
  });

  it("starts the deadlines again, and leaves time for one offer to who is past it", () => {
    const scene = busy().later(1000).restart();
    const deadlines = [...scene.armed.values()].filter(({ timer }) => timer.kind === "deadline");
    expect(deadlines.map(({ fireAt }) => (fireAt - scene.now) / 1000)).toEqual([240, 240, 20, 20, 20]);
  });

  it("takes both sides of a session for away from now, until the room is seen", () => {
    const scene = busy().later(500).restart();
    expect(scene.dueInS("agent-grace")).toBe(30);
    expect(scene.dueInS("visitor-grace")).toBe(60);
    scene.later(5).seen("talk", visitor("talk"), device("anna"));
    expect(scene.effects("save-participant-joined")).toEqual([]);
    expect(scene.dueInS("agent-grace")).toBeNull();
    expect(scene.dueInS("visitor-grace")).toBeNull();
  });

  it("returns a visitor to the queue when the agent is not seen in the room", () => {
    const scene = busy().restart().seen("talk", visitor("talk")).fire("agent-grace");
    expect(order(scene)[0]).toBe("talk");
  });

  it("returns a visitor to the queue also when the room was never seen", () => {
    const scene = busy().restart().fire("agent-grace");
    expect(order(scene)[0]).toBe("talk");
    expect(scene.effects("save-participant-left").map(({ jid }) => jid)).toEqual([device("anna")]);
    expect(scene.request("talk").phase.occupants?.map(({ jid }) => jid)).toEqual([visitor("talk")]);
    expect(scene.fire("visitor-grace", "talk").phases).not.toHaveProperty("talk");
  });

  it("lets a visitor go on waiting who is seen again after the agent was given up", () => {
    const scene = busy().restart().fire("agent-grace").enter("talk", visitor("talk"));
    expect(scene.dueInS("visitor-grace")).toBeNull();
    expect(scene.request("talk").unreachable).toBeNull();
  });

  it("saves what it changed", () => {
    const scene = busy().restart();
    for (const { request } of scene.effects("save-request")) expect(request).toEqual(scene.request(request.id));
    expect(scene.effects("save-request").map(({ request }) => request.id)).toEqual(Object.keys(PHASES));
  });

  it("of a removed workgroup ends what waits and keeps the sessions", () => {
    const scene = busy().tell({ type: "workgroup-removed" }).restart();
    expect(scene.phases).toEqual({ talk: "in-session" });
  });

  it("makes offers of new names", () => {
    const scene = new Scene().signIn("anna").join("r1").later(1).restart().signIn("anna");
    const ids = scene.all("save-offer").map(({ offer }) => offer.id);
    expect(new Set(ids).size).toBe(2);
  });
});
