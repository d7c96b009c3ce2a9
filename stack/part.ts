/** One of the four servers of the stack, as something that can be started, stopped, killed, and brought back. */
import { CannotStart } from "./cannot-start.ts";
import { type Child, type ChildPlan, startChild } from "./child.ts";

export type PartPlan = {
  name: string;
  /** Made anew for each start. */
  plan: () => Promise<ChildPlan> | ChildPlan;
  /** Resolves when it serves; `signal` aborts when the process ends or time is up. */
  ready: (part: Lines, signal: AbortSignal) => Promise<void>;
  /** How long it may take to become ready, and to end. */
  readyWithinMs: number;
  stopWithinMs: number;
};

/** What a process says, line by line. */
export type Lines = {
  /** The first line from now on that fits. Rejects when `signal` aborts. */
  nextLine(fits: (line: string) => boolean, signal: AbortSignal): Promise<string>;
};

export type Part = Lines & {
  readonly name: string;
  pid(): number | undefined;
  isRunning(): boolean;
  /** Starts it and waits until it serves. Nothing to do when it runs. */
  start(): Promise<void>;
  /** Ends it politely, and for good: it is not brought back. */
  stop(): Promise<void>;
  /** As a crash: SIGKILL, and it stays away until `start`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
};

/** What a supervisor says to the person at the keyboard. */
export type Report = (line: string) => void;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** @param supervise brings it back after an unexpected end, with growing pauses, and reports so. */
export function createPart(partPlan: PartPlan, supervise?: Report): Part {
  const listeners = new Set<(line: string) => void>();
  let child: Child | undefined;
  let wanted = false;
  let pauseMs = FIRST_PAUSE_MS;
  let pause: NodeJS.Timeout | undefined;

  const lines: Lines = {
    nextLine(fits, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const listener = (line: string) => fits(line) && resolve(line);
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      listeners.add(listener);
      signal.addEventListener("abort", abort);
      return promise.finally(() => {
        listeners.delete(listener);
        signal.removeEventListener("abort", abort);
      });
    },
  };

  async function launch(): Promise<void> {
    const current = startChild(await partPlan.plan(), (line) => {
      for (const listener of listeners) listener(line);
    });
    child = current;
    const ended = new AbortController();
    current.exited.then(() => ended.abort());
    try {
      const inTime = AbortSignal.timeout(partPlan.readyWithinMs);
      await partPlan.ready(lines, AbortSignal.any([ended.signal, inTime]));
    } catch (cause) {
      const why = current.isRunning() ? `did not become ready in ${partPlan.readyWithinMs / 1000} s` : "ended at once";
      await current.stop(partPlan.stopWithinMs);
      const said = current.lastLines().map((line) => `  ${line}`);
      throw new CannotStart([`${partPlan.name} ${why}. The last it said:`, ...said], cause);
    }
    current.exited.then(({ code, signal }) => {
      if (wanted && child === current) bringBack(`${partPlan.name} ended (${signal ?? `code ${code}`})`);
    });
  }

  function bringBack(why: string): void {
    if (supervise === undefined) return;
    supervise(`${why}; starting it again in ${pauseMs / 1000} s`);
    pause = setTimeout(() => {
      launch().then(
        () => {
          pauseMs = FIRST_PAUSE_MS;
          supervise(`${partPlan.name} is back`);
        },
        (error: Error) => {
          if (wanted) bringBack(error.message);
        },
      );
    }, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }

  function unwant(): void {
    wanted = false;
    clearTimeout(pause);
  }

  return {
    ...lines,
    name: partPlan.name,
    pid: () => (child?.isRunning() ? child.pid : undefined),
    isRunning: () => child?.isRunning() ?? false,
    async start() {
      if (child?.isRunning()) return;
      wanted = true;
      await launch();
    },
    async stop() {
      unwant();
      await child?.stop(partPlan.stopWithinMs);
    },
    async kill() {
      unwant();
      child?.signal("SIGKILL");
      await child?.exited;
    },
    async restart() {
      await this.stop();
      await this.start();
    },
    signal: (signal) => child?.signal(signal),
  };
}
