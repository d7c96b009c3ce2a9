/** The questions of a workgroup: what is shown, what is missing, what is sent. */
import type { FieldView } from "../../protocol/visitor-api.ts";
import type { MessageForm } from "./state.ts";
import type { Say } from "./texts.ts";

/** A field that asks for an e-mail address; forms have no type for it, but they have names. */
export const isEmail = ({ name }: { name: string }): boolean => /^e-?mail/i.test(name);

/** What the visitor gave, or what the form suggests. */
export const valuesOf = (field: FieldView, answers: Record<string, string[]>): string[] =>
  (field.type !== "hidden" && answers[field.name]) || field.values;

/** What is wrong, by field. Empty when the form can go. */
export function checkForm(fields: FieldView[], answers: Record<string, string[]>, say: Say): Record<string, string> {
  const mistakes: Record<string, string> = {};
  for (const field of fields) {
    if (field.type === "hidden") continue;
    const text = valuesOf(field, answers).join("\n").trim();
    // A required box is one that has to be ticked.
    const missing = field.type === "boolean" ? text !== "1" : !text;
    if (field.required && missing) mistakes[field.name] = say("form.required");
    else if (text && isEmail(field) && !looksLikeEmail(text)) mistakes[field.name] = say("form.email");
  }
  return mistakes;
}

/** What is wrong with a message for later: it needs an address to answer to, and words. */
export function checkMessage({ email, text }: MessageForm, say: Say): Record<string, string> {
  const mistakes: Record<string, string> = {};
  if (!email.trim()) mistakes.email = say("form.required");
  else if (!looksLikeEmail(email)) mistakes.email = say("form.email");
  if (!text.trim()) mistakes.text = say("form.required");
  return mistakes;
}

/** The answers as they go out: every field of the form, and nothing else. */
export function answersOf(fields: FieldView[], answers: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      valuesOf(field, answers)
        .map((value) => value.trim())
        .filter(Boolean),
    ]),
  );
}

/** Only what no address can be is refused; the rest is for the mail to find out. */
const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());
