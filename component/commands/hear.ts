/** What an agent wrote to the workgroup, and what is said back. */
import type { ChatMessage } from "../../protocol/bot-message.ts";
import { OFFER_FORM } from "../../protocol/workgroup/plain-offer.ts";
import { type Say, sayIn } from "../texts/index.ts";
import type { Asker, Reply } from "./asker.ts";
import type { Command, Values } from "./command.ts";
import { choose, fill } from "./fill.ts";
import { wordsOf } from "./help.ts";
import { keyOf } from "./looking-back.ts";
import type { Question } from "./memory.ts";
import { answerOffer, offeredTo, yesOrNo } from "./offers.ts";
import { commands } from "./table.ts";
import { firstWord, fold, meant } from "./words.ts";

/** The longest message that is read, in characters: as much as the gateway takes from a visitor. */
const MOST = 10_000;

/** Null: nothing is to be said. */
export async function hear(asker: Asker, said: ChatMessage): Promise<Reply | null> {
  const { say } = asker;
  if (said.form) return hearForm(asker, said.form);
  if (said.text.length > MOST) return { text: say("too-long", { limit: MOST }) };
  const question = openQuestion(asker);
  const answer = yesOrNo(asker, said.text);
  if (question) {
    const reply = await hearAnswer(asker, question, said.text, answer);
    if (reply) return reply;
  }
  if (answer !== null) return { text: await answerOffer(asker, answer, said.thread) };
  return hearCommand(asker, said.text);
}

/** A form that was filled in: an offer's. */
async function hearForm(asker: Asker, form: NonNullable<ChatMessage["form"]>): Promise<Reply | null> {
  if (form.cancelled) return null;
  const [request, answer] = [form.answers.request?.[0], form.answers.answer?.[0]];
  const isAnswer = answer === "yes" || answer === "no";
  if (form.formType !== OFFER_FORM || request === undefined || !isAnswer) return { text: asker.say("form.unknown") };
  return { text: await answerOffer(asker, answer === "yes", request) };
}

/** What was asked last counts: a question is dropped when a chat is offered after it. */
function openQuestion(asker: Asker): Question | null {
  const { memory, now } = asker.deps;
  const question = memory.question(keyOf(asker), now());
  const offered = offeredTo(asker);
  if (question === null || offered === null || offered.sentAt < question.askedAt) return question;
  memory.answered(keyOf(asker));
  return null;
}

/** The answer to a question; null when it is none, but something else that was said. */
async function hearAnswer(asker: Asker, question: Question, text: string, yes: boolean | null): Promise<Reply | null> {
  const { say, deps } = asker;
  const { values, argument: name } = question;
  const command = commands.find((one) => one.name === question.command);
  if (command === undefined) return null;
  const isCancelled = say("cancel.words").split(" ").includes(fold(text));
  // Where something is asked for, "1" and "2" are no yes and no.
  const isNumber = /\d/.test(text);
  if (isCancelled || (yes === false && !isNumber)) {
    deps.memory.answered(keyOf(asker));
    return { text: say("cancelled") };
  }
  if (name === null) {
    // A number may have been meant for a list before: what cannot be undone takes a word.
    if (/^\d+$/.test(text.trim())) return { text: command.confirm?.(asker, values) ?? say("failed") };
    deps.memory.answered(keyOf(asker));
    return yes === true ? command.run(asker, values) : null;
  }
  const argument = command.args.find((one) => one.name === name);
  if (argument === undefined) return null;
  if (question.choices.length === 0) {
    deps.memory.answered(keyOf(asker));
    return proceed(asker, command, { [name]: text }, values);
  }
  const chosen = choose(asker, argument, question.choices, text);
  if (chosen.kind === "value" && chosen.value !== null) {
    deps.memory.answered(keyOf(asker));
    return proceed(asker, command, {}, { ...values, [name]: chosen.value });
  }
  // Something else was said, if it is a command; the question is dropped with it.
  if (commandsMeant(asker, firstWord(text)[0]).length > 0) return null;
  return { text: chosen.kind === "value" ? say("failed") : chosen.text };
}

/** Commands that a word means: any of their words in full, or a beginning of the first one; English is always understood. */
function commandsMeant({ say }: Asker, word: string): Command[] {
  const wordsIn = (voice: Say, { name }: Command): string[] => voice(wordsOf(name)).split(" ");
  const english = sayIn("en");
  const all = (one: Command): string[] => [...wordsIn(say, one), ...wordsIn(english, one)];
  const full = commands.filter((one) =>
    all(one).some((each) => each === word || (fold(word) !== "" && fold(each) === fold(word))),
  );
  if (full.length > 0) return full;
  return meant(word, commands, (one) => [...wordsIn(say, one).slice(0, 1), ...wordsIn(english, one).slice(0, 1)]);
}

async function hearCommand(asker: Asker, text: string): Promise<Reply> {
  const { say, deps } = asker;
  deps.memory.answered(keyOf(asker));
  const [word, rest] = firstWord(text);
  const [command, ...more] = commandsMeant(asker, word);
  if (command === undefined) return { text: say("unknown", { word: word.slice(0, 40) }) };
  if (more.length > 0) {
    const words = [command, ...more].map(({ name }) => say(wordsOf(name)).split(" ")[0] ?? name);
    return { text: say("ambiguous", { word, words: words.join(", ") }) };
  }
  const [first] = command.args;
  const read = command.read ? await command.read(rest, asker) : { said: first ? { [first.name]: rest } : {} };
  return "reply" in read ? read.reply : proceed(asker, command, read.said, {});
}

/** Asks for what is missing, makes sure of what cannot be undone, and then does it. */
async function proceed(asker: Asker, command: Command, said: Values, values: Values): Promise<Reply> {
  const { deps, say } = asker;
  const next = await fill(asker, command, said, values);
  const askedAt = deps.now();
  const { name } = command;
  switch (next.kind) {
    case "wrong":
      return { text: next.text };
    case "ask": {
      const { argument, choices } = next;
      // What was said for later arguments is not forgotten over the question for this one.
      const later = await certain(asker, command, said, next.values, argument.name);
      deps.memory.ask(keyOf(asker), { askedAt, command: name, values: later, argument: argument.name, choices });
      const quick = choices.map(({ label }, index) => ({ value: String(index + 1), label }));
      return { text: next.text, quick };
    }
    case "ready": {
      if (!command.confirm) return command.run(asker, next.values);
      deps.memory.ask(keyOf(asker), { askedAt, command: name, values: next.values, argument: null, choices: [] });
      const quick = [
        { value: say("yes"), label: say("yes") },
        { value: say("no"), label: say("no") },
      ];
      return { text: command.confirm(asker, next.values), quick };
    }
  }
}

/** Those arguments that are known although an earlier one is not. */
async function certain(asker: Asker, command: Command, said: Values, values: Values, but: string): Promise<Values> {
  let known = values;
  for (const argument of command.args) {
    const { name } = argument;
    if (name === but || !said[name]) continue;
    const next = await fill(asker, { ...command, args: [argument] }, said, known);
    if (next.kind === "ready") known = next.values;
  }
  return known;
}
