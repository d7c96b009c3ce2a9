/** Brings waiting requests and free agents together. Runs at the end of every step, whatever it was about. */
import { openDevices } from "./availability.ts";
import { type Decision, put } from "./decision.ts";
import type { Offer, Request } from "./model.ts";
import { occupantsOf } from "./people.ts";
import { askingOrder, isAnybodyNeeded } from "./queue.ts";
import { RequestBook } from "./request-book.ts";
import { byMerit, type Candidate, freeAgents, mayBeAsked } from "./selection.ts";

/** When to look again whether an agent was taken who was left to another workgroup. */
export const LEFT_MS = 200;

/**
 * Offers what waits, in order, to those who are free. A request that none of them may be asked for now does not hold up
 * those behind it. Ringing all, a request that rings already also rings at whoever has become free since. An agent for
 * whom another workgroup's visitor has waited longer is left to that one, which learns of it by `capacity-freed`.
 */
export function dispatch(d: Decision): void {
  const candidates = isAnybodyNeeded(d.state) ? freeAgents(d.state, d.elsewhere, d.at) : [];
  const free = new Map(candidates.map((candidate) => [candidate.agent.jid, candidate]));
  const ringAll = d.state.settings.routing === "ring-all";
  let left = false;
  for (const request of free.size > 0 ? askingOrder(d.state) : []) {
    if (free.size === 0) break;
    if (request.deadlineAt <= d.at || (request.phase.name === "offered" && !ringAll)) continue;
    const able = [...free.values()].filter(({ agent }) => mayBeAsked(request, agent.jid, d.at)).sort(byMerit(request));
    const ours = able.filter(({ awaitedSince }) => awaitedSince >= request.joinedAt);
    left ||= ours.length < able.length;
    const asked = ringAll ? ours : ours.slice(0, 1);
    for (const { agent } of asked) free.delete(agent.jid);
    if (asked.length > 0) offer(d, request, asked);
  }
  lookAgain(d, left ? d.at + LEFT_MS : null);
}

function offer(d: Decision, request: Request, asked: Candidate[]): void {
  const offers = asked.map(({ agent }): Offer => {
    const number = d.state.offersMade;
    d.state = { ...d.state, offersMade: number + 1 };
    return {
      // The instant keeps ids apart across restarts, where counting begins anew.
      id: `${request.id}-${d.at.toString(36)}-${number.toString(36)}`,
      agent: agent.jid,
      devices: openDevices(agent).map(({ jid }) => jid),
      // A chat message has no acknowledgement: while its client is present it counts as delivered, until it bounces.
      acknowledged: openDevices(agent).flatMap(({ jid, plain }) => (plain ? [jid] : [])),
      failed: [],
      sentAt: d.at,
      expiresAt: Math.min(d.at + d.state.settings.offerTimeoutS * 1000, request.deadlineAt),
    };
  });
  const before = request.phase.name === "offered" ? request.phase.offers : [];
  const occupants = occupantsOf(request);
  const offered = put(d, { ...request, phase: { name: "offered", offers: [...before, ...offers], occupants } });
  for (const one of offers) {
    d.saves.push({ type: "save-offer", request: request.id, offer: one });
    d.words.push({ type: "send-offer", request: offered, offer: one });
  }
}

/** Sets the `dispatch` timer to when the next rejection leaves somebody's memory, or patience ends, or to `soon`. */
function lookAgain(d: Decision, soon: number | null): void {
  let next = soon;
  const book = RequestBook.of(d.state.requests);
  for (const { phase, rejections, handover } of [...book.declined(), ...book.engaged()]) {
    if (phase.name !== "queued") continue;
    for (const until of [...Object.values(rejections), ...(handover ? [handover.patientUntil] : [])]) {
      if (until > d.at && (next === null || until < next)) next = until;
    }
  }
  if (next !== d.state.dispatchAt) d.state = { ...d.state, dispatchAt: next };
}
