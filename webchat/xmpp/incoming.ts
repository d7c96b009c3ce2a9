/**
 * What comes in for visitors besides their rooms' stanzas: news of the queue and invitations. Everything is taken in the
 * order it came, and only from who may say it: the queue from the visitor's own workgroup, an invitation from a room of
 * ours in that workgroup's name.
 */
import { bareJid, domainOf, localOf } from "../../protocol/jid.ts";
import { parseInvitation } from "../../protocol/muc.ts";
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildStanzaError, StanzaError } from "../../protocol/stanza-error.ts";
import { parseInvitationSession } from "../../protocol/workgroup/invite.ts";
import { type DepartReason, parseDepartQueue, parseQueueStatus } from "../../protocol/workgroup/join.ts";
import { attr, child, type Element, xml } from "../../protocol/xml.ts";

export type News =
  | { kind: "queue"; session: string | null; position: number | null; waitS: number | null }
  | { kind: "departed"; reason: DepartReason }
  | { kind: "invited"; session: string; room: string };

/** `workgroup` (bare) is in whose name the news came: it counts only for visitors of that workgroup. */
export type Addressed = { visit: string; workgroup: string; news: News };

/** Null for a message that tells a visitor nothing it may believe. */
export function readNews(message: Element, domains: { service: string; rooms: string }): Addressed | null {
  const from = attr(message, "from") ?? "";
  const visit = localOf(attr(message, "to") ?? "");
  const type = attr(message, "type");
  if (message.name !== "message" || visit === "" || type === "error" || type === "groupchat") return null;
  if (domainOf(from) === domains.rooms) return readInvitation(message, visit, domains.service);
  if (domainOf(from) !== domains.service) return null;
  const workgroup = bareJid(from);
  const status = child(message, "queue-status", NS_WORKGROUP);
  if (status) return { visit, workgroup, news: { kind: "queue", ...parseQueueStatus(status) } };
  const departed = child(message, "depart-queue", NS_WORKGROUP);
  return departed ? { visit, workgroup, news: { kind: "departed", reason: parseDepartQueue(departed) } } : null;
}

function readInvitation(message: Element, visit: string, service: string): Addressed | null {
  const invitation = parseInvitation(message);
  const about = parseInvitationSession(message);
  if (!invitation || about?.role !== "visitor") return null;
  // The room wrote down who invited (Prosody: the sender's own address); the session's room bears the session's name.
  const workgroup = bareJid(invitation.inviter);
  if (domainOf(workgroup) !== service || localOf(invitation.room) !== about.session) return null;
  return { visit, workgroup, news: { kind: "invited", session: about.session, room: invitation.room } };
}

/** Sends news of the queue back: its visitor is not here any more, and the workgroup should not wait for it. */
export function buildGone(message: Element): Element {
  const { id, from, to } = message.attrs;
  const error = buildStanzaError(new StanzaError("wait", "recipient-unavailable", "The visitor is gone"));
  const status = child(message, "queue-status", NS_WORKGROUP);
  return xml("message", { type: "error", id, from: to, to: from }, status, error);
}
