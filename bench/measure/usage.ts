/** What processes use, by /proc (Linux), and a look into Node processes by their inspector. */
import { readdirSync, readFileSync } from "node:fs";

const TICK_MS = 10;

type Stat = { ppid: number; cpuMs: number; childrenMs: number };

function stat(pid: number): Stat | undefined {
  try {
    // The name in parentheses may hold blanks; what follows it does not.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")
      .map(Number);
    const [ppid = 0, user = 0, system = 0, cuser = 0, csystem = 0] = [1, 11, 12, 13, 14].map((i) => fields[i]);
    return { ppid, cpuMs: (user + system) * TICK_MS, childrenMs: (cuser + csystem) * TICK_MS };
  } catch {
    return undefined; // Ended.
  }
}

/** CPU of a process and of its children, running and past, in ms. Of ourselves without our children: they are the servers. */
export function cpuMs(pid: number): number {
  const own = stat(pid);
  if (own === undefined) return 0;
  if (pid === process.pid) return own.cpuMs;
  let sum = own.cpuMs + own.childrenMs;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const one = stat(Number(name));
    if (one?.ppid === pid) sum += one.cpuMs;
  }
  return sum;
}

/** Resident memory in bytes. */
export function rssBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Resident memory of processes together, in bytes; of what they share, which is Node's own program, the largest part once. */
export function rssTogether(pids: readonly number[]): number {
  const of = (pid: number, what: string): number =>
    Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
  const own = pids.reduce((sum, pid) => sum + of(pid, "RssAnon"), 0);
  return own + Math.max(...pids.map((pid) => of(pid, "RssFile")));
}

export type CpuShares = Record<string, number>;

/** Begins to count; the result of the returned function is each one's share of one core since then, 1 being all of it. */
export function watchCpu(pids: Record<string, number>): () => CpuShares {
  const began = performance.now();
  const before = Object.entries(pids).map(([name, pid]) => ({ name, pid, ms: cpuMs(pid) }));
  return () => {
    const elapsed = performance.now() - began;
    return Object.fromEntries(before.map(({ name, pid, ms }) => [name, (cpuMs(pid) - ms) / elapsed]));
  };
}
