/** Offers and their answers: XEP-0142 §4.2 in the Fastpath dialect (reference 4.6 to 4.10). */
import { parseJid } from "../jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, child, childText, type Element, xml } from "../xml.ts";
import { buildOfferedHandover, type OfferedHandover, parseOfferedHandover } from "./handover.ts";
import { buildVerified, parseVerified } from "./identity.ts";
import { buildMetadata, type MetadataValues, parseMetadata } from "./metadata.ts";

/** `timeoutS`: seconds the agent has. `visitor` is a full JID, `userId` a bare one, `workgroup` the bare workgroup address. */
export type OfferPayload = {
  id: string;
  visitor: string;
  userId: string;
  session: string;
  workgroup: string;
  timeoutS: number;
  metadata: MetadataValues;
  /** Names of the metadata that the site vouches for. */
  verified?: readonly string[];
  /** Set: it is for a session that runs already, `session`, and `id` is another. */
  handover?: OfferedHandover;
};

export function buildOffer(offer: OfferPayload): Element {
  return xml(
    "offer",
    { xmlns: NS_WORKGROUP, id: offer.id, jid: offer.visitor },
    buildMetadata(offer.metadata),
    buildVerified(offer.verified),
    xml("timeout", {}, offer.timeoutS),
    buildSession(offer),
    offer.handover ? buildOfferedHandover(offer.handover, offer.metadata) : xml("user-request"),
    buildUser(offer.userId),
  );
}

/** @throws StanzaError `bad-request` when the session is missing, `jid-malformed` for a bad visitor */
export function parseOffer(el: Element): OfferPayload {
  const session = child(el, "session", NS_JIVE);
  const sessionId = session && attr(session, "id");
  if (session === undefined || sessionId === undefined) throw badRequest("an offer needs a session");
  const user = child(el, "user", NS_JIVE);
  const metadata = child(el, "metadata", NS_JIVE);
  const visitor = parseJid(attr(el, "jid") ?? "");
  const handover = parseOfferedHandover(el);
  return {
    id: attr(el, "id") ?? sessionId,
    visitor,
    userId: (user && attr(user, "id")) ?? visitor,
    session: sessionId,
    workgroup: attr(session, "workgroup") ?? "",
    timeoutS: Number(childText(el, "timeout", NS_WORKGROUP) ?? 0) || 0,
    metadata: metadata ? parseMetadata(metadata) : {},
    ...parseVerified(el),
    ...(handover && { handover }),
  };
}

export type RevokePayload = {
  id: string;
  visitor: string;
  userId: string;
  session: string;
  workgroup: string;
  reason: string;
};

export function buildOfferRevoke(revoke: RevokePayload): Element {
  return xml(
    "offer-revoke",
    { xmlns: NS_WORKGROUP, id: revoke.id, jid: revoke.visitor },
    xml("reason", {}, revoke.reason),
    buildSession(revoke),
    buildUser(revoke.userId),
  );
}

/** @throws StanzaError `bad-request` when neither id nor session is there */
export function parseOfferRevoke(el: Element): { id: string; reason: string } {
  const session = child(el, "session", NS_JIVE);
  const id = attr(el, "id") ?? (session && attr(session, "id"));
  if (id === undefined) throw badRequest("an offer-revoke needs an id");
  return { id, reason: childText(el, "reason", NS_WORKGROUP) ?? "" };
}

function buildSession({ session, workgroup }: { session: string; workgroup: string }): Element {
  return xml("session", { xmlns: NS_JIVE, id: session, workgroup });
}

function buildUser(userId: string): Element {
  return xml("user", { xmlns: NS_JIVE, id: userId });
}

export const buildOfferAnswer = (id: string, accepted: boolean): Element =>
  xml(accepted ? "offer-accept" : "offer-reject", { xmlns: NS_WORKGROUP, id });

/** How a peer names an offer: by our id (Smack sends nothing else), or by visitor JID (XEP-0142 §4.2.6). */
export type OfferRef = { id: string } | { visitor: string };

/** @throws StanzaError `bad-request` when neither `id` nor `jid` is there, `jid-malformed` */
export function parseOfferAnswer(el: Element): { offer: OfferRef; accepted: boolean } {
  const id = attr(el, "id");
  const jid = attr(el, "jid");
  const accepted = el.name === "offer-accept";
  if (id !== undefined) return { offer: { id }, accepted };
  if (jid !== undefined) return { offer: { visitor: parseJid(jid) }, accepted };
  throw badRequest("an offer answer needs 'id' or 'jid'");
}
