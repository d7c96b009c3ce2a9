import { describe, expect, it } from "vitest";
import type { LineChange, LineView, ServerFrame, VisitState } from "../../../protocol/visitor-api.ts";
import { type Action, dueLines, dueWants, PATIENCE_MS, reduce } from "../../../webchat/widget/reduce.ts";
import { type ChatState, initialState, unreadCount } from "../../../webchat/widget/state.ts";

const PAGE = { url: "", title: "", referrer: "", language: "en", timeZone: "UTC" };
const WAITING: VisitState = { phase: "waiting", position: 3, waitS: 60, question: "Why?", since: 1 };
const TALKING: VisitState = { phase: "talking", session: "s1", agents: ["Anna"], question: "Why?", since: 2 };
const ENDED: VisitState = {
  phase: "ended",
  session: "s1",
  by: { kind: "agent", name: "Anna" },
  question: "Why?",
  at: 9,
};

const run = (state: ChatState, ...actions: Action[]): ChatState => actions.reduce(reduce, state);
const frame = (one: ServerFrame): Action => ({ type: "frame", frame: one });
const welcome = (state: VisitState): Action => frame({ kind: "welcome", token: "t", state });
const told = (state: VisitState): Action => frame({ kind: "state", state });
const say = (key: string, text = key): Action => ({ type: "say", key, text, at: 5 });
const sent = (...keys: string[]): Action => ({ type: "sent", keys, at: 100 });
const own = (key: string, id: string): LineView => ({ id, key, from: { kind: "self", name: "J" }, text: key, at: 6 });
const agent = (id: string): LineView => ({ id, from: { kind: "agent", name: "Anna" }, text: id, at: 6 });
const lines = (shown: LineView[], more: Partial<Extract<ServerFrame, { kind: "lines" }>> = {}): Action =>
  frame({ kind: "lines", session: "s1", lines: shown, catchUp: false, complete: true, reset: false, ...more });
const caughtUp = lines([], { catchUp: true });
const join: Action = { type: "join", fields: { name: ["John"] }, page: PAGE };

const talking = run(initialState, { type: "link", link: "connecting" }, welcome({ phase: "idle" }), told(TALKING));
const keys = (state: ChatState): string[] => dueLines(state).map((line) => line.key);

