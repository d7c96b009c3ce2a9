/** A room's archive (XEP-0313), read in pages by id (XEP-0059): times are in whole seconds and no place to resume at. */
import { parseDateTime } from "./datetime.ts";
import { NS_CLIENT, NS_DELAY, NS_FORWARD, NS_MAM, NS_RSM } from "./ns.ts";
import { parseRoomMessage, type RoomEntry, type RoomLine } from "./room-message.ts";
import { StanzaError } from "./stanza-error.ts";
import { attr, child, childText, type Element, xml } from "./xml.ts";

/** Prosody 0.12 gives at most 50 a page. */
export const ARCHIVE_PAGE = 50;

/** A line that the archive holds: it has its place and its time. */
export type ArchivedLine = RoomLine & { stanzaId: string; at: number };
/** The same of whatever a room archives. */
export type ArchivedEntry = RoomEntry & { stanzaId: string; at: number };

/** Asks for the page after the given stanza id, or for the first. An IQ set to the archive. */
export function buildArchiveQuery(query: { queryId: string; after?: string; max?: number }): Element {
  const set = xml(
    "set",
    { xmlns: NS_RSM },
    xml("max", {}, query.max ?? ARCHIVE_PAGE),
    query.after !== undefined && xml("after", {}, query.after),
  );
  return xml("query", { xmlns: NS_MAM, queryid: query.queryId }, set);
}

/**
 * Reads a message that brings one entry of the asked archive. Null for any other message: a result from elsewhere, or
 * with another query id, is a forgery. `stanza` is the archived stanza, `at` epoch ms.
 */
export function parseArchiveResult(
  message: Element,
  asked: { archive: string; queryId: string },
): { stanzaId: string; at: number; stanza: Element } | null {
  const result = child(message, "result", NS_MAM);
  if (!result || attr(message, "from") !== asked.archive || attr(result, "queryid") !== asked.queryId) return null;
  const forwarded = child(result, "forwarded", NS_FORWARD);
  const delay = forwarded && child(forwarded, "delay", NS_DELAY);
  const stanza = forwarded && child(forwarded, "message", NS_CLIENT);
  const stanzaId = attr(result, "id");
  const at = delay ? parseDateTime(attr(delay, "stamp") ?? "") : null;
  return stanzaId === undefined || at === null || !stanza ? null : { stanzaId, at, stanza };
}

type Archived = { stanzaId: string; at: number; stanza: Element };

/** What an entry of a room's archive holds: a line, or what became of one; null when it holds another thing. */
export function archivedEntry({ stanzaId, at, stanza }: Archived, room: string): ArchivedEntry | null {
  const said = parseRoomMessage(stanza, room);
  return said && said.kind !== "subject" && said.kind !== "state" ? { ...said, stanzaId, at } : null;
}

/** The line an entry of a room's archive holds; null when it holds another thing. */
export function archivedLine(entry: Archived, room: string): ArchivedLine | null {
  const said = archivedEntry(entry, room);
  return said?.kind === "line" ? said : null;
}

/**
 * The end of a page: whether nothing comes after it, and the id of its last entry (null for an empty page).
 * @throws StanzaError `undefined-condition` when it is no end of a page
 */
export function parseArchiveEnd(fin: Element | undefined): { complete: boolean; last: string | null } {
  if (!fin?.is("fin", NS_MAM))
    throw new StanzaError("cancel", "undefined-condition", "an archive answered without 'fin'");
  const set = child(fin, "set", NS_RSM);
  const complete = attr(fin, "complete");
  return { complete: complete === "true" || complete === "1", last: (set && childText(set, "last", NS_RSM)) || null };
}
