/** One stack for one data folder: the second is told so, and a lock left by a crash holds nobody up. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CannotStart } from "./cannot-start.ts";

/** Takes the data folder. Returns what gives it back. @throws CannotStart when a living process has it. */
export async function lockData(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true }).catch((cause) => refuse(dataDir, cause));
  const file = join(dataDir, "foyer.pid");
  const holder = await lockHolder(dataDir);
  if (holder !== undefined)
    throw new CannotStart(`Foyer is already running with the data in ${dataDir} (process ${holder}).`);
  const content = `${process.pid} ${await startedAt(process.pid)}\n`;
  await writeFile(file, content).catch((cause) => refuse(dataDir, cause));
  return () => rm(file, { force: true });
}

function refuse(dataDir: string, cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new CannotStart(
    `The data folder ${dataDir} cannot be written by this user (${why}). FOYER_DATA names another.`,
    cause,
  );
}

/** The process that has the data folder, if it lives. */
export async function lockHolder(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, "foyer.pid"), "utf8").catch(() => ""); // Nobody has it.
  const [pid, started] = text.trim().split(" ").map(Number);
  if (!pid || started === undefined) return undefined; // Empty, or cut off by a crash.
  return (await startedAt(pid)) === started ? pid : undefined;
}

/** When a process began, in ticks since boot: tells it from a later one with the same number. Undefined when it is gone. */
async function startedAt(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined); // Gone.
  // The second field is the program's name in brackets, and may hold blanks.
  const after = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return after?.[19] === undefined ? undefined : Number(after[19]);
}