describe("an own line", () => {
  it("is due when a talk goes on, and once only on a connection", () => {
    const written = run(talking, say("k1"), say("k2"));
    expect(keys(written)).toEqual(["k1", "k2"]);
    expect(keys(run(written, sent("k1", "k2")))).toEqual([]);
  });

  it("is kept while waiting and due when the agent is there", () => {
    const waiting = run(initialState, welcome(WAITING), say("k1"));
    expect(keys(waiting)).toEqual([]);
    expect(keys(run(waiting, told(TALKING)))).toEqual(["k1"]);
  });

  it("is settled by the room's line with its key, in the room's place", () => {
    const state = run(talking, say("k1"), sent("k1"), lines([agent("1"), own("k1", "2")]));
    expect(state.pending).toEqual([]);
    expect(state.lines.map((line) => line.id)).toEqual(["1", "2"]);
  });

  it("is not settled by somebody else's line that bears its key", () => {
    const forged = { ...agent("1"), key: "k1" };
    expect(run(talking, say("k1"), lines([forged])).pending).toHaveLength(1);
  });

  it("is said again after a break, but only when the archive shows that it is not there", () => {
    const back = run(
      talking,
      say("k1"),
      say("k2"),
      sent("k1", "k2"),
      { type: "link", link: "connecting" },
      welcome(TALKING),
    );
    expect(keys(back)).toEqual([]);
    expect(keys(run(back, lines([], { catchUp: true, complete: false })))).toEqual([]);
    expect(keys(run(back, lines([own("k1", "1")], { catchUp: true })))).toEqual(["k2"]);
  });

  it("is shown once when a repeated sending brought it into the room twice", () => {
    const state = run(talking, say("k1"), lines([own("k1", "1")]), lines([own("k1", "2")]), lines([own("k1", "1")]));
    expect(state.lines.map((line) => line.id)).toEqual(["1"]);
  });

  it("has failed when a later one is stored and it is not: said again by itself it would stand behind it", () => {
    const both = run(talking, say("k1"), say("k2"), sent("k1", "k2"));
    const state = run(both, lines([own("k2", "1")]));
    expect(state.pending.map(({ key, failed }) => [key, failed])).toEqual([["k1", ""]]);
  });

  it("that is tried again goes behind what was said meanwhile", () => {
    const state = run(talking, say("k1"), say("k2"), { type: "again", key: "k1" }, lines([own("k2", "1")]));
    expect(state.pending.map(({ key, failed }) => [key, failed])).toEqual([["k1", undefined]]);
  });

  it("fails after long silence on a living connection, not while there is none", () => {
    const quiet = run(talking, say("k1"), sent("k1"));
    expect(run(quiet, { type: "tick", at: 100 + PATIENCE_MS }).pending[0]?.failed).toBeUndefined();
    expect(run(quiet, { type: "tick", at: 101 + PATIENCE_MS }).pending[0]?.failed).toBe("");
    const cut = run(quiet, { type: "link", link: "connecting" }, { type: "tick", at: 101 + PATIENCE_MS });
    expect(cut.pending[0]?.failed).toBeUndefined();
  });

  it("fails when it is refused, with the reason, and goes out again under the same key", () => {
    const refused = run(
      talking,
      say("k1"),
      sent("k1"),
      frame({ kind: "refused", code: "too-fast", text: "", key: "k1" }),
    );
    expect(refused.pending[0]?.failed).toBe("too-fast");
    expect(keys(refused)).toEqual([]);
    expect(keys(run(refused, { type: "again", key: "k1" }))).toEqual(["k1"]);
  });

  it("waits for the next talk when the gateway says there is none", () => {
    const early = run(
      talking,
      say("k1"),
      sent("k1"),
      frame({ kind: "refused", code: "not-in-session", text: "", key: "k1" }),
    );
    expect(early.pending[0]?.failed).toBeUndefined();
    expect(keys(early)).toEqual([]);
    expect(keys(run(early, told(WAITING), { type: "tick", at: 1e9 }, told(TALKING)))).toEqual(["k1"]);
    expect(run(early, { type: "tick", at: 1e9 }).pending[0]?.failed).toBe("");
  });

  it("has failed, and says why, when the room takes no more though the end is not told yet", () => {
    const late = run(talking, say("k1"), sent("k1"), frame({ kind: "refused", code: "ended", text: "", key: "k1" }));
    expect(late.pending[0]?.failed).toBe("ended");
    expect(keys(late)).toEqual([]);
    expect(run(late, told(ENDED)).pending[0]?.failed).toBe("ended");
  });

  it("has failed when the chat ends, and goes back into the box with a new chat", () => {
    const over = run(talking, say("k1", "one"), say("k2", "two"), { type: "draft", text: "three" }, told(ENDED));
    expect(over.pending.map((line) => line.failed)).toEqual(["ended", "ended"]);
    expect(run(over, { type: "restart" })).toMatchObject({
      draft: "one\ntwo\nthree",
      pending: [],
      visit: { phase: "idle" },
    });
  });
});

