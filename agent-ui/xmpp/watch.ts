/** Finds out that a link is dead, which no socket tells in time: asks again and again, and counts a missing answer. */

export type Watch = {
  /** Something came. */
  heard(): void;
  /** The link stands: begin. */
  start(): void;
  stop(): void;
  /** Ask now, without waiting for the next turn. */
  probe(): void;
};

export type Watching = {
  /** From an answer to the next question. It is asked not only in silence: a link may bring things and take none. */
  everyMs: number;
  /** Nothing heard for so long after asking: `dead`. */
  answerMs: number;
  /** Other things were heard, and no answer for so long: `dead`. */
  lateMs: number;
  /** Resolves when the answer is there; rejects when there will be none. */
  ask(timeoutMs: number): Promise<unknown>;
  dead(): void;
};

/** So much in the time of a late answer is a backlog being read over a thin link, behind which the answer stands. */
const BACKLOG = 400;
const MOST_DELAYS = 3;
const HURRIED_MS = 3_000;

export function createWatch(of: Watching): Watch {
  let heard = 0;
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function then(ms: number, next: () => void): void {
    clearTimeout(timer);
    turn += 1;
    timer = setTimeout(next, ms);
  }

  function ask(answerMs: number): void {
    const before = heard;
    let delays = 0;
    let mine = 0;
    const judge = (ms: number, verdict: () => void): void => {
      then(ms, verdict);
      mine = turn;
    };
    const late = (): void => {
      delays += 1;
      if (heard - before < BACKLOG * delays || delays > MOST_DELAYS) of.dead();
      else judge(of.lateMs, late);
    };
    // A page in the background may run this late; whatever came meanwhile has been heard.
    judge(answerMs, () => (heard > before ? judge(of.lateMs - answerMs, late) : of.dead()));
    of.ask(of.lateMs * (MOST_DELAYS + 1)).then(
      () => {
        if (mine === turn) wait();
      },
      () => undefined, // None came, and the timers have seen to it.
    );
  }

  const wait = (): void => then(of.everyMs, () => ask(of.answerMs));

  return {
    heard() {
      heard += 1;
    },
    start: wait,
    stop() {
      clearTimeout(timer);
      turn += 1;
    },
    // Something has changed, and a dead link is likely.
    probe: () => ask(Math.min(of.answerMs, HURRIED_MS)),
  };
}
