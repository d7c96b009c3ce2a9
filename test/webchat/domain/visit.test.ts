import { describe, expect, it } from "vitest";
import type { VisitState } from "../../../protocol/visitor-api.ts";
import type { Visit } from "../../../protocol/workgroup/visit.ts";
import { NEW_VISIT, step, type VisitFact, type VisitModel } from "../../../webchat/domain/visit.ts";

const ROOM = "s1@conference.example.org";
const ASKED: VisitFact = { type: "join-asked", name: "Dana", question: "Why?", at: 1_000 };
const NEWS: VisitFact = { type: "queue-news", session: "s1", position: 2, waitS: 30, at: 1_500 };
const INVITED: VisitFact = { type: "invited", session: "s1", room: ROOM, at: 2_000 };
const TAKEN: VisitFact = { type: "seat-taken", room: ROOM, agents: ["Anna"], at: 3_000 };
const DESTROYED: VisitFact = { type: "room-destroyed", room: ROOM, end: { by: "agent", name: "Anna" }, at: 9_000 };

const WAITING: VisitState = { phase: "waiting", position: 2, waitS: 30, question: "Why?", since: 1_000 };
const TALKING: VisitState = { phase: "talking", session: "s1", agents: ["Anna"], question: "Why?", since: 2_000 };

function visitAfter(...facts: VisitFact[]): VisitModel {
  return facts.reduce((visit, fact) => step(visit, fact).visit, NEW_VISIT);
}
const waiting = (): VisitModel => visitAfter(ASKED, { type: "join-accepted" }, NEWS);
const talking = (): VisitModel => visitAfter(ASKED, NEWS, INVITED, TAKEN);
const types = (visit: VisitModel, fact: VisitFact): string[] => step(visit, fact).effects.map((effect) => effect.type);

describe("a visitor who joins the queue", () => {
  it("waits from the workgroup's answer on, with the question asked", () => {
    const { visit, effects } = step(visitAfter(ASKED), { type: "join-accepted" });
    const state = { phase: "waiting", position: null, waitS: null, question: "Why?", since: 1_000 };
    expect(visit.state).toEqual(state);
    expect(effects).toEqual([{ type: "tell", frame: { kind: "state", state } }]);
  });

  it("keeps the place that was told before the answer came", () => {
    const { visit, effects } = step(visitAfter(ASKED, NEWS), { type: "join-accepted" });
    expect(visit.state).toEqual(WAITING);
    expect(effects).toEqual([]);
  });

  it("stays where it was when the workgroup refuses", () => {
    const visit = visitAfter(ASKED, { type: "join-refused" });
    expect(visit).toEqual({ ...NEW_VISIT, name: "Dana" });
  });

  it("hears of each change of place, and of none twice", () => {
    expect(types(waiting(), { ...NEWS, position: 1 })).toEqual(["tell"]);
    expect(types(waiting(), NEWS)).toEqual([]);
  });

  it.each([
    ["departure-requested", { phase: "idle" }],
    ["agent-not-found", { phase: "unserved", reason: "nobody-took-it", question: "Why?" }],
    ["closed", { phase: "unserved", reason: "closed", question: "Why?" }],
  ] as const)("that ends with %s", (reason, state) => {
    expect(step(waiting(), { type: "departed", reason }).visit.state).toEqual(state);
  });

  it("is not moved by a departure that comes when the talk has begun", () => {
    expect(step(talking(), { type: "departed", reason: "agent-not-found" }).visit.state).toEqual(TALKING);
  });
});

describe("an invitation", () => {
  it("makes a talk and takes the seat under the visitor's name", () => {
    const { visit, effects } = step(waiting(), INVITED);
    expect(visit.seat).toEqual({ name: "taking", room: ROOM });
    expect(effects).toEqual([
      { type: "tell", frame: { kind: "state", state: { ...TALKING, agents: [] } } },
      { type: "take-seat", room: ROOM, name: "Dana" },
    ]);
  });

  it("that comes twice changes nothing", () => {
    expect(step(talking(), INVITED)).toEqual({ visit: talking(), effects: [] });
  });

  it("to a talk that has ended is passed over", () => {
    expect(types(visitAfter(ASKED, NEWS, INVITED, TAKEN, DESTROYED), INVITED)).toEqual([]);
  });
});