describe("the log", () => {
  it("takes a line once, however often it comes", () => {
    expect(
      run(talking, lines([agent("1"), agent("2")]), lines([agent("2"), agent("3")])).lines.map((l) => l.id),
    ).toEqual(["1", "2", "3"]);
  });

  it("begins anew on reset, and with another session", () => {
    const state = run(talking, lines([agent("1")]));
    expect(run(state, lines([agent("2")], { reset: true })).lines.map((line) => line.id)).toEqual(["2"]);
    expect(run(state, told({ ...TALKING, session: "s2" })).lines).toEqual([]);
  });

  it("tells each coming and going once, by whichever frame it comes", () => {
    const state = run(
      talking,
      frame({ kind: "joined", name: "Anna", at: 3 }),
      frame({ kind: "joined", name: "Ben", at: 4 }),
      told({ ...TALKING, agents: ["Anna", "Ben"] }),
      frame({ kind: "left", name: "Anna", at: 5 }),
      told({ ...TALKING, agents: ["Ben"] }),
    );
    expect(state.comings.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "joined Anna",
      "joined Ben",
      "left Anna",
    ]);
  });

  it("counts what others said after the last line seen", () => {
    const state = run(talking, lines([agent("1"), own("k", "2")]), { type: "seen" }, lines([agent("3"), agent("4")]));
    expect(unreadCount(state)).toBe(2);
  });

  it("shows who types until a line of theirs comes, or the connection is lost", () => {
    const typing = run(talking, frame({ kind: "typing", name: "Anna", active: true }));
    expect(typing.typing).toEqual(["Anna"]);
    expect(run(typing, lines([agent("1")])).typing).toEqual([]);
    expect(run(typing, { type: "link", link: "connecting" }).typing).toEqual([]);
  });
});

describe("joining the queue", () => {
  it("is asked once on each connection until the gateway shows the queue", () => {
    const asked = run(initialState, join, { type: "link", link: "connecting" });
    expect(dueWants(asked)).toEqual([]);
    const greeted = run(asked, welcome({ phase: "idle" }));
    expect(dueWants(greeted).map((want) => want.frame.kind)).toEqual(["join"]);
    const again = run(greeted, sent(), { type: "link", link: "connecting" }, welcome({ phase: "idle" }));
    expect(dueWants(again)).toHaveLength(1);
    expect(run(again, told(WAITING)).wants).toEqual([]);
  });

  it("that is refused leaves the mistakes beside the fields", () => {
    const state = run(
      initialState,
      join,
      welcome({ phase: "idle" }),
      sent(),
      frame({ kind: "refused", code: "form-incomplete", text: "", fields: { name: "No." } }),
    );
    expect(state).toMatchObject({ wants: [], mistakes: { name: "No." }, notice: "" });
  });

  it("that is refused for now says when to try again", () => {
    const refused = frame({ kind: "refused", code: "queue-full", text: "", againS: 30 });
    const state = run(initialState, join, welcome({ phase: "idle" }), sent(), refused);
    expect(state).toMatchObject({ wants: [], mistakes: {}, notice: "queue-full", noticeS: 30 });
  });

  it("is simply forgotten when it is cancelled before it was sent, and withdrawn after", () => {
    expect(run(initialState, join, { type: "cancel" }).wants).toEqual([]);
    const sentJoin = run(initialState, join, welcome({ phase: "idle" }), sent(), { type: "cancel" });
    expect(dueWants(sentJoin).map((want) => want.frame.kind)).toEqual(["cancel"]);
  });

  it("says how the place changed", () => {
    const waiting = run(initialState, welcome(WAITING));
    expect(waiting.moved).toBe("");
    const up = run(waiting, told({ ...WAITING, position: 2 }));
    expect(up.moved).toBe("up");
    expect(run(up, told({ ...WAITING, position: 2, waitS: 10 })).moved).toBe("up");
    expect(run(up, told({ ...WAITING, position: 3 })).moved).toBe("back");
  });
});

describe("a chat that was put away", () => {
  it("does not come back with the next greeting, and its late lines are not shown", () => {
    const away = run(talking, told(ENDED), { type: "restart" }, welcome(ENDED), lines([agent("1")], { catchUp: true }));
    expect(away.visit.phase).toBe("idle");
    expect(away.lines).toEqual([]);
    expect(run(away, told(WAITING)).visit.phase).toBe("waiting");
  });

  it("is shown when the next one ends in its turn", () => {
    const away = run(talking, told(ENDED), { type: "restart" });
    expect(run(away, told({ ...TALKING, session: "s2" }), told({ ...ENDED, session: "s2" })).visit.phase).toBe("ended");
  });
});

