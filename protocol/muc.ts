/** Rooms (XEP-0045): taking a seat, who is there, and what the owner of a room orders. */
import { buildAnswers } from "./data-form.ts";
import { bareJid, resourceOf } from "./jid.ts";
import {
  NS_CONFERENCE,
  NS_MUC,
  NS_MUC_ADMIN,
  NS_MUC_OWNER,
  NS_MUC_ROOMCONFIG,
  NS_MUC_USER,
  NS_OCCUPANT_ID,
  NS_ROOMS,
} from "./ns.ts";
import { attr, type Child, child, children, childText, type Element, xml } from "./xml.ts";

export const AFFILIATIONS = ["owner", "admin", "member", "none", "outcast"] as const;
export type Affiliation = (typeof AFFILIATIONS)[number];
export const ROLES = ["moderator", "participant", "visitor", "none"] as const;
export type Role = (typeof ROLES)[number];

/** Status codes (XEP-0045 §15.6) that somebody decides by. */
export const STATUS = {
  self: 110,
  created: 201,
  nickAssigned: 210,
  banned: 301,
  nickChanged: 303,
  kicked: 307,
  removedByAffiliation: 321,
  removedMembersOnly: 322,
  shutdown: 332,
  /** The seat's client did not answer (network or technical problem). */
  unanswered: 333,
} as const;

/** Takes a seat, without the room's history: that is read from the archive. Again from the same address: joins anew. */
export function buildJoin(of: { from?: string; room: string; nick: string; id?: string }): Element {
  const history = xml("history", { maxstanzas: 0 });
  return xml(
    "presence",
    { from: of.from, to: `${of.room}/${of.nick}`, id: of.id },
    xml("x", { xmlns: NS_MUC }, history),
  );
}

/** Leaves the seat; others see `status`. */
export function buildLeave(of: { from?: string; room: string; nick: string; status?: string }): Element {
  const status = of.status !== undefined && xml("status", {}, of.status);
  return xml("presence", { type: "unavailable", from: of.from, to: `${of.room}/${of.nick}` }, status);
}

/**
 * Somebody in a room came, changed or left. `jid` is the real address, null when we may not see it; `jids` are all of
 * them when one person sits there with several clients under one name, as Prosody allows.
 * `newNick` is set on the `unavailable` half of a change of name. `reason` is the one of a kick or ban.
 */
export type RoomPresence = {
  nick: string;
  available: boolean;
  /** It is our own seat (status 110). */
  self: boolean;
  jid: string | null;
  jids: string[];
  occupantId: string | null;
  affiliation: Affiliation;
  role: Role;
  statuses: number[];
  newNick: string | null;
  reason: string | null;
  /** Set when the room was destroyed; `reason` as its owner gave it. */
  destroyed: { reason: string; alternative: string | null } | null;
};

/** Reads a presence of `room` (bare). Null for what is not the room's, an error, or without the room's marks. */
export function parseRoomPresence(presence: Element, room: string): RoomPresence | null {
  const from = attr(presence, "from") ?? "";
  const type = attr(presence, "type");
  const x = child(presence, "x", NS_MUC_USER);
  if (presence.name !== "presence" || !x || bareJid(from) !== room || resourceOf(from) === "") return null;
  if (type !== undefined && type !== "unavailable") return null;
  const items = children(x, "item", NS_MUC_USER);
  const item = items[0];
  const jids = items.flatMap((el) => attr(el, "jid") ?? []);
  const occupant = child(presence, "occupant-id", NS_OCCUPANT_ID);
  const destroy = child(x, "destroy", NS_MUC_USER);
  const statuses = children(x, "status", NS_MUC_USER).map((el) => Number(attr(el, "code")));
  return {
    nick: resourceOf(from),
    available: type === undefined,
    self: statuses.includes(STATUS.self),
    jid: jids[0] ?? null,
    jids,
    occupantId: (occupant && attr(occupant, "id")) ?? null,
    affiliation: AFFILIATIONS.find((one) => item && attr(item, "affiliation") === one) ?? "none",
    role: ROLES.find((one) => item && attr(item, "role") === one) ?? "none",
    statuses,
    newNick: (item && attr(item, "nick")) ?? null,
    reason: (item && childText(item, "reason", NS_MUC_USER)) ?? null,
    destroyed: destroy
      ? { reason: childText(destroy, "reason", NS_MUC_USER) ?? "", alternative: attr(destroy, "jid") ?? null }
      : null,
  };
}

