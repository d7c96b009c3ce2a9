/** When to try again. Random over the whole span, so that a thousand agents do not come back in one second. */

const FIRST_MS = 1000;
/** A server that is back is found within fifteen seconds. */
const LONGEST_MS = 10_000;

/** Milliseconds before try number `attempt` (0 for the first after a loss). `random` is in [0, 1). */
export function backoffMs(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(200 + random * longest);
}
