import { describe, expect, it } from "vitest";
import { MAX_NICK, nickFrom } from "../../../webchat/domain/nick.ts";

describe("a nickname", () => {
  it.each([
    ["Dana", "Dana"],
    ["  Dana \n\t Smith ", "Dana Smith"],
    ["", "Visitor"],
    [" \u00a0\u2003 ", "Visitor"],
    ["\u202e\u200b\u2066", "Visitor"],
    ["Da\u202ena", "Dana"],
    ["Da\u0000na\u001b[31m", "Dana[31m"],
    ["\ud800Dana", "Dana"],
    ["<b>Dana</b> & 'co'", "<b>Dana</b> & 'co'"],
    ["Zoë 👋", "Zoë 👋"],
    ["ﬁne", "fine"],
  ])("of %j is %j", (name, nick) => {
    expect(nickFrom(name)).toBe(nick);
  });

  it("is cut to what fits, at whole characters", () => {
    expect([...nickFrom("x".repeat(1_100))]).toHaveLength(MAX_NICK);
    expect([...nickFrom("👋".repeat(1_100))]).toHaveLength(MAX_NICK);
    expect(nickFrom("👋".repeat(1_100))).toBe("👋".repeat(MAX_NICK));
  });
});
