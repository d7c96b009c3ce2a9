/** Offers as they come and go on the wire (reference 4.7 to 4.10). */
import { bareJid } from "../../protocol/jid.ts";
import { buildDecline } from "../../protocol/muc.ts";
import { forbidden, StanzaError } from "../../protocol/stanza-error.ts";
import { ASKS, type ColleagueInvitation } from "../../protocol/workgroup/handover.ts";
import { buildOfferAnswer, parseOffer, parseOfferRevoke } from "../../protocol/workgroup/offer.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Offer } from "../state/model.ts";
import type { Wire } from "./wire.ts";

export type Offers = {
  /** @throws StanzaError when it is no offer, or none of a workgroup we serve */
  received(payload: Element, from: string): void;
  /** A colleague asks by name: the invitation into the room is the offer. `words`: the reason that came with it. */
  invited(invitation: ColleagueInvitation, room: string, words: string): void;
  /** @throws StanzaError */
  revoked(payload: Element): void;
  answer(id: string, accepted: boolean): Promise<void>;
};

/** As long as the service waits for somebody who was invited. */
const COME_S = 60;

/** `accept` enters the room of an invitation by name. */
export function createOffers(wire: Wire, accept: (offer: Offer & { room: string }) => void): Offers {
  return {
    received(payload, from) {
      const { id, session, visitor, userId, metadata, verified, timeoutS, handover, ...of } = parseOffer(payload);
      const workgroup = bareJid(from);
      if (!wire.state.workgroups.some(({ jid }) => jid === workgroup)) throw forbidden("not a workgroup of this agent");
      const asked = handover && { kind: handover.kind, inviter: handover.inviter, reason: handover.reason };
      const facts = {
        metadata,
        ...(verified && { verified }),
        ...(asked && { askedBy: { ...asked, owner: of.workgroup, room: null } }),
      };
      const offer = { id, session, workgroup, visitor, userId, ...facts, timeoutS, arrivedAt: wire.now() };
      wire.dispatch({ type: "offer-received", offer });
    },

    invited({ session, inviter, kind, metadata, workgroup: owner }, room, words) {
      const userId = metadata.userID?.[0] ?? "";
      const { workgroups } = wire.state;
      const workgroup = (workgroups.find(({ jid }) => jid === owner) ?? workgroups[0])?.jid;
      const isOpen = wire.state.chats.get(room)?.ended === null;
      if (workgroup === undefined || isOpen) return;
      // The service finds words where the inviter had none; they say no more than the card does.
      const reason = words.includes(ASKS[kind]) ? "" : words;
      const askedBy = { kind, inviter, reason, owner, room };
      const of = { id: `invitation:${session}`, session, workgroup, visitor: userId, userId, metadata, askedBy };
      wire.dispatch({ type: "offer-received", offer: { ...of, timeoutS: COME_S, arrivedAt: wire.now() } });
    },

    revoked(payload) {
      const { id, reason } = parseOfferRevoke(payload);
      wire.dispatch({ type: "offer-gone", id, why: sentence(reason), at: wire.now() });
    },

    async answer(id, accepted) {
      const offer = wire.state.offers.find((one) => one.id === id);
      if (offer?.phase.name !== "open") return;
      const { askedBy } = offer;
      if (askedBy && askedBy.room !== null) {
        if (accepted) return accept({ ...offer, room: askedBy.room });
        wire.session.send(buildDecline({ room: askedBy.room, to: askedBy.owner, reason: "" }));
        wire.dispatch({ type: "offer-declined", id });
        return;
      }
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
