/** XEP-0142 §4.2.6: an agent accepts or rejects an offer (reference 4.8). Making offers is the engine's. */
import { bareJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notAuthorized } from "../../protocol/stanza-error.ts";
import { parseOfferAnswer } from "../../protocol/workgroup/offer.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import type { OfferRef } from "../domain/events.ts";
import type { Request } from "../domain/model.ts";
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
  if (refusal.code === "offer-gone") deps.closeStaleOffer(workgroup, iq.from, refusal.request);
  throw refusalError(refusal);
}

/**
 * The workgroup whose offer is meant. R-38: Smack may address another of the agent's workgroups. Where several know of the
 * visitor, it is the one that has asked this agent.
 */
function owner(iq: IqRequest, offer: OfferRef, deps: Deps): Workgroup {
  const workgroup = addressed(iq.to, deps);
  const candidates = [workgroup, ...deps.workgroups.all].filter((one) => isAgent(one, iq.from));
  const [meant] = candidates;
  if (meant === undefined) throw notAuthorized("Only agents of this workgroup may do that.");
  const agent = bareJid(iq.from);
  const hasAsked = ({ phase }: Request): boolean =>
    phase.name === "offered" && phase.offers.some((one) => one.agent === agent);
  const asks = (one: Workgroup): boolean => named(one, offer).some(hasAsked);
  const knows = (one: Workgroup): boolean => named(one, offer).length > 0 || isRemembered(one, offer);
  return candidates.find(asks) ?? candidates.find(knows) ?? meant;
}

/** The open requests that an answer may mean: by id, or by the visitor's full or bare address. */
function named({ committed }: Workgroup, offer: OfferRef): Request[] {
  if ("id" in offer) {
    const known = committed.requests.get(offer.id);
    // What is for a running session may be named by that: Smack knows no other id.
    const sought = [...committed.requests.values()].filter(({ handover }) => handover?.session === offer.id);
    return known ? [...sought, known] : sought;
  }
  return [...committed.requests.values()].filter(({ visitor }) => isOf(visitor, offer.visitor));
}

function isRemembered({ committed: { recentlyEnded } }: Workgroup, offer: OfferRef): boolean {
  return recentlyEnded.some(({ id, visitor }) => ("id" in offer ? id === offer.id : isOf(visitor, offer.visitor)));
}

const isOf = (visitor: string, named: string): boolean => visitor === named || bareJid(visitor) === named;