describe("a seat", () => {
  it("once taken shows who is there and reads what was said", () => {
    const { visit, effects } = step(visitAfter(ASKED, NEWS, INVITED), TAKEN);
    expect(visit.seat).toEqual({ name: "seated", room: ROOM });
    expect(visit.state).toEqual(TALKING);
    expect(effects.map((one) => one.type)).toEqual(["tell", "catch-up"]);
  });

  it("that comes after the talk is over is left again", () => {
    expect(types(visitAfter(ASKED, NEWS, INVITED, DESTROYED), TAKEN)).toEqual(["leave-seat"]);
  });

  it("that is refused leads to the question how things stand, later each time", () => {
    const first = step(visitAfter(ASKED, NEWS, INVITED), { type: "seat-refused", room: ROOM });
    expect(first.effects).toEqual([{ type: "ask-visit", afterS: 1 }]);
    const word = {
      phase: "talking",
      session: "s1",
      room: ROOM,
      startedAt: 2_000,
      name: "Dana",
      question: "Why?",
    } as const;
    const again = step(first.visit, { type: "told", visit: word, room: ROOM });
    expect(again.effects.map((one) => one.type)).toEqual(["take-seat"]);
    expect(step(again.visit, { type: "seat-refused", room: ROOM }).effects).toEqual([{ type: "ask-visit", afterS: 2 }]);
  });

  it("lost because we did not answer is taken again at once", () => {
    const { visit, effects } = step(talking(), { type: "seat-lost", room: ROOM, evicted: false });
    expect(visit.state).toEqual(TALKING);
    expect(effects).toEqual([{ type: "take-seat", room: ROOM, name: "Dana" }]);
  });

  it("lost by somebody's wish is a question to the workgroup", () => {
    expect(types(talking(), { type: "seat-lost", room: ROOM, evicted: true })).toEqual(["ask-visit"]);
  });

  it("of another room tells nothing", () => {
    const room = "other@conference.example.org";
    expect(types(talking(), { ...DESTROYED, room })).toEqual([]);
    expect(types(talking(), { type: "agent-left", room, name: "Anna", at: 1 })).toEqual([]);
    expect(types(talking(), { type: "seat-lost", room, evicted: false })).toEqual([]);
  });
});

describe("people in the room", () => {
  it("who come and go are told, and listed", () => {
    const came = step(talking(), { type: "agent-entered", room: ROOM, name: "Ben", at: 4_000 });
    expect(came.visit.state).toEqual({ ...TALKING, agents: ["Anna", "Ben"] });
    expect(came.effects.map((one) => one.type)).toEqual(["tell", "tell"]);
    const went = step(came.visit, { type: "agent-left", room: ROOM, name: "Anna", at: 5_000 });
    expect(went.visit.state).toEqual({ ...TALKING, agents: ["Ben"] });
    expect(went.effects).toContainEqual({ type: "tell", frame: { kind: "left", name: "Anna", at: 5_000 } });
  });

  it("are told once, however often their presence comes", () => {
    expect(types(talking(), { type: "agent-entered", room: ROOM, name: "Anna", at: 4_000 })).toEqual([]);
  });
});

describe("a talk whose agent was lost", () => {
  const REQUEUED: VisitFact = { type: "requeued", room: ROOM, at: 5_000 };
  const LEFT: VisitFact = { type: "agent-left", room: ROOM, name: "Anna", at: 4_000 };
  const BACK: VisitFact = { type: "agent-entered", room: ROOM, name: "Anna", at: 4_500 };
  const lost = (): VisitModel => step(talking(), LEFT).visit;
  const requeued = (): VisitModel => step(lost(), REQUEUED).visit;

  it("waits again, at the place that the queue's news tell, and keeps its seat", () => {
    expect(requeued().state).toEqual({
      phase: "waiting",
      position: null,
      waitS: null,
      question: "Why?",
      since: 5_000,
    });
    expect(requeued().seat).toEqual({ name: "seated", room: ROOM });
    expect(types(requeued(), { ...NEWS, position: 1, waitS: 20 })).toEqual(["tell"]);
  });

  it("goes on with the next agent", () => {
    const { visit } = step(requeued(), { type: "agent-entered", room: ROOM, name: "Ben", at: 6_000 });
    expect(visit.state).toEqual({ ...TALKING, agents: ["Ben"], since: 6_000 });
  });

  it.each([
    ["word in the room", REQUEUED],
    ["news from the queue", { ...NEWS, position: 1 }],
  ])("goes on with the agent who came back before the %s that it waits", (_, fact) => {
    const back = step(lost(), BACK).visit;
    expect(step(back, fact)).toEqual({ visit: back, effects: [] });
    expect(back.state).toEqual(TALKING);
  });

  it("waits by the queue's news alone while nobody else is in the room", () => {
    expect(step(lost(), { ...NEWS, position: 1 }).visit.state.phase).toBe("waiting");
  });

  it("still waits when the workgroup, asked, calls it a talk", () => {
    const word = {
      phase: "talking",
      session: "s1",
      room: ROOM,
      startedAt: 2_000,
      name: "Dana",
      question: "Why?",
    } as const;
    expect(step(requeued(), { type: "told", visit: word, room: ROOM })).toEqual({ visit: requeued(), effects: [] });
  });
});

