/**
 * `npm run bench [-- <name> …]`: runs the rows named, or all, prints the table, and writes bench/results/<time>.json.
 * Each row is a process of its own (`one.ts`): what fails in one of them is told, and harms no other.
 */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CannotStart, runMain } from "../stack/cannot-start.ts";
import { requirePackages } from "../stack/packages.ts";
import { ROOT } from "../stack/settings.ts";
import { machine } from "./measure/machine.ts";
import { type Figure, isFigure, table } from "./report.ts";
import { EXPERIMENTS, ROWS } from "./rows/index.ts";

type Result = { row: string; title: string; tookS: number; figures: Figure[]; error?: string };

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: "string" },
      scale: { type: "string", default: "1" },
      profile: { type: "string" },
    },
  });
  const known = [...ROWS, ...EXPERIMENTS];
  const strange = positionals.filter((name) => !known.some((row) => row.name === name));
  if (strange.length > 0)
    throw new CannotStart(`There is no ${strange.join(", ")}. There are: ${known.map((row) => row.name).join(", ")}`);
  const rows = positionals.length === 0 ? ROWS : known.filter((row) => positionals.includes(row.name));
  const options = Object.entries(values).map(([name, value]) => `--${name}=${value}`);
  await requirePackages(["prosody", "chromium"], console.log);

  const on = await machine();
  console.log(on);
  const at = new Date().toISOString();
  const folder = join(ROOT, "bench", "results");
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${at.replaceAll(/[:.]/g, "-")}.json`);
  const results: Result[] = [];
  for (const { name, title } of rows) {
    console.log(`\n${title}`);
    const begin = performance.now();
    const { figures, error } = await runRow(name, options);
    if (error !== undefined) console.log(`  FAILED: ${error}`);
    const tookS = Math.round((performance.now() - begin) / 1000);
    results.push({ row: name, title, tookS, figures, ...(error !== undefined && { error }) });
    // After each, so that nothing is lost when the rest is.
    await writeFile(file, `${JSON.stringify({ at, machine: on, options: values, results }, null, 2)}\n`);
  }

  console.log(`\n${table(results.flatMap(({ figures }) => figures))}`);
  for (const { row, error } of results) if (error !== undefined) console.log(`\n${row} failed: ${error}`);
  console.log(`\n${file}`);
  const failed = results.some(({ error, figures }) => error !== undefined || figures.some(({ met }) => met === false));
  return failed ? 1 : 0;
});

/** What the row found; `error` when it came to no end, with the figures of until then. */
function runRow(name: string, options: readonly string[]): Promise<{ figures: Figure[]; error?: string }> {
  const figures: Figure[] = [];
  let error: string | undefined;
  const child = spawn(process.execPath, [join(import.meta.dirname, "one.ts"), name, ...options], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.on("message", (message: unknown) => {
    if (isFigure(message)) figures.push(message);
    else error = String(message);
  });
  return new Promise((resolve) => {
    child.on("error", (cause) => resolve({ figures, error: cause.message }));
    child.on("exit", (code, signal) => {
      const ending = code === 0 ? undefined : (error ?? `it ended with ${signal ?? `code ${code}`}`);
      resolve({ figures, ...(ending !== undefined && { error: ending }) });
    });
  });
}
