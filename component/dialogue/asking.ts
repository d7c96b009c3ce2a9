/**
 * Asks a visitor, one message at a time, for what the form requires. The first message is the question itself; what is not
 * required is not asked, and fields with a value beforehand keep it.
 */
import { looksLikeEmail } from "../domain/metadata.ts";
import type { FieldSetting, Metadata } from "../domain/model.ts";
import { type Language, type Say, sayIn } from "../texts/index.ts";
import { yesOrNo } from "./words.ts";

/** An interview under way: `open` are the fields to be asked yet, the first of them now. */
export type Asking = { lang: Language; answers: Metadata; open: readonly [FieldSetting, ...FieldSetting[]] };

/** Either the next thing to say, or all that the form wants. */
export type Turn =
  | { kind: "ask"; asking: Asking; text: string }
  | { kind: "complete"; lang: Language; answers: Metadata };

/** As much as the form of the web page takes in one field, in characters. */
const MOST = 4_000;

export function begin(fields: readonly FieldSetting[], question: string, lang: Language): Turn {
  const answers: Record<string, readonly string[]> = Object.create(null);
  for (const { name, value } of fields) if (value !== "") answers[name] = [value];
  answers.question = [question.slice(0, MOST)];
  const [first, ...rest] = fields.filter(({ name, required, type }) => {
    return required && type !== "hidden" && !Object.hasOwn(answers, name);
  });
  if (first === undefined) return { kind: "complete", lang, answers };
  const say = sayIn(lang);
  const text = say("visitor.ask.first", { question: prompt(first, say) });
  return { kind: "ask", asking: { lang, answers, open: [first, ...rest] }, text };
}

/** The visitor answered the field that was asked. */
export function answer(asking: Asking, text: string): Turn {
  const { lang, open } = asking;
  const say = sayIn(lang);
  const [field, next, ...rest] = open;
  const read = readAnswer(field, text, say);
  if ("again" in read) return { kind: "ask", asking, text: read.again };
  const answers: Metadata = Object.assign(Object.create(null), asking.answers, { [field.name]: read.values });
  if (next === undefined) return { kind: "complete", lang, answers };
  const asked: Asking = { lang, answers, open: [next, ...rest] };
  return { kind: "ask", asking: asked, text: say("visitor.ask.next", { question: prompt(next, say) }) };
}

function prompt(field: FieldSetting, say: Say): string {
  const question = field.label === "" ? field.name : field.label;
  const choices = field.options.map(({ label, value }, index) => `${index + 1}. ${label || value}`).join("\n");
  switch (field.type) {
    case "list-single":
      return say("visitor.ask.choose", { question, choices });
    case "list-multi":
      return say("visitor.ask.choose-several", { question, choices });
    case "boolean":
      return say("visitor.ask.yes-no", { question });
    default:
      return question;
  }
}

type Read = { values: readonly string[] } | { again: string };

function readAnswer(field: FieldSetting, text: string, say: Say): Read {
  const entered = text.trim();
  if (entered === "") return { again: say("visitor.again.empty") };
  if (entered.length > MOST) return { again: say("visitor.again.long", { limit: MOST }) };
  switch (field.type) {
    case "boolean": {
      const said = yesOrNo(entered);
      return said === null ? { again: say("visitor.again.yes-no") } : { values: [said ? "true" : "false"] };
    }
    case "list-single":
    case "list-multi": {
      const parts = field.type === "list-single" ? [entered] : entered.split(/[,;\s]+/).filter((part) => part !== "");
      const chosen = choose(field, parts) ?? choose(field, [entered]);
      return chosen ? { values: chosen } : { again: say("visitor.again.choose", { count: field.options.length }) };
    }
    default:
      if (field.name === "email" && !looksLikeEmail(entered)) return { again: say("visitor.again.email") };
      return { values: [entered] };
  }
}

/** The options that are meant, by number or by name; undefined when one of them is none. */
function choose({ options }: FieldSetting, parts: readonly string[]): string[] | undefined {
  const chosen: string[] = [];
  for (const part of parts) {
    const named = options.find(({ label, value }) => [label, value].some((one) => same(one, part)));
    const option = named ?? (/^\d{1,3}$/.test(part) ? options[Number(part) - 1] : undefined);
    if (option === undefined) return undefined;
    chosen.push(option.value);
  }
  return chosen.length > 0 ? chosen : undefined;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
