import { describe, expect, it } from "vitest";
import type { Action } from "../../../agent-ui/state/actions.ts";
import {
  ANNA,
  arrived,
  BEN,
  chatOf,
  facts,
  JOHN,
  line,
  opened,
  ROOM,
  run,
  SERVICE,
  seated,
  signedIn,
  talking,
} from "../support/state.ts";

const mark = { kind: "question", name: "John", text: "My router is offline" } as const;
const spoken = (name: string) => ({ service: { kind: "spoken", name, text: "Hello" } as const });
const question = line(SERVICE, "John asks: My router is offline", 1, { service: mark });
const written: Action = { type: "line-written", room: ROOM, at: 2000, key: "k2", text: "Hello John" };

describe("lines of a chat", () => {
  it("stand in the order of the archive, each by whoever said it", () => {
    const { lines } = chatOf(
      run(talking(), arrived(question, line(ANNA, "Hello", 2), line(JOHN, "Hi", 3), line(BEN, "I was here", 4))),
    );
    expect(lines).toEqual([
      { kind: "question", id: "a1", name: "John", text: "My router is offline", at: 1000 },
      { kind: "said", id: "a2", key: "k2", from: { role: "me", nick: "Anna" }, by: "o-anna", text: "Hello", at: 2000 },
      {
        kind: "said",
        id: "a3",
        key: "k3",
        from: { role: "visitor", nick: "John" },
        by: "o-john",
        text: "Hi",
        at: 3000,
      },
      {
        kind: "said",
        id: "a4",
        key: "k4",
        from: { role: "colleague", nick: "Ben" },
        by: "o-ben",
        text: "I was here",
        at: 4000,
      },
    ]);
  });

  it("are there once, however often they come", () => {
    const once = run(talking(), arrived(line(JOHN, "Hi", 3)));
    expect(chatOf(run(once, arrived(line(JOHN, "Hi", 3)))).lines).toEqual(chatOf(once).lines);
  });

  it("are remembered by the last place in the archive, which only archived lines have", () => {
    const state = run(talking(), arrived(line(JOHN, "Hi", 3)), arrived(line(JOHN, "Hi?", 4, { stanzaId: null })));
    expect(chatOf(state).lastStanzaId).toBe("a3");
  });

  it("that the room did not archive are not said yet: they come again, and stand where the archive has them", () => {
    const live = run(talking(), arrived(line(JOHN, "Hi?", 3, { stanzaId: null }), line(JOHN, "Hello?", 4)));
    expect(chatOf(live).lines).toMatchObject([{ text: "Hello?" }]);
    const again = line(JOHN, "Hi?", 5, { key: "k3" });
    expect(chatOf(run(live, arrived(again))).lines).toMatchObject([{ text: "Hello?" }, { text: "Hi?" }]);
  });

  it("that the service says for an agent are the agent's, in the agent's own words", () => {
    const { lines } = chatOf(
      run(
        talking(),
        arrived(line(SERVICE, "Anna: Hello", 2, spoken("Anna")), line(SERVICE, "Ben: Hello", 3, spoken("Ben"))),
      ),
    );
    expect(lines).toMatchObject([
      { kind: "said", from: { role: "me", nick: "Anna" }, text: "Hello" },
      { kind: "said", from: { role: "colleague", nick: "Ben" }, text: "Hello" },
    ]);
  });

  it("that a visitor marks as the service's are the visitor's", () => {
    const forged = line(JOHN, "You won", 3, { service: { kind: "requeued" } });
    expect(chatOf(run(talking(), arrived(forged))).lines.map(({ kind }) => kind)).toEqual(["said"]);
  });
});

