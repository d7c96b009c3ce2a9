import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineView } from "../../../protocol/visitor-api.ts";
import {
  type Backlog,
  catchUpDone,
  fallBehind,
  lastSeen,
  newBacklog,
  receive,
  receivePage,
} from "../../../webchat/domain/backlog.ts";

const line = (id: string): LineView => ({ id, from: { kind: "agent", name: "Anna" }, text: id, at: 0 });

/** Plays events and gathers the ids that were given out. */
function play(start: Backlog, events: (string | string[] | "done")[]): { ids: string[]; backlog: Backlog } {
  let backlog = start;
  const ids: string[] = [];
  for (const event of events) {
    const given = Array.isArray(event)
      ? receivePage(backlog, event.map(line))
      : event === "done"
        ? catchUpDone(backlog)
        : receive(backlog, line(event));
    backlog = given.backlog;
    ids.push(...given.lines.map(({ id }) => id));
  }
  return { ids, backlog };
}

describe("a reader who catches up", () => {
  it("gets the archive first, then what was said meanwhile", () => {
    expect(play(newBacklog(), ["4", ["1", "2", "3"], "5", "done", "6"]).ids).toEqual(["1", "2", "3", "4", "5", "6"]);
  });

  it("gets a line once that is in the archive and came live too", () => {
    expect(play(newBacklog(), ["3", ["1", "2", "3"], "3", "4", "done", "4"]).ids).toEqual(["1", "2", "3", "4"]);
  });

  it("does not get the line it named as its last", () => {
    expect(play(newBacklog("2"), [["2", "3"], "done"]).ids).toEqual(["3"]);
  });

  it("gets what it missed after a break, in order with what comes live", () => {
    const before = play(newBacklog(), [["1"], "done", "2"]);
    expect(lastSeen(before.backlog)).toBe("2");
    expect(play(fallBehind(before.backlog), ["5", ["3", "4", "5"], "done", "6"]).ids).toEqual(["3", "4", "5", "6"]);
  });

  it("that never gets there costs a bounded memory", () => {
    const { backlog } = play(
      newBacklog(),
      Array.from({ length: 3_000 }, (_, i) => String(i)),
    );
    expect(backlog.held.length).toBe(1_000);
  });
});

describe("any mix of pages and live lines", () => {
  it("gives every line once, in the room's order", () => {
    // The room has `total` lines. The reader starts to read when `archived` are there; the rest comes live meanwhile and
    // after; each page may bring lines that came live already.
    const room = fc.record({
      total: fc.nat(60),
      archived: fc.nat(60),
      liveBefore: fc.nat(60),
      page: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(room, ({ total, archived, liveBefore, page }) => {
        const all = Array.from({ length: total }, (_, i) => String(i));
        const known = Math.min(archived, total);
        const live = Math.min(liveBefore, total - known);
        const events: (string | string[] | "done")[] = all.slice(known, known + live);
        const readable = known + live;
        for (let at = 0; at < readable; at += page) events.push(all.slice(at, Math.min(at + page, readable)));
        events.push("done", ...all.slice(readable));
        expect(play(newBacklog(), events).ids).toEqual(all);
      }),
    );
  });
});
