import { describe, expect, it } from "vitest";
import type { HandoverTarget } from "../../../component/domain/model.ts";
import { agent, device, Scene, settings, visitor } from "./scene.ts";

const ben: HandoverTarget = { type: "user", jid: agent("ben") };
const own: HandoverTarget = { type: "workgroup", node: "support" };
const sales: HandoverTarget = { type: "workgroup", node: "sales" };

/** Anna talks with v1; Ben is there. */
class Talk extends Scene {
  constructor(overrides = {}) {
    super(overrides);
    this.signIn("anna").join("v1").talk("anna", "v1").signIn("ben");
  }

  hand(to: HandoverTarget, { id = "h1", by = device("anna"), kind = "transfer" as "transfer" | "invite" } = {}): this {
    return this.tell({ type: "handover-requested", id, request: "v1", by, kind, to, reason: "why", standing: "open" });
  }

  /** What a workgroup said to itself or another is delivered, when it was to this one. */
  deliver(): this {
    for (;;) {
      const letters = this.effects("tell-workgroup").filter(({ node }) => node === "support");
      if (letters.length === 0) return this;
      for (const { news } of letters) this.tell(news);
    }
  }

  get pending() {
    return this.request("v1").handovers ?? [];
  }

  get failures() {
    return this.all("tell-handover").map(({ why }) => why);
  }
}

describe("a session that is handed over by name", () => {
  it("is the other's when the other is in the room; the giver is put out", () => {
    const scene = new Talk().hand(ben);
    expect(scene.types()).toEqual(["save-request", "invite-colleague"]);
    scene.enter("v1", device("ben"));
    expect(scene.phase("v1", "in-session").agent).toBe(agent("ben"));
    expect(scene.effects("remove-occupant")).toMatchObject([{ nick: "anna", reason: "Transfer was successful" }]);
    expect(scene.effects("save-session-started")).toMatchObject([{ agent: agent("ben") }]);
    expect(scene.pending).toEqual([]);
    scene.leave("v1", device("anna"));
    expect(scene.phase("v1", "in-session").agentAwayAt).toBeNull();
  });

  it("is nobody else's when time is up: the giver is told, once", () => {
    const scene = new Talk().hand(ben);
    expect(scene.dueInS("handover")).toBe(60);
    scene.fire("handover");
    expect(scene.failures).toEqual(["not-joined"]);
    expect(scene.phase("v1", "in-session").agent).toBe(agent("anna"));
  });

  it("to a colleague who sits in the room already is done at once", () => {
    const scene = new Talk().hand(ben, { kind: "invite" }).enter("v1", device("ben")).hand(ben, { id: "h2" });
    expect(scene.phase("v1", "in-session").agent).toBe(agent("ben"));
    expect(scene.effects("remove-occupant")).toHaveLength(1);
  });

  it.each([
    ["to oneself", { type: "user", jid: agent("anna") }, "already-there"],
    ["to the visitor", { type: "user", jid: "v1@webchat.localhost" }, "is-visitor"],
    ["to an agent who is not there", { type: "user", jid: agent("cleo") }, "nobody-there"],
  ] as const)("%s is refused", (_, to, code) => {
    expect(new Talk().hand(to).last.refusal).toEqual({ code });
  });

  it("to one with full hands is refused; to help, one may be asked all the same", () => {
    const scene = new Talk({ maxChats: 1 });
    scene.join("v2").talk("ben", "v2");
    expect(scene.hand(ben).last.refusal).toEqual({ code: "agent-busy" });
    expect(scene.hand(ben, { kind: "invite" }).last.refusal).toBeUndefined();
  });

  it("by two at once goes on by the first; the same agent may think better of it", () => {
    const scene = new Talk().hand(ben, { kind: "invite" }).enter("v1", device("ben")).hand(sales, { id: "h2" });
    const zoe: HandoverTarget = { type: "user", jid: "zoe@elsewhere" };
    expect(scene.hand(zoe, { id: "h3", by: device("ben") }).last.refusal).toEqual({ code: "handover-pending" });
    scene.hand(zoe, { id: "h4" });
    expect(scene.pending.map(({ id }) => id)).toEqual(["h4"]);
    expect(scene.effects("tell-workgroup")).toMatchObject([
      { node: "sales", news: { type: "handover-closed", id: "h2" } },
    ]);
  });
});

