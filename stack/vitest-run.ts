/** Runs Vitest with Node 24 and reads its own count of the tests. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { z } from "zod";
import { ROOT } from "./settings.ts";

export type Outcome = { passed: number; failed: number; skipped: number };
export type VitestOptions = {
  /** Another configuration than the one beside package.json. */
  config?: string;
  /** In place of our environment. */
  env?: Record<string, string | undefined>;
  /** Ends it early. */
  signal?: AbortSignal;
};

const report = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/**
 * Runs the tests that fit the filters, all when there are none, with Vitest's own output on the terminal, and after it a
 * line for each that failed: of long outputs people often see the end only.
 * A run that breaks outside of any test (a file that cannot be loaded, an error nobody caught) counts as one failure.
 */
export async function runVitest(filters: string[], options: VitestOptions = {}): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-vitest-"));
  try {
    const file = join(folder, "report.json");
    const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const config = options.config === undefined ? [] : ["--config", options.config];
    const child = spawn(process.execPath, [vitest, "run", ...config, ...reporters, ...filters], {
      cwd: ROOT,
      env: options.env ?? process.env,
      stdio: "inherit",
      ...(options.signal && { signal: options.signal }),
    });
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("exit", resolve),
    );
    const text = await readFile(file, "utf8").catch(() => undefined); // It broke before it could write.
    const counted = text === undefined ? undefined : report.parse(JSON.parse(text));
    const lines = counted ? failures(counted) : [];
    if (lines.length === 0 && code !== 0) lines.push("failed: something outside of any test, see above");
    for (const line of lines) console.log(line);
    if (!counted) return { passed: 0, failed: 1, skipped: 0 };
    const failed = counted.numFailedTests;
    return {
      passed: counted.numPassedTests,
      failed: failed === 0 && code !== 0 ? 1 : failed,
      skipped: counted.numPendingTests + counted.numTodoTests,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function failures({ testResults }: z.infer<typeof report>): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults
      .filter(({ status }) => status === "failed")
      .map((test) => ({ what: ` > ${test.fullName}`, why: test.failureMessages?.[0] ?? "" }));
    // A file that could not be loaded has no tests.
    const all = failed.length === 0 && message !== "" ? [{ what: "", why: message }] : failed;
    return all.map(({ what, why }) => `failed: ${relative(ROOT, name)}${what}: ${why.split("\n", 1)[0]}`);
  });
}