describe("a message for later", () => {
  const leaving = run(
    initialState,
    { type: "screen", screen: "message" },
    { type: "message", message: { name: "", email: "j@x.example", text: "Hi" } },
    { type: "leave-message", key: "m1" },
    welcome({ phase: "idle" }),
    sent(),
  );

  it("is thanked for when it is stored, and only then", () => {
    expect(leaving.screen).toBe("message");
    expect(run(leaving, frame({ kind: "message-stored", key: "other" })).screen).toBe("message");
    const stored = run(leaving, frame({ kind: "message-stored", key: "m1" }));
    expect(stored).toMatchObject({ screen: "thanks", wants: [], message: { text: "" } });
  });

  it("that is refused stays in the form", () => {
    const refused = run(leaving, frame({ kind: "refused", code: "unavailable", text: "", key: "m1" }));
    expect(refused).toMatchObject({ screen: "message", wants: [], notice: "unavailable", message: { text: "Hi" } });
  });

  it("is said again on the next connection", () => {
    expect(dueWants(run(leaving, { type: "link", link: "connecting" }, welcome({ phase: "idle" })))).toHaveLength(1);
  });

  it("is put aside when an agent comes after all", () => {
    const state = run(initialState, welcome(WAITING), { type: "screen", screen: "message" }, told(TALKING));
    expect(state.screen).toBe("chat");
  });
});

it("ends the chat by an order that stands until the chat has ended", () => {
  const ending = run(
    talking,
    { type: "confirm", asking: true },
    { type: "end" },
    sent(),
    { type: "link", link: "connecting" },
    welcome(TALKING),
    caughtUp,
  );
  expect(ending.confirming).toBe(false);
  expect(dueWants(ending).map((want) => want.frame.kind)).toEqual(["end"]);
  expect(run(ending, told(ENDED)).wants).toEqual([]);
});

describe("a line that is changed after it was said", () => {
  const change = (
    kind: LineChange["change"],
    of: string,
    more: Partial<LineChange> = {},
    from: LineView["from"] = { kind: "agent", name: "Anna" },
  ): Action => lines([], { changes: [{ id: "c1", from, by: "o-anna", text: "", at: 7, change: kind, of, ...more }] });
  const anna = (id: string): LineView => ({ ...agent(id), by: "o-anna", ref: `ref-${id}` });
  const self = { kind: "self", name: "J" } as const;
  const shown = run(talking, lines([own("k1", "1"), anna("2"), anna("3"), own("k4", "4")]));
  const texts = (state: ChatState) => state.lines.map(({ text }) => text);

  it.each([
    ["by the sender's id of it", "ref-2"],
    ["by the room's id of it", "2"],
  ])("has its new text where it stood, named %s", (_, of) => {
    const state = run(shown, change("edited", of, { text: "better" }));
    expect(texts(state)).toEqual(["k1", "better", "3", "k4"]);
    expect(state.lines[1]?.edited).toBe("c1");
  });

  it("may be changed again, and taken back by the id of its last text", () => {
    const edited = run(shown, change("edited", "2", { text: "b" }), change("edited", "2", { id: "c2", text: "c" }));
    expect(texts(edited)).toEqual(["k1", "c", "3", "k4"]);
    const gone = run(edited, change("gone", "c2", { id: "c3" }));
    expect(gone.lines[1]).toMatchObject({ text: "", gone: true });
    expect(texts(run(gone, change("edited", "2", { id: "c4", text: "back?" })))).toEqual(["k1", "", "3", "k4"]);
  });

  it("looks the same however often the changes are told", () => {
    const changes = [change("edited", "2", { text: "b" }), change("gone", "3", { id: "c2" })];
    expect(run(shown, ...changes, ...changes).lines).toEqual(run(shown, ...changes).lines);
  });

  it.each<[string, Partial<LineChange>, LineView["from"] | undefined]>([
    ["another agent", { by: "o-ben" }, { kind: "agent", name: "Ben" }],
    ["somebody who has taken the sender's name", { by: "o-mallory" }, { kind: "agent", name: "Anna" }],
    ["the visitor", { by: undefined }, self],
  ])("is not touched by %s: a new text is a line of theirs, and nothing is taken back", (_, by, from) => {
    const edited = run(shown, change("edited", "2", { text: "I never said that", ...by }, from));
    expect(texts(edited)).toEqual(["k1", "2", "3", "k4", "I never said that"]);
    expect(edited.lines.at(-1)?.from).toEqual(from);
    expect(texts(run(edited, change("edited", "2", { text: "I never said that", ...by }, from)))).toHaveLength(5);
    expect(run(shown, change("gone", "2", by, from)).lines).toEqual(shown.lines);
  });

  it("of the visitor's is not touched by an agent, nor is the question", () => {
    const asked = run(shown, lines([{ ...own("q", "5"), key: undefined, service: "question" }]));
    expect(run(asked, change("gone", "1")).lines).toEqual(asked.lines);
    expect(run(asked, change("gone", "5", { by: undefined }, self)).lines).toEqual(asked.lines);
  });

  it("counts as read up to where agents say, and never less", () => {
    const read = run(shown, change("read", "4"));
    expect(read.read).toBe("4");
    expect(run(read, change("read", "2", { id: "c2" })).read).toBe("4");
    expect(run(shown, change("read", "unknown")).read).toBe("");
    expect(run(shown, change("delivered", "k4")).delivered).toBe("4");
  });
});

