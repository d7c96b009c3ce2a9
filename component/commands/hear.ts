/** What an agent wrote to the workgroup, and what is said back. */
import type { ChatMessage } from "../../protocol/bot-message.ts";
import { OFFER_FORM } from "../../protocol/workgroup/plain-offer.ts";
import type { Asker, Reply } from "./asker.ts";
import { answerOffer, yesOrNo } from "./offers.ts";

/** The longest message that is read, in characters: as much as the gateway takes from a visitor. */
const MOST = 10_000;

/** Null: nothing is to be said. */
export async function hear(asker: Asker, said: ChatMessage): Promise<Reply | null> {
  const { say } = asker;
  if (said.form) return hearForm(asker, said.form);
  if (said.text.length > MOST) return { text: say("too-long", { limit: MOST }) };
  const answer = yesOrNo(asker, said.text);
  if (answer !== null) return { text: await answerOffer(asker, answer, said.thread) };
  return { text: say("unknown", { word: said.text.slice(0, 40) }) };
}

/** A form that was filled in: an offer's. */
async function hearForm(asker: Asker, form: NonNullable<ChatMessage["form"]>): Promise<Reply | null> {
  if (form.cancelled) return null;
  const [request, answer] = [form.answers.request?.[0], form.answers.answer?.[0]];
  const isAnswer = answer === "yes" || answer === "no";
  if (form.formType !== OFFER_FORM || request === undefined || !isAnswer) return { text: asker.say("form.unknown") };
  return { text: await answerOffer(asker, answer === "yes", request) };
}
