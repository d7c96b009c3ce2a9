import { describe, expect, it } from "vitest";
import { agent, device, Scene, START, visitor } from "./scene.ts";

const accepted = () => new Scene().signIn("anna").join("r1").accept("anna", "r1");
const inviting = () => accepted().opened("r1");

describe("an opened room", () => {
  it("lets both sides be invited, the agent by the device that accepted", () => {
    const scene = inviting();
    expect(scene.types({ timers: true })).toEqual(["save-request", "invite-agent", "invite-visitor", "start-timer"]);
    expect(scene.effects("invite-agent")[0]).toEqual({
      type: "invite-agent",
      request: scene.request("r1"),
      device: device("anna"),
    });
    expect(scene.request("r1").room).toBe("open");
    expect(scene.dueInS("agent-join")).toBe(30);
  });

  it("is no news when nobody waits for it", () => {
    const scene = inviting();
    expect(scene.opened("r1").last.effects).toEqual([]);
    expect(scene.opened("r9").last.effects).toEqual([]);
  });

  it("is remembered when the request has gone back to the queue meanwhile", () => {
    const scene = accepted().signOut("anna").opened("r1");
    expect(scene.phases).toEqual({ r1: "queued" });
    expect(scene.request("r1").room).toBe("open");
  });
});

describe("a room that cannot be opened", () => {
  it("sends the request back to the head, with a fresh deadline; the agent's card goes", () => {
    const scene = accepted().join("r2").later(100).tell({ type: "room-failed", request: "r1" });
    expect(scene.effects("revoke-offer")[0]).toMatchObject({ devices: [device("anna")], outcome: "withdrawn" });
    expect(scene.asked("r1")).toEqual([]);
    expect(scene.request("r1")).toMatchObject({
      roomFailures: 1,
      deadlineAt: START + 340_000,
      phase: { name: "queued" },
    });
    expect(scene.request("r1").rank).toBeLessThan(scene.request("r2").rank);
  });

  it("is not tried for ever: after three failures the visitor is told", () => {
    const scene = accepted();
    const fail = () => scene.tell({ type: "room-failed", request: "r1" });
    fail().accept("anna", "r1");
    fail().accept("anna", "r1");
    fail();
    expect(scene.effects("save-request-ended")[0]).toMatchObject({ reason: "room-failed", by: { kind: "service" } });
    expect(scene.effects("tell-departed")[0]?.reason).toBe("agent-not-found");
    expect(scene.state.requests.size).toBe(0);
  });

  it("has its failures forgotten once a session began", () => {
    const scene = accepted().tell({ type: "room-failed", request: "r1" }).accept("anna", "r1").opened("r1");
    expect(scene.enter("r1", device("anna")).request("r1").roomFailures).toBe(0);
  });

  it("is no news for a request that is not at that point", () => {
    const scene = new Scene().signIn("anna").join("r1");
    expect(scene.tell({ type: "room-failed", request: "r1" }).last.effects).toEqual([]);
    expect(scene.tell({ type: "room-failed", request: "r9" }).last.effects).toEqual([]);
  });
});