describe("an own line that comes into the box again", () => {
  const shown = run(talking, lines([own("k1", "1")]), { type: "draft", text: "half a" });
  const edit = (key: string): Action => ({ type: "edit", key });
  const editing = run(shown, edit("k1"));

  it("is there in place of what was being written, which comes back after it", () => {
    expect(editing.draft).toBe("k1");
    expect(run(editing, edit("")).draft).toBe("half a");
    expect(run(editing, say("k2", "better")).draft).toBe("half a");
  });

  it("is said as a new text of the line; without a text it takes the line back", () => {
    expect(run(editing, say("k2", "better")).pending).toMatchObject([{ key: "k2", text: "better", of: "k1" }]);
    expect(run(editing, say("k2", "")).pending).toMatchObject([{ key: "k2", text: "", of: "1" }]);
    expect(run(editing, say("k2", "k1")).pending).toEqual([]);
  });

  it("is settled by the change that bears its key, and said again when the archive has none", () => {
    const said = run(editing, say("k2", "better"), sent("k2"));
    const back = run(said, { type: "link", link: "connecting" }, welcome(TALKING));
    const echo = {
      id: "2",
      key: "k2",
      from: own("", "").from,
      text: "better",
      at: 7,
      change: "edited",
      of: "k1",
    } as const;
    expect(keys(run(back, caughtUp))).toEqual(["k2"]);
    const settled = run(back, lines([], { catchUp: true, changes: [echo] }));
    expect(settled.pending).toEqual([]);
    expect(settled.lines).toMatchObject([{ id: "1", text: "better", edited: "2" }]);
  });

  it("is left alone when the chat ends before it is said", () => {
    const ended = run(editing, say("k2", "better"), told(ENDED));
    expect(ended.pending).toEqual([]);
    expect(run(editing, told(ENDED))).toMatchObject({ editing: "", draft: "half a" });
  });

  it("is no line that was taken back, nor anybody else's", () => {
    const gone = run(
      shown,
      lines([
        { ...own("k3", "3"), gone: true, text: "" },
        { ...agent("4"), ref: "r4" },
      ]),
    );
    expect(run(gone, edit("k3")).draft).toBe("half a");
    expect(run(gone, edit("r4")).draft).toBe("half a");
  });
});
