/** Programs of others' making: their lines come out as they come, and their end is waited for. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export type Ended = { code: number | null; lines: string[] };

/** Runs it to its end, at most for so long. `say` hears every line. */
export async function runProgram(
  command: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string | undefined>; say: (line: string) => void; limitMs: number },
): Promise<Ended> {
  const child = spawn(command, args, {
    ...(options.cwd && { cwd: options.cwd }),
    ...(options.env && { env: options.env }),
    stdio: ["ignore", "pipe", "pipe"],
    signal: AbortSignal.timeout(options.limitMs),
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      options.say(line);
    });
  }
  const code = await new Promise<number | null>((resolve) => {
    child.once("close", resolve);
    // The limit, or no such program; "close" follows only when it had begun.
    child.once("error", (error) => {
      options.say(`FAIL ${command}: ${error.message}`);
      if (child.pid === undefined) resolve(null);
    });
  });
  return { code, lines };
}
