/**
 * A conversation between a workgroup and somebody with an ordinary client: chat messages, with quick responses (XEP-0439)
 * and a data form (XEP-0004) for clients that draw them.
 */
import { buildForm, type DataForm, type FormAnswers, parseAnswers } from "./data-form.ts";
import { NS_CARBONS, NS_DATA_FORM, NS_DELAY, NS_DELAY_OLD, NS_FORWARD, NS_HINTS, NS_QUICK_RESPONSE } from "./ns.ts";
import { attr, child, childText, type Element, xml } from "./xml.ts";

/**
 * `quick`: what may be answered by a button; the value is sent as an ordinary message. `passing`: news of the moment to one
 * device, not copied to others (XEP-0280 §6.1) and kept nowhere (XEP-0334).
 */
export type BotMessage = {
  from: string;
  to: string;
  id?: string;
  lang: string;
  text: string;
  thread?: string;
  quick?: readonly { value: string; label: string }[];
  form?: DataForm;
  passing?: boolean;
};

export function buildBotMessage(of: BotMessage): Element {
  return xml(
    "message",
    { type: "chat", from: of.from, to: of.to, id: of.id, "xml:lang": of.lang },
    xml("body", {}, of.text),
    of.thread !== undefined && xml("thread", {}, of.thread),
    ...(of.quick ?? []).map(({ value, label }) => xml("response", { xmlns: NS_QUICK_RESPONSE, value, label })),
    of.form && buildForm(of.form),
    ...(of.passing
      ? [
          xml("private", { xmlns: NS_CARBONS }),
          xml("no-copy", { xmlns: NS_HINTS }),
          xml("no-store", { xmlns: NS_HINTS }),
        ]
      : []),
  );
}

/** What somebody said: `text` is trimmed, "" when there is only a form. `lang` is "" when the client says none. */
export type ChatMessage = {
  text: string;
  lang: string;
  thread: string | null;
  form: { cancelled: boolean; formType: string; answers: FormAnswers } | null;
};

/**
 * Reads a message that was said to us just now. Null for what must not be answered: errors, news and rooms, copies of what was
 * said elsewhere or before (carbons, archives, offline storage), and whatever says nothing (typing, receipts).
 */
export function parseChatMessage(message: Element): ChatMessage | null {
  const type = attr(message, "type") ?? "normal";
  if (message.name !== "message" || (type !== "chat" && type !== "normal")) return null;
  if (child(message, "delay", NS_DELAY) || child(message, "x", NS_DELAY_OLD)) return null;
  if (child(message, "forwarded", NS_FORWARD)) return null;
  for (const name of ["sent", "received"]) if (child(message, name, NS_CARBONS)) return null;
  const x = child(message, "x", NS_DATA_FORM);
  const form = x ? parseSubmission(x) : null;
  const text = childText(message, "body")?.trim() ?? "";
  if (text === "" && form === null) return null;
  return { text, lang: attr(message, "xml:lang") ?? "", thread: childText(message, "thread") ?? null, form };
}

/** A form that was filled in or put aside; null when it is one to be filled in, which nobody can ask of us. */
function parseSubmission(x: Element): ChatMessage["form"] {
  const type = attr(x, "type");
  if (type !== "submit" && type !== "cancel") return null;
  const answers = parseAnswers(x);
  return { cancelled: type === "cancel", formType: answers.FORM_TYPE?.[0] ?? "", answers };
}
