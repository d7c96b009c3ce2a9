/** What the workgroup's refusals mean to a page. */
import type { RefusalCode, ServerFrame } from "../../protocol/visitor-api.ts";

/** A stanza error, as far as it matters here. */
export type WireError = { type: string; condition: string; message: string };
export type Refused = Extract<ServerFrame, { kind: "refused" }>;

export function refused(code: RefusalCode, text: string, more: Partial<Omit<Refused, "kind">> = {}): Refused {
  return { kind: "refused", code, text, ...more };
}

/** In seconds: when a page may try again what could not be done just now. */
export const AGAIN_S = 3;

/** For everything that could not be asked or answered just now. */
export const unavailable = (key?: string): Refused =>
  refused("unavailable", "The service cannot be reached just now", {
    againS: AGAIN_S,
    ...(key === undefined ? {} : { key }),
  });

/** In seconds: when a full queue may have room again. */
export const QUEUE_AGAIN_S = 30;

export const queueFull = (): Refused =>
  refused("queue-full", "As many as we can serve wait already", { againS: QUEUE_AGAIN_S });

/** Who the site says the visitor is was not believed; such an error says so in the first word of its text. */
export const badIdentity = (): Refused => refused("bad-identity", "The sign-in could not be confirmed");
export const isBadIdentity = ({ condition, message }: WireError): boolean =>
  condition === "not-acceptable" && message.startsWith("identity:");

/** Refusals of `join-queue` (reference 3.2). A missing answer is named in the text: `missing: name, email`. */
export function joinRefusal(error: WireError): Refused {
  if (error.condition === "resource-constraint") return queueFull();
  if (error.type === "wait") return unavailable();
  if (isBadIdentity(error)) return badIdentity();
  switch (error.condition) {
    case "not-acceptable":
      return refused("form-incomplete", "Some questions still need an answer", {
        fields: missingFields(error.message),
      });
    case "conflict":
      return refused("already-waiting", "You are in the queue already");
    case "service-unavailable":
    case "not-allowed":
    case "forbidden":
      return refused("closed", "Nobody can take your question just now");
    case "not-authorized":
    case "item-not-found":
      return refused("unknown-workgroup", "There is no such workgroup");
    default:
      return unavailable();
  }
}

/** Refusals of a message left for later. `missing: name, email` and `invalid: email` name the parts. */
export function leaveRefusal(error: WireError, key: string): Refused {
  if (error.type === "wait") return unavailable(key);
  if (error.condition === "not-acceptable" || error.condition === "bad-request") {
    const fields = { ...missingFields(error.message), ...invalidFields(error.message) };
    return refused("form-incomplete", "The message is not complete", { key, fields });
  }
  if (error.condition === "not-authorized" || error.condition === "item-not-found") {
    return refused("unknown-workgroup", "There is no such workgroup", { key });
  }
  return unavailable(key);
}

const missingFields = (text: string): Record<string, string> => named(text, "missing", "Please fill in this field");
const invalidFields = (text: string): Record<string, string> => named(text, "invalid", "This does not look right");

function named(text: string, word: string, advice: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  const list = new RegExp(`${word}:\\s*(.+)`, "i").exec(text)?.[1] ?? "";
  for (const name of list.split(",")) {
    if (name.trim() !== "") fields[name.trim()] = advice;
  }
  return fields;
}
