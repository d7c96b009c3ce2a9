/** What becomes of lines after they were said. Only who said a line can change it. Pure. */
import type { Of, SeenChange, SeenLine } from "./actions.ts";
import type { Chat, Line, Role, SaidLine, Unsent } from "./model.ts";

/** A nick may pass to somebody else; it must do where a room gives no ids. */
export const authorOf = ({ occupantId, nick }: Pick<SeenLine, "occupantId" | "nick">): string => occupantId ?? nick;

/** The own line with this key that is still there to be changed. */
export const ownLine = (chat: Pick<Chat, "lines">, key: string | null): SaidLine | undefined =>
  chat.lines.find((line): line is SaidLine => {
    return key !== null && line.kind === "said" && line.from.role === "me" && line.key === key && !line.retractedAt;
  });

/** The last own line that can be changed. */
export const lastOwnLine = (chat: Pick<Chat, "lines">): SaidLine | undefined =>
  chat.lines.findLast((line): line is SaidLine => {
    return line.kind === "said" && line.from.role === "me" && line.key !== null && !line.retractedAt;
  });

/** The lines with the new text in its place; null when its sender never said such a line, and this is one by itself. */
export function edited(lines: readonly Line[], seen: SeenLine, id: string): readonly Line[] | null {
  const line = target(lines, seen.replaces, authorOf(seen));
  if (!line) return null;
  const { file: _, ...rest } = line;
  return line.retractedAt ? lines : lines.with(lines.indexOf(line), { ...rest, text: seen.text, edited: id });
}

/** The lines without the text of the one that its sender takes back. */
export function retracted(lines: readonly Line[], seen: SeenChange): readonly Line[] {
  const line = target(lines, seen.of, authorOf(seen));
  if (!line || line.retractedAt) return lines;
  const { file: _, ...rest } = line;
  return lines.with(lines.indexOf(line), { ...rest, text: "", retractedAt: seen.at });
}

/** How far the visitor, or we on another device, have got. It never goes back. */
export function marked(chat: Chat, lines: readonly Line[], { change, of }: SeenChange, role: Role): Chat {
  const mark =
    role === "me" && change === "read" ? "own" : role === "visitor" && change !== "retracted" ? change : null;
  const line = lines.findLast((one) => one.id === of || (one.kind === "said" && one.key === of));
  if (mark === null || !line || indexOf(lines, chat.marks[mark]) >= lines.indexOf(line)) return chat;
  const marks = { ...chat.marks, [mark]: line.id };
  // Read on one device is read on all.
  const isAllRead = mark === "own" && indexOf(lines, line.id) >= lines.findLastIndex(isVisitors);
  return { ...chat, marks, unread: isAllRead ? 0 : chat.unread };
}

export const indexOf = (lines: readonly Line[], id: string | undefined): number =>
  id === undefined ? -1 : lines.findLastIndex((line) => line.id === id);

export const isVisitors = (line: Line): boolean => line.kind === "said" && line.from.role === "visitor";

/** What is in the composer is said: as a line or, while an own line is there, as its new text. */
export function lineWritten(chat: Chat, { key, text, at, file }: Of<"line-written">): Chat {
  if (file) return { ...chat, unsent: [...chat.unsent, { key, text, at, state: "pending", file }] };
  if (!chat.editing) return { ...chat, draft: "", unsent: [...chat.unsent, { key, text, at, state: "pending" }] };
  const { line } = chat.editing;
  const next = { ...chat, editing: null };
  if (ownLine(chat, line)?.text === text) return next;
  return { ...next, unsent: [...chat.unsent, { key, text, at, state: "pending", of: line }] };
}

export function lineRetracted(chat: Chat, { key, at, of }: Of<"line-retracted">): Chat {
  return { ...chat, editing: null, unsent: [...chat.unsent, { key, text: "", at, state: "pending", of }] };
}

export function lineEdited(chat: Chat, { line: key }: Of<"line-edited">): Chat {
  const line = ownLine(chat, key);
  // A file has no text to be edited.
  if (line?.file) return chat;
  return { ...chat, editing: line && key !== null ? { line: key, text: line.text } : null };
}

/** What waits to change this line. */
export const changeOf = (unsent: readonly Unsent[], { id, key }: SaidLine): Unsent | undefined =>
  unsent.findLast(({ of }) => of !== undefined && (of === id || of === key));

function target(lines: readonly Line[], of: string | undefined, by: string): SaidLine | undefined {
  return lines.findLast((line): line is SaidLine => {
    return line.kind === "said" && line.by === by && of !== undefined && [line.id, line.key, line.edited].includes(of);
  });
}
