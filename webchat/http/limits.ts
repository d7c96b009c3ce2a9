/** How much one page may ask of us: token buckets. */

/** `burst` at once, then `perS` each second. */
export type Rate = { burst: number; perS: number };

/** What one socket may do. A quick typist says a line a second; what was written without a network comes all at once. */
export const RATES = {
  say: { burst: 30, perS: 3 },
  typing: { burst: 10, perS: 2 },
  /** Everything that costs the workgroup a question: join, cancel, end, leave-message. */
  act: { burst: 10, perS: 0.5 },
} satisfies Record<string, Rate>;

export type Bucket = {
  /** Zero when allowed, else in how many whole seconds to try again. */
  take(): number;
};

/** `now` in ms of any clock that never goes back. */
export function createBucket({ burst, perS }: Rate, now: () => number): Bucket {
  let left = burst;
  let at = now();
  return {
    take() {
      const time = now();
      left = Math.min(burst, left + ((time - at) / 1000) * perS);
      at = time;
      if (left < 1) return Math.max(1, Math.ceil((1 - left) / perS));
      left -= 1;
      return 0;
    },
  };
}

/** Lines of one socket that wait for their turn, in order; more are refused. */
export const MOST_WAITING_LINES = 50;

/** How many times one page may be wrong before it is no page of ours. */
export const MOST_BAD_FRAMES = 20;
