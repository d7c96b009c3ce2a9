import { describe, expect, it } from "vitest";
import { agent, device, Scene, START, visitor } from "./scene.ts";

const offered = () => new Scene().signIn("anna").signIn("ben").join("r1");

describe("an offer", () => {
  it("goes to all devices of one agent that take offers, until its time is up", () => {
    const scene = new Scene().signIn("anna").signIn("anna", { resource: "phone", show: "chat" });
    scene.signIn("anna", { resource: "desk", show: "away" }).join("r1");
    const [sent] = scene.effects("send-offer");
    expect(sent?.offer).toMatchObject({
      agent: agent("anna"),
      devices: [device("anna"), device("anna", "phone")],
      sentAt: START,
      expiresAt: START + 20_000,
    });
    expect(sent?.request).toEqual(scene.request("r1"));
    expect(scene.effects("save-offer")[0]?.offer).toEqual(sent?.offer);
  });

  it("has an id of its own each time", () => {
    const scene = new Scene({ rejectionMemoryS: 0 }).signIn("anna").join("r1");
    for (let times = 0; times < 5; times += 1) scene.reject("anna", "r1");
    const ids = scene.all("save-offer").map(({ offer }) => offer.id);
    expect(new Set(ids).size).toBe(6);
  });
});

describe("an accepted offer", () => {
  it("is recorded, then the room is opened; nobody is invited yet", () => {
    const scene = offered().accept("anna", "r1");
    expect(scene.types()).toEqual([
      "save-request",
      "save-offer-ended",
      "open-room",
      "agent-changed",
      "capacity-freed",
      "queue-changed",
    ]);
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("accepted");
    expect(scene.phase("r1", "opening-room")).toMatchObject({ agent: agent("anna"), device: device("anna") });
    expect(scene.armed.size).toBe(0);
  });

  it.each([
    ["the visitor's full address", { visitor: visitor("r1") }],
    ["the visitor's bare address", { visitor: "r1@webchat.localhost" }],
  ])("may be named by %s", (_, offer) => {
    const scene = offered().tell({ type: "offer-answered", device: device("anna"), offer, accepted: true });
    expect(scene.phases).toEqual({ r1: "opening-room" });
  });

  it("may be accepted on another device of the same agent; the first no longer shows it", () => {
    const scene = offered().signIn("anna", { resource: "phone", show: "away" }).accept("anna", "r1", "phone");
    expect(scene.phase("r1", "opening-room").device).toBe(device("anna", "phone"));
    expect(scene.effects("revoke-offer")[0]?.devices).toEqual([device("anna")]);
  });

  it("may be accepted by an agent who has gone away meanwhile", () => {
    const scene = offered().show("anna", "away");
    expect(scene.asked("r1")).toEqual([agent("anna")]);
    expect(scene.accept("anna", "r1").phases).toEqual({ r1: "opening-room" });
  });

  it("is not accepted again by the same click sent twice", () => {
    const scene = offered().accept("anna", "r1");
    expect(scene.accept("anna", "r1").last).toEqual({ state: scene.state, effects: [] });
  });
});

describe("an offer answered by somebody it is not for", () => {
  it.each([
    ["a stranger", "mallory@localhost/x"],
    ["a device that is not signed in, of an agent who holds no offer", device("cleo")],
  ])("is refused to %s", (_, from) => {
    const scene = offered().tell({ type: "offer-answered", device: from, offer: { id: "none" }, accepted: true });
    expect(scene.last.refusal).toEqual({ code: "no-such-offer" });
  });

  it("does not even tell a stranger that it exists", () => {
    const from = "mallory@localhost/x";
    const scene = offered().tell({ type: "offer-answered", device: from, offer: { id: "r1" }, accepted: true });
    expect(scene.last.refusal).toEqual({ code: "no-such-offer" });
    expect(scene.phases).toEqual({ r1: "offered" });
  });

  it("is gone for a colleague, and stays with whom it was made to", () => {
    const scene = offered().accept("ben", "r1");
    expect(scene.last.refusal).toEqual({ code: "offer-gone", request: "r1" });
    expect(scene.asked("r1")).toEqual([agent("anna")]);
  });

  it("is unknown to a device of the agent that is not signed in and does not hold it", () => {
    const scene = offered().accept("anna", "r1", "forged");
    expect(scene.last.refusal).toEqual({ code: "offer-gone", request: "r1" });
    expect(scene.phases).toEqual({ r1: "offered" });
  });
});

