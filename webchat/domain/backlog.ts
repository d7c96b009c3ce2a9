/**
 * Joins what an archive tells with what is said meanwhile, so that a reader gets each line once and in the room's order.
 * While `behind`, live lines are held back; pages of the archive go first; then the held lines the pages did not bring.
 */
import type { Entry } from "./line.ts";

/** `seen` holds the ids of the last lines given out, oldest first. */
export type Backlog = { behind: boolean; seen: readonly string[]; held: readonly Entry[] };
export type Given = { backlog: Backlog; lines: Entry[] };

// Whoever stays behind must not cost memory without bound. What is dropped the archive had long before its last page is asked for.
const MOST_HELD = 1_000;
// Doubles can only come from the seam between archive and live lines, which is much shorter than this.
const REMEMBERED = 200;

/** Behind from the start. `after` is the last line the reader has. */
export function newBacklog(after?: string): Backlog {
  return { behind: true, seen: after === undefined ? [] : [after], held: [] };
}

/** The last line given out; undefined when there was none. */
export const lastSeen = (backlog: Backlog): string | undefined => backlog.seen.at(-1);

/** Whether the line is among the last ones given out. */
export const hasSeen = ({ seen }: Backlog, { id }: Entry): boolean => seen.includes(id);

/** Holds live lines back from now on, as before reading the archive anew. */
export const fallBehind = (backlog: Backlog): Backlog => ({ ...backlog, behind: true });

/** A line as it is said. */
export function receive(backlog: Backlog, line: Entry): Given {
  if (backlog.behind) return { backlog: { ...backlog, held: [...backlog.held, line].slice(-MOST_HELD) }, lines: [] };
  // Nearly every line comes here: looking through two hundred ids is quicker than to make a set of them for one question.
  if (hasSeen(backlog, line)) return { backlog, lines: [] };
  return { backlog: { ...backlog, seen: [...backlog.seen.slice(1 - REMEMBERED), line.id] }, lines: [line] };
}

/** A page of the archive, oldest line first. */
export const receivePage = (backlog: Backlog, lines: readonly Entry[]): Given => give(backlog, lines);

/** The archive was read to its end. */
export function catchUpDone(backlog: Backlog): Given {
  const { held } = backlog;
  return give({ ...backlog, behind: false, held: [] }, held);
}

function give(backlog: Backlog, lines: readonly Entry[]): Given {
  const seen = new Set(backlog.seen);
  const fresh = lines.filter((line) => {
    if (seen.has(line.id)) return false;
    seen.add(line.id);
    return true;
  });
  if (fresh.length === 0) return { backlog, lines: [] };
  const given = new Set(fresh.map((line) => line.id));
  return {
    backlog: {
      ...backlog,
      seen: [...backlog.seen, ...given].slice(-REMEMBERED),
      held: backlog.held.filter((line) => !given.has(line.id)),
    },
    lines: fresh,
  };
}
