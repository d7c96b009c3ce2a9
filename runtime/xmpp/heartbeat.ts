/** Whether the other side still lives: asked at every interval, and believed only when it answers. */

export type Heartbeat = {
  start(): void;
  stop(): void;
  /** Something came in. */
  heard(): void;
};

/**
 * Asks by `ping`, which resolves false when no answer came in its time. It is asked at every interval and not only in
 * silence, since a link may still bring things and lose all it is given. A busy server may be late: while anything comes in
 * it is asked again, twice. Then `onSilence` is called, once, and the heartbeat has stopped.
 */
export function createHeartbeat(options: {
  everyMs: number;
  ping: () => Promise<boolean>;
  onSilence: () => void;
}): Heartbeat {
  const { everyMs, ping, onSilence } = options;
  let timer: NodeJS.Timeout | undefined;
  let heardAt = 0;

  function schedule(): void {
    const own = setTimeout(async () => {
      const alive = await askPatiently(() => timer === own);
      if (timer !== own) return;
      if (alive) schedule();
      else onSilence();
    }, everyMs);
    timer = own;
  }

  async function askPatiently(isWanted: () => boolean): Promise<boolean> {
    for (let attempt = 1; attempt <= 3 && isWanted(); attempt++) {
      const askedAt = performance.now();
      if (await ping()) return true;
      if (heardAt < askedAt) return false;
    }
    return false;
  }

  return {
    start() {
      clearTimeout(timer);
      schedule();
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
