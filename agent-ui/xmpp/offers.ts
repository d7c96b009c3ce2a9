/** Offers as they come and go on the wire (reference 4.7 to 4.10). */
import { bareJid } from "../../protocol/jid.ts";
import { forbidden, StanzaError } from "../../protocol/stanza-error.ts";
import { buildOfferAnswer, parseOffer, parseOfferRevoke } from "../../protocol/workgroup/offer.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Wire } from "./wire.ts";

export type Offers = {
  /** @throws StanzaError when it is no offer, or none of a workgroup we serve */
  received(payload: Element, from: string): void;
  /** @throws StanzaError */
  revoked(payload: Element): void;
  answer(id: string, accepted: boolean): Promise<void>;
};

export function createOffers(wire: Wire): Offers {
  return {
    received(payload, from) {
      const { id, session, visitor, userId, metadata, verified, timeoutS } = parseOffer(payload);
      const workgroup = bareJid(from);
      if (!wire.state.workgroups.some(({ jid }) => jid === workgroup)) throw forbidden("not a workgroup of this agent");
      const facts = { metadata, ...(verified && { verified }) };
      const offer = { id, session, workgroup, visitor, userId, ...facts, timeoutS, arrivedAt: wire.now() };
      wire.dispatch({ type: "offer-received", offer });
    },

    revoked(payload) {
      const { id, reason } = parseOfferRevoke(payload);
      wire.dispatch({ type: "offer-gone", id, why: sentence(reason), at: wire.now() });
    },

    async answer(id, accepted) {
      const offer = wire.state.offers.find((one) => one.id === id);
      if (offer?.phase.name !== "open") return;
      wire.dispatch({ type: "offer-answering", id, accepted });
      try {
        await wire.session.request("set", offer.workgroup, buildOfferAnswer(id, accepted));
        if (accepted) wire.dispatch({ type: "offer-opening", id, at: wire.now() });
        else wire.dispatch({ type: "offer-declined", id });
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        const undecided = error.type === "wait";
        if (undecided) wire.dispatch({ type: "offer-reopened", id });
        else wire.dispatch({ type: "offer-gone", id, why: "This request has already been decided.", at: wire.now() });
      }
    },
  };
}

/** The service's reasons are free text; those that we know are said in our words. */
function sentence(reason: string): string {
  const known: Record<string, string> = {
    "The offer has timed out": "The offer has run out.",
    "User canceled": "The visitor no longer waits.",
  };
  const words = known[reason] ?? reason.trim();
  if (words === "") return "The offer was withdrawn.";
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}
