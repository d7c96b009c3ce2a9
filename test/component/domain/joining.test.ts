import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  expectedWaitMs,
  findByPerson,
  findByVisitor,
  positionOf,
  queueOrder,
} from "../../../component/domain/dispatcher.ts";
import { cleanMetadata } from "../../../component/domain/metadata.ts";
import { RequestBook } from "../../../component/domain/request-book.ts";
import { agent, device, field, Scene, START, visitor } from "./scene.ts";

const order = (scene: Scene): string[] => queueOrder(scene.state).map(({ id }) => id);

describe("a visitor who asks to be queued", () => {
  it("waits when every agent is busy with an offer", () => {
    const scene = new Scene().signIn("anna").join("r1").join("r2");
    expect(scene.phases).toEqual({ r1: "offered", r2: "queued" });
    expect(scene.types({ timers: true })).toEqual(["save-request", "start-timer", "queue-changed"]);
    expect(scene.dueInS("deadline")).toBe(240);
  });

  it("is offered at once when an agent is free, the saves coming first", () => {
    const scene = new Scene().signIn("anna").join("r1");
    expect(scene.types({ timers: true })).toEqual([
      "save-request",
      "save-offer",
      "send-offer",
      "start-timer",
      "start-timer",
      "start-timer",
      "agent-changed",
      "queue-changed",
    ]);
    expect(scene.effects("save-request")[0]?.request).toEqual(scene.request("r1"));
  });

  it("stands behind those who came before", () => {
    const scene = new Scene().signIn("anna").join("r1").join("r2").join("r3");
    expect(order(scene)).toEqual(["r1", "r2", "r3"]);
    expect(["r1", "r3", "nobody"].map((id) => positionOf(scene.state, id))).toEqual([1, 3, null]);
    expect(findByVisitor(scene.state, visitor("r2"))?.id).toBe("r2");
  });

  it("is found by whichever address it writes from, and nobody else who waits is looked at for that", () => {
    const scene = new Scene().signIn("anna").join("r1").join("r2").join("r3");
    const looked = vi.spyOn(RequestBook.prototype, "values");
    onTestFinished(() => looked.mockRestore());
    for (const from of [visitor("r2"), "r2@webchat.localhost", "r2@webchat.localhost/phone"])
      expect(findByPerson(scene.state, from)?.id).toBe("r2");
    expect(findByVisitor(scene.state, "r2@webchat.localhost/phone")).toBeUndefined();
    expect(looked).not.toHaveBeenCalled();
  });

  it("is refused a second place, in whatever phase the first request is", () => {
    const scene = new Scene({ form: { title: "", instructions: "", fields: [field("email", true)] } });
    scene.signIn("anna").join("r1", { email: ["a@b"] });
    const again = () =>
      scene.tell({ type: "join-requested", id: "r9", visitor: visitor("r1"), userId: "x@y", metadata: {} }).last;
    expect(again()).toMatchObject({ refusal: { code: "already-queued" }, effects: [] });
    scene.accept("anna", "r1");
    expect(again().refusal).toEqual({ code: "already-queued" });
    scene.opened("r1");
    expect(again().refusal).toEqual({ code: "already-queued" });
    scene.enter("r1", "anna@localhost/ui").show("anna", "away");
    expect(again().refusal).toEqual({ code: "already-queued" });
  });

  it.each([
    ["the workgroup is switched off", new Scene({ open: false }).signIn("anna")],
    ["nobody is signed in", new Scene()],
    ["every agent is away", new Scene().signIn("anna", { show: "away" }).signIn("ben", { show: "dnd" })],
    ["the workgroup is removed", new Scene().signIn("anna").tell({ type: "workgroup-removed" })],
  ])("is refused when %s", (_, scene) => {
    const before = scene.state;
    expect(scene.join("r1").last).toEqual({ state: before, effects: [], refusal: { code: "closed" } });
  });

  it("is let in when an agent is there with all hands full", () => {
    const scene = new Scene({ maxChats: 1 }).signIn("anna").join("r1").talk("anna", "r1").join("r2");
    expect(scene.last.refusal).toBeUndefined();
    expect(scene.phases).toEqual({ r1: "in-session", r2: "queued" });
  });

  it("is refused when as many wait as may, until one leaves", () => {
    const scene = new Scene({ maxQueue: 2, maxChats: 1 }).signIn("anna").join("r1").talk("anna", "r1").join("r2");
    expect(scene.join("r3").last.refusal).toBeUndefined();
    expect(scene.join("r4").last).toMatchObject({ refusal: { code: "queue-full" }, effects: [] });
    scene.tell({ type: "depart-requested", visitor: visitor("r2") });
    expect(scene.join("r4").last.refusal).toBeUndefined();
  });

  it("comes back to a full queue when the agent was lost: the bound is for those who come anew", () => {
    const scene = new Scene({ maxQueue: 1, maxChats: 1 }).signIn("anna").join("r1").talk("anna", "r1").join("r2");
    scene.signOut("anna").leave("r1", device("anna"), true).fire("agent-grace");
    expect(order(scene)).toEqual(["r1", "r2"]);
  });

  it("is told which required fields are missing, in the order of the form", () => {
    const fields = [field("username", true), field("email", true), field("shoe", false), field("question", true)];
    const scene = new Scene({ form: { title: "", instructions: "", fields } }).signIn("anna");
    scene.join("r1", { email: ["a@b"], question: ["  ", ""] });
    expect(scene.last.refusal).toEqual({ code: "form-incomplete", fields: ["username", "question"] });
    scene.join("r1", { username: ["Dana"], email: ["a@b"], question: ["", "Why?"] });
    expect(scene.last.refusal).toBeUndefined();
  });

  it("cannot choose or exclude an agent by metadata", () => {
    const scene = new Scene().signIn("anna").signIn("ben");
    scene.join("r1", { agent: [agent("ben")], ignore: [agent("anna")] });
    expect(scene.asked("r1")).toEqual([agent("anna")]);
  });
});

