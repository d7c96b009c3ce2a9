/** How a request leaves: for good, or back into the queue. */
import { type Decision, drop, put } from "./decision.ts";
import type { EndedBy } from "./effects.ts";
import { cancelAll } from "./handovers.ts";
import type { EndReason, OfferOutcome, Request } from "./model.ts";
import { closeOffers, recallAccepted } from "./offers.ts";
import { saveParticipants } from "./participants.ts";
import { occupantsOf } from "./people.ts";
import { firstRank } from "./queue.ts";

const REMEMBERED = 200;

/** As many times as Fastpath lets a request overflow (reference 5.1). */
const MOST_RETURNS = 3;

/** What a visitor who is not in a session is told; one who is lost, or sees the room end, needs no telling. */
const FAREWELLS: Partial<Record<EndReason, "departure-requested" | "agent-not-found" | "closed">> = {
  "visitor-cancelled": "departure-requested",
  "nobody-took-it": "agent-not-found",
  "room-failed": "agent-not-found",
  "workgroup-closed": "closed",
};

/** The request is over: its offers are withdrawn, its room is closed, and it leaves the state. */
export function end(d: Decision, request: Request, reason: EndReason, by: EndedBy): void {
  const { phase } = request;
  const outcome: OfferOutcome = by.kind === "visitor" ? "visitor-gone" : "withdrawn";
  closeOffers(d, request, outcome);
  recallAccepted(d, request, outcome);
  saveParticipants(d, request, []);
  cancelAll(d, request);
  d.saves.push({ type: "save-request-ended", request: request.id, at: d.at, reason, by });
  drop(d, request.id);
  remember(d, request);
  const farewell = phase.name === "in-session" ? undefined : FAREWELLS[reason];
  if (farewell) d.words.push({ type: "tell-departed", request, reason: farewell });
  // A room that is being made counts: the shell takes orders for one room in their order.
  if (request.room === "open" || phase.name === "opening-room") {
    d.words.push({ type: "close-room", request, reason, by });
  }
}

/** One that is over is remembered for a while, so that a late answer is told from nonsense. */
export function remember(d: Decision, { id, visitor }: Request): void {
  const recent = d.state.recentlyEnded.slice(1 - REMEMBERED);
  d.state = { ...d.state, recentlyEnded: [...recent, { id, visitor }] };
}

export const BY_SERVICE: EndedBy = { kind: "service" };
export const BY_VISITOR: EndedBy = { kind: "visitor" };

/**
 * Back to the head of the queue with a fresh deadline; who sits in the room stays there. Undecided offers must have been
 * closed. A removed workgroup has no queue to go back to. Agents who accept and do not come, one after the other, do not
 * make a visitor wait for ever: after a few times the deadline is not moved on any more.
 */
export function backToHead(d: Decision, request: Request): void {
  if (request.handover) {
    // Not a visitor's: there is no head of a queue to go to, and no more time than there was.
    put(d, { ...request, phase: { name: "queued" } });
    return;
  }
  if (d.state.removed) {
    end(d, request, "workgroup-closed", BY_SERVICE);
    return;
  }
  const returns = request.phase.name === "in-session" ? 0 : (request.returns ?? 0) + 1;
  const fresh = d.at + d.state.settings.requestTimeoutS * 1000;
  put(d, {
    ...cancelAll(d, request),
    rank: firstRank(d.state, request),
    returns,
    deadlineAt: returns > MOST_RETURNS ? request.deadlineAt : fresh,
    phase: { name: "queued", occupants: occupantsOf(request) },
  });
}
