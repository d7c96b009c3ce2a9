/** From what was said to a command's values: what can be told is taken, what cannot is asked for. */
import type { Asker } from "./asker.ts";
import { listed } from "./choices.ts";
import type { Argument, Choice, Command, Values } from "./command.ts";
import { meant } from "./words.ts";

export type Next =
  | { kind: "ready"; values: Values }
  /** Something is to be asked for; `choices` is empty when words are. */
  | { kind: "ask"; argument: Argument; values: Values; choices: readonly Choice[]; text: string }
  | { kind: "wrong"; text: string };

const MOST_LISTED = 20;

/** `said`: words by argument; `values`: what is certain already. */
export async function fill(asker: Asker, command: Command, said: Values, values: Values = {}): Promise<Next> {
  let certain = values;
  for (const argument of command.args) {
    const { name } = argument;
    if (certain[name] !== undefined) continue;
    const text = said[name]?.trim() || null;
    const found = await resolve(asker, argument, certain, text);
    if (found.kind === "wrong") return found;
    if (found.kind === "ask") return { ...found, argument, values: certain };
    if (found.value !== null) certain = { ...certain, [name]: found.value };
  }
  return { kind: "ready", values: certain };
}

type Resolved =
  | { kind: "value"; value: string | null }
  | { kind: "ask"; choices: readonly Choice[]; text: string }
  | { kind: "wrong"; text: string };

async function resolve(asker: Asker, argument: Argument, given: Values, text: string | null): Promise<Resolved> {
  const { say } = asker;
  const { optional = false, label } = argument;
  if (argument.choices === undefined) return resolveWords(asker, argument, text);
  const choices = await argument.choices(asker, given, text);
  if (text === null) {
    if (optional) return { kind: "value", value: null };
    if (choices.length === 0) return { kind: "wrong", text: say(argument.none ?? "choose.none") };
    const [sole] = choices;
    // Whom a chat goes to is always said: only what the agent has one of goes without saying.
    if (choices.length === 1 && sole && argument.sole) return { kind: "value", value: sole.value };
    return ask(asker, say(label), choices);
  }
  const fitting = argument.byName ? named(choices, text) : pick(choices, text);
  return decide(asker, argument, choices, text, fitting);
}

/** The answer to a list that was shown. */
export const choose = (asker: Asker, argument: Argument, choices: readonly Choice[], text: string): Resolved =>
  decide(asker, argument, choices, text, pick(choices, text));

function decide(
  asker: Asker,
  argument: Argument,
  choices: readonly Choice[],
  text: string,
  fitting: readonly Choice[],
): Resolved {
  const { say } = asker;
  const [one, another] = fitting;
  if (one && !another) return { kind: "value", value: one.value };
  if (one) return ask(asker, say("choose.several", { text: shortened(text) }), fitting);
  const mistake = argument.mistake?.(asker, text);
  if (mistake) return { kind: "wrong", text: mistake };
  if (argument.takes?.(text)) return { kind: "value", value: text };
  if (choices.length === 0) return { kind: "wrong", text: say(argument.none ?? "choose.none") };
  return ask(asker, say("choose.unknown", { text: shortened(text) }), choices);
}

/** By number, by the value itself, or by name. */
export function pick(choices: readonly Choice[], text: string): readonly Choice[] {
  const number = /^#?(\d{1,4})[.)]?$/.exec(text.trim());
  const numbered = number ? choices[Number(number[1]) - 1] : undefined;
  return numbered ? [numbered] : named(choices, text);
}

const named = (choices: readonly Choice[], text: string): Choice[] => meant(text, choices, ({ names }) => names);

function ask({ say }: Asker, head: string, choices: readonly Choice[]): Resolved {
  const shown = choices.slice(0, MOST_LISTED);
  const more = choices.length > shown.length ? `\n${say("choose.more", { count: choices.length - shown.length })}` : "";
  return { kind: "ask", choices: shown, text: `${head}\n${listed(shown)}${more}\n${say("choose.answer")}` };
}

function resolveWords(asker: Asker, argument: Argument, text: string | null): Resolved {
  const { say } = asker;
  if (text === null) {
    if (argument.optional) return { kind: "value", value: null };
    return { kind: "ask", choices: [], text: say(argument.label) };
  }
  const mistake = argument.mistake?.(asker, text) ?? null;
  return mistake === null ? { kind: "value", value: text } : { kind: "wrong", text: mistake };
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
