/** Finds out that a link is dead, which no socket tells in time: asks when all is quiet, and counts a missing answer. */

export type Watch = {
  /** Something came. */
  heard(): void;
  /** The link stands: begin. */
  start(): void;
  stop(): void;
  /** Ask now, without waiting for silence. */
  probe(): void;
};

/**
 * @param silenceMs nothing heard for so long: `ask`
 * @param answerMs nothing heard for so long after asking: `dead`
 */
export function createWatch(of: { silenceMs: number; answerMs: number; ask(): void; dead(): void }): Watch {
  let heardAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function wait(): void {
    clearTimeout(timer);
    const quietFor = performance.now() - heardAt;
    if (quietFor >= of.silenceMs) probe();
    else timer = setTimeout(wait, of.silenceMs - quietFor + 10);
  }

  function probe(): void {
    clearTimeout(timer);
    const askedAt = performance.now();
    of.ask();
    // A page in the background may run this late; whatever came meanwhile has been heard.
    timer = setTimeout(() => (heardAt > askedAt ? wait() : of.dead()), of.answerMs);
  }

  return {
    heard() {
      heardAt = performance.now();
    },
    start() {
      heardAt = performance.now();
      wait();
    },
    stop: () => clearTimeout(timer),
    probe,
  };
}