describe("a session that is handed to a workgroup", () => {
  it("is offered to its agents, and not to the giver", () => {
    const scene = new Talk({ routing: "ring-all" }).hand(own).deliver();
    expect(scene.asked("h1")).toEqual([agent("ben")]);
    expect(scene.offerTo("ben", "h1").expiresAt - scene.now).toBe(20_000);
  });

  it("stands in no queue that a visitor or an agent is shown", () => {
    const scene = new Talk().hand(own).deliver().join("v2");
    expect(scene.all("queue-changed").length).toBeGreaterThan(0);
    expect(scene.state.requests.get("h1")?.phase.name).toBe("offered");
    expect(scene.answer("ben", "v1", false).deliver().failures).toEqual(["all-declined"]);
  });

  it("is accepted by the session's id, and the agent invited as any other", () => {
    const scene = new Talk().hand(own).deliver().accept("ben", "v1").deliver();
    expect(scene.all("invite-agent").at(-1)).toMatchObject({ request: { id: "v1" }, device: device("ben") });
    scene.enter("v1", device("ben")).deliver();
    expect(scene.phase("v1", "in-session").agent).toBe(agent("ben"));
    expect(scene.state.requests.has("h1")).toBe(false);
    expect(scene.all("save-handover-decided")).toEqual([{ type: "save-handover-decided", request: "h1" }]);
  });

  it("goes to the next when who accepted does not come, and is told when there is none", () => {
    const scene = new Talk().hand(own).deliver().accept("ben", "v1").deliver().fire("agent-join", "h1").deliver();
    expect(scene.failures).toEqual(["all-declined"]);
    expect(scene.pending).toEqual([]);
  });

  it.each([
    ["that does not exist", sales, null, "no-such-workgroup"],
    ["that is closed", sales, "closed", "nobody-there"],
    ["where nobody is", sales, "ready", "nobody-there"],
  ] as const)("%s is refused", (_, to, standing, code) => {
    const event = { type: "handover-requested", id: "h1", request: "v1", by: device("anna"), reason: "" } as const;
    expect(new Talk().tell({ ...event, kind: "transfer", to, standing }).last.refusal).toEqual({ code });
  });

  it("in which nobody but the giver is there is refused", () => {
    expect(new Talk().signOut("ben").hand(own).last.refusal).toEqual({ code: "nobody-there" });
  });

  it("that is removed meanwhile is told to the giver", () => {
    const scene = new Talk().hand(own).deliver().tell({ type: "workgroup-removed" }).deliver();
    expect(scene.failures).toEqual(["no-such-workgroup"]);
  });
});

describe("when somebody is gone midway", () => {
  it("the giver: the talk waits for whom it was handed to, and then for an agent of the queue", () => {
    const scene = new Talk().hand(ben).leave("v1", device("anna"));
    // Leaving on purpose would have ended it.
    expect([scene.dueInS("agent-grace"), scene.phase("v1", "in-session").agentLeft]).toEqual([null, null]);
    scene.fire("handover");
    expect(scene.dueInS("agent-grace")).toBeLessThanOrEqual(0);
    scene.fire("agent-grace");
    expect(scene.phases).toEqual({ v1: "offered" });
    expect(scene.effects("tell-requeued")).toHaveLength(1);
  });

  it("the visitor: nobody is asked any more", () => {
    const scene = new Talk().hand(own).deliver();
    scene.tell({ type: "end-requested", request: "v1", by: visitor("v1") }).deliver();
    expect(scene.phases).toEqual({});
    expect(scene.all("revoke-offer").at(-1)).toMatchObject({ devices: [device("ben")], outcome: "withdrawn" });
    expect(scene.failures).toEqual([]);
  });

  it("the service: what was asked is asked again, of those who are back", () => {
    const scene = new Talk().hand(own).deliver();
    scene.restart().deliver();
    expect(scene.pending).toHaveLength(1);
    scene.signIn("anna").signIn("ben");
    expect(scene.asked("h1")).toEqual([agent("ben")]);
    scene.accept("ben", "v1").deliver().enter("v1", device("ben")).deliver();
    expect(scene.phase("v1", "in-session").agent).toBe(agent("ben"));
  });

  it("the service, and nobody comes back: it is told after a while", () => {
    const scene = new Talk().hand(own).deliver();
    scene.restart().deliver().later(10).signIn("anna");
    expect(scene.failures).toEqual([]);
    scene.fire("dispatch").deliver();
    expect(scene.failures).toEqual(["nobody-there"]);
  });
});

