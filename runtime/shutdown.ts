/** Stopping a process in good order: once, step by step, and not for ever. */
import type { Log } from "./log.ts";

export type Closer = { name: string; close: () => Promise<void> | void };

/** Ends the process: the closers one after the other, then exit with `code`. Later calls change nothing. */
export type Shutdown = (reason: string, code?: number) => Promise<void>;

const ONE_PRESS_MS = 1_000;

/**
 * Closes everything on SIGTERM and SIGINT, in the order given. A closer that fails is logged and the next one follows; past
 * `limitMs` altogether, or at a later signal, the process exits with code 1.
 */
export function shutdownOnSignals(options: {
  closers: readonly Closer[];
  log: Log;
  limitMs?: number;
  exit?: (code: number) => void;
  signals?: Pick<NodeJS.EventEmitter, "on">;
}): Shutdown {
  const { closers, log, limitMs = 10_000, exit = (code) => process.exit(code), signals = process } = options;
  let work: Promise<void> | undefined;
  let startedAt = 0;

  async function closeAll(reason: string, code: number): Promise<void> {
    startedAt = performance.now();
    log.info("stopping", { reason });
    let at = "nothing";
    const limit = setTimeout(() => {
      log.error("stopping takes too long, giving up", { closer: at, limitMs });
      exit(1);
    }, limitMs);
    for (const { name, close } of closers) {
      at = name;
      try {
        await close();
      } catch (error) {
        log.error("closing failed", { closer: name, error });
      }
    }
    clearTimeout(limit);
    log.info("stopped");
    exit(code);
  }

  const shutdown: Shutdown = (reason, code = 0) => {
    work ??= closeAll(reason, code);
    return work;
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    signals.on(signal, () => {
      if (!work) void shutdown(signal);
      // One Ctrl-C may come twice, from the terminal and from npm.
      else if (performance.now() - startedAt > ONE_PRESS_MS) exit(1);
    });
  }
  return shutdown;
}
