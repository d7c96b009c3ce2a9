/** Files in a chat: lines like any other, but for their text; and those on their way. */
import { describe, expect, it } from "vitest";
import type { Action } from "../../../agent-ui/state/actions.ts";
import { lastSaid } from "../../../agent-ui/state/select.ts";
import { chatFile, pathOf } from "../../../agent-ui/xmpp/file-store.ts";
import { ANNA, arrived, chatOf, JOHN, line, ROOM, run, talking } from "../support/state.ts";

const FILE = { path: "/files/slot-0001/a.png", name: "a.png", type: "image/png", size: 12 };
const URL_OF_IT = "https://chat.example.org/files/slot-0001/a.png";
const OURS = { base: "https://chat.example.org/", maxBytes: 20 };

const written: Action = { type: "line-written", room: ROOM, at: 5, key: "k9", text: URL_OF_IT, file: FILE };

describe("a file that an agent says", () => {
  it("leaves draft and editing alone, waits as a line, and is settled by the room's line", () => {
    const state = run(talking(), { type: "draft-changed", room: ROOM, text: "and here" }, written);
    expect(chatOf(state)).toMatchObject({ draft: "and here", unsent: [{ key: "k9", file: FILE, state: "pending" }] });
    expect(lastSaid(chatOf(state))).toEqual({ own: true, text: "a.png" });
    const settled = chatOf(run(state, arrived(line(ANNA, URL_OF_IT, 9, { file: FILE }))));
    expect(settled.unsent).toEqual([]);
    expect(settled.lines.at(-1)).toMatchObject({ kind: "said", file: FILE, text: URL_OF_IT });
  });

  it("has no text to be edited, and can be taken back, its name included", () => {
    const state = run(talking(), arrived(line(ANNA, URL_OF_IT, 9, { file: FILE })));
    expect(chatOf(run(state, { type: "line-edited", room: ROOM, line: "k9" })).editing).toBeNull();
    const { stanzaId, key, nick, occupantId } = line(ANNA, "", 10);
    const retraction = { stanzaId, key, nick, occupantId, at: 11, change: "retracted", of: "a9" } as const;
    const taken = chatOf(run(state, arrived(retraction)));
    expect(taken.lines.at(-1)).toMatchObject({ text: "", retractedAt: 11 });
    expect(taken.lines.at(-1)).not.toHaveProperty("file");
  });

  it("of the visitor shows by its name in the list of chats", () => {
    expect(lastSaid(chatOf(run(talking(), arrived(line(JOHN, URL_OF_IT, 1, { file: FILE })))))).toEqual({
      own: false,
      text: "a.png",
    });
  });
});

describe("a file on its way", () => {
  const told = (part: number, failed: { words: string } | null = null): Action => ({
    type: "upload-told",
    room: ROOM,
    upload: { key: "u1", name: "a.png", part, failed },
  });

  it("is shown as far as it got, until it is there or was put away; and no longer than the chat", () => {
    const state = run(talking(), told(0), told(0.5), told(0.5, { words: "no" }));
    expect(chatOf(state).uploads).toEqual([{ key: "u1", name: "a.png", part: 0.5, failed: { words: "no" } }]);
    expect(chatOf(run(state, { type: "upload-gone", room: ROOM, key: "u1" })).uploads).toEqual([]);
    const over = run(state, { type: "chat-ended", room: ROOM, at: 9, end: { by: "visitor", name: "John" } });
    expect(chatOf(run(over, told(1))).uploads).toEqual([]);
    expect(chatOf(over).unsent).toEqual([{ key: "u1", text: "a.png", at: 9, state: "failed" }]);
  });
});

describe("a file's address", () => {
  it.each([
    [URL_OF_IT, "/files/slot-0001/a.png"],
    ["https://chat.example.org/files/slot-0001/a.png?x", null],
    ["https://chat.example.org/agent/", null],
    ["https://chat.example.org.evil.example/files/slot-0001/a.png", null],
    ["http://chat.example.org/files/slot-0001/a.png", null],
    ["//evil.example/files/slot-0001/a.png", null],
  ])("%s is ours at %s", (url, path) => {
    expect(pathOf(url, OURS)).toBe(path);
    expect(pathOf(url, { base: "", maxBytes: 0 })).toBeNull();
    expect(chatFile({ url, name: "a" }, OURS)).toEqual(path && { path, name: "a" });
  });
});
