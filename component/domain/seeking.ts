/**
 * A workgroup looks for one of its agents to come into a session that another workgroup, or it itself, is responsible for
 * (see handovers.ts). It does so by a request like a visitor's, and so by the same offers, timers and rules. Three things
 * differ: it stands in no queue that is shown, each agent is asked once, and no room is made.
 */
import { availability, openDevices } from "./availability.ts";
import { type Decision, drop, type Of, put } from "./decision.ts";
import { remember } from "./endings.ts";
import type { HandoverFailure, HandoverNews } from "./events.ts";
import type { HandoverRequest, Offer, OfferOutcome, Request } from "./model.ts";
import { closeForTaker, closeOffers, recallAccepted } from "./offers.ts";
import { needsAgent } from "./queue.ts";
import { RequestBook } from "./request-book.ts";
import { mayBeAsked } from "./selection.ts";
import { agentStayedAway } from "./sessions.ts";

/** How long agents may take to return after a restart or a lost link, before it counts that nobody is left to ask. */
const PATIENCE_MS = 30_000;

const tell = (d: Decision, { owner }: Pick<HandoverRequest, "owner">, news: HandoverNews): void => {
  d.words.push({ type: "tell-workgroup", node: owner, news });
};

export function sought(d: Decision, { id, request, handover }: Of<"handover-sought">): void {
  if (d.state.requests.has(id)) return;
  if (availability(d.state) !== "open") {
    const why = d.state.removed ? "no-such-workgroup" : "nobody-there";
    tell(d, handover, { type: "handover-failed", at: d.at, id, request: handover.session, why });
    return;
  }
  put(d, {
    ...request,
    id,
    joinedAt: d.at,
    rank: 0,
    deadlineAt: d.at + d.state.settings.requestTimeoutS * 1000,
    rejections: {},
    room: "none",
    served: [],
    handover: { ...handover, patientUntil: d.at },
    phase: { name: "queued" },
  });
}

/** Somebody accepts. The session's workgroup invites; until it says that all is well, the agent is held for it. */
export function acceptSought(d: Decision, request: Request, offer: Offer, device: string): void {
  if (!request.handover) return;
  closeForTaker(d, request, offer.agent, device);
  const joinBy = d.at + d.state.settings.agentJoinTimeoutS * 1000;
  const held = put(d, {
    ...request,
    phase: { name: "inviting", agent: offer.agent, device, offer, joinBy, occupants: [] },
  });
  tellHeld(d, held);
}

/** Says how it stands to the workgroup whose session it is. */
export function tellHeld(d: Decision, { id, handover, phase }: Request): void {
  if (!handover) return;
  const of = { at: d.at, id, request: handover.session, node: d.state.settings.node };
  if (phase.name === "inviting") tell(d, handover, { type: "handover-accepted", ...of, device: phase.device });
  else tell(d, handover, { type: "handover-held", ...of });
}

/** It is over: somebody came, or nobody is wanted. */
export function closed(d: Decision, { id, joined }: Of<"handover-closed">): void {
  const request = d.state.requests.get(id);
  if (!request?.handover) return;
  const outcome: OfferOutcome = joined === null ? "withdrawn" : "taken-by-other";
  closeOffers(d, request, outcome);
  const isThere = "agent" in request.phase && request.phase.agent === joined;
  if (!isThere) recallAccepted(d, request, outcome);
  forget(d, request);
}

/** Who accepted has declined the invitation to the room: the next is asked. */
export function declinedAfterAll(d: Decision, { id, agent }: Of<"handover-declined">): void {
  const request = d.state.requests.get(id);
  if (request?.handover && request.phase.name === "inviting" && request.phase.agent === agent) {
    agentStayedAway(d, request);
  }
}

/** Nobody was found. */
export function failSought(d: Decision, request: Request, why: HandoverFailure): void {
  if (!request.handover) return;
  closeOffers(d, request, "expired");
  tell(d, request.handover, {
    type: "handover-failed",
    at: d.at,
    id: request.id,
    request: request.handover.session,
    why,
  });
  forget(d, request);
}

function forget(d: Decision, request: Request): void {
  d.saves.push({ type: "save-handover-decided", request: request.id });
  drop(d, request.id);
  remember(d, request);
}

/** Why nobody is found, as far as it is known. */
export const whyNobody = ({ rejections }: Request): HandoverFailure =>
  Object.keys(rejections).length > 0 ? "all-declined" : "nobody-there";

/** Gives up where all who are there have been asked. One with all hands full may be free soon, and is waited for. */
export function giveUp(d: Decision): void {
  for (const request of [...RequestBook.of(d.state.requests).engaged()]) {
    const { handover, phase } = request;
    if (!handover || phase.name !== "queued") continue;
    if (d.state.removed) {
      failSought(d, request, "no-such-workgroup");
      continue;
    }
    const isAnybodyLeft = [...d.state.agents.values()].some(
      (agent) => openDevices(agent).length > 0 && mayBeAsked(request, agent.jid, d.at),
    );
    if (!isAnybodyLeft && d.at >= handover.patientUntil) failSought(d, request, whyNobody(request));
  }
}

/** Nobody is there just after a restart, or a lost link: agents get time to return, and who accepted to come. Offers are over. */
export function waitAnew(d: Decision, request: Request): Request {
  const { handover, phase } = request;
  if (!handover) return request;
  const patientUntil = d.at + PATIENCE_MS;
  const joinBy = patientUntil + d.state.settings.agentJoinTimeoutS * 1000;
  return put(d, {
    ...request,
    deadlineAt: needsAgent(request) ? Math.max(request.deadlineAt, patientUntil) : request.deadlineAt,
    handover: { ...handover, patientUntil },
    phase: phase.name === "inviting" ? { ...phase, joinBy } : { name: "queued" },
  });
}
