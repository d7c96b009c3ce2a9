/**
 * What both sides of the comparison look like to a measurement: rooms in which one says a line and others hear it.
 * Times are of one clock, since one process plays everybody.
 */

/** Who hears: `sender` its own line come back, `other` the person opposite, `third` the seat that writes the transcript (raw only). */
export type Hearer = "sender" | "other" | "third";

export type Talk = {
  readonly rooms: number;
  /** Says a line in a room; `side` 0 is the visitor (raw: the first seat), 1 the agent (the second). */
  say(room: number, side: 0 | 1, text: string): void;
  /** Every line somebody hears, by its text. */
  onLine: (hearer: Hearer, text: string) => void;
  /** How many of the three seats can be watched from here: the bot's is inside the component. */
  readonly hearers: readonly Hearer[];
};

let last = 0;

/** A text that no other line of this run has, of the length of an ordinary sentence. */
export function freshText(): string {
  last += 1;
  return `${last.toString(36)} Thank you, I have tried that now, and the light at the front is still red.`;
}
