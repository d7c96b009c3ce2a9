/**
 * Which part of a conversation is in the document: a few lines around the reader, and more as the reader comes near either
 * edge. What switching to a chat costs then hangs on the screen and not on the conversation. Pure.
 */

/** Lines drawn at first: a screen of them, and another one above it to scroll into. */
const FIRST = 40;
/** As many come in at an edge. */
const STEP = 100;
/** At the end of a conversation no more than these gather, however long it goes on. */
const MOST_AT_END = 200;

/** Lines from index `from` up to `to`, which is outside; null for `to` goes to the end, what is still to come included. */
export type LineWindow = { from: number; to: number | null };

/** The newest of `count` lines. */
export const atEnd = (count: number): LineWindow => ({ from: Math.max(0, count - FIRST), to: null });

/** As many around the line at `index`, most of them below it: for a reader who comes back to where it was the uppermost. */
export function around(index: number, count: number): LineWindow {
  const from = Math.max(0, Math.min(index - FIRST / 4, count - FIRST));
  return { from, to: from + FIRST < count ? from + FIRST : null };
}

/** With more lines above. */
export const earlier = (window: LineWindow): LineWindow => ({ ...window, from: Math.max(0, window.from - STEP) });

/** With more lines below. */
export function later({ from, to }: LineWindow, count: number): LineWindow {
  return { from, to: to === null || to + STEP >= count ? null : to + STEP };
}

/** After lines were added or, as for a conversation that begins anew, taken away. @param following the reader is at the end */
export function moved(window: LineWindow, count: number, following: boolean): LineWindow {
  const begunAnew = window.from > count || (window.to ?? 0) > count;
  return begunAnew || (following && count - window.from > MOST_AT_END) ? atEnd(count) : window;
}