describe("what a visitor entered", () => {
  it("is kept within what one stanza can carry, the first of it first", () => {
    const long = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`field${i}`, ["x".repeat(5_000), "y"]]));
    const kept = Object.entries(cleanMetadata({ url: ["http://shop.example"] }, long));
    const size = kept.flat(2).reduce((sum, text) => sum + text.length, 0);
    expect(size).toBeLessThanOrEqual(20_000);
    expect(kept.slice(0, 2)).toEqual([
      ["url", ["http://shop.example"]],
      ["field0", ["x".repeat(4_000), "y"]],
    ]);
  });
});

describe("a waiting visitor who gives up", () => {
  it("is out of the queue and told so", () => {
    const scene = new Scene().signIn("anna").join("r1").join("r2");
    scene.tell({ type: "depart-requested", visitor: visitor("r2") });
    expect(scene.types({ timers: true })).toEqual([
      "save-request-ended",
      "stop-timer",
      "tell-departed",
      "queue-changed",
    ]);
    expect(scene.effects("save-request-ended")).toEqual([
      { type: "save-request-ended", request: "r2", at: START, reason: "visitor-cancelled", by: { kind: "visitor" } },
    ]);
    expect(scene.effects("tell-departed")[0]?.reason).toBe("departure-requested");
  });

  it("is taken from the screen of the agent who was asked, who is then offered the next", () => {
    const scene = new Scene().signIn("anna").join("r1").join("r2");
    scene.tell({ type: "depart-requested", visitor: visitor("r1") });
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("visitor-gone");
    expect(scene.effects("revoke-offer")[0]).toMatchObject({ devices: ["anna@localhost/ui"], outcome: "visitor-gone" });
    expect(scene.asked("r2")).toEqual([agent("anna")]);
  });

  it.each(["opening-room", "inviting"])(
    "takes back what an agent has just accepted (%s), and the room goes",
    (phase) => {
      const scene = new Scene().signIn("anna").join("r1").accept("anna", "r1");
      if (phase === "inviting") scene.opened("r1");
      expect(scene.phases).toEqual({ r1: phase });
      scene.tell({ type: "depart-requested", visitor: visitor("r1") });
      expect(scene.types()).toEqual([
        "save-request-ended",
        "revoke-offer",
        "tell-departed",
        "close-room",
        "agent-changed",
        "capacity-freed",
      ]);
      expect(scene.armed.size).toBe(0);
    },
  );

  it("is refused when it does not wait", () => {
    const scene = new Scene().signIn("anna").join("r1");
    const depart = (id: string) => scene.tell({ type: "depart-requested", visitor: visitor(id) }).last.refusal;
    expect(depart("r7")).toEqual({ code: "not-queued" });
    scene.talk("anna", "r1");
    expect(depart("r1")).toEqual({ code: "not-queued" });
  });
});