describe("the end of a talk", () => {
  it("is told with who ended it", () => {
    const { visit, effects } = step(talking(), DESTROYED);
    const by = { kind: "agent", name: "Anna" };
    expect(visit.state).toEqual({ phase: "ended", session: "s1", by, question: "Why?", at: 9_000 });
    expect(visit.seat).toEqual({ name: "none" });
    expect(effects).toEqual([{ type: "tell", frame: { kind: "state", state: visit.state } }]);
  });

  it("leaves the way free for another join", () => {
    const visit = [ASKED, { ...NEWS, session: "s2" }].reduce(
      (now, fact) => step(now, fact).visit,
      visitAfter(DESTROYED),
    );
    expect(visit.state.phase).toBe("waiting");
    expect(visit.session).toBe("s2");
  });
});

describe("the link to the server", () => {
  it("once lost changes nothing that pages see, and seats are taken again by what the workgroup says", () => {
    const lost = step(talking(), { type: "link-lost" });
    expect(lost.effects).toEqual([]);
    expect(lost.visit.state).toEqual(TALKING);
    const word = {
      phase: "talking",
      session: "s1",
      room: ROOM,
      startedAt: 2_000,
      name: "Dana",
      question: "Why?",
    } as const;
    const back = step(lost.visit, { type: "told", visit: word, room: ROOM });
    expect(back.effects).toEqual([{ type: "take-seat", room: ROOM, name: "Dana" }]);
  });

  it("that was away while the talk ended: the workgroup's word ends it", () => {
    const lost = step(talking(), { type: "link-lost" }).visit;
    const end = { by: "service", name: "" } as const;
    const word = { phase: "ended", session: "s1", endedAt: 8_000, end, name: "Dana", question: "Why?" } as const;
    const { visit, effects } = step(lost, { type: "told", visit: word, room: ROOM });
    expect(visit.state).toMatchObject({ phase: "ended", by: { kind: "service", name: "" } });
    expect(effects.map((one) => one.type)).toEqual(["tell", "leave-seat"]);
  });
});

describe("a visit without a page", () => {
  it.each([
    ["idle", NEW_VISIT, ["forget"]],
    ["ended", visitAfter(ASKED, NEWS, INVITED, TAKEN, DESTROYED), ["forget"]],
    ["waiting", waiting(), ["start-grace"]],
    ["talking", talking(), ["start-grace"]],
    ["joining", visitAfter(ASKED), ["start-grace"]],
  ])("that is %s", (_, visit, expected) => {
    expect(types(visit, { type: "last-tab-closed" })).toEqual(expected);
  });

  it("gives up its place when the grace is over", () => {
    expect(types(waiting(), { type: "grace-over" })).toEqual(["depart", "forget"]);
    // The join may be taken while nobody is here any more.
    expect(types(visitAfter(ASKED), { type: "grace-over" })).toEqual(["depart", "forget"]);
  });

  it("leaves its seat, and does not end the talk, when the grace is over", () => {
    expect(types(talking(), { type: "grace-over" })).toEqual(["leave-seat", "forget"]);
  });

  it("is kept when a page comes back", () => {
    expect(types(talking(), { type: "tab-opened" })).toEqual(["stop-grace"]);
  });
});

describe("the workgroup's word on what was before", () => {
  const about = { session: "s0", name: "Dana", question: "Why?", endedAt: 500 };
  it.each<Visit>([
    { phase: "idle" },
    { phase: "ended", ...about, end: { by: "visitor", name: "Dana" } },
    { phase: "unserved", ...about, reason: "closed" },
  ])("$phase does not take back a join that is on its way", (visit) => {
    expect(step(visitAfter(ASKED), { type: "told", visit, room: "" })).toEqual({
      visit: visitAfter(ASKED),
      effects: [],
    });
  });
});
