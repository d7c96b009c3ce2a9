/** XEP-0142 §4.2.6: an agent accepts or rejects an offer (reference 4.8). Making offers is the engine's. */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notAuthorized } from "../../protocol/stanza-error.ts";
import { parseOfferAnswer } from "../../protocol/workgroup/offer.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import type { OfferRef } from "../domain/events.ts";
import { addressed, type Deps, type Feature, isAgent, refusalError, type Workgroup } from "./deps.ts";

const NS = [NS_WORKGROUP, NS_JIVE];

export const offerAnswers: Feature = {
  iq: [
    { type: "set", ns: NS, name: "offer-accept", handle: answer },
    { type: "set", ns: NS, name: "offer-reject", handle: answer },
  ],
};

async function answer(iq: IqRequest, deps: Deps): Promise<void> {
  const { offer, accepted } = parseOfferAnswer(iq.payload);
  const workgroup = owner(iq, offer, deps);
  const refusal = await workgroup.ask({ type: "offer-answered", at: deps.now(), device: iq.from, offer, accepted });
  if (refusal === undefined) return;
  if (refusal.code === "offer-gone") deps.closeStaleOffer(iq.from, refusal.request);
  throw refusalError(refusal);
}

/** Smack may address another of the agent's workgroups than the one whose offer it answers. */
function owner(iq: IqRequest, offer: OfferRef, deps: Deps): Workgroup {
  const workgroup = addressed(iq.to, deps);
  const found = "id" in offer ? deps.workgroups.findRequest(offer.id)?.workgroup : undefined;
  const meant = found ?? workgroup;
  if (!isAgent(meant, iq.from)) throw notAuthorized("Only agents of this workgroup may do that.");
  return meant;
}