describe("an invited agent", () => {
  it("begins the session by entering, with whichever device", () => {
    const scene = inviting().enter("r1", visitor("r1")).later(2).enter("r1", device("anna", "phone"));
    expect(scene.types({ timers: true })).toEqual([
      "save-request",
      "save-participant-joined",
      "save-session-started",
      "stop-timer",
      "agent-changed",
    ]);
    expect(scene.phase("r1", "in-session")).toMatchObject({
      agent: agent("anna"),
      startedAt: START + 2000,
      agentAwayAt: null,
      visitorAwayAt: null,
    });
    expect(scene.request("r1").served).toEqual([agent("anna")]);
  });

  it("who does not come in time is not asked again for a while; the visitor is at the head again", () => {
    const scene = inviting().join("r2").later(1).fire("agent-join");
    expect(scene.effects("revoke-offer")[0]).toMatchObject({ devices: [device("anna")], outcome: "expired" });
    expect(scene.phases).toEqual({ r1: "queued", r2: "offered" });
    expect(scene.request("r1").rank).toBeLessThan(scene.request("r2").rank);
    expect(scene.request("r1").rejections).toEqual({ [agent("anna")]: scene.now + 20_000 });
    expect(scene.request("r1").deadlineAt).toBe(scene.now + 240_000);
    expect(scene.effects("tell-requeued")).toEqual([]);
  });

  it("who comes late after all takes the visitor by entering", () => {
    const scene = inviting().fire("agent-join").signIn("ben");
    expect(scene.asked("r1")).toEqual([agent("ben")]);
    scene.enter("r1", device("anna"));
    expect(scene.phase("r1", "in-session").agent).toBe(agent("anna"));
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("taken-by-other");
    expect(scene.effects("revoke-offer")[0]?.devices).toEqual([device("ben")]);
  });

  it.each(["opening-room", "inviting"])("who signs out everywhere is replaced at once (%s)", (phase) => {
    const scene = (phase === "inviting" ? inviting() : accepted()).signIn("ben").signOut("anna");
    expect(scene.asked("r1")).toEqual([agent("ben")]);
    expect(scene.request("r1").rejections).toEqual({});
  });

  it("who does not come, nor the next ones, does not keep a visitor waiting for ever", () => {
    const scene = new Scene({ rejectionMemoryS: 0 }).signIn("anna").join("r1");
    const deadlines = Array.from({ length: 5 }, () => {
      scene.accept("anna", "r1").opened("r1").fire("agent-join");
      return scene.state.requests.get("r1")?.deadlineAt ?? 0;
    });
    const [first = 0] = deadlines;
    expect(deadlines.map((at) => (at - first) / 1000)).toEqual([0, 30, 60, 60, 60]);
    scene.reject("anna", "r1").show("anna", "away").fire("deadline");
    expect(scene.effects("save-request-ended")[0]?.reason).toBe("nobody-took-it");
    expect(scene.effects("tell-departed")[0]?.reason).toBe("agent-not-found");
  });

  it("who comes at last clears the account", () => {
    const scene = new Scene({ rejectionMemoryS: 0 }).signIn("anna").join("r1");
    for (let n = 0; n < 4; n += 1) scene.accept("anna", "r1").opened("r1").fire("agent-join");
    scene.talk("anna", "r1").leave("r1", device("anna"), true).fire("agent-grace");
    expect(scene.request("r1").deadlineAt).toBe(scene.now + 240_000);
    scene.accept("anna", "r1").opened("r1").fire("agent-join");
    expect(scene.request("r1").deadlineAt).toBe(scene.now + 240_000);
  });

  it("who has another device left is waited for", () => {
    const scene = new Scene().signIn("anna").signIn("anna", { resource: "phone" }).join("r1").accept("anna", "r1");
    scene.opened("r1").signOut("anna");
    expect(scene.phases).toEqual({ r1: "inviting" });
    expect(scene.enter("r1", device("anna", "phone")).phases).toEqual({ r1: "in-session" });
  });

  it("is not taken for another agent who looks in", () => {
    const scene = inviting().enter("r1", device("ben"));
    expect(scene.phases).toEqual({ r1: "inviting" });
    expect(scene.dueInS("agent-join")).toBe(30);
  });
});

describe("a visitor who is invited", () => {
  it("may enter before the agent", () => {
    const scene = inviting().enter("r1", visitor("r1"));
    expect(scene.types()).toEqual(["save-request", "save-participant-joined"]);
    expect(scene.effects("save-participant-joined")[0]).toMatchObject({ jid: visitor("r1"), role: "visitor" });
    expect(scene.phases).toEqual({ r1: "inviting" });
  });

  it("may enter by another client than the one that asked", () => {
    const scene = inviting().enter("r1", device("anna")).enter("r1", "r1@webchat.localhost/other");
    expect(scene.phase("r1", "in-session").visitorAwayAt).toBeNull();
  });

  it("who never enters is given up after the grace time, from the beginning of the session", () => {
    const scene = inviting().later(10).enter("r1", device("anna"));
    expect(scene.dueInS("visitor-grace")).toBe(60);
    scene.fire("visitor-grace");
    expect(scene.effects("save-request-ended")[0]?.reason).toBe("visitor-lost");
    expect(scene.types()).toContain("close-room");
  });

  it("who leaves before the agent is there is given up after the grace time", () => {
    const scene = inviting().enter("r1", visitor("r1")).leave("r1", visitor("r1"));
    expect(scene.dueInS("visitor-grace")).toBe(60);
    expect(scene.enter("r1", visitor("r1")).dueInS("visitor-grace")).toBeNull();
    scene.tell({ type: "settings-changed", settings: { ...scene.state.settings, visitorGraceS: 10 } });
    scene.leave("r1", visitor("r1")).fire("visitor-grace");
    expect(scene.effects("save-request-ended")[0]?.reason).toBe("visitor-left");
    expect(scene.effects("revoke-offer")[0]).toMatchObject({ devices: [device("anna")], outcome: "visitor-gone" });
    expect(scene.types()).toContain("close-room");
  });
});

describe("an agent who tries the service as a visitor", () => {
  it("is told apart by the full address", () => {
    const scene = new Scene().signIn("anna");
    const own = device("anna", "browser");
    scene.tell({ type: "join-requested", id: "r1", visitor: own, userId: agent("anna"), metadata: {} });
    scene.accept("anna", "r1").opened("r1").enter("r1", own);
    expect(scene.phases).toEqual({ r1: "inviting" });
    expect(scene.enter("r1", device("anna")).phase("r1", "in-session").visitorAwayAt).toBeNull();
    expect(scene.leave("r1", own).dueInS("visitor-grace")).toBe(60);
  });
});
