/** Who is typing, as a page is told: somebody who began and was never heard of again is not typing any more. */

export type TypingWatch = {
  heard(name: string, active: boolean): void;
  /** Nobody is heard any more. */
  stop(): void;
};

/** XEP-0085 says "paused" after a short while; a client that vanishes says nothing. */
const FORGET_MS = 30_000;

/** `tell` hears each change once. */
export function createTypingWatch(tell: (name: string, active: boolean) => void, forgetMs = FORGET_MS): TypingWatch {
  const timers = new Map<string, NodeJS.Timeout>();
  function heard(name: string, active: boolean): void {
    const was = timers.get(name);
    clearTimeout(was);
    timers.delete(name);
    if (active)
      timers.set(
        name,
        setTimeout(() => heard(name, false), forgetMs),
      );
    if (active !== (was !== undefined)) tell(name, active);
  }
  return {
    heard,
    stop() {
      for (const name of [...timers.keys()]) heard(name, false);
    },
  };
}
