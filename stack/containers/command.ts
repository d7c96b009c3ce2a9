/** Programs that are run to their end, without holding up what else goes on here. */
import { spawn } from "node:child_process";
import { CannotStart } from "../cannot-start.ts";

export type Environment = Record<string, string | undefined>;
export type Ended = { code: number; stdout: string; stderr: string };
export type RunOptions = {
  /** In place of ours. */
  env?: Environment;
  cwd?: string;
  /** Ends it after so long. */
  withinMs?: number;
};

/** Runs a program and reads what it says. One that cannot be run at all has the code 127, as in a shell. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.withinMs,
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk));
  const code = await new Promise<number>((resolve) => {
    child.once("error", (error) => {
      stderr += error.message;
      resolve(127);
    });
    child.once("close", (ended) => resolve(ended ?? 1));
  });
  return { code, stdout, stderr };
}

const KEPT_LINES = 25;

/** The same, for what must succeed. @throws CannotStart with the last lines it said; `what` is "docker could not …". */
export async function must(what: string, command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  const said = `${stdout}${stderr}`.trimEnd().split("\n").slice(-KEPT_LINES);
  throw new CannotStart([`${what}. The last it said:`, ...said.map((line) => `  ${line}`)]);
}