/** How somebody left. `unanswered`: the client does not answer (status 333); `removed`: no longer a member. */
export type Departure = "left" | "unanswered" | "kicked" | "banned" | "removed" | "shutdown" | "destroyed";

// The first match counts: a seat that does not answer is kicked as well.
const DEPARTURES: [code: number, how: Departure][] = [
  [STATUS.unanswered, "unanswered"],
  [STATUS.banned, "banned"],
  [STATUS.shutdown, "shutdown"],
  [STATUS.removedByAffiliation, "removed"],
  [STATUS.removedMembersOnly, "removed"],
  [STATUS.kicked, "kicked"],
];

/** What an `unavailable` of the room means for whoever it is about; `reason` is "" for none. */
export function readDeparture({ statuses, destroyed, reason }: RoomPresence): { how: Departure; reason: string } {
  if (destroyed) return { how: "destroyed", reason: destroyed.reason };
  const how = DEPARTURES.find(([code]) => statuses.includes(code))?.[1] ?? "left";
  return { how, reason: reason ?? "" };
}

/**
 * The configuration of a session's room, an IQ set to the room: hidden, for members only, real addresses for moderators
 * only, archived, and persistent, since a room that is not vanishes when the server is killed.
 */
export function buildRoomConfig(of: { name: string; description?: string }): Element {
  const fields = {
    "muc#roomconfig_roomname": [of.name],
    ...(of.description === undefined ? {} : { "muc#roomconfig_roomdesc": [of.description] }),
    "muc#roomconfig_persistentroom": ["1"],
    "muc#roomconfig_publicroom": ["0"],
    "muc#roomconfig_membersonly": ["1"],
    "muc#roomconfig_moderatedroom": ["0"],
    "muc#roomconfig_whois": ["moderators"],
    "muc#roomconfig_changesubject": ["0"],
    "muc#roomconfig_allowinvites": ["0"],
    "muc#roomconfig_enablearchiving": ["1"],
    // COMPAT: Prosody 0.12 has its own name for members' invitations beside the registered one.
    "{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites": ["0"],
  };
  return xml("query", { xmlns: NS_MUC_OWNER }, buildAnswers(fields, NS_MUC_ROOMCONFIG));
}

/**
 * Closes the room for lines, an IQ set to the room. From its answer on whoever says something gets `not-allowed` (see
 * prosody/modules/mod_foyer_rooms.lua), so the archive holds all that was ever said there.
 */
export const buildRoomClosing = (): Element =>
  xml("query", { xmlns: NS_MUC_OWNER }, buildAnswers({ [`{${NS_ROOMS}}closed`]: ["1"] }, NS_MUC_ROOMCONFIG));

/** Destroys the room, and with it its archive: an IQ set to the room. */
export function buildDestroy(of: { reason: string; alternative?: string }): Element {
  const reason = of.reason !== "" && xml("reason", {}, of.reason);
  return xml("query", { xmlns: NS_MUC_OWNER }, xml("destroy", { jid: of.alternative }, reason));
}

/** Sets what an address (bare) is to the room: an IQ set to the room. */
export function buildAffiliation(of: { jid: string; affiliation: Affiliation; reason?: string }): Element {
  const reason = of.reason !== undefined && xml("reason", {}, of.reason);
  return xml("query", { xmlns: NS_MUC_ADMIN }, xml("item", { jid: of.jid, affiliation: of.affiliation }, reason));
}

