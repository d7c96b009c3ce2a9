/** Offers from arrival to going. Pure. */
import type { Action } from "./actions.ts";
import type { Offer, OfferPhase } from "./model.ts";

/** How long a card says why it goes. */
export const GONE_FOR_MS = 3000;
/** Past its time an offer waits this long for the service's own word before it counts as expired. */
const EXPIRY_GRACE_MS = 2000;
/** How long an invitation may take after an accepted offer. */
const OPENING_MS = 20_000;

export const expiresAt = (offer: Pick<Offer, "arrivedAt" | "timeoutS">): number =>
  offer.arrivedAt + offer.timeoutS * 1000;

export function reduceOffers(offers: readonly Offer[], action: Action): readonly Offer[] {
  switch (action.type) {
    case "offer-received":
      return [...offers.filter(({ id }) => id !== action.offer.id), { ...action.offer, phase: { name: "open" } }];
    case "offer-answering":
      return withPhase(offers, action.id, { name: "answering", accepted: action.accepted });
    case "offer-reopened":
      return withPhase(offers, action.id, { name: "open" });
    case "offer-opening":
      return withPhase(offers, action.id, { name: "opening", at: action.at });
    case "offer-gone":
      return withPhase(offers, action.id, { name: "gone", why: action.why, at: action.at });
    case "offer-declined":
      return offers.filter(({ id }) => id !== action.id);
    case "chat-opened":
      // The card has become a chat.
      return offers.filter(({ session }) => session !== action.facts.session);
    case "link-up":
      // A new session has a new address: what was offered to the old one is offered again or gone.
      return action.resumed ? offers : [];
    case "link-lost":
      return offers.map((offer) => (offer.phase.name === "answering" ? { ...offer, phase: { name: "open" } } : offer));
    case "tick":
      return passTime(offers, action.at);
    default:
      return offers;
  }
}

function withPhase(offers: readonly Offer[], id: string, phase: OfferPhase): readonly Offer[] {
  return offers.map((offer) => (offer.id === id && offer.phase.name !== "gone" ? { ...offer, phase } : offer));
}

function passTime(offers: readonly Offer[], at: number): readonly Offer[] {
  const changed = offers.flatMap((offer): Offer[] => {
    const { phase } = offer;
    if (phase.name === "gone") return at - phase.at >= GONE_FOR_MS ? [] : [offer];
    if (phase.name === "opening" && at - phase.at > OPENING_MS) {
      return [{ ...offer, phase: { name: "gone", why: "The conversation could not be opened.", at } }];
    }
    if (phase.name === "open" && at > expiresAt(offer) + EXPIRY_GRACE_MS) {
      return [{ ...offer, phase: { name: "gone", why: "The offer has run out.", at } }];
    }
    return [offer];
  });
  const same = changed.length === offers.length && changed.every((offer, index) => offer === offers[index]);
  return same ? offers : changed;
}
