/**
 * Where one visitor stands, and what follows from what happens: facts in, the new model and orders out.
 * The workgroup decides about queue and talk; this file only draws the consequences for the visitor's seat and pages.
 * Late, doubled and unexpected facts are normal input: they change nothing.
 */
import type { ServerFrame, VisitState } from "../../protocol/visitor-api.ts";
import type { DepartReason } from "../../protocol/workgroup/join.ts";
import type { SessionEnd } from "../../protocol/workgroup/session.ts";
import type { Visit } from "../../protocol/workgroup/visit.ts";

/** The visitor's place in a room, named by the room's bare JID. `lost`: to be taken again when the link is back. */
export type Seat = { name: "none" } | { name: "taking" | "seated" | "lost"; room: string };

export type VisitModel = {
  /** What the visitor is called, as entered; the nickname is made from it. */
  name: string;
  state: VisitState;
  /** The session of the request that is open, or of the one that ended last. */
  session: string | null;
  seat: Seat;
  /** A join that is on its way: its news may arrive before its answer. */
  joining: { question: string; at: number } | null;
  /** How often in a row the room refused us. */
  refusals: number;
};

export type VisitFact =
  /** The workgroup's own word, asked for. It outweighs everything remembered. */
  | { type: "told"; visit: Visit; room: string }
  | { type: "join-asked"; name: string; question: string; at: number }
  | { type: "join-accepted" }
  | { type: "join-refused" }
  | { type: "queue-news"; session: string | null; position: number | null; waitS: number | null; at: number }
  | { type: "departed"; reason: DepartReason }
  | { type: "invited"; session: string; room: string; at: number }
  | { type: "seat-taken"; room: string; agents: string[]; at: number }
  /** The room would not have us. */
  | { type: "seat-refused"; room: string }
  /** The room let us go: because we did not answer (333), or with `evicted`, by somebody's wish. */
  | { type: "seat-lost"; room: string; evicted: boolean }
  | { type: "link-lost" }
  | { type: "agent-entered"; room: string; name: string; at: number }
  | { type: "agent-left"; room: string; name: string; at: number }
  /** The workgroup said in the room that the agent was lost and the visitor waits again; news of the place comes with it. */
  | { type: "requeued"; room: string; at: number }
  | { type: "room-destroyed"; room: string; end: SessionEnd; at: number }
  | { type: "tab-opened" }
  | { type: "last-tab-closed" }
  | { type: "grace-over" };

export type VisitEffect =
  /** To every page of the visit. */
  | { type: "tell"; frame: ServerFrame }
  | { type: "take-seat"; room: string; name: string }
  | { type: "leave-seat"; room: string }
  /** Read what the room said since the last line seen. */
  | { type: "catch-up"; room: string }
  | { type: "ask-visit"; afterS: number }
  | { type: "depart" }
  | { type: "start-grace" }
  | { type: "stop-grace" }
  /** Nothing is kept of a visit that waits for nothing and has no page open. */
  | { type: "forget" };

export type VisitStep = { visit: VisitModel; effects: VisitEffect[] };

/** A visitor who has asked for nothing yet: one and the same for all of them. */
export const NEW_VISIT: VisitModel = {
  name: "",
  state: { phase: "idle" },
  session: null,
  seat: { name: "none" },
  joining: null,
  refusals: 0,
};

/** What follows from `fact`. */
export function step(visit: VisitModel, fact: VisitFact): VisitStep {
  switch (fact.type) {
    case "told":
      return told(visit, fact.visit, fact.room);
    case "join-asked":
      return still({ ...visit, name: fact.name, joining: { question: fact.question, at: fact.at } });
    case "join-accepted":
      return visit.joining === null ? still(visit) : queued(visit, visit.session, null, null, visit.joining.at);
    case "join-refused":
      return still({ ...visit, joining: null });
    case "queue-news":
      return isAnswered(visit) && (fact.session ?? visit.session) === visit.session
        ? still(visit)
        : queued(visit, fact.session, fact.position, fact.waitS, fact.at);
    case "departed":
      return departed(visit, fact.reason);
    case "invited":
      return invited(visit, fact);
    case "seat-taken":
      return seatTaken(visit, fact);
    case "seat-refused":
      return seatRefused(visit, fact.room);
    case "seat-lost":
      return seatLost(visit, fact);
    case "link-lost":
      return visit.seat.name === "none" ? still(visit) : still({ ...visit, seat: { ...visit.seat, name: "lost" } });
    case "agent-entered":
    case "agent-left":
      return agentMoved(visit, fact);
    case "requeued":
      return inRoom(visit, fact.room) && visit.state.phase === "talking" && !isAnswered(visit)
        ? show(visit, { phase: "waiting", position: null, waitS: null, question: visit.state.question, since: fact.at })
        : still(visit);
    case "room-destroyed":
      return destroyed(visit, fact);
    case "tab-opened":
      return { visit, effects: [{ type: "stop-grace" }] };
    case "last-tab-closed":
      return { visit, effects: [{ type: isOpen(visit) ? "start-grace" : "forget" }] };
    case "grace-over":
      return graceOver(visit);
  }
}

