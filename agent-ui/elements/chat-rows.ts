/** From lines to rows of a conversation: day separators, groups by speaker, and what the agent has still to see confirmed. Pure. */
import type { Chat, Line, Speaker, Unsent } from "../state/model.ts";
import { isSameDay } from "./format.ts";

/** Lines of one speaker within this time stand together. */
const GROUP_MS = 120_000;

export type Row =
  | { kind: "day"; id: string; at: number }
  /** `opens`: first of a group, bears name and time. `sent`: the last of our lines, which bears the mark. */
  | { kind: "said"; id: string; from: Speaker; text: string; at: number; opens: boolean; state: "plain" | "sent" }
  | { kind: "unsent"; id: string; text: string; at: number; opens: boolean; state: Unsent["state"] }
  | { kind: "question"; id: string; name: string; text: string; at: number }
  | { kind: "event"; id: string; line: Exclude<Line, { kind: "said" | "question" }>; at: number };

/** The last `shown` lines of a chat as rows, oldest first. */
export function chatRows(chat: Pick<Chat, "lines" | "unsent">, shown: number): Row[] {
  const rows: Row[] = [];
  const lines = chat.lines.slice(-shown);
  const lastOwn = chat.unsent.length > 0 ? undefined : lines.findLast(isOwn)?.id;
  let before: Line | undefined = chat.lines[chat.lines.length - lines.length - 1];
  for (const line of lines) {
    if (!before || !isSameDay(before.at, line.at)) rows.push({ kind: "day", id: `day:${line.id}`, at: line.at });
    rows.push(rowOf(line, before, lastOwn));
    before = line;
  }
  let opens = !before || !isOwn(before);
  for (const { key, text, at, state } of chat.unsent) {
    // The same id as the line will bear its key: the row becomes the line without being drawn anew.
    rows.push({ kind: "unsent", id: key, text, at, opens, state });
    opens = false;
  }
  return rows;
}

const isOwn = (line: Line): boolean => line.kind === "said" && line.from.role === "me";

function rowOf(line: Line, before: Line | undefined, lastOwn: string | undefined): Row {
  if (line.kind === "question") return line;
  if (line.kind !== "said") return { kind: "event", id: line.id, line, at: line.at };
  const { from, text, at } = line;
  const id = from.role === "me" && line.key !== null ? line.key : line.id;
  return {
    kind: "said",
    id,
    from,
    text,
    at,
    opens: opensGroup(line, before),
    state: line.id === lastOwn ? "sent" : "plain",
  };
}

function opensGroup(line: Extract<Line, { kind: "said" }>, before: Line | undefined): boolean {
  if (before?.kind !== "said") return true;
  const same = before.from.role === line.from.role && before.from.nick === line.from.nick;
  return !same || line.at - before.at > GROUP_MS || !isSameDay(before.at, line.at);
}
