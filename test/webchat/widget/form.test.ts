import { describe, expect, it } from "vitest";
import { answersOf, checkForm, checkMessage } from "../../../webchat/widget/form.ts";
import { parsePending, parseSaved } from "../../../webchat/widget/saved.ts";
import { en } from "../../../webchat/widget/texts/en.ts";
import { createSay } from "../../../webchat/widget/texts.ts";
import { sampleView } from "../../support/fake-gateway.ts";

const say = createSay(en, {});
const { fields } = sampleView().form;

describe("the workgroup's form", () => {
  it("wants what is required, and an address that looks like one", () => {
    const mistakes = checkForm(fields, { name: ["  "], email: ["john@"] }, say);
    expect(Object.keys(mistakes).sort()).toEqual(["email", "name", "question", "topic"]);
    expect(checkForm(fields, { name: ["J"], topic: ["order"], question: ["Why?"] }, say)).toEqual({});
  });

  it("sends every field, trimmed, the hidden ones as the workgroup gave them", () => {
    const answers = { name: [" John "], topic: ["order"], question: ["Why?"], campaign: ["forged"], stranger: ["x"] };
    expect(answersOf(fields, answers)).toEqual({
      name: ["John"],
      email: [],
      topic: ["order"],
      question: ["Why?"],
      campaign: ["spring"],
    });
  });
});

it("takes a message with an address and words only", () => {
  expect(Object.keys(checkMessage({ name: "", email: "", text: " " }, say))).toEqual(["email", "text"]);
  expect(checkMessage({ name: "", email: "j@x.example", text: "Hi" }, say)).toEqual({});
});

describe("what the browser kept", () => {
  it("is read with its types, and the rest left out", () => {
    const text = JSON.stringify({
      token: "t",
      live: true,
      draft: 7,
      answers: { a: ["x"], b: "y" },
      seen: null,
      stranger: 1,
    });
    expect(parseSaved(text)).toEqual({ token: "t", live: true, had: false, muted: false, answers: { a: ["x"] } });
  });

  it("is nothing when it is no JSON", () => {
    for (const text of [null, "", "{", "[]", "7", "null"]) {
      expect(parseSaved(text)).toEqual({ live: false, had: false, muted: false });
      expect(parsePending(text)).toBeUndefined();
    }
  });
});
