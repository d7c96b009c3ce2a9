import { describe, expect, it } from "vitest";
import { de } from "../../../webchat/widget/texts/de.ts";
import { en, type TextKey } from "../../../webchat/widget/texts/en.ts";
import { fileTexts } from "../../../webchat/widget/texts/files.ts";
import { he } from "../../../webchat/widget/texts/he.ts";
import { createSay, isRightToLeft, loadTexts } from "../../../webchat/widget/texts.ts";

const isKey = (key: string): key is TextKey => Object.hasOwn(en, key);

describe("the catalogue of texts", () => {
  it("has the same keys with the same holes in every language", () => {
    const holes = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [lang, texts] of Object.entries({ de, he })) {
      expect(Object.keys(texts).sort(), lang).toEqual(Object.keys(en).sort());
      for (const [key, text] of Object.entries(en)) {
        const other = createSay(texts, {})(isKey(key) ? key : "chat.send");
        expect(other, `${lang} ${key}`).not.toBe("");
        expect(holes(other), `${lang} ${key}`).toEqual(holes(text));
      }
    }
  });

  it("says of files the same with the same holes in every language", () => {
    const shapeOf = (texts: Record<string, string>) =>
      Object.entries(texts).map(([key, text]) => [key, (text.match(/\{\w+\}/g) ?? []).sort()]);
    for (const texts of Object.values(fileTexts)) expect(shapeOf(texts)).toEqual(shapeOf(fileTexts.en));
  });

  it("has the names that people and tests rely on", () => {
    const names = [
      "launcher.label",
      "form.start",
      "chat.send",
      "waiting.cancel",
      "chat.end",
      "message.button",
      "chat.message",
    ] as const;
    expect(names.map((key) => en[key])).toEqual([
      "Chat with us",
      "Start chat",
      "Send",
      "Cancel",
      "End chat",
      "Leave a message",
      "Message",
    ]);
  });

  it("is English where there is no other", async () => {
    expect(await loadTexts("de-AT")).toBe(de);
    expect(await loadTexts("he")).toBe(he);
    expect(await loadTexts("fr")).toBe(en);
    expect(await loadTexts("__proto__")).toBe(en);
  });
});

describe("a text", () => {
  it("is the workgroup's own where it has one, and has its holes filled", () => {
    const say = createSay(en, { "chat.with": "Hello from {name}" });
    expect(say("chat.with", { name: "{name} $& <b>" })).toBe("Hello from {name} $& <b>");
    expect(say("chat.joined", { name: "Ben" })).toBe("Ben joined the chat");
    expect(say("chat.joined")).toBe("{name} joined the chat");
  });
});

it("knows the languages that are written from right to left", () => {
  expect(["he", "ar-EG", "fa"].map(isRightToLeft)).toEqual([true, true, true]);
  expect(["en", "de", "hessian", "arn"].map(isRightToLeft)).toEqual([false, false, false, false]);
});
