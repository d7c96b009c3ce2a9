/**
 * Timers by name. Starting a name again moves it. An instant is told by the wall clock; the time that is left until then is
 * waited by a clock that nobody sets: who was to be missed after half a minute is not missed after an hour and a half
 * because the wall clock was put back by an hour.
 */

/** Where time comes from; injected so that tests need not wait. `now` is epoch milliseconds. */
export type Clock = {
  now(): number;
  /** Calls `fn` after `ms`; the result calls it off. */
  after(ms: number, fn: () => void): () => void;
};

export type Timers = {
  /**
   * Calls `fn` once when the time from now to `fireAt` (epoch ms) has passed, or soon when there is none; by the wall clock
   * it may be another time then. Replaces a timer of the same key.
   */
  start(key: string, fireAt: number, fn: () => void): void;
  /** Stops the timer, if there is one. */
  stop(key: string): void;
  stopAll(): void;
  /** How many are running. */
  readonly size: number;
};

// setTimeout fires at once when told to wait longer than 2^31-1 ms (24.8 days).
const LONGEST_WAIT_MS = 86_400_000;

const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** Creates a set of timers. `onFailure` gets what a timer's function throws. */
export function createTimers(
  options: { clock?: Clock; onFailure?: (error: unknown, key: string) => void } = {},
): Timers {
  const { clock = systemClock, onFailure = warn } = options;
  const running = new Map<string, { callOff: () => void }>();

  function stop(key: string): void {
    const timer = running.get(key);
    if (!timer) return;
    running.delete(key);
    timer.callOff();
  }

  return {
    start(key, fireAt, fn) {
      stop(key);
      const timer = { callOff: (): void => undefined };
      running.set(key, timer);
      const wait = (ms: number): void => {
        const now = Math.min(ms, LONGEST_WAIT_MS);
        timer.callOff = clock.after(now, () => wake(ms - now));
      };
      const wake = (left: number): void => {
        // A stopped timer whose wake-up was already under way.
        if (running.get(key) !== timer) return;
        if (left > 0) return wait(left);
        running.delete(key);
        try {
          fn();
        } catch (error) {
          onFailure(error, key);
        }
      };
      wait(Math.max(fireAt - clock.now(), 0));
    },
    stop,
    stopAll() {
      for (const key of [...running.keys()]) stop(key);
    },
    get size() {
      return running.size;
    },
  };
}

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));
