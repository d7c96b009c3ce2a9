/** A child process: its lines go to a log file and to whoever listens; it does not outlive us. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { User } from "./users.ts";

export type ChildPlan = {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  user?: User | undefined;
  logFile: string;
  /** What asks it politely to end; it is sent too when we die without a word. */
  stopSignal: "SIGINT" | "SIGTERM";
};

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type Child = {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** The last lines it said, for a message about its end. */
  lastLines(): string[];
  signal(signal: NodeJS.Signals): void;
  /** Asks, waits, and after `patienceMs` kills. Resolves when it is gone. */
  stop(patienceMs: number): Promise<void>;
};

const SETPRIV = "/usr/bin/setpriv";
const KEPT_LINES = 30;

/**
 * Starts a child in a session of its own, so that Ctrl-C reaches us alone and we stop things in order.
 * `setpriv` (util-linux) changes the user, and has the kernel stop the child when we are killed.
 */
export function startChild(plan: ChildPlan, onLine: (line: string) => void): Child {
  const { user } = plan;
  const wrapped = existsSync(SETPRIV);
  const identity = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"] : [];
  const child: ChildProcess = wrapped
    ? spawn(SETPRIV, [...identity, `--pdeathsig=${plan.stopSignal}`, "--", plan.command, ...plan.args], options(plan))
    : spawn(plan.command, plan.args, { ...options(plan), ...(user && { uid: user.uid, gid: user.gid }) });

  const log = createWriteStream(plan.logFile, { flags: "a", mode: 0o640 });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
      log.write(`${line}\n`);
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      onLine(line);
    });
  }

  let running = true;
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  child.on("error", (error) => last.push(`${plan.command}: ${error.message}`));
  // "close" comes after the last line was read; without a process there is only "error".
  child.on("close", (code, signal) => {
    running = false;
    log.end();
    resolve({ code, signal });
  });

  return {
    pid: child.pid ?? -1,
    exited,
    isRunning: () => running,
    lastLines: () => [...last],
    signal: (signal) => {
      child.kill(signal);
    },
    async stop(patienceMs) {
      if (!running) return;
      child.kill(plan.stopSignal);
      const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function options(plan: ChildPlan) {
  return {
    cwd: plan.cwd,
    env: plan.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"],
  };
}
