/** The conversation as it is drawn: lines, comings and goings, days and unsettled lines, in one flat list. Pure. */
import type { FileView, LineView } from "../../protocol/visitor-api.ts";
import { whoIsHere } from "./frames.ts";
import type { ChatState, Coming, PendingLine } from "./state.ts";

/** What becomes of an own line: on its way, kept until somebody is there, in the room, or not. */
export type Mark = "pending" | "waiting" | "sent" | "delivered" | "read" | "failed";

export type LineEntry = {
  kind: "line";
  key: string;
  own: boolean;
  name: string;
  /** Empty when the line was taken back. */
  text: string;
  edited?: boolean;
  /** It is this file; of one that the room has not shown yet, the ticket. */
  file?: FileView | string;
  at: number;
  /** First and last of a group: same speaker, within two minutes. */
  first: boolean;
  last: boolean;
  /** On the last own line, and on every failed one. */
  mark?: Mark;
  failed?: PendingLine["failed"];
  /** Key of what failed, when that is a change of the line. */
  again?: string;
};
export type LogEntry =
  | LineEntry
  | { kind: "day"; key: string; at: number }
  | { kind: "question"; key: string; text: string; at: number }
  /** `text` is a key of the catalogue. */
  | {
      kind: "note";
      key: string;
      text: "chat.with" | "chat.joined" | "chat.left" | "chat.requeued";
      name: string;
      at: number;
    }
  | { kind: "service"; key: string; text: string; at: number };

const GROUP_MS = 120_000;

/**
 * Everything to show, top to bottom: `entries` in the room's order, and below them the own lines that are not settled, as
 * they were written.
 * @param dayOf names the day of an instant, in the reader's zone
 */
export function logEntries(
  state: ChatState,
  dayOf: (at: number) => string,
): { entries: LogEntry[]; unsettled: LineEntry[] } {
  const entries = grouped(withDays([...asked(state), ...settled(state)], dayOf));
  const waiting = state.visit.phase === "waiting";
  // What changes a line shows on that line.
  const unsettled = state.pending.flatMap(({ key, text, at, failed, of, file }): LineEntry[] => {
    const mark = failed !== undefined ? "failed" : waiting ? "waiting" : "pending";
    return of
      ? []
      : [{ kind: "line", key, own: true, name: "", text, at, first: true, last: true, mark, failed, file }];
  });
  // One mark is enough: on the last own line. Failed ones bear theirs in any case.
  const others = unsettled.map(
    (one, i): LineEntry =>
      one.mark === "failed" || i === unsettled.length - 1 ? one : { ...one, mark: undefined, last: false },
  );
  const last = unsettled.length ? -1 : entries.findLastIndex((one) => one.kind === "line" && one.own && one.text);
  const mark = lastMark(state);
  return { entries: entries.map((entry, i) => (i === last ? { mark, ...entry } : entry)), unsettled: others };
}

/** How far the last own line got. */
function lastMark({ lines, read, delivered }: ChatState): Mark {
  const last = lines.findLastIndex(({ from, text }) => from.kind === "self" && text);
  const reached = (mark: string): boolean => lines.findIndex(({ id }) => id === mark) >= last;
  return reached(read) ? "read" : reached(delivered) ? "delivered" : "sent";
}

/** The question of the form, until the room's own line about it is there. */
function asked({ visit, lines }: ChatState): LogEntry[] {
  const text = visit.phase === "idle" ? "" : visit.question;
  if (!text || lines.some((line) => line.service === "question")) return [];
  const at = lines[0]?.at ?? ("since" in visit ? visit.since : 0);
  return [{ kind: "question", key: "question", text, at }];
}

function settled({ lines, comings, pending }: ChatState): LogEntry[] {
  const entries: LogEntry[] = [];
  let next = 0;
  const notesUntil = (count: number): void => {
    for (; next < count; next++) entries.push(...note(comings, next));
  };
  for (const line of lines) {
    const { id, key, from, at, service } = line;
    const change = pending.findLast(({ of }) => of && (of === id || of === key));
    const { text } = change ?? line;
    notesUntil(comingsBefore(comings, next, line));
    if (service === "question") entries.push({ kind: "question", key: "question", text, at });
    else if (service) entries.push({ kind: "note", key: id, text: `chat.${service}`, name: "", at });
    else if (from.kind === "service") entries.push({ kind: "service", key: id, text, at });
    else {
      const own = from.kind === "self";
      const edited = line.edited !== undefined || Boolean(change);
      entries.push({
        kind: "line",
        key: (own && key) || id,
        own,
        name: from.name,
        text,
        file: line.file,
        edited,
        at,
        first: true,
        last: true,
        ...progress(change),
      });
    }
  }
  notesUntil(comings.length);
  return entries;
}

/** Of a change that is not settled. */
const progress = (change: PendingLine | undefined): Pick<LineEntry, "mark" | "failed" | "again"> | undefined =>
  change && { mark: change.failed === undefined ? "pending" : "failed", failed: change.failed, again: change.key };

/** How many comings and goings stand above a line: those of its time or earlier, and in any case its speaker's coming. */
function comingsBefore(comings: Coming[], from: number, { at, from: speaker, service }: LineView): number {
  // The question was asked before anybody came.
  if (service === "question") return from;
  // The archive knows whole seconds only: within its second a line is taken to be the later one.
  const until = at % 1_000 ? at : at + 999;
  const spoke = comings.findIndex((one, i) => i >= from && one.kind === "joined" && one.name === speaker.name);
  const later = comings.findIndex((one, i) => i >= from && one.at > until);
  return Math.max(speaker.kind === "agent" ? spoke + 1 : 0, later < 0 ? comings.length : later);
}

/** The first to come is whom the visitor chats with; later ones join. */
function note(comings: Coming[], index: number): LogEntry[] {
  const coming = comings[index];
  if (!coming) return [];
  const alone = whoIsHere(comings.slice(0, index)).length === 0;
  const text = coming.kind === "left" ? "chat.left" : alone ? "chat.with" : "chat.joined";
  return [{ kind: "note", key: `coming ${index}`, text, name: coming.name, at: coming.at }];
}

function withDays(entries: LogEntry[], dayOf: (at: number) => string): LogEntry[] {
  let day = "";
  return entries.flatMap((entry) => {
    const own = entry.at ? dayOf(entry.at) : day;
    if (own === day) return [entry];
    day = own;
    return [{ kind: "day", key: `day ${own}`, at: entry.at }, entry];
  });
}

function grouped(entries: LogEntry[]): LogEntry[] {
  return entries.map((entry, i) => {
    if (entry.kind !== "line") return entry;
    return { ...entry, first: !sameGroup(entries[i - 1], entry), last: !sameGroup(entry, entries[i + 1]) };
  });
}

function sameGroup(one: LogEntry | undefined, next: LogEntry | undefined): boolean {
  if (one?.kind !== "line" || next?.kind !== "line") return false;
  return one.own === next.own && one.name === next.name && Math.abs(next.at - one.at) < GROUP_MS;
}
