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
  it("signs everybody out without a word, returns offers to the queue, and keeps what was accepted", () => {
    const scene = busy();
    expect(scene.phases).toEqual(PHASES);
    scene.tell({ type: "link-lost" });
    expect(scene.state.agents.size).toBe(0);
    expect(order(scene)).toEqual(["offered", "q1", "q2"]);
    expect(scene.phase("inviting", "opening-room")).toMatchObject({ agent: agent("anna"), device: device("anna") });
    expect(scene.phase("opening", "opening-room")).toMatchObject({ agent: agent("anna"), device: device("anna") });
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
    expect(scene.asked("offered")).toEqual([agent("ben")]);
    scene.accept("ben", "offered");
    expect(scene.asked("q1")).toEqual([agent("ben")]);
  });

  it("lets no timer run for what was accepted: nobody can come while we are away", () => {
    const scene = busy()
      .tell({ type: "visitor-unreachable", visitor: visitor("opening") })
      .tell({ type: "link-lost" });
    expect(scene.dueInS("agent-join")).toBeNull();
    expect(scene.dueInS("visitor-grace")).toBeNull();
  });

  it("ends, in a removed workgroup, only what nobody had accepted", () => {
    const scene = busy().tell({ type: "workgroup-removed" }).tell({ type: "link-lost" });
    expect(scene.phases).toEqual({ talk: "in-session", inviting: "opening-room", opening: "opening-room" });
  });
});

describe("a link that stands again", () => {
  const back = () => busy().tell({ type: "link-lost" }).tell({ type: "link-established" });

  it("has the rooms of accepted requests opened again, and no others", () => {
    const scene = back();
    expect(scene.effects("open-room").map(({ request }) => request)).toEqual([
      scene.request("inviting"),
      scene.request("opening"),
    ]);
  });

  it("takes up also what was accepted while it was on its way", () => {
    const scene = busy().tell({ type: "link-established" });
    expect(scene.effects("open-room").map(({ request }) => request.id)).toEqual(["inviting", "opening"]);
    expect(scene.dueInS("agent-join")).toBeNull();
  });

  it("may be said twice", () => {
    const scene = back();
    const before = scene.state;
    expect(scene.tell({ type: "link-established" }).types()).toEqual(["open-room", "open-room"]);
    expect(scene.state).toEqual(before);
  });

  it("leads to new invitations, and the agent has the whole time to come", () => {
    const scene = back().opened("inviting");
    expect(scene.types()).toEqual(["save-request", "invite-agent", "invite-visitor"]);
    expect(scene.dueInS("agent-join")).toBe(30);
    scene.enter("inviting", device("anna"));
    expect(scene.phase("inviting", "in-session").agent).toBe(agent("anna"));
  });

  it("finds an agent who had come meanwhile, and the talk begins", () => {
    const scene = back().seen("inviting", visitor("inviting"), device("anna")).opened("inviting");
    expect(scene.phase("inviting", "in-session")).toMatchObject({ agentAwayAt: null, visitorAwayAt: null });
    expect(scene.all("send-offer").filter(({ request }) => request.id === "inviting")).toHaveLength(1);
  });

  it("finds a visitor who had left meanwhile", () => {
    const scene = back().seen("inviting").opened("inviting");
    expect(scene.effects("save-participant-left")).toEqual([]);
    expect(scene.all("save-participant-left").map(({ jid }) => jid)).toEqual([visitor("inviting")]);
    expect(scene.dueInS("visitor-grace")).toBe(60);
  });

  it("counts what was accepted as the agent's chats, though it is not signed in yet", () => {
    const scene = new Scene({ maxChats: 1 }).signIn("anna").join("r1").accept("anna", "r1").join("r2");
    scene.tell({ type: "link-lost" }).tell({ type: "link-established" }).signIn("anna");
    expect(scene.phases).toEqual({ r1: "opening-room", r2: "queued" });
  });

  it("finds another agent when the one who accepted is not there any more", () => {
    const scene = back().opened("inviting").fire("agent-join", "inviting");
    expect(order(scene)[0]).toBe("inviting");
    expect(scene.signIn("anna").asked("inviting")).toEqual([]);
    expect(scene.signIn("ben").asked("inviting")).toEqual([agent("ben")]);
  });

  it("ends, in a removed workgroup, what was accepted when nobody comes to it", () => {
    const scene = busy().tell({ type: "workgroup-removed" }).tell({ type: "link-lost" });
    scene.tell({ type: "link-established" }).opened("inviting").fire("agent-join", "inviting");
    expect(scene.effects("save-request-ended")[0]).toMatchObject({ request: "inviting", reason: "workgroup-closed" });
    expect(scene.types()).toContain("close-room");
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
    expect(order(scene)).toEqual(["offered", "q1", "q2"]);
    expect(scene.phases.talk).toBe("in-session");
  });

  it("keeps what was accepted until the link stands, and then has its rooms opened", () => {
    const scene = busy().restart();
    expect(scene.phase("inviting", "opening-room").agent).toBe(agent("anna"));
    expect(scene.phase("opening", "opening-room").agent).toBe(agent("anna"));
    expect([scene.request("inviting").room, scene.request("opening").room]).toEqual(["open", "none"]);
    expect(scene.effects("open-room")).toEqual([]);
    scene.tell({ type: "link-established" });
    expect(scene.effects("open-room").map(({ request }) => request.id)).toEqual(["inviting", "opening"]);
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
    expect(deadlines.map(({ fireAt }) => (fireAt - scene.now) / 1000)).toEqual([20, 20, 20]);
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
    const unchanged = "opening";
    const ids = Object.keys(PHASES).filter((id) => id !== unchanged);
    expect(
      scene
        .effects("save-request")
        .map(({ request }) => request.id)
        .sort(),
    ).toEqual(ids.sort());
  });

  it("of a removed workgroup ends what waits and keeps what was accepted", () => {
    const scene = busy().tell({ type: "workgroup-removed" }).restart();
    expect(scene.phases).toEqual({ talk: "in-session", inviting: "opening-room", opening: "opening-room" });
  });

  it("makes offers of new names", () => {
    const scene = new Scene().signIn("anna").join("r1").later(1).restart().signIn("anna");
    const ids = scene.all("save-offer").map(({ offer }) => offer.id);
    expect(new Set(ids).size).toBe(2);
  });
});