type Of<T extends VisitFact["type"]> = Extract<VisitFact, { type: T }>;

const still = (visit: VisitModel): VisitStep => ({ visit, effects: [] });

/** True while the visitor waits or talks, or is about to. */
export const isOpen = (visit: VisitModel): boolean =>
  visit.state.phase === "waiting" || visit.state.phase === "talking" || visit.joining !== null;

const inRoom = (visit: VisitModel, room: string): boolean => visit.seat.name !== "none" && visit.seat.room === room;

/**
 * An agent sits in the room with us. Word that the visitor waits again was then overtaken by the agent's coming back, by
 * which the agent has taken the visitor; nothing else would tell us so afterwards.
 */
const isAnswered = ({ seat, state }: VisitModel): boolean =>
  seat.name === "seated" && state.phase === "talking" && state.agents.length > 0;

export const questionOf = (state: VisitState): string => (state.phase === "idle" ? "" : state.question);

/** The new state, told to the pages when it differs. */
function show(visit: VisitModel, state: VisitState, effects: VisitEffect[] = []): VisitStep {
  const same = JSON.stringify(visit.state) === JSON.stringify(state);
  const tell: VisitEffect[] = same ? [] : [{ type: "tell", frame: { kind: "state", state } }];
  return { visit: { ...visit, state }, effects: [...tell, ...effects] };
}

function told(visit: VisitModel, word: Visit, room: string): VisitStep {
  // Our own join may be on its way to the workgroup at this moment: then that is how things were before it.
  if (visit.joining !== null && word.phase !== "waiting" && word.phase !== "talking") return still(visit);
  if (word.phase === "idle") return leaving(visit, { phase: "idle" });
  const known = { ...visit, name: word.name, session: word.session, joining: null };
  const { question } = word;
  switch (word.phase) {
    case "waiting": {
      const { position, waitS, joinedAt } = word;
      const state: VisitState = { phase: "waiting", position, waitS, question, since: joinedAt };
      return leaving(known, state);
    }
    case "talking": {
      const at = word.room === "" ? room : word.room;
      const same = visit.session === word.session && inRoom(visit, at);
      // Between two agents the workgroup counts the talk as going on; the visitor was told to wait.
      if (same && visit.state.phase === "waiting") return seated(known, visit.state, at);
      const agents = same && visit.state.phase === "talking" ? visit.state.agents : [];
      const since = word.startedAt;
      return seated(known, { phase: "talking", session: word.session, agents, question, since }, at);
    }
    case "ended": {
      const by = { kind: word.end.by, name: word.end.name };
      return leaving(known, { phase: "ended", session: word.session, by, question, at: word.endedAt });
    }
    case "unserved":
      return leaving(known, { phase: "unserved", reason: word.reason, question });
  }
}

/** In `state`, with a seat in `room`. */
function seated(visit: VisitModel, state: VisitState, room: string): VisitStep {
  if (inRoom(visit, room) && visit.seat.name !== "lost") return show(visit, state);
  const effects: VisitEffect[] = [{ type: "take-seat", room, name: visit.name }];
  if (visit.seat.name !== "none" && visit.seat.room !== room) {
    effects.unshift({ type: "leave-seat", room: visit.seat.room });
  }
  return show({ ...visit, seat: { name: "taking", room } }, state, effects);
}

/** In `state`, without a seat. */
function leaving(visit: VisitModel, state: VisitState): VisitStep {
  if (visit.seat.name === "none") return show(visit, state);
  const { room } = visit.seat;
  return show({ ...visit, seat: { name: "none" } }, state, [{ type: "leave-seat", room }]);
}

function queued(
  visit: VisitModel,
  session: string | null,
  position: number | null,
  waitS: number | null,
  at: number,
): VisitStep {
  const { state } = visit;
  const question = visit.joining?.question ?? questionOf(state);
  const since = visit.joining?.at ?? (state.phase === "waiting" ? state.since : at);
  const waiting: VisitState = { phase: "waiting", position, waitS, question, since };
  const known = { ...visit, session: session ?? visit.session, joining: null };
  // News that came before the join's answer stand.
  if (visit.joining === null && state.phase === "waiting" && position === null) return still(known);
  // A seat stays ours while the same session waits for its next agent.
  return session !== null && session !== visit.session ? leaving(known, waiting) : show(known, waiting);
}