describe("a visitor nobody takes", () => {
  it("is told so at its deadline, and the offer is withdrawn", () => {
    const scene = new Scene({ offerTimeoutS: 300 }).signIn("anna").join("r1").acknowledge("anna", "r1");
    scene.fire("deadline");
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("withdrawn");
    expect(scene.effects("revoke-offer")[0]?.outcome).toBe("withdrawn");
    expect(scene.effects("save-request-ended")[0]).toMatchObject({ reason: "nobody-took-it", by: { kind: "service" } });
    expect(scene.effects("tell-departed")[0]?.reason).toBe("agent-not-found");
    expect(scene.state.requests.size).toBe(0);
    expect(scene.armed.size).toBe(0);
  });

  it("is not offered beyond its deadline", () => {
    const scene = new Scene({ requestTimeoutS: 30 })
      .signIn("anna")
      .join("r1")
      .join("r2")
      .later(20)
      .reject("anna", "r1");
    expect(scene.offerTo("anna", "r2").expiresAt).toBe(START + 30_000);
  });
});

describe("a waiting visitor who cannot be reached", () => {
  const lost = () =>
    new Scene()
      .signIn("anna")
      .join("r1")
      .tell({ type: "visitor-unreachable", visitor: visitor("r1") });

  it("keeps its place for the grace time", () => {
    const scene = lost();
    expect(scene.phases).toEqual({ r1: "offered" });
    expect(scene.dueInS("visitor-grace")).toBe(60);
  });

  it("goes on waiting when it is back", () => {
    const scene = lost()
      .later(59)
      .tell({ type: "visitor-reachable", visitor: visitor("r1") });
    expect(scene.dueInS("visitor-grace")).toBeNull();
    // The timer may have been on its way already.
    scene.later(5).tell({ type: "timer-fired", timer: { kind: "visitor-grace", request: "r1" } });
    expect(scene.phases).toEqual({ r1: "offered" });
  });

  it("is given up after it, and the agent's offer goes", () => {
    const scene = lost().fire("visitor-grace");
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("visitor-gone");
    expect(scene.effects("save-request-ended")[0]?.reason).toBe("visitor-lost");
    expect(scene.effects("tell-departed")).toEqual([]);
    expect(scene.state.requests.size).toBe(0);
  });

  it("does not gain time by being unreachable again", () => {
    const scene = lost()
      .later(50)
      .tell({ type: "visitor-unreachable", visitor: visitor("r1") });
    expect(scene.dueInS("visitor-grace")).toBe(10);
  });

  it("is left to the room once it is in session", () => {
    const scene = new Scene().signIn("anna").join("r1").talk("anna", "r1");
    expect(scene.tell({ type: "visitor-unreachable", visitor: visitor("r1") }).last.effects).toEqual([]);
  });
});

describe("the expected wait", () => {
  it("is fifteen seconds a place before anybody was served", () => {
    expect(expectedWaitMs(new Scene().state, 3)).toBe(45_000);
  });

  it("follows the average of those who were served, the newest counting half", () => {
    const scene = new Scene().signIn("anna").join("r1").later(10).talk("anna", "r1");
    expect(expectedWaitMs(scene.state, 2)).toBe(20_000);
    scene.join("r2").later(30).talk("anna", "r2");
    expect(expectedWaitMs(scene.state, 1)).toBe(20_000);
  });
});

describe("a visitor who says more while waiting", () => {
  const more = (scene: Scene, text: string) => scene.tell({ type: "words-added", visitor: visitor("r1"), text }).last;

  it("has it added to the question, saved, and keeps the place", () => {
    const scene = new Scene()
      .signIn("anna")
      .join("r0")
      .join("r1", { question: ["It is broken."] })
      .join("r2");
    expect(more(scene, "The screen is dark.").effects[0]).toMatchObject({ type: "save-request" });
    expect(scene.request("r1").metadata.question).toEqual(["It is broken.\nThe screen is dark."]);
    expect(order(scene)).toEqual(["r0", "r1", "r2"]);
  });

  it("is refused when nobody could read all of it", () => {
    const scene = new Scene().signIn("anna").join("r1", { question: ["x".repeat(3_000)] });
    expect(more(scene, "y".repeat(1_000)).refusal).toEqual({ code: "question-full" });
  });

  it("is refused once somebody has taken the request, or when there is none", () => {
    const scene = new Scene().signIn("anna");
    expect(more(scene, "Hello?").refusal).toEqual({ code: "not-queued" });
    expect(more(scene.join("r1").accept("anna", "r1"), "Hello?").refusal).toEqual({ code: "not-queued" });
  });
});
