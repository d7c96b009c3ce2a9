/** Who is in the room, and what follows when somebody enters or leaves. */
import { loadOf, maxChatsOf } from "./capacity.ts";
import { type Decision, type Of, put } from "./decision.ts";
import { isHandedOver, welcome } from "./handovers.ts";
import type { Occupant, Phase, Request } from "./model.ts";
import { closeForTaker } from "./offers.ts";
import { saveParticipants } from "./participants.ts";
import { bareOf, isSignedInAnywhere, occupantsOf, roleOf } from "./people.ts";
import { hasRejected } from "./selection.ts";
import { startSession, withServed } from "./sessions.ts";

/**
 * What was seen of the room: who is known to have arrived or to be there now, and how somebody left (by which client,
 * and whether the room dropped it). Others in the list of occupants are only not known to have gone.
 */
type Sight = { here: readonly string[]; leaving: Leaving };
type Leaving = { jid: string; lost: boolean } | null;

/** What is asked of colleagues has no room of its own. */
function roomOf({ state }: Decision, id: string): Request | undefined {
  const request = state.requests.get(id);
  return request?.handover ? undefined : request;
}

/** Somebody is in the room. Said again for a change of nick. */
export function joined(d: Decision, { request: id, jid, nick }: Of<"occupant-joined">): void {
  const request = roomOf(d, id);
  if (!request) return;
  const others = occupantsOf(request).filter((one) => one.jid !== jid);
  seat(d, request, [...others, { jid, nick }], { here: [jid], leaving: null });
}

/** Somebody is out of the room. */
export function left(d: Decision, { request: id, jid, lost }: Of<"occupant-left">): void {
  const request = roomOf(d, id);
  if (!request || !occupantsOf(request).some((one) => one.jid === jid)) return;
  const others = occupantsOf(request).filter((one) => one.jid !== jid);
  seat(d, request, others, { here: [], leaving: { jid, lost } });
}

/** The room as a whole, as seen after our own absence. */
export function known(d: Decision, { request: id, occupants }: Of<"occupants-known">): void {
  const request = roomOf(d, id);
  if (request) seat(d, request, occupants, { here: occupants.map(({ jid }) => jid), leaving: null });
}

function seat(d: Decision, before: Request, occupants: readonly Occupant[], sight: Sight): void {
  const request = welcome(d, before, occupants);
  saveParticipants(d, request, occupants);
  const { phase } = request;
  if (phase.name === "in-session") {
    seatSession(d, request, phase, occupants, sight.leaving);
    return;
  }
  const unreachable = absence(d, request, occupants, sight);
  const seated = put(d, { ...request, phase: { ...phase, occupants }, unreachable });
  if (phase.name === "opening-room") return;
  const agents = sight.here.filter((jid) => roleOf(d.state, request, jid) === "agent");
  if (phase.name === "inviting") {
    if (agents.some((jid) => bareOf(jid) === phase.agent)) startSession(d, seated, phase.agent);
    return;
  }
  const taker = agents.find((jid) => mayTake(d, request, bareOf(jid)));
  if (taker === undefined) return;
  closeForTaker(d, request, bareOf(taker), taker);
  startSession(d, seated, bareOf(taker));
}

/**
 * Whether an agent who enters the room of a waiting visitor takes the visitor by that: one who was lost and is back, or
 * who accepted and came late, provided there is room for one more chat.
 */
function mayTake(d: Decision, request: Request, agent: string): boolean {
  if (!request.served.includes(agent) && !hasRejected(request, agent)) return false;
  if (request.phase.name === "offered" && request.phase.offers.some((offer) => offer.agent === agent)) return true;
  const here = loadOf(d.state, agent);
  const there = d.elsewhere(agent);
  return here.chats + here.offers + there.chats + there.offers < maxChatsOf(d.state, agent);
}

/** Since when a visitor who was in the room, or should be, is out of it; null when it is there or was never expected. */
function absence(
  d: Decision,
  request: Request,
  occupants: readonly Occupant[],
  { here, leaving }: Sight,
): Request["unreachable"] {
  const isVisitor = (jid: string): boolean => roleOf(d.state, request, jid) === "visitor";
  if (here.some(isVisitor)) return null;
  const unreachable = request.unreachable ?? null;
  const was = occupantsOf(request).some(({ jid }) => isVisitor(jid));
  const isExpected = was || (request.room === "open" && request.served.length > 0);
  if (!isExpected || unreachable || occupants.some(({ jid }) => isVisitor(jid))) return unreachable;
  return { at: d.at, lost: leaving?.lost ?? true };
}

/** In a session: who is away, since when, and whether a colleague in the room goes on with the talk. */
function seatSession(
  d: Decision,
  request: Request,
  phase: Extract<Phase, { name: "in-session" }>,
  occupants: readonly Occupant[],
  leaving: Leaving,
): void {
  const ofRole = (role: "agent" | "visitor"): Occupant[] =>
    occupants.filter(({ jid }) => roleOf(d.state, request, jid) === role);
  const agents = ofRole("agent").map(({ jid }) => bareOf(jid));
  const agent = agents.includes(phase.agent) ? phase.agent : (agents[0] ?? phase.agent);
  if (agent !== phase.agent) d.saves.push({ type: "save-session-started", request: request.id, agent, at: d.at });
  const isVisitorThere = ofRole("visitor").length > 0;
  put(d, {
    ...request,
    served: agents.reduce((served, jid) => withServed({ ...request, served }, jid), request.served),
    phase: {
      ...phase,
      agent,
      occupants,
      agentAwayAt: agents.length > 0 ? null : (phase.agentAwayAt ?? d.at),
      // Who has handed over may go at once: that is no sign that the talk is over.
      agentLeft: agents.length > 0 || isHandedOver(request) ? null : agentLeft(d, phase, leaving),
      visitorAwayAt: isVisitorThere ? null : (phase.visitorAwayAt ?? d.at),
      visitorLost: isVisitorThere ? false : phase.visitorAwayAt === null ? (leaving?.lost ?? true) : phase.visitorLost,
    },
  });
}

/** The client that left of its own accord and is still signed in; null when the agent seems lost. */
function agentLeft(
  d: Decision,
  { agentAwayAt, agentLeft: before }: Extract<Phase, { name: "in-session" }>,
  leaving: Leaving,
): string | null {
  if (agentAwayAt !== null) return before ?? null;
  return leaving && !leaving.lost && isSignedInAnywhere(d, leaving.jid) ? leaving.jid : null;
}