describe("an offer accepted too late", () => {
  const gone = { code: "offer-gone", request: "r1" };

  it("is gone when it expired", () => {
    const scene = offered().acknowledge("anna", "r1").fire("offer").accept("anna", "r1");
    expect(scene.last.refusal).toEqual(gone);
    expect(scene.asked("r1")).toEqual([agent("ben")]);
  });

  it("is gone when another device of the agent was faster", () => {
    const scene = new Scene().signIn("anna").signIn("anna", { resource: "phone" }).join("r1").accept("anna", "r1");
    expect(scene.accept("anna", "r1", "phone").last.refusal).toEqual(gone);
    scene.opened("r1").enter("r1", device("anna"));
    expect(scene.accept("anna", "r1", "phone").last.refusal).toEqual(gone);
  });

  it.each([[{ id: "r1" }], [{ visitor: visitor("r1") }]])("is gone when the visitor has left (%o)", (offer) => {
    const scene = offered().tell({ type: "depart-requested", visitor: visitor("r1") });
    scene.tell({ type: "offer-answered", device: device("anna"), offer, accepted: true });
    expect(scene.last.refusal).toEqual(gone);
  });

  it("is remembered for a while only", () => {
    const scene = offered().tell({ type: "depart-requested", visitor: visitor("r1") });
    for (let n = 0; n < 200; n += 1) scene.join(`x${n}`).tell({ type: "depart-requested", visitor: visitor(`x${n}`) });
    expect(scene.accept("anna", "r1").last.refusal).toEqual({ code: "no-such-offer" });
    expect(scene.accept("anna", "x0").last.refusal).toEqual({ code: "offer-gone", request: "x0" });
  });

  it("is passed over in silence when it is a refusal", () => {
    const scene = offered().acknowledge("anna", "r1").fire("offer").reject("anna", "r1");
    expect(scene.last).toEqual({ state: scene.state, effects: [] });
  });
});

describe("a declined offer", () => {
  it("goes from the agent's other devices and to the next agent", () => {
    const scene = new Scene().signIn("anna").signIn("anna", { resource: "phone" }).signIn("ben").join("r1");
    scene.reject("anna", "r1");
    expect(scene.types()).toEqual([
      "save-request",
      "save-offer-ended",
      "save-offer",
      "revoke-offer",
      "send-offer",
      "agent-changed",
      "agent-changed",
      "capacity-freed",
    ]);
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("rejected");
    expect(scene.effects("revoke-offer")[0]?.devices).toEqual([device("anna", "phone")]);
    expect(scene.asked("r1")).toEqual([agent("ben")]);
  });

  it("comes to the same agent again only after the set time", () => {
    const scene = new Scene().signIn("anna").join("r1").reject("anna", "r1");
    expect(scene.phases).toEqual({ r1: "queued" });
    expect(scene.dueInS("dispatch")).toBe(20);
    scene.later(19).signIn("anna");
    expect(scene.phases).toEqual({ r1: "queued" });
    expect(scene.fire("dispatch").asked("r1")).toEqual([agent("anna")]);
    expect(scene.dueInS("dispatch")).toBeNull();
  });

  it("does not hold up those behind it", () => {
    const scene = new Scene().signIn("anna").join("r1").join("r2").reject("anna", "r1");
    expect(scene.phases).toEqual({ r1: "queued", r2: "offered" });
  });

  it("keeps its place", () => {
    const scene = new Scene().signIn("anna").join("r1").join("r2").reject("anna", "r1").signIn("ben");
    expect(scene.asked("r1")).toEqual([agent("ben")]);
  });
});

describe("an offer nobody answers", () => {
  it("is revoked and goes to the next agent; the silence counts as a refusal", () => {
    const scene = offered().acknowledge("anna", "r1").fire("offer");
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("expired");
    expect(scene.effects("revoke-offer")[0]).toMatchObject({ devices: [device("anna")], outcome: "expired" });
    expect(scene.asked("r1")).toEqual([agent("ben")]);
    scene.acknowledge("ben", "r1").later(10).reject("ben", "r1");
    expect(scene.phases).toEqual({ r1: "queued" });
    expect(scene.fire("dispatch").asked("r1")).toEqual([agent("anna")]);
  });
});

