/** A visitor with an ordinary client is put into the queue, however the form was answered. */
import { bareJid, localOf } from "../../protocol/jid.ts";
import { availability, expectedWaitMs, findByPerson, positionOf } from "../domain/dispatcher.ts";
import { cleanMetadata } from "../domain/metadata.ts";
import type { Metadata, Request } from "../domain/model.ts";
import type { Deps, Workgroup } from "../features/deps.ts";
import { type Language, sayIn, type TextKey } from "../texts/index.ts";
import { queueText } from "./words.ts";

/** One visitor is one request, from whichever of the clients it writes. */
export const requestOf = ({ committed }: Workgroup, visitor: string): Request | undefined =>
  findByPerson(committed, visitor);

export const takesVisitors = ({ committed }: Workgroup): boolean =>
  !committed.removed && availability(committed) === "open";

/**
 * `visitor` is a full JID. Undefined: it waits, and has been told its place; else what to say to it.
 * @throws StanzaError `policy-violation` when it comes too often
 */
export async function enqueue(
  workgroup: Workgroup,
  { visitor, answers, lang }: { visitor: string; answers: Metadata; lang: Language },
  deps: Deps,
): Promise<TextKey | undefined> {
  const at = deps.now();
  deps.admission.admit("joins", visitor);
  const id = deps.newId();
  const refusal = await workgroup.ask({
    type: "join-requested",
    at,
    id,
    visitor,
    userId: bareJid(visitor),
    metadata: cleanMetadata({ username: [localOf(visitor)] }, answers),
    dialogue: lang,
  });
  if (refusal?.code === "queue-full") return "visitor.queue.full";
  // Who is kept out is told no more than that nobody is there, as on a page.
  if (refusal?.code === "closed" || refusal?.code === "blocked") return "visitor.left.closed";
  if (refusal?.code === "form-incomplete") return "visitor.form-incomplete";
  if (refusal) return "visitor.failed";
  // The place, in words: from now on every change of it is told likewise.
  deps.tellVisitor(workgroup, id);
  return undefined;
}

/** Where the visitor stands, when it asks. */
export function placeText({ committed }: Workgroup, request: string, lang: Language): string {
  const position = positionOf(committed, request) ?? 1;
  return queueText(sayIn(lang), { position, waitMs: expectedWaitMs(committed, position), moved: false });
}
