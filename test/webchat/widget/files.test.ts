/** A file among the visitor's lines: a line like any other, but for its text. */
import { describe, expect, it } from "vitest";
import type { LineView, VisitState } from "../../../protocol/visitor-api.ts";
import { logEntries } from "../../../webchat/widget/log.ts";
import { type Action, dueLines, reduce } from "../../../webchat/widget/reduce.ts";
import { parsePending } from "../../../webchat/widget/saved.ts";
import { type ChatState, initialState } from "../../../webchat/widget/state.ts";

const TALKING: VisitState = { phase: "talking", session: "s1", agents: ["Anna"], question: "", since: 2 };
const FILE = { path: "files/slot-0001/a.png", name: "a.png", type: "image/png", size: 12 };

const run = (state: ChatState, ...actions: Action[]): ChatState => actions.reduce(reduce, state);
const lines = (...shown: LineView[]): Action => ({
  type: "frame",
  frame: { kind: "lines", session: "s1", lines: shown, catchUp: true, complete: true, reset: false },
});
const talking = run(initialState, { type: "frame", frame: { kind: "welcome", token: "t", state: TALKING } }, lines());
const said = run(
  talking,
  { type: "draft", text: "and here is" },
  { type: "say", key: "k1", text: "a.png", at: 5, file: "T" },
);
const own: LineView = {
  id: "1",
  key: "k1",
  from: { kind: "self", name: "J" },
  text: "https://c/a.png",
  at: 6,
  file: FILE,
};
const drawn = (state: ChatState) => {
  const { entries, unsettled } = logEntries(state, () => "today");
  return [...entries, ...unsettled].flatMap((one) => (one.kind === "line" ? [[one.file, one.mark]] : []));
};

describe("a file that was sent", () => {
  it("is due as a line, leaves what is being written alone, and is settled by the room's line", () => {
    expect(dueLines(said).map(({ key, file }) => [key, file])).toEqual([["k1", "T"]]);
    expect(said.draft).toBe("and here is");
    expect(drawn(said)).toEqual([["T", "pending"]]);
    const settled = run(said, { type: "sent", keys: ["k1"], at: 6 }, lines(own));
    expect(settled.pending).toEqual([]);
    expect(drawn(settled)).toEqual([[FILE, "sent"]]);
  });

  it("fails and is tried again as a line", () => {
    const refused: Action = { type: "frame", frame: { kind: "refused", code: "unavailable", text: "", key: "k1" } };
    const failed = run(said, { type: "sent", keys: ["k1"], at: 6 }, refused);
    expect(drawn(failed)).toEqual([["T", "failed"]]);
    expect(dueLines(run(failed, { type: "again", key: "k1" })).map(({ file }) => file)).toEqual(["T"]);
  });

  it("does not become a text: neither by editing it, nor in the box of the next chat", () => {
    const settled = run(said, lines(own));
    expect(run(settled, { type: "edit", key: "k1" }).editing).toBe("");
    expect(run(said, { type: "restart" }).draft).toBe("and here is");
  });

  it("outlives a reload", () => {
    expect(parsePending(JSON.stringify({ key: "k1", text: "a.png", at: 5, file: "T" }))).toEqual({
      key: "k1",
      text: "a.png",
      at: 5,
      epoch: 0,
      file: "T",
    });
    expect(parsePending(JSON.stringify({ key: "k1", text: "a.png", at: 5, file: {} }))).not.toHaveProperty("file");
  });
});
