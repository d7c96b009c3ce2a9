import { describe, expect, it } from "vitest";
import type { Action } from "../../../agent-ui/state/actions.ts";
import { initialState } from "../../../agent-ui/state/model.ts";
import { openChats, sortedChats, unsentTotal, urgencyOf, waitingTotal } from "../../../agent-ui/state/select.ts";
import { createStore, inBursts } from "../../../agent-ui/state/store.ts";
import { arrived, chatOf, facts, JOHN, line, opened, ROOM, run, SUPPORT, signedIn, talking } from "../support/state.ts";

describe("the connection", () => {
  const offline: Action = { type: "link-lost", at: 5000 };

  it("is lost, tried again and back, and remembers since when", () => {
    const lost = run(signedIn(), offline, { type: "link-retry", retryAt: 7000 });
    expect(lost.connection).toEqual({ phase: "offline", since: 5000, retryAt: 7000 });
    expect(run(lost, { type: "link-lost", at: 9000 }).connection).toEqual(lost.connection);
    expect(run(lost, { type: "link-up", at: 9000, resumed: true }).connection).toEqual({
      phase: "online",
      recoveredAt: 9000,
    });
  });

  it("keeps chats and drafts over a break", () => {
    const state = run(talking(), { type: "draft-changed", room: ROOM, text: "half" }, offline, {
      type: "link-up",
      at: 1,
      resumed: false,
    });
    expect(chatOf(state).draft).toBe("half");
  });

  it("leaves nothing of the account after signing out, save the chosen status", () => {
    const status: Action = { type: "status-set", status: { show: "away", maxChats: 3 } };
    const state = run(talking(), status, { type: "signed-out", problem: "not-authorized" });
    expect(state).toEqual({
      ...initialState(0),
      status: { show: "away", maxChats: 3 },
      connection: { phase: "signed-out", problem: "not-authorized" },
    });
  });
});

describe("workgroups", () => {
  const waiting = [{ request: "r1", name: "Bea", question: "", joinedAt: 0, offered: false }];

  it("are counted by who waits", () => {
    const state = run(signedIn(), { type: "waiting-told", workgroup: SUPPORT, waiting });
    expect(waitingTotal(state)).toBe(1);
  });

  it("that are not ours tell us nothing", () => {
    const state = signedIn();
    expect(run(state, { type: "waiting-told", workgroup: "evil@elsewhere", waiting })).toBe(state);
  });

  it("keep what is known of them over a new session", () => {
    const again: Action = {
      type: "signed-in",
      jid: "anna@localhost",
      name: "Anna",
      workgroups: [SUPPORT, "sales@workgroup.localhost"],
    };
    expect(run(signedIn(), again).workgroups.map(({ title }) => title)).toEqual(["Support", "sales"]);
  });
});

describe("messages that were left", () => {
  const message = (id: string, leftAt: number, handledBy = "") => ({
    id,
    workgroup: SUPPORT,
    name: "Bea",
    email: "b@x.org",
    text: "Hi",
    leftAt,
    handledBy,
  });

  it("stand newest first, come once, and go when they are done, whoever did it", () => {
    const listed = run(signedIn(), {
      type: "messages-listed",
      workgroup: SUPPORT,
      messages: [message("m1", 1), message("m2", 2)],
    });
    expect(listed.messages.map(({ id }) => id)).toEqual(["m2", "m1"]);
    const told = run(
      listed,
      { type: "message-told", message: message("m3", 3) },
      { type: "message-told", message: message("m3", 3) },
    );
    expect(told.messages.map(({ id }) => id)).toEqual(["m3", "m2", "m1"]);
    const done = run(
      told,
      { type: "message-handled", id: "m2" },
      { type: "message-told", message: message("m1", 1, "ben@localhost") },
    );
    expect(done.messages.map(({ id }) => id)).toEqual(["m3"]);
  });
});

describe("the list of chats", () => {
  const room = (name: string): string => `${name}@conference.localhost`;
  const chat = (name: string, startedAt: number): Action => ({
    ...opened({ ...facts(), room: room(name), session: name, startedAt }),
  });
  const says = (name: string, number: number): Action => ({
    type: "lines-arrived",
    room: room(name),
    lines: [line(JOHN, "Hi", number)],
  });

  it("is sorted by who waits longest for me, and ended ones stand last", () => {
    const state = run(
      signedIn(),
      chat("quiet", 1),
      chat("late", 2),
      chat("early", 3),
      chat("over", 4),
      says("late", 9),
      says("early", 5),
      says("over", 1),
      { type: "chat-ended", room: room("over"), at: 10_000, end: { by: "visitor", name: "" } },
    );
    expect(sortedChats(state).map(({ session }) => session)).toEqual(["early", "late", "quiet", "over"]);
    expect(openChats(state)).toHaveLength(3);
  });

  it("turns amber after a minute and red after three", () => {
    const waits = chatOf(run(talking(), arrived(line(JOHN, "Hi", 1))));
    expect([30_000, 61_000, 181_000].map((now) => urgencyOf(waits, now))).toEqual(["calm", "slow", "too-slow"]);
    expect(urgencyOf(chatOf(talking()), 1e9)).toBe("calm");
  });

  it("counts lines that are not sent yet", () => {
    expect(unsentTotal(run(talking(), { type: "line-written", room: ROOM, at: 1, key: "k", text: "x" }))).toBe(1);
  });
});

describe("the store", () => {
  it("tells each change at once, and a screen once a burst", () => {
    const store = createStore(signedIn());
    const runs: (() => void)[] = [];
    let [changes, drawings] = [0, 0];
    store.subscribe(() => changes++);
    inBursts(
      store,
      () => drawings++,
      (again) => runs.push(again),
    );
    for (let at = 1; at <= 40; at++) store.dispatch({ type: "tick", at });
    for (const one of runs) one();
    expect([changes, drawings]).toEqual([40, 1]);
  });

  it("tells nothing when nothing changed", () => {
    const store = createStore(signedIn());
    let changes = 0;
    store.subscribe(() => changes++);
    store.dispatch({ type: "draft-changed", room: "unknown@conference.localhost", text: "x" });
    expect(changes).toBe(0);
  });
});

describe("forty chats with two thousand lines in one of them", () => {
  it("take in a line without touching any other chat, or any other line", () => {
    let state = signedIn();
    for (let i = 0; i < 40; i++) state = run(state, opened({ room: `r${i}@conference.localhost`, session: `r${i}` }));
    const many = Array.from({ length: 2000 }, (_, i) => line(JOHN, "Hi", 1 + i));
    const before = run(state, opened(), arrived(...many));
    const next = run(before, arrived(line(JOHN, "Hi", 5000)));
    const changed = [...next.chats.values()].filter((chat) => before.chats.get(chat.room) !== chat);
    expect(changed.map(({ room }) => room)).toEqual([ROOM]);
    expect(chatOf(next).lines).toHaveLength(2001);
    expect(
      chatOf(next)
        .lines.slice(0, -1)
        .every((one, i) => one === chatOf(before).lines[i]),
    ).toBe(true);
  });
});
