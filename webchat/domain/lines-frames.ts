/** Entries of the room as frames for a page: as few as their order allows, since in a frame changes come after lines. */
import type { LineChange, LineView, ServerFrame } from "../../protocol/visitor-api.ts";
import { type Entry, isChange } from "./line.ts";

type LinesFrame = Extract<ServerFrame, { kind: "lines" }>;
type Flags = Pick<LinesFrame, "catchUp" | "complete" | "reset">;

/** At least one frame. `reset` is said with the first, `complete` with the last. */
export function framesOf(
  session: string,
  entries: readonly Entry[],
  { catchUp, complete, reset }: Flags,
): LinesFrame[] {
  const groups: { lines: LineView[]; changes: LineChange[] }[] = [{ lines: [], changes: [] }];
  for (const entry of entries) {
    let group = groups.at(-1);
    if (!group || (!isChange(entry) && group.changes.length > 0)) {
      group = { lines: [], changes: [] };
      groups.push(group);
    }
    if (isChange(entry)) group.changes.push(entry);
    else group.lines.push(entry);
  }
  return groups.map(({ lines, changes }, i) => ({
    kind: "lines",
    session,
    lines,
    ...(changes.length > 0 && { changes }),
    catchUp,
    complete: complete && i === groups.length - 1,
    reset: reset && i === 0,
  }));
}
