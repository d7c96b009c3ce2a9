/** Whether the other side still lives: asked at every interval, and believed only when it answers. */

const MOST_PATIENCE = 4;

export type Heartbeat = {
  start(): void;
  stop(): void;
  /** Something came in. */
  heard(): void;
};

/**
 * Asks by `ping`, which resolves false when no answer came in the time it is given. It is asked at every interval and not
 * only in silence, since a link may still bring things and lose all it is given. In silence an answer is awaited for
 * `answerMs`; a busy server may be late, so while anything comes in it has `lateMs` in all, and an answer to the first
 * question counts to the last. Then `onSilence` is called, once, and the heartbeat has stopped.
 *
 * A link that is cut costs the server more than one that is slow, since all seats are taken anew: a server that was late
 * because it had too much to do would be later still, and never be left alone. So after each cut the next has twice the
 * time, up to `MOST_PATIENCE` times, until an answer comes in the usual time; and the first question comes at once, so that
 * a link that breaks twice in a row is noticed as soon the second time.
 */
export function createHeartbeat(options: {
  everyMs: number;
  answerMs: number;
  lateMs: number;
  ping: (timeoutMs: number) => Promise<boolean>;
  onSilence: () => void;
}): Heartbeat {
  const { everyMs, answerMs, lateMs, ping, onSilence } = options;
  let timer: NodeJS.Timeout | undefined;
  let heardAt = 0;
  let patience = 1;

  function schedule(): void {
    timer = setTimeout(ask, everyMs);
  }

  function ask(): void {
    const askedAt = performance.now();
    // Of this question: whatever begins anew has another timer.
    const own = setTimeout(() => {
      if (timer === own && heardAt < askedAt) dead();
    }, answerMs * patience);
    timer = own;
    void ping(Math.max(answerMs, lateMs) * patience).then((alive) => {
      if (timer !== own) return;
      clearTimeout(own);
      if (alive && performance.now() - askedAt < answerMs) patience = 1;
      if (alive) schedule();
      else dead();
    });
  }

  function dead(): void {
    clearTimeout(timer);
    timer = undefined;
    patience = Math.min(patience * 2, MOST_PATIENCE);
    onSilence();
  }

  return {
    start() {
      clearTimeout(timer);
      if (patience === 1) schedule();
      else timer = setTimeout(ask);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
    heard() {
      heardAt = performance.now();
    },
  };
}
