/** What is known of a visitor by name: the special variables of the form (reference 3.1), and what we withhold. */
import type { Metadata, Request } from "./model.ts";

const first = (metadata: Metadata, name: string): string => metadata[name]?.[0]?.trim() ?? "";

/** The visitor's name as entered; `Visitor` when none was. */
export const nameOf = (metadata: Metadata): string => first(metadata, "username") || "Visitor";
export const questionOf = (metadata: Metadata): string => first(metadata, "question");
/** Only a mail server knows whether it is one; this keeps out what cannot be. */
export const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim());
export const emailOf = (metadata: Metadata): string => first(metadata, "email");

// Reference 5.4: these keys steer dispatch, and `password` is dropped; none of them may come from a visitor.
const WITHHELD = new Set(["password", "agent", "ignore", "userid", "transfer", "inviter", "workgroup", "sessionid"]);
const MOST_KEYS = 50;
const MOST_CHARACTERS = 4_000;
// It goes into every offer, and escaped it may be six times as long: a stanza that is too large reaches no agent.
const MOST_ALTOGETHER = 20_000;

/** The metadata of a request from what the visitor's client sent: answers override, and nothing steers dispatch. */
export function cleanMetadata(sent: Metadata, answers: Metadata): Metadata {
  const metadata: Record<string, readonly string[]> = Object.create(null);
  let left = MOST_ALTOGETHER;
  const cut = (text: string, most: number): string => {
    const part = text.slice(0, Math.min(most, Math.max(left, 0)));
    left -= part.length;
    return part;
  };
  for (const [name, values] of [...Object.entries(sent), ...Object.entries(answers)].slice(0, MOST_KEYS)) {
    if (left <= 0) break;
    left -= name.length;
    if (name === "FORM_TYPE" || name.length > 100 || WITHHELD.has(name.toLowerCase())) continue;
    metadata[name] = values.slice(0, MOST_KEYS).map((value) => cut(value, MOST_CHARACTERS));
  }
  return metadata;
}

/** What the site says of its visitor takes the place of what the visitor says. */
export function vouchedMetadata(identity: { subject: string; name: string; email: string }): Metadata {
  const { subject, name, email } = identity;
  return {
    ...(name !== "" && { username: [name] }),
    ...(email !== "" && { email: [email] }),
    subject: [subject],
  };
}

/** What agents get to see: `username` and `userID` are always there. */
export function shownMetadata({ metadata, userId }: Pick<Request, "metadata" | "userId">): Metadata {
  return { ...metadata, username: [nameOf(metadata)], userID: [userId] };
}
