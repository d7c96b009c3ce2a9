/** From lines to rows of a conversation: day separators, groups by speaker, and what the agent has still to see confirmed. Pure. */
import { changeOf, indexOf, lastOwnLine } from "../state/line-changes.ts";
import type { Chat, ChatFile, Line, SaidLine, Speaker, Unsent } from "../state/model.ts";
import { isSameDay } from "./format.ts";
import type { LineWindow } from "./line-window.ts";

/** Lines of one speaker within this time stand together. */
const GROUP_MS = 120_000;

export type Row =
  | { kind: "day"; id: string; at: number }
  /** `opens`: first of a group, bears name and time. `state` says of the last of our lines how far it got. */
  | {
      kind: "said";
      id: string;
      line: SaidLine;
      from: Speaker;
      /** What it is to be, when a change of it is on its way. */
      text: string;
      at: number;
      opens: boolean;
      edited: boolean;
      state: "plain" | Reached;
      change: Unsent | undefined;
    }
  | { kind: "unsent"; id: string; text: string; at: number; opens: boolean; state: Unsent["state"]; file?: ChatFile }
  | { kind: "question"; id: string; name: string; text: string; at: number }
  | { kind: "event"; id: string; line: Exclude<Line, { kind: "said" | "question" }>; at: number };

/** The line a row shows; undefined for rows that show none of the room's. */
export function lineIdOf(row: Row): string | undefined {
  return row.kind === "question" ? row.id : "line" in row ? row.line.id : undefined;
}

/** How far a line got: into the room, to the visitor's page, before the visitor's eyes. */
export type Reached = "sent" | "delivered" | "read";

/** The lines of a chat within `window` as rows, oldest first; those that are not sent below the last of all. */
export function chatRows(chat: Pick<Chat, "lines" | "unsent" | "marks">, { from, to }: LineWindow): Row[] {
  const rows: Row[] = [];
  const lines = chat.lines.slice(from, to ?? undefined);
  const unsent = chat.unsent.filter(({ of }) => of === undefined);
  const lastOwn = unsent.length > 0 ? undefined : lastOwnLine(chat)?.id;
  const reached = reachedBy(chat, lastOwn);
  let before: Line | undefined = chat.lines[from - 1];
  for (const line of lines) {
    if (!before || !isSameDay(before.at, line.at)) rows.push({ kind: "day", id: `day:${line.id}`, at: line.at });
    rows.push(rowOf(line, before, line.id === lastOwn ? reached : "plain", chat.unsent));
    before = line;
  }
  if (to !== null) return rows;
  let opens = !before || !isOwn(before);
  for (const { key, text, at, state, file } of unsent) {
    // The same id as the line will bear its key: the row becomes the line without being drawn anew.
    rows.push({ kind: "unsent", id: key, text, at, opens, state, ...(file && { file }) });
    opens = false;
  }
  return rows;
}

const isOwn = (line: Line): boolean => line.kind === "said" && line.from.role === "me";

function reachedBy({ lines, marks }: Pick<Chat, "lines" | "marks">, id: string | undefined): Reached {
  const at = indexOf(lines, id);
  if (indexOf(lines, marks.read) >= at) return "read";
  return indexOf(lines, marks.delivered) >= at ? "delivered" : "sent";
}

function rowOf(line: Line, before: Line | undefined, state: "plain" | Reached, unsent: readonly Unsent[]): Row {
  if (line.kind === "question") return line;
  if (line.kind !== "said") return { kind: "event", id: line.id, line, at: line.at };
  const { from, at } = line;
  const change = from.role === "me" ? changeOf(unsent, line) : undefined;
  return {
    kind: "said",
    id: from.role === "me" && line.key !== null ? line.key : line.id,
    line,
    from,
    text: change?.text ?? line.text,
    at,
    opens: opensGroup(line, before),
    edited: line.edited !== undefined || change !== undefined,
    state,
    change,
  };
}

function opensGroup(line: Extract<Line, { kind: "said" }>, before: Line | undefined): boolean {
  if (before?.kind !== "said") return true;
  const same = before.from.role === line.from.role && before.from.nick === line.from.nick;
  return !same || line.at - before.at > GROUP_MS || !isSameDay(before.at, line.at);
}
