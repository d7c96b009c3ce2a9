/** What visitors type, in any language we speak, and the place in the queue as they read it. */
import { fold } from "../commands/words.ts";
import { LANGUAGES, type Say, sayIn, type TextKey } from "../texts/index.ts";

const wordsOf = (key: TextKey): Set<string> => new Set(LANGUAGES.flatMap((lang) => sayIn(lang)(key).split(" ")));
const [YES, NO, CANCEL] = [wordsOf("yes.words"), wordsOf("no.words"), wordsOf("visitor.cancel.words")];

export const isCancel = (text: string): boolean => CANCEL.has(fold(text));

/** Null: neither. */
export function yesOrNo(text: string): boolean | null {
  const word = fold(text);
  return YES.has(word) ? true : NO.has(word) ? false : null;
}

/** `moved`: told without having been asked for. */
export function queueText(say: Say, of: { position: number; waitMs: number; moved: boolean }): string {
  if (of.position === 1) return say(of.moved ? "visitor.queue.moved-first" : "visitor.queue.first");
  const minutes = Math.max(1, Math.ceil(of.waitMs / 60_000));
  return say(of.moved ? "visitor.queue.moved" : "visitor.queue.later", { position: of.position, minutes });
}