describe("an own line", () => {
  it("is pending, and clears the draft", () => {
    const chat = chatOf(run(talking(), { type: "draft-changed", room: ROOM, text: "Hello John" }, written));
    expect(chat.unsent).toEqual([{ key: "k2", text: "Hello John", at: 2000, state: "pending" }]);
    expect([chat.draft, chat.lines]).toEqual(["", []]);
  });

  it("is sent when the room shows it with a place in the archive", () => {
    const chat = chatOf(run(talking(), written, arrived(line(ANNA, "Hello John", 2))));
    expect([chat.unsent.length, chat.lines.map(({ id }) => id)]).toEqual([0, ["a2"]]);
  });

  it("is not sent when the room shows it without one", () => {
    const chat = chatOf(run(talking(), written, arrived(line(ANNA, "Hello John", 2, { stanzaId: null }))));
    expect([chat.unsent.map(({ state }) => state), chat.lines]).toEqual([["pending"], []]);
  });

  it("is not settled by somebody else who uses its key", () => {
    const chat = chatOf(run(talking(), written, arrived(line(JOHN, "Hello John", 9, { key: "k2" }))));
    expect(chat.unsent.map(({ key }) => key)).toEqual(["k2"]);
  });

  it("fails, is tried again, and keeps its key and place", () => {
    const failed = run(talking(), written, { type: "line-failed", room: ROOM, key: "k2" });
    expect(chatOf(failed).unsent.map(({ state }) => state)).toEqual(["failed"]);
    const again = run(failed, { type: "line-retried", room: ROOM, key: "k2" });
    expect(chatOf(again).unsent).toEqual([{ key: "k2", text: "Hello John", at: 2000, state: "pending" }]);
  });

  it("has failed when a later one is stored and it is not: said again by itself it would stand behind it", () => {
    const later: Action = { type: "line-written", room: ROOM, key: "k3", text: "Still there?", at: 2100 };
    const state = run(talking(), written, later, arrived(line(ANNA, "Still there?", 3, { key: "k3" })));
    expect(chatOf(state).unsent.map(({ key, state: of }) => [key, of])).toEqual([["k2", "failed"]]);
  });

  it("that is tried again goes behind what was said meanwhile", () => {
    const later: Action = { type: "line-written", room: ROOM, key: "k3", text: "Still there?", at: 2100 };
    const state = run(
      talking(),
      written,
      later,
      { type: "line-failed", room: ROOM, key: "k2" },
      { type: "line-retried", room: ROOM, key: "k2" },
      arrived(line(ANNA, "Still there?", 3, { key: "k3" })),
    );
    expect(chatOf(state).unsent.map(({ key, state: of }) => [key, of])).toEqual([["k2", "pending"]]);
  });

  it("that came too late for the room is not pending any more, though the end is not told yet", () => {
    const late = run(talking(), written, { type: "line-failed", room: ROOM, key: "k2", late: true });
    expect(chatOf(late).unsent).toMatchObject([{ key: "k2", state: "failed", late: true }]);
  });

  it("cannot be sent any more when the chat has ended", () => {
    const ended = run(talking(), written, {
      type: "chat-ended",
      room: ROOM,
      at: 3000,
      end: { by: "visitor", name: "John" },
    });
    expect(chatOf(ended).unsent.map(({ state }) => state)).toEqual(["failed"]);
  });
});

describe("who waits for whom", () => {
  it("is the visitor, from the first line without an answer", () => {
    const state = run(talking(), arrived(question, line(JOHN, "Hello?", 2)));
    expect(chatOf(state)).toMatchObject({ waitingSince: 1000, lastVisitorLineAt: 2000 });
  });

  it("is nobody after an answer, also a colleague's", () => {
    for (const by of [ANNA, BEN]) {
      const state = run(talking(), arrived(line(JOHN, "Hello?", 2), line(by, "Yes", 3)));
      expect(chatOf(state).waitingSince).toBeNull();
    }
  });
});