describe("an agent who takes a visitor out of turn", () => {
  it("gets the one chosen, though another waits longer or is being asked", () => {
    const scene = new Scene({ maxChats: 1 }).signIn("anna").join("v1").talk("anna", "v1").join("v2").join("v3");
    scene.signIn("ben").tell({ type: "take-requested", request: "v2", device: device("ben") });
    expect(scene.phases).toMatchObject({ v2: "opening-room", v3: "queued" });
  });

  it.each([
    ["who is busy", (scene: Scene) => scene.join("v2").talk("ben", "v2"), "v3", "ben", "agent-busy"],
    ["who is not there", (scene: Scene) => scene, "v3", "cleo", "not-signed-in"],
    ["who is no agent", (scene: Scene) => scene, "v3", "zoe", "not-an-agent"],
    ["of a visitor who talks", (scene: Scene) => scene, "v1", "ben", "not-waiting"],
    ["of nobody", (scene: Scene) => scene, "v9", "ben", "not-waiting"],
  ] as const)("%s is refused", (_, before, request, name, code) => {
    const scene = new Talk({ maxChats: 1 });
    before(scene).join("v3");
    scene.tell({ type: "take-requested", request, device: device(name) });
    expect(scene.last.refusal).toEqual({ code });
  });
});

describe("a visitor who is blocked", () => {
  const blocked = () => {
    const scene = new Talk();
    const until = scene.now + 60_000;
    return scene.tell({ type: "block-requested", request: "v1", by: device("anna"), until, reason: "rude" });
  };

  it("is out of the talk, and not let in again before the time is over, also after a restart", () => {
    const scene = blocked();
    expect(scene.phases).toEqual({});
    expect(scene.all("close-room")).toHaveLength(1);
    expect(scene.join("v1").last.refusal).toMatchObject({ code: "blocked" });
    expect(scene.later(61).join("v1").last.refusal).toBeUndefined();
  });

  it("is let in again by an agent, and by nobody else", () => {
    const scene = blocked();
    const of = { type: "unblock-requested", visitor: "v1@webchat.localhost" } as const;
    expect(scene.tell({ ...of, by: "zoe@elsewhere" }).last.refusal).toEqual({ code: "not-an-agent" });
    scene.tell({ ...of, by: device("ben") });
    expect(scene.last.effects).toEqual([{ type: "save-unblocked", visitor: "v1@webchat.localhost" }]);
    expect(scene.tell({ ...of, by: device("ben") }).last.refusal).toEqual({ code: "not-blocked" });
    expect(scene.join("v1").last.refusal).toBeUndefined();
  });

  it("is forgotten when it is erased", () => {
    const scene = blocked().tell({ type: "visitor-erased", visitor: "v1@webchat.localhost" });
    expect(JSON.stringify([scene.state.blocked, scene.state.recentlyEnded].map((one) => [...one]))).toBe("[[],[]]");
    expect(scene.join("v1").last.refusal).toBeUndefined();
  });

  it("in a colleague's talk is the colleague's to block", () => {
    const scene = new Talk();
    scene.tell({ type: "block-requested", request: "v1", by: device("ben"), until: scene.now + 1, reason: "" });
    expect(scene.last.refusal).toEqual({ code: "not-yours" });
  });
});

describe("who watches", () => {
  it("is no agent of the talk, costs no capacity, and does not keep it alive", () => {
    const scene = new Talk({ monitors: [agent("ben")], agents: settings().agents });
    scene.tell({ type: "monitor-requested", request: "v1", by: device("ben") });
    expect(scene.effects("admit-monitor")).toMatchObject([{ jid: agent("ben") }]);
    scene.enter("v1", device("ben")).leave("v1", device("anna"));
    expect(scene.phase("v1", "in-session").agentAwayAt).toBe(scene.now);
    scene.tell({ type: "end-requested", request: "v1", by: device("ben") });
    expect(scene.last.refusal).toEqual({ code: "not-yours" });
  });

  it("may be asked to help, and is one of the talk from then on", () => {
    const scene = new Talk({ monitors: [agent("ben")] });
    scene.tell({ type: "monitor-requested", request: "v1", by: device("ben") }).enter("v1", device("ben"));
    scene.hand(ben, { kind: "invite" }).leave("v1", device("anna"));
    expect(scene.phase("v1", "in-session")).toMatchObject({ agent: agent("ben"), agentAwayAt: null });
  });
});
