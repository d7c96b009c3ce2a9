/** An agent asks a colleague into a running session, or hands it over (reference 4.14). */
import { bareJid, localOf, parseJid, resourceOf } from "../jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../ns.ts";
import { badRequest, buildStanzaError, StanzaError } from "../stanza-error.ts";
import { attr, child, childText, type Element, xml } from "../xml.ts";
import { buildMetadata, type MetadataValues, parseMetadata } from "./metadata.ts";

/** `invite`: to come and help. `transfer`: to take the session over. The two differ in nothing but their name. */
export type HandoverKind = "invite" | "transfer";

/** Whom `invitee` names: a person, a queue (`billing@workgroup.example.org/Default Queue`), or a workgroup. */
export const HANDOVER_TYPES = ["user", "queue", "workgroup"] as const;
export type HandoverType = (typeof HANDOVER_TYPES)[number];

export type HandoverPayload = {
  kind: HandoverKind;
  type: HandoverType;
  session: string;
  /** As it came, checked: bare for a person, with the queue's name as resource for a queue. */
  invitee: string;
  reason: string;
};

export function buildHandover({ kind, type, session, invitee, reason }: HandoverPayload): Element {
  return xml(
    kind,
    { xmlns: NS_WORKGROUP, type },
    xml("session", { xmlns: NS_JIVE, id: session }),
    xml("invitee", {}, invitee),
    xml("reason", {}, reason),
  );
}

/** @throws StanzaError `bad-request` when session or invitee is missing or the type is none, `jid-malformed` */
export function parseHandover(el: Element): HandoverPayload {
  const ns = el.getNS() ?? NS_WORKGROUP;
  const type = HANDOVER_TYPES.find((one) => one === attr(el, "type"));
  if (type === undefined) throw badRequest("'type' must be user, queue or workgroup");
  const session = child(el, "session", NS_JIVE) ?? child(el, "session", ns);
  const id = session && attr(session, "id");
  if (id === undefined) throw badRequest(`${el.name} needs a session with an 'id'`);
  const named = childText(el, "invitee", ns)?.trim();
  if (named === undefined || named === "") throw badRequest(`${el.name} needs an invitee`);
  const jid = parseJid(named);
  if (localOf(jid) === "") throw new StanzaError("modify", "jid-malformed", `"${jid}" is nobody's address`);
  const invitee = type === "queue" ? jid : bareJid(jid);
  const reason = unescaped(childText(el, "reason", ns) ?? "").trim();
  return { kind: el.name === "transfer" ? "transfer" : "invite", type, session: id, invitee, reason };
}

/** The name of a queue in its address; "" when none is named. */
export const queueOf = (invitee: string): string => resourceOf(invitee);

const ENTITIES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };

/** COMPAT: Spark escapes the reason before Smack does it again. */
const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (entity) => ENTITIES[entity] ?? "");

/** What an offer says instead of `user-request` when it is for a session that runs. `inviter` is a full JID. */
export type OfferedHandover = {
  kind: HandoverKind;
  type: HandoverType;
  inviter: string;
  room: string;
  reason: string;
};

export function buildOfferedHandover(of: OfferedHandover, metadata: MetadataValues): Element {
  return xml(
    of.kind,
    { xmlns: NS_WORKGROUP, type: of.type },
    xml("inviter", {}, of.inviter),
    xml("room", {}, of.room),
    buildMetadata(metadata),
    xml("reason", {}, of.reason),
  );
}

/** Of an offer; undefined when it is for a visitor who waits. */
export function parseOfferedHandover(offer: Element): OfferedHandover | undefined {
  const el = child(offer, "transfer", NS_WORKGROUP) ?? child(offer, "invite", NS_WORKGROUP);
  if (el === undefined) return undefined;
  return {
    kind: el.name === "transfer" ? "transfer" : "invite",
    type: HANDOVER_TYPES.find((one) => one === attr(el, "type")) ?? "workgroup",
    inviter: childText(el, "inviter") ?? "",
    room: childText(el, "room") ?? "",
    reason: childText(el, "reason") ?? "",
  };
}

/** Nobody came: what the inviter is told, as an error message. */
export type FailedHandover = {
  kind: HandoverKind;
  type: HandoverType;
  session: string;
  inviter: string;
  invitee: string;
  text: string;
};

export function buildHandoverFailure(from: string, { kind, type, session, inviter, invitee, text }: FailedHandover) {
  const payload = xml(
    kind,
    { xmlns: NS_WORKGROUP, type },
    xml("session", { xmlns: NS_JIVE, id: session }),
    xml("inviter", {}, inviter),
    xml("invitee", {}, invitee),
  );
  const error = buildStanzaError(new StanzaError("wait", "recipient-unavailable"));
  return xml("message", { type: "error", from, to: inviter }, xml("body", {}, text), payload, error);
}

/** Undefined for any other message. */
export function parseHandoverFailure(message: Element): Omit<FailedHandover, "inviter"> | undefined {
  const el = child(message, "transfer", NS_WORKGROUP) ?? child(message, "invite", NS_WORKGROUP);
  const session = el && child(el, "session", NS_JIVE);
  const id = session && attr(session, "id");
  if (attr(message, "type") !== "error" || el === undefined || id === undefined) return undefined;
  return {
    kind: el.name === "transfer" ? "transfer" : "invite",
    type: HANDOVER_TYPES.find((one) => one === attr(el, "type")) ?? "user",
    session: id,
    invitee: childText(el, "invitee") ?? "",
    text: childText(message, "body") ?? "",
  };
}

/** What the invitation of a person says where the inviter said nothing; a UI that says it in its own words leaves it out. */
export const ASKS: Record<HandoverKind, string> = {
  transfer: "would like to hand a chat over to you.",
  invite: "asks for your help in a chat.",
};

/** Who is asked into a session by name, as the invitation into its room tells. `inviter` is a full JID. */
export type ColleagueInvitation = {
  session: string;
  workgroup: string;
  inviter: string;
  kind: HandoverKind;
  metadata: MetadataValues;
};

/** The extra children of the mediated invitation. With these Spark shows its own panel, and knows the room when it is in. */
export function buildColleagueInvitation(of: ColleagueInvitation): Element[] {
  const steering = { inviter: [of.inviter], ...(of.kind === "transfer" && { transfer: ["true"] }) };
  return [
    xml("workgroup", { xmlns: NS_WORKGROUP, jid: of.workgroup }),
    xml("session", { xmlns: NS_JIVE, id: of.session }),
    buildMetadata({ ...of.metadata, ...steering }),
  ];
}

/** Of an invitation that a room passed on; undefined for any other. */
export function parseColleagueInvitation(message: Element): ColleagueInvitation | undefined {
  const [workgroup, session] = [child(message, "workgroup", NS_WORKGROUP), child(message, "session", NS_JIVE)];
  const metadata = child(message, "metadata", NS_JIVE);
  const [jid, id] = [workgroup && attr(workgroup, "jid"), session && attr(session, "id")];
  if (jid === undefined || id === undefined || metadata === undefined) return undefined;
  const { inviter = [], transfer = [], ...values } = parseMetadata(metadata);
  const kind = transfer[0] === "true" ? "transfer" : "invite";
  return { session: id, workgroup: jid, inviter: inviter[0] ?? "", kind, metadata: values };
}
