/**
 * What is said in a room (XEP-0045 §7.4), with the room's own marks on it: the stanza id (XEP-0359), which says that the
 * line is archived and where in the one order it stands, and the occupant id (XEP-0421), which says whose it is.
 */
import { buildChatState, type ChatState, parseChatState } from "./chat-state.ts";
import { parseDateTime } from "./datetime.ts";
import { bareJid, resourceOf } from "./jid.ts";
import { asksForReceipt, type Marker, parseMarker, parseReplace, parseRetraction } from "./line-changes.ts";
import { NS_DELAY, NS_HINTS, NS_OCCUPANT_ID, NS_STANZA_ID } from "./ns.ts";
import { parseSharedFile, type SharedFile } from "./shared-file.ts";
import { attr, type Child, child, children, childText, type Element, xml } from "./xml.ts";

/**
 * A line as the room reflected or archived it. `id` is the sender's (its own key), `stanzaId` the room's: null means that
 * the room did not archive it, so it does not count as sent. `nick` is "" when the room itself speaks.
 * `at` is when the room got it, epoch ms; null for a line that comes live.
 */
export type RoomLine = {
  kind: "line";
  nick: string;
  id: string | null;
  stanzaId: string | null;
  occupantId: string | null;
  text: string;
  at: number | null;
  /** It is a new text of the line that the same sender said with this id (XEP-0308). Who does not know that line shows this one. */
  replaces?: string;
  /** Its sender wants a receipt. */
  asksReceipt?: boolean;
  /** The text is the address of this file. */
  file?: SharedFile;
};
/** A line is taken back: `of` is the room's id of it, or with old clients the sender's (XEP-0424). */
export type RoomRetraction = Omit<RoomLine, "kind" | "text" | "replaces" | "asksReceipt" | "file"> & {
  kind: "retraction";
  of: string;
};
/** Somebody's client has, or somebody has read, everything up to the line `of`, which is named by the room's id or its sender's. */
export type RoomMarker = Omit<RoomRetraction, "kind"> & { kind: "marker"; marker: Marker };
/** What a room archives. */
export type RoomEntry = RoomLine | RoomRetraction | RoomMarker;
export type RoomMessage =
  | RoomEntry
  | { kind: "subject"; nick: string; text: string }
  | { kind: "state"; nick: string; occupantId: string | null; state: ChatState };

/** Reads a message of `room` (bare). Null for what is not the room's, an error, or nothing we read. */
export function parseRoomMessage(message: Element, room: string): RoomMessage | null {
  const from = attr(message, "from") ?? "";
  if (message.name !== "message" || bareJid(from) !== room) return null;
  const nick = resourceOf(from);
  if (attr(message, "type") !== "groupchat") return privateReceipt(message, nick);
  const text = childText(message, "body");
  const subject = childText(message, "subject");
  const state = parseChatState(message);
  const occupant = child(message, "occupant-id", NS_OCCUPANT_ID);
  const occupantId = (occupant && attr(occupant, "id")) ?? null;
  const common = { nick, id: senderId(message), stanzaId: stanzaId(message, room), occupantId, at: delay(message) };
  // Before the text, which is there for those who do not know what a retraction is.
  const of = parseRetraction(message);
  if (of !== undefined) return { kind: "retraction", ...common, of };
  if (text !== undefined && text !== "") {
    const [replaces, file] = [parseReplace(message), parseSharedFile(message, text)];
    const marks = {
      ...(replaces !== undefined && { replaces }),
      ...(file && { file }),
      ...(asksForReceipt(message) && { asksReceipt: true }),
    };
    return { kind: "line", ...common, text, ...marks };
  }
  const marked = parseMarker(message);
  if (marked) return { kind: "marker", ...common, ...marked };
  if (subject !== undefined) return { kind: "subject", nick, text: subject };
  return state === null ? null : { kind: "state", nick, occupantId, state };
}

/** The one thing that counts when it is said to us alone. The room gives it no place, and it is from now. */
function privateReceipt(message: Element, nick: string): RoomMarker | null {
  const type = attr(message, "type");
  const marked = type === "error" || nick === "" ? null : parseMarker(message);
  const occupant = child(message, "occupant-id", NS_OCCUPANT_ID);
  const occupantId = (occupant && attr(occupant, "id")) ?? null;
  return marked && { kind: "marker", nick, id: senderId(message), stanzaId: null, occupantId, at: null, ...marked };
}

/** A line to `room`. `id` is minted once per line and never again, whatever is sent again. */
export function buildRoomLine(line: {
  from?: string;
  room: string;
  id: string;
  text: string;
  extra?: Child[];
}): Element {
  return xml(
    "message",
    { type: "groupchat", from: line.from, to: line.room, id: line.id },
    xml("body", {}, line.text),
    xml("origin-id", { xmlns: NS_STANZA_ID, id: line.id }),
    buildChatState("active"),
    ...(line.extra ?? []),
  );
}

/** Tells the room what we are doing. */
export function buildRoomState(of: { from?: string; room: string; state: ChatState }): Element {
  const hint = xml("no-store", { xmlns: NS_HINTS });
  return xml("message", { type: "groupchat", from: of.from, to: of.room }, buildChatState(of.state), hint);
}

function senderId(message: Element): string | null {
  const origin = child(message, "origin-id", NS_STANZA_ID);
  return attr(message, "id") ?? (origin && attr(origin, "id")) ?? null;
}

/** Only the room's own: anybody can write one that names another (XEP-0359 §6). */
function stanzaId(message: Element, room: string): string | null {
  const own = children(message, "stanza-id", NS_STANZA_ID).find((el) => attr(el, "by") === room);
  return (own && attr(own, "id")) ?? null;
}

/** XEP-0203. */
function delay(message: Element): number | null {
  const el = child(message, "delay", NS_DELAY);
  return el ? parseDateTime(attr(el, "stamp") ?? "") : null;
}
