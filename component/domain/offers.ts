/** How offers end. Each ends once, in `finish`. */
import { type Decision, put } from "./decision.ts";
import type { Offer, OfferOutcome, Request } from "./model.ts";
import { occupantsOf } from "./people.ts";

/** The undecided offers of a request. */
export const offersOf = ({ phase }: Request): readonly Offer[] => (phase.name === "offered" ? phase.offers : []);

/**
 * Back in the queue because we, or the link, went away: it keeps in mind who was asked, since they still are to their eyes.
 */
export function interrupted(request: Request): Request {
  const { phase } = request;
  const asked = phase.name === "queued" ? (phase.recalled ?? []) : offersOf(request).map(({ agent }) => agent);
  const recalled = asked.length > 0 ? { recalled: asked } : {};
  return { ...request, unreachable: null, phase: { name: "queued", occupants: occupantsOf(request), ...recalled } };
}

/** Records how an offer ended and takes it from those devices that still show it. Does not touch the request. */
function finish(d: Decision, request: Request, offer: Offer, outcome: OfferOutcome, showing = offer.devices): void {
  d.saves.push({ type: "save-offer-ended", request: request.id, offer, at: d.at, outcome });
  if (showing.length > 0) d.words.push({ type: "revoke-offer", request, offer, devices: showing, outcome });
}

/**
 * One offer of a request ends without being accepted; the request is queued again, in its place, when it was the last.
 * `showing`: the devices to take it from. `remember`: this agent is not to be asked again for a while.
 */
export function closeOffer(
  d: Decision,
  request: Request,
  offer: Offer,
  outcome: OfferOutcome,
  { showing = offer.devices, remember = false }: { showing?: readonly string[]; remember?: boolean } = {},
): Request {
  finish(d, request, offer, outcome, showing);
  const occupants = occupantsOf(request);
  const offers = offersOf(request).filter(({ id }) => id !== offer.id);
  const left: Request = {
    ...request,
    phase: offers.length > 0 ? { name: "offered", offers, occupants } : { name: "queued", occupants },
  };
  return put(d, remember ? withRejection(d, left, offer.agent) : left);
}

/** All undecided offers of a request end alike. The request is not touched: the caller knows what becomes of it. */
export function closeOffers(d: Decision, request: Request, outcome: OfferOutcome, showing?: readonly string[]): void {
  for (const offer of offersOf(request)) finish(d, request, offer, outcome, showing);
}

/** The agent is not to be asked for this request again for a while. */
export function withRejection(d: Decision, request: Request, agent: string): Request {
  const memory = d.at + d.state.settings.rejectionMemoryS * 1000;
  // For a handover each is asked once: whoever asked is to hear soon that nobody comes.
  const until = request.handover ? Math.max(memory, request.deadlineAt) : memory;
  return { ...request, rejections: { ...request.rejections, [agent]: until } };
}

/** Takes an accepted offer back from the device that accepted it, when no session comes of it. */
export function recallAccepted(d: Decision, request: Request, outcome: OfferOutcome): void {
  const { phase } = request;
  if ((phase.name !== "opening-room" && phase.name !== "inviting") || !phase.offer) return;
  d.words.push({ type: "revoke-offer", request, offer: phase.offer, devices: [phase.device], outcome });
}

/** All offers of a request end because one agent takes it, by answer or by entering the room. */
export function closeForTaker(d: Decision, request: Request, agent: string, device: string): void {
  for (const offer of offersOf(request)) {
    const own = offer.agent === agent;
    const showing = offer.devices.filter((jid) => jid !== device);
    finish(d, request, offer, own ? "accepted" : "taken-by-other", showing);
  }
}
