import { describe, expect, it } from "vitest";
import type { LineView } from "../../../protocol/visitor-api.ts";
import { logEntries } from "../../../webchat/widget/log.ts";
import { type ChatState, initialState } from "../../../webchat/widget/state.ts";

const DAY = 86_400_000;
const dayOf = (at: number): string => String(Math.floor(at / DAY));
const line = (id: string, name: string, at: number, more: Partial<LineView> = {}): LineView => ({
  id,
  from: name ? { kind: "agent", name } : { kind: "self", name: "J" },
  text: id,
  at: DAY + at,
  ...more,
});
const state = (change: Partial<ChatState>): ChatState => ({
  ...initialState,
  visit: { phase: "talking", session: "s", agents: ["Anna"], question: "", since: DAY },
  ...change,
});
const short = (one: ChatState): string[] => {
  const { entries, unsettled } = logEntries(one, dayOf);
  return [...entries, ...unsettled].map((entry) => {
    if (entry.kind !== "line") return entry.kind === "note" ? `${entry.text} ${entry.name}`.trim() : entry.kind;
    return [entry.text, entry.first && "first", entry.last && "last", entry.mark].filter(Boolean).join(" ");
  });
};

describe("a conversation", () => {
  it("groups lines of one speaker within two minutes, and marks the last own line", () => {
    const lines = [
      line("a", "Anna", 0),
      line("b", "Anna", 60_000),
      line("c", "Anna", 200_000),
      line("d", "", 210_000),
      line("e", "", 220_000),
    ];
    expect(short(state({ lines }))).toEqual(["day", "a first", "b last", "c first last", "d first", "e last sent"]);
  });

  it("says each day once", () => {
    const lines = [line("a", "Anna", 0), line("b", "Anna", DAY)];
    expect(short(state({ lines }))).toEqual(["day", "a first last", "day", "b first last"]);
  });

  it("puts comings and goings where they happened: chatting with the first, joined by the next", () => {
    const lines = [line("a", "Anna", 10), line("b", "Ben", 400_000)];
    const comings = [
      { kind: "joined" as const, name: "Anna", at: DAY },
      { kind: "joined" as const, name: "Ben", at: DAY + 300_000 },
      { kind: "left" as const, name: "Anna", at: DAY + 350_000 },
    ];
    expect(short(state({ lines, comings }))).toEqual([
      "day",
      "chat.with Anna",
      "a first last",
      "chat.joined Ben",
      "chat.left Anna",
      "b first last",
    ]);
  });

  it("lets nobody speak before they came, though the archive knows whole seconds only", () => {
    const lines = [line("a", "", 0), line("b", "Anna", 1_000), line("c", "Ben", 2_000)];
    const comings = [
      { kind: "joined" as const, name: "Anna", at: DAY + 94 },
      { kind: "joined" as const, name: "Ben", at: DAY + 9_000 },
    ];
    expect(short(state({ lines, comings })).filter((one) => one !== "day")).toEqual([
      "chat.with Anna",
      "a first last sent",
      "b first last",
      "chat.joined Ben",
      "c first last",
    ]);
  });

  it("shows the question first, once, and service lines in the reader's language", () => {
    const visit = { phase: "talking" as const, session: "s", agents: [], question: "Why?", since: DAY };
    const service = { kind: "service" as const, name: "Support" };
    expect(short(state({ visit }))).toEqual(["day", "question"]);
    const lines = [
      line("q", "", 0, { from: service, service: "question" }),
      line("r", "", 1, { from: service, service: "requeued" }),
      line("other", "", 2, { from: service }),
    ];
    expect(short(state({ visit, lines }))).toEqual(["day", "question", "chat.requeued", "service"]);
  });
});

describe("own lines that are not settled", () => {
  const pending = [
    { key: "1", text: "one", at: 1, epoch: 0, failed: "too-fast" as const },
    { key: "2", text: "two", at: 2, epoch: 0 },
    { key: "3", text: "three", at: 3, epoch: 0 },
  ];

  it("stand below, with one mark on the last, and every failure marked", () => {
    const lines = [line("a", "", 0)];
    expect(short(state({ lines, pending }))).toEqual([
      "day",
      "a first last",
      "one first last failed",
      "two first",
      "three first last pending",
    ]);
  });

  it("are said to be kept while nobody is there", () => {
    const visit = { phase: "waiting" as const, position: 1, waitS: null, question: "", since: 0 };
    expect(short(state({ visit, pending: pending.slice(2) }))).toEqual(["three first last waiting"]);
  });
});

describe("what becomes of lines", () => {
  const lines = [line("a", "", 0), line("b", "", 1), line("c", "Anna", 2)];
  const marks = (more: Partial<ChatState>) =>
    short(state({ lines, ...more })).filter((one) => / (sent|read|delivered)$/.test(one));

  it("is said at the last own line alone", () => {
    expect(marks({ delivered: "a" })).toEqual(["b last sent"]);
    expect(marks({ delivered: "b" })).toEqual(["b last delivered"]);
    expect(marks({ read: "a", delivered: "c" })).toEqual(["b last delivered"]);
    expect(marks({ read: "c" })).toEqual(["b last read"]);
  });

  it("is not said at a line that was taken back, but at the one before", () => {
    const taken = lines.map((one) => (one.id === "b" ? { ...one, text: "", gone: true as const } : one));
    expect(marks({ lines: taken, read: "c" })).toEqual(["a first read"]);
  });

  it("shows a change that is on its way, or failed, on the line itself", () => {
    const change = { key: "k9", text: "better", at: 9, epoch: 1, of: "b" };
    const entry = (one: ChatState) => logEntries(one, dayOf).entries.find(({ key }) => key === "b");
    expect(entry(state({ lines, pending: [change] }))).toMatchObject({ text: "better", edited: true, mark: "pending" });
    const failed = state({ lines, pending: [{ ...change, failed: "too-fast" }] });
    expect(entry(failed)).toMatchObject({ mark: "failed", failed: "too-fast", again: "k9" });
    expect(logEntries(failed, dayOf).unsettled).toEqual([]);
  });
});