describe("unread lines", () => {
  const visitorSpeaks = arrived(line(JOHN, "Hi", 3), line(JOHN, "Hello?", 4));

  it("are counted while another chat, another place or another window is in front", () => {
    expect(chatOf(run(talking(), visitorSpeaks)).unread).toBe(2);
    const open: Action = { type: "chat-selected", room: ROOM };
    expect(chatOf(run(talking(), open, { type: "focus-changed", focused: false }, visitorSpeaks)).unread).toBe(2);
    expect(chatOf(run(talking(), open, { type: "place-selected", place: "queue" }, visitorSpeaks)).unread).toBe(2);
  });

  it("are none in the chat that lies open", () => {
    expect(chatOf(run(talking(), { type: "chat-selected", room: ROOM }, visitorSpeaks)).unread).toBe(0);
  });

  it("are read when the chat is opened, the window comes back, or the agent answers elsewhere", () => {
    const unread = run(talking(), visitorSpeaks);
    expect(chatOf(run(unread, { type: "chat-selected", room: ROOM })).unread).toBe(0);
    expect(chatOf(run(unread, arrived(line(ANNA, "Hi", 5)))).unread).toBe(0);
    const behind = run(
      talking(),
      { type: "chat-selected", room: ROOM },
      { type: "focus-changed", focused: false },
      visitorSpeaks,
    );
    expect(chatOf(run(behind, { type: "focus-changed", focused: true })).unread).toBe(0);
  });
});

describe("a chat found again after a reload", () => {
  it("knows its own earlier lines by the occupant id, and sends nothing twice", () => {
    const kept: Action = {
      type: "chat-opened",
      facts: facts(),
      activate: false,
      unsent: [
        { key: "k2", text: "Hello", at: 1, state: "pending" },
        { key: "k7", text: "New", at: 2, state: "pending" },
      ],
      draft: "half a",
    };
    const state = run(signedIn(), kept, seated([SERVICE, JOHN, ANNA]), arrived(question, line(ANNA, "Hello", 2)));
    expect(chatOf(state).unsent.map(({ key }) => key)).toEqual(["k7"]);
    expect(chatOf(state)).toMatchObject({ draft: "half a", unread: 0 });
  });

  it("that had ended, as one that is offered anew, still has what was not sent then, as not sent", () => {
    const ended: Action = { type: "chat-ended", room: ROOM, at: 3000, end: { by: "service", name: "" } };
    const other: Action = { ...written, key: "k9", text: "Are you there?" };
    const state = run(talking(), written, other, ended, opened());
    expect(chatOf(state).unsent).toMatchObject([
      { key: "k2", text: "Hello John", state: "failed" },
      { key: "k9", text: "Are you there?", state: "failed" },
    ]);
    const read = run(state, seated([SERVICE, JOHN, ANNA]), arrived(line(ANNA, "Hello John", 2)));
    expect(chatOf(read).unsent.map(({ key }) => key)).toEqual(["k9"]);
  });

  it("that has ended sends nothing again", () => {
    const ended: Action = { type: "chat-ended", room: ROOM, at: 3000, end: { by: "service", name: "" } };
    const state = run(talking(), written, ended);
    expect(run(state, { type: "line-retried", room: ROOM, key: "k2" })).toBe(state);
  });

  it("is not taken for new when it is opened again", () => {
    const state = run(talking(), arrived(line(JOHN, "Hi", 3)));
    expect(chatOf(run(state, opened())).lines).toBe(chatOf(state).lines);
  });
});

describe("typing", () => {
  const types = (composing: boolean, nick = "John"): Action => ({
    type: "typing-told",
    room: ROOM,
    at: 5000,
    nick,
    composing,
  });

  it("shows for others only, and ends with a pause, a line or leaving", () => {
    const writing = run(talking(), types(true));
    expect(Object.keys(chatOf(writing).typing)).toEqual(["John"]);
    expect(chatOf(run(talking(), types(true, "Anna"))).typing).toEqual({});
    for (const end of [
      types(false),
      arrived(line(JOHN, "Hi", 3)),
      { type: "occupant-left", room: ROOM, at: 1, nick: "John", lost: false } satisfies Action,
    ]) {
      expect(chatOf(run(writing, end)).typing).toEqual({});
    }
  });
});