function departed(visit: VisitModel, reason: DepartReason): VisitStep {
  if (visit.state.phase !== "waiting" && visit.joining === null) return still(visit);
  const question = visit.joining?.question ?? questionOf(visit.state);
  const out = { ...visit, joining: null };
  if (reason === "departure-requested") return leaving(out, { phase: "idle" });
  return leaving(out, {
    phase: "unserved",
    reason: reason === "closed" ? "closed" : "nobody-took-it",
    question,
  });
}

function invited(visit: VisitModel, { session, room, at }: Of<"invited">): VisitStep {
  const { state } = visit;
  if (state.phase === "ended" && state.session === session) return still(visit);
  // A second invitation is the room's way to ask again; the seat is ours already.
  if (state.phase === "talking" && visit.session === session && inRoom(visit, room)) return still(visit);
  const question = visit.joining?.question ?? questionOf(state);
  const agents = state.phase === "talking" && visit.session === session ? state.agents : [];
  return seated(
    { ...visit, session, joining: null, refusals: 0 },
    { phase: "talking", session, agents, question, since: at },
    room,
  );
}

function seatTaken(visit: VisitModel, { room, agents, at }: Of<"seat-taken">): VisitStep {
  // We left, or went elsewhere, while the answer was on its way.
  if (!inRoom(visit, room)) return { visit, effects: [{ type: "leave-seat", room }] };
  const now = { ...visit, seat: { name: "seated" as const, room }, refusals: 0 };
  const catchUp: VisitEffect = { type: "catch-up", room };
  const { state } = now;
  if (state.phase === "talking") return show(now, { ...state, agents }, [catchUp]);
  if (state.phase !== "waiting" || agents.length === 0) return { visit: now, effects: [catchUp] };
  return show(now, talkingAgain(now, state, agents, at), [catchUp]);
}

function talkingAgain(
  visit: VisitModel,
  state: Extract<VisitState, { phase: "waiting" }>,
  agents: string[],
  at: number,
): VisitState {
  return { phase: "talking", session: visit.session ?? "", agents, question: state.question, since: at };
}

function seatRefused(visit: VisitModel, room: string): VisitStep {
  if (!inRoom(visit, room) || visit.seat.name !== "taking") return still(visit);
  const refusals = visit.refusals + 1;
  const afterS = Math.min(10, 2 ** (refusals - 1));
  return {
    visit: { ...visit, seat: { name: "lost", room }, refusals },
    effects: [{ type: "ask-visit", afterS }],
  };
}

function seatLost(visit: VisitModel, { room, evicted }: Of<"seat-lost">): VisitStep {
  if (!inRoom(visit, room)) return still(visit);
  // Somebody wanted us out: the workgroup knows what that means for the talk.
  if (evicted)
    return { visit: { ...visit, seat: { name: "lost", room } }, effects: [{ type: "ask-visit", afterS: 0 }] };
  return {
    visit: { ...visit, seat: { name: "taking", room } },
    effects: [{ type: "take-seat", room, name: visit.name }],
  };
}

function agentMoved(visit: VisitModel, fact: Of<"agent-entered" | "agent-left">): VisitStep {
  const { room, name, at } = fact;
  if (!inRoom(visit, room)) return still(visit);
  const { state } = visit;
  const before = state.phase === "talking" ? state.agents : [];
  if (fact.type === "agent-entered") {
    if (before.includes(name)) return still(visit);
    const joined: VisitEffect = { type: "tell", frame: { kind: "joined", name, at } };
    if (state.phase === "talking") return show(visit, { ...state, agents: [...before, name] }, [joined]);
    return state.phase === "waiting" ? show(visit, talkingAgain(visit, state, [name], at), [joined]) : still(visit);
  }
  if (state.phase !== "talking" || !before.includes(name)) return still(visit);
  const agents = before.filter((one) => one !== name);
  return show(visit, { ...state, agents }, [{ type: "tell", frame: { kind: "left", name, at } }]);
}

function destroyed(visit: VisitModel, { room, end, at }: Of<"room-destroyed">): VisitStep {
  if (!inRoom(visit, room)) return still(visit);
  const by = { kind: end.by, name: end.name };
  const question = questionOf(visit.state);
  const gone = { ...visit, seat: { name: "none" as const } };
  return show(gone, { phase: "ended", session: visit.session ?? "", by, question, at });
}

function graceOver(visit: VisitModel): VisitStep {
  const effects: VisitEffect[] = [];
  // A join may be on its way still.
  if (visit.state.phase === "waiting" || visit.joining !== null) effects.push({ type: "depart" });
  if (visit.seat.name !== "none") effects.push({ type: "leave-seat", room: visit.seat.room });
  return { visit: { ...visit, seat: { name: "none" } }, effects: [...effects, { type: "forget" }] };
}
