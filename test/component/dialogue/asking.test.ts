import { describe, expect, it } from "vitest";
import { answer, begin, type Turn } from "../../../component/dialogue/asking.ts";
import { isCancel, yesOrNo } from "../../../component/dialogue/words.ts";
import type { FieldSetting } from "../../../component/domain/model.ts";
import { sayIn } from "../../../component/texts/index.ts";

const field = (name: string, over: Partial<FieldSetting> = {}): FieldSetting => ({
  name,
  label: `Your ${name}?`,
  type: "text-single",
  required: true,
  options: [],
  value: "",
  ...over,
});

const SIZE = field("size", {
  type: "list-single",
  options: [
    { label: "Small", value: "s" },
    { label: "Large", value: "l" },
  ],
});

/** Holds the whole conversation; what is still asked at its end, or the answers. */
function talk(fields: readonly FieldSetting[], question: string, ...said: string[]): Turn {
  return said.reduce<Turn>(
    (turn, text) => (turn.kind === "ask" ? answer(turn.asking, text) : turn),
    begin(fields, question, "en"),
  );
}

const answersOf = (turn: Turn): unknown => (turn.kind === "complete" ? { ...turn.answers } : turn.text);

describe("asking for the form's required fields", () => {
  it("asks nothing when the first message is all that is required", () => {
    const fields = [field("question"), field("phone", { required: false })];
    expect(answersOf(talk(fields, "It is broken"))).toEqual({ question: ["It is broken"] });
  });

  it("asks for each required field in turn, in the order of the form", () => {
    const fields = [field("username"), field("question"), field("email")];
    expect(answersOf(talk(fields, "Help"))).toContain("Your username?");
    expect(answersOf(talk(fields, "Help", "Carol"))).toBe("Your email?");
    expect(answersOf(talk(fields, "Help", "Carol", "carol@example.net"))).toEqual({
      question: ["Help"],
      username: ["Carol"],
      email: ["carol@example.net"],
    });
  });

  it("keeps what is filled in beforehand, hidden or not, and asks no such field", () => {
    const fields = [field("source", { type: "hidden", value: "xmpp" }), field("country", { value: "AT" })];
    expect(answersOf(talk(fields, "Hi"))).toEqual({ source: ["xmpp"], country: ["AT"], question: ["Hi"] });
  });

  it.each([
    ["an empty answer", field("username"), "  ", "Please answer, or write “cancel”."],
    ["no e-mail address", field("email"), "carol", "This does not look like an e-mail address. Please write it again."],
    ["neither yes nor no", field("news", { type: "boolean" }), "perhaps", "Please answer yes or no."],
    ["no such number", SIZE, "3", "Please answer with one of the numbers from 1 to 2."],
    ["the number nought", SIZE, "0", "Please answer with one of the numbers from 1 to 2."],
    [
      "far too much",
      field("username"),
      "x".repeat(5_000),
      "This is too long. Please answer in at most 4000 characters.",
    ],
  ])("asks again after %s", (_what, asked, said, text) => {
    expect(answersOf(talk([asked], "Hi", said))).toBe(text);
  });

  it.each([
    ["by number", SIZE, "2", ["l"]],
    ["by name", SIZE, "small", ["s"]],
    ["by value", SIZE, "L", ["l"]],
    ["several by number", { ...SIZE, type: "list-multi" as const }, "1, 2", ["s", "l"]],
    ["yes", field("news", { type: "boolean" }), "Ja!", ["true"]],
    ["no", field("news", { type: "boolean" }), "no", ["false"]],
  ])("reads a choice %s", (_what, asked, said, values) => {
    expect(answersOf(talk([asked], "Hi", said))).toEqual({ question: ["Hi"], [asked.name]: values });
  });

  it("takes a field called __proto__ for a field like any other", () => {
    const turn = talk([field("__proto__")], "Hi", "x");
    expect(turn.kind === "complete" && Object.hasOwn(turn.answers, "__proto__")).toBe(true);
  });

  it("shows the choices of a list with their numbers", () => {
    expect(answersOf(talk([SIZE], "Hi"))).toContain("Your size?\n1. Small\n2. Large\n");
  });
});

describe("the words of a dialogue", () => {
  it("fills a place in once, whatever stands in what is filled in", () => {
    expect(sayIn("en")("visitor.ask.next", { question: "{question} {choices}" })).toBe("{question} {choices}");
  });

  it.each(["cancel", " Cancel. ", "Abbrechen", "STOP!"])("takes %j for the wish to stop", (text) => {
    expect(isCancel(text)).toBe(true);
  });

  it("takes a sentence that has the word in it for a sentence", () => {
    expect(isCancel("how do I cancel my order?")).toBe(false);
    expect(yesOrNo("yes but not today")).toBeNull();
  });
});
