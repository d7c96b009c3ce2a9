import { describe, expect, it } from "vitest";
import { chatRows } from "../../../agent-ui/elements/chat-rows.ts";
import type { SeenChange, SeenLine, SeenOccupant } from "../../../agent-ui/state/actions.ts";
import type { State } from "../../../agent-ui/state/model.ts";
import { lastSaid } from "../../../agent-ui/state/select.ts";
import { ANNA, arrived, BEN, chatOf, JOHN, line, ROOM, run, talking } from "../support/state.ts";

const change = (by: SeenOccupant, what: SeenChange["change"], of: string, number = 50): SeenChange => {
  const { nick, occupantId } = by;
  return { stanzaId: `a${number}`, key: `k${number}`, nick, occupantId, at: 1000 * number, change: what, of };
};
const edit = (by: SeenOccupant, text: string, of: string, number = 40): SeenLine =>
  line(by, text, number, { replaces: of });

const shown = (): State => run(talking(), arrived(line(ANNA, "Hello", 2), line(JOHN, "Hi", 3), line(ANNA, "Now", 4)));
const texts = (state: State): string[] => chatOf(state).lines.flatMap((one) => ("text" in one ? [one.text] : []));

describe("a line that its sender changes", () => {
  it("has its new text where it stood, and counts as nothing new", () => {
    const before = run(shown(), { type: "focus-changed", focused: false });
    const state = run(before, arrived(edit(JOHN, "Hi there", "k3")));
    expect(texts(state)).toEqual(["Hello", "Hi there", "Now"]);
    expect(chatOf(state).lines[1]).toMatchObject({ id: "a3", edited: "a40" });
    expect(chatOf(state).unread).toBe(chatOf(before).unread);
    expect(chatOf(state).lastStanzaId).toBe("a40");
  });

  it.each([
    ["the room's id", "a3"],
    ["the sender's own, as with old clients", "k3"],
    ["the id of its last text", "a40"],
  ])("is gone for good once it was taken back by %s", (_, of) => {
    const gone = run(shown(), arrived(edit(JOHN, "b", "k3"), change(JOHN, "retracted", of)));
    expect(texts(gone)).toEqual(["Hello", "", "Now"]);
    expect(chatOf(gone).lines[1]).toMatchObject({ retractedAt: 50_000 });
    expect(texts(run(gone, arrived(edit(JOHN, "back?", "k3", 60))))).toEqual(["Hello", "", "Now"]);
  });

  it("may come in one page of the archive with its change, also after a reload", () => {
    const state = run(talking(), arrived(line(JOHN, "Hi", 1), edit(JOHN, "Hi!", "k1"), line(ANNA, "Yes", 2)));
    expect(texts(state)).toEqual(["Hi!", "Yes"]);
  });
});

describe("a line that somebody else would change", () => {
  const mallory: SeenOccupant = { ...JOHN, occupantId: "o-mallory" };
  it.each([
    ["the visitor an agent's", JOHN, "k2", "a2"],
    ["a colleague ours", BEN, "k2", "a2"],
    ["who has taken the visitor's name the visitor's", mallory, "k3", "a3"],
  ])("stays: %s; the new text is a line of its sender", (_, by, key, id) => {
    const state = run(shown(), arrived(edit(by, "I never said that", key), change(by, "retracted", id)));
    expect(texts(state)).toEqual(["Hello", "Hi", "Now", "I never said that"]);
    expect(chatOf(state).lines.at(-1)).toMatchObject({ by: by.occupantId });
  });
});

describe("an own line in the composer", () => {
  const editing = (): State =>
    run(
      shown(),
      { type: "draft-changed", room: ROOM, text: "half a" },
      { type: "line-edited", room: ROOM, line: "k4" },
    );
  const written = (text: string) => ({ type: "line-written", room: ROOM, at: 9, key: "k9", text }) as const;

  it("leaves the draft alone, and is said as a new text of the line", () => {
    const state = run(editing(), { type: "draft-changed", room: ROOM, text: "Now!" }, written("Now!"));
    expect(chatOf(state)).toMatchObject({ draft: "half a", editing: null });
    expect(chatOf(state).unsent).toEqual([{ key: "k9", text: "Now!", at: 9, state: "pending", of: "k4" }]);
    const row = chatRows(chatOf(state), { from: 0, to: null }).find(
      (one) => one.kind === "said" && one.line.id === "a4",
    );
    expect(row).toMatchObject({ text: "Now!", edited: true, change: { state: "pending" } });
    const settled = run(state, arrived(edit(ANNA, "Now!", "k4", 9)));
    expect([chatOf(settled).unsent, texts(settled)]).toEqual([[], ["Hello", "Hi", "Now!"]]);
  });

  it("is not said when nothing is changed, nor when the chat is over", () => {
    expect(chatOf(run(editing(), written("Now"))).unsent).toEqual([]);
    const over = run(editing(), written("Now!"), {
      type: "chat-ended",
      room: ROOM,
      at: 9,
      end: { by: "visitor", name: "" },
    });
    expect(chatOf(over).unsent).toEqual([]);
    expect(texts(over)).toEqual(["Hello", "Hi", "Now"]);
  });

  it("is one of ours that is still there", () => {
    for (const key of ["k3", "k99"]) {
      expect(chatOf(run(shown(), { type: "line-edited", room: ROOM, line: key })).editing).toBeNull();
    }
    const gone = run(shown(), arrived(change(ANNA, "retracted", "a4")));
    expect(chatOf(run(gone, { type: "line-edited", room: ROOM, line: "k4" })).editing).toBeNull();
    expect(lastSaid(chatOf(gone))?.text).toBe("Hi");
  });
});

describe("how far a line got", () => {
  const state = (...changes: SeenChange[]) =>
    chatRows(chatOf(run(shown(), arrived(...changes))), { from: 0, to: null }).flatMap((row) =>
      row.kind === "said" ? [row.state] : [],
    );

  it("is what the visitor's page says, at the last own line", () => {
    expect(state()).toEqual(["plain", "plain", "sent"]);
    expect(state({ ...change(JOHN, "delivered", "k4"), stanzaId: null })).toEqual(["plain", "plain", "delivered"]);
    expect(state(change(JOHN, "read", "a4"))).toEqual(["plain", "plain", "read"]);
    expect(state(change(JOHN, "read", "a4"), change(JOHN, "read", "a2", 51))).toEqual(["plain", "plain", "read"]);
    expect(state(change(JOHN, "read", "a2"))).toEqual(["plain", "plain", "sent"]);
  });

  it("is nobody else's to say", () => {
    expect(state(change(BEN, "read", "a4"), change(ANNA, "read", "a4", 51))).toEqual(["plain", "plain", "sent"]);
  });

  it("on another device of ours says that nothing is unread here", () => {
    const away = run(shown(), { type: "focus-changed", focused: false }, arrived(line(JOHN, "Hello?", 5)));
    expect(chatOf(away).unread).toBe(1);
    expect(chatOf(run(away, arrived(change(ANNA, "read", "a3")))).unread).toBe(1);
    expect(chatOf(run(away, arrived(change(ANNA, "read", "a5")))).unread).toBe(0);
  });
});