/** Asks a room for its members: an IQ get. */
export const buildMembersRequest = (): Element =>
  xml("query", { xmlns: NS_MUC_ADMIN }, xml("item", { affiliation: "member" }));

/** Bare addresses, as the room gives them. */
export function parseMembers(query: Element): string[] {
  const members = children(query, "item", NS_MUC_ADMIN).filter((item) => attr(item, "affiliation") === "member");
  return members.flatMap((item) => attr(item, "jid") ?? []);
}

/** Puts a nick out of the room, which may come back: an IQ set to the room. Prosody refuses full addresses here. */
export function buildKick(of: { nick: string; reason?: string }): Element {
  const reason = of.reason !== undefined && xml("reason", {}, of.reason);
  return xml("query", { xmlns: NS_MUC_ADMIN }, xml("item", { nick: of.nick, role: "none" }, reason));
}

export type Invitation = { room: string; inviter: string; reason: string };

/**
 * A mediated invitation (§7.8.2), as sent to the room, which passes it on. `from` must be the bare workgroup address:
 * Smack compares it textually, and Prosody copies it as it is. `extra` children travel with it.
 */
export function buildInvitation(of: {
  from?: string;
  room: string;
  to: string;
  reason: string;
  id?: string;
  extra?: Child[];
}): Element {
  const invite = xml("invite", { to: of.to }, xml("reason", {}, of.reason));
  const extra = of.extra ?? [];
  return xml("message", { from: of.from, to: of.room, id: of.id }, ...extra, xml("x", { xmlns: NS_MUC_USER }, invite));
}

/** Reads an invitation as the room passed it on. Null for any other message. */
export function parseInvitation(message: Element): Invitation | null {
  const room = attr(message, "from") ?? "";
  const x = child(message, "x", NS_MUC_USER);
  const invite = x && child(x, "invite", NS_MUC_USER);
  const type = attr(message, "type");
  // A seat (room/nick) could send the same privately; only the room itself invites.
  if (!invite || type === "error" || type === "groupchat" || room === "" || resourceOf(room) !== "") return null;
  return { room, inviter: attr(invite, "from") ?? "", reason: childText(invite, "reason", NS_MUC_USER) ?? "" };
}

/**
 * A direct invitation (XEP-0249) beside the mediated one, for clients that read only these. It goes straight to whom it is
 * for, who must be a member already: only the mediated one makes members.
 */
export function buildDirectInvitation(of: { from: string; to: string; room: string; reason: string }): Element {
  const reason = of.reason === "" ? undefined : of.reason;
  return xml("message", { from: of.from, to: of.to }, xml("x", { xmlns: NS_CONFERENCE, jid: of.room, reason }));
}

/** Declines an invitation of a room (§7.8.2): sent to the room, which tells `to`, who invited. */
export function buildDecline(of: { from?: string; room: string; to: string; reason: string }): Element {
  const decline = xml("decline", { to: of.to }, of.reason !== "" && xml("reason", {}, of.reason));
  return xml("message", { from: of.from, to: of.room }, xml("x", { xmlns: NS_MUC_USER }, decline));
}

/** Who was invited declines (§7.8.2), as the room tells the inviter. `by` may be bare or full. Null for any other message. */
export function parseDecline(message: Element): { room: string; by: string; reason: string } | null {
  const room = attr(message, "from") ?? "";
  const x = child(message, "x", NS_MUC_USER);
  const decline = x && child(x, "decline", NS_MUC_USER);
  const by = decline && attr(decline, "from");
  if (!decline || by === undefined || attr(message, "type") === "error" || resourceOf(room) !== "") return null;
  return { room, by, reason: childText(decline, "reason", NS_MUC_USER) ?? "" };
}

/** Sets the room's subject (§8.1). It has no body, or it would be a line. */
export const buildSubject = (of: { from?: string; room: string; text: string }): Element =>
  xml("message", { type: "groupchat", from: of.from, to: of.room }, xml("subject", {}, of.text));
