/** What grows while something goes on: samples by time, and how fast they rise. */
import { readdirSync } from "node:fs";
import pg from "pg";
import type { BenchStack } from "../stack.ts";
import { rssBytes } from "./usage.ts";

export type Sample = { atMs: number; value: number };

/** The rise of the line that lies closest to all samples, per hour. */
export function slopePerHour(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [at, value] = [mean((one) => one.atMs), mean((one) => one.value)];
  const along = mean((one) => (one.atMs - at) ** 2);
  return (mean((one) => (one.atMs - at) * (one.value - value)) / along) * 3_600_000;
}

/** How many files and sockets a process has open. */
const openHandles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** In bytes. */
export type Disk = {
  /** Written to the write-ahead log since the server was made. */
  walBytes: number;
  /** Of the log, what is kept. */
  walKept: number;
  /** Foyer's database, and Prosody's. */
  foyer: number;
  prosody: number;
};

/** What PostgreSQL has written, and keeps. */
export async function diskUse(stack: BenchStack): Promise<Disk> {
  const client = new pg.Client({ connectionString: stack.superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal, (SELECT sum(size) FROM pg_ls_waldir()) AS kept,
         pg_database_size('prosody') AS prosody, pg_database_size('foyer') AS foyer`,
    );
    const [{ wal, kept, prosody, foyer }] = rows;
    return {
      walBytes: Number(wal),
      walKept: Number(kept),
      foyer: Number(foyer),
      prosody: Number(prosody),
    };
  } finally {
    await client.end();
  }
}

type Samples = Record<"component" | "webchat", Sample[]>;
export type Growth = { rss: Samples; handles: Samples };

/** Looks at two processes every `everyMs`, until the returned function is called, which gives all that was seen. */
export function watchGrowth(pids: Record<"component" | "webchat", number>, everyMs: number): () => Growth {
  const seen: Growth = {
    rss: { component: [], webchat: [] },
    handles: { component: [], webchat: [] },
  };
  const look = (): void => {
    const atMs = performance.now();
    for (const name of ["component", "webchat"] as const) {
      seen.rss[name].push({ atMs, value: rssBytes(pids[name]) });
      seen.handles[name].push({ atMs, value: openHandles(pids[name]) });
    }
  };
  const timer = setInterval(look, everyMs);
  return () => {
    clearInterval(timer);
    return seen;
  };
}