describe("the delivery of an offer", () => {
  it("is well when one device says it has it", () => {
    const scene = new Scene().signIn("anna").signIn("anna", { resource: "phone" }).join("r1");
    expect(scene.dueInS("acknowledgement")).toBe(5);
    scene.acknowledge("anna", "r1", "phone");
    expect(scene.dueInS("acknowledgement")).toBeNull();
    expect(scene.offerTo("anna", "r1").acknowledged).toEqual([device("anna", "phone")]);
    expect(scene.acknowledge("anna", "r1", "phone").last.effects).toEqual([]);
  });

  it("failed when no device says so in time: the next agent is asked, this one not for a while", () => {
    const scene = offered().fire("acknowledgement");
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("undeliverable");
    expect(scene.asked("r1")).toEqual([agent("ben")]);
    expect(scene.state.agents.has(agent("anna"))).toBe(true);
    scene.reject("ben", "r1");
    expect(scene.dueInS("dispatch")).toBe(20);
  });

  it("signs out a device that bounces it; the agent's other device still shows it", () => {
    const scene = new Scene().signIn("anna").signIn("anna", { resource: "phone" }).join("r1").bounce("anna", "r1");
    expect(scene.offerTo("anna", "r1")).toMatchObject({ devices: [device("anna", "phone")], failed: [device("anna")] });
    expect(scene.state.agents.get(agent("anna"))?.devices.map(({ jid }) => jid)).toEqual([device("anna", "phone")]);
    expect(scene.effects("save-devices")).toEqual([{ type: "save-devices", agent: agent("anna") }]);
  });

  it("failed when all devices bounce it: the agent is signed out and the next one is asked", () => {
    const scene = offered().bounce("anna", "r1");
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("undeliverable");
    expect(scene.effects("revoke-offer")).toEqual([]);
    expect(scene.state.agents.has(agent("anna"))).toBe(false);
    expect(scene.asked("r1")).toEqual([agent("ben")]);
  });

  it("is not judged by news of an offer that is over", () => {
    const scene = offered();
    const offer = scene.offerTo("anna", "r1").id;
    scene.accept("anna", "r1");
    for (const type of ["offer-undelivered", "offer-acknowledged"] as const) {
      scene.tell({ type, request: "r1", offer, device: device("anna") });
      expect(scene.last.effects).toEqual([]);
    }
  });
});

describe("an agent who vanishes with an offer on the screen", () => {
  it("is replaced by the next", () => {
    const scene = offered().signOut("anna");
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("agent-gone");
    expect(scene.effects("revoke-offer")).toEqual([]);
    expect(scene.asked("r1")).toEqual([agent("ben")]);
  });

  it("keeps the offer on the device that is left", () => {
    const scene = new Scene().signIn("anna").signIn("anna", { resource: "phone" }).signIn("ben").join("r1");
    scene.signOut("anna");
    expect(scene.offerTo("anna", "r1").devices).toEqual([device("anna", "phone")]);
    expect(scene.signOut("anna", "phone").asked("r1")).toEqual([agent("ben")]);
  });

  it("is asked again as soon as there is a device again", () => {
    const scene = new Scene().signIn("anna").join("r1").signOut("anna");
    expect(scene.phases).toEqual({ r1: "queued" });
    expect(scene.signIn("anna").asked("r1")).toEqual([agent("anna")]);
  });
});

describe("ringing all", () => {
  const ringing = () => new Scene({ routing: "ring-all" }).signIn("anna").signIn("ben").signIn("cleo").join("r1");

  it("offers to every free agent at once, and holds back the next request", () => {
    const scene = ringing().join("r2");
    expect(scene.asked("r1")).toEqual([agent("anna"), agent("ben"), agent("cleo")]);
    expect(scene.phases).toEqual({ r1: "offered", r2: "queued" });
  });

  it("gives it to the first who accepts; the others learn that it is taken, and are offered the next", () => {
    const scene = ringing().join("r2").accept("ben", "r1");
    expect(
      scene
        .effects("save-offer-ended")
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(["accepted", "taken-by-other", "taken-by-other"]);
    expect(scene.effects("revoke-offer").flatMap(({ devices }) => devices)).toEqual([device("anna"), device("cleo")]);
    expect(scene.phase("r1", "opening-room").agent).toBe(agent("ben"));
    expect(scene.asked("r2")).toEqual([agent("anna"), agent("cleo"), agent("ben")]);
    expect(scene.accept("anna", "r1").last.refusal).toEqual({ code: "offer-gone", request: "r1" });
  });

  it("goes on with the others when one declines, and offers that one the next request", () => {
    const scene = ringing().join("r2").reject("ben", "r1");
    expect(scene.asked("r1")).toEqual([agent("anna"), agent("cleo")]);
    expect(scene.asked("r2")).toEqual([agent("ben")]);
  });

  it("also rings at an agent who becomes free while it rings, each for the full time", () => {
    const scene = new Scene({ routing: "ring-all" }).signIn("anna").join("r1").acknowledge("anna", "r1").later(5);
    scene.signIn("ben").acknowledge("ben", "r1");
    expect(scene.asked("r1")).toEqual([agent("anna"), agent("ben")]);
    scene.fire("offer");
    expect(scene.asked("r1")).toEqual([agent("ben")]);
    scene.fire("offer");
    expect(scene.all("save-offer-ended").map(({ at }) => at - START)).toEqual([20_000, 25_000]);
  });

  it("rings again after everybody let it pass", () => {
    const scene = ringing();
    for (const name of ["anna", "ben", "cleo"]) scene.acknowledge(name, "r1");
    scene.fire("offer");
    expect(scene.phases).toEqual({ r1: "queued" });
    expect(scene.fire("dispatch").asked("r1")).toHaveLength(3);
  });
});
