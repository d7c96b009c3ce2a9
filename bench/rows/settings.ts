/**
 * What single settings of Prosody and PostgreSQL are worth on the raw road: 200 rooms, archived, each tried beside the shipped
 * ones. With more rooms it is also seen how long lines wait at 0.6 of the rate, since garbage grows with them.
 */
import pg from "pg";
import { connectRaw } from "../actors/raw-rooms.ts";
import type { Talk } from "../actors/talk.ts";
import { asManyAsWillGo, atARate, oneAtATime } from "../measure/latency.ts";
import { percentile, summary } from "../measure/stats.ts";
import { rssBytes, watchCpu } from "../measure/usage.ts";
import { MB, ms, percent, perS, type Row } from "../report.ts";
import { type BenchStack, RAW_ROOMS, startBenchStack } from "../stack.ts";

const ROOMS = 200;

/** `rooms`: so many instead of the usual number; the first of as many is then what it is compared with. */
type Trial = { name: string; prosody?: string; postgres?: readonly string[]; rooms?: number };

const GENERATIONAL = 'gc = { mode = "generational" }';
const AT_A_STRETCH = 'gc = { mode = "incremental", threshold = 400, speed = 500 }';

const TRIALS: readonly Trial[] = [
  { name: "as shipped" },
  { name: "gc: Prosody's default", prosody: 'gc = { mode = "incremental" }' },
  { name: "gc: generational", prosody: GENERATIONAL },
  { name: "gc: incremental 400/500", prosody: AT_A_STRETCH },
  {
    name: "room cache: Prosody's default, 100",
    prosody: `Component "${RAW_ROOMS.archived}" "muc"\n muc_room_cache_size = 100\nVirtualHost "*"`,
  },
  { name: "event backend: libevent", prosody: 'network_backend = "event"' },
  { name: "nagle: Prosody's default, true", prosody: "network_settings = { read_timeout = 30 }" },
  {
    name: "opportunistic writes",
    prosody: "network_settings = { read_timeout = 30; nagle = false; opportunistic_writes = true }",
  },
  {
    name: "archive: in memory",
    prosody: `Component "${RAW_ROOMS.archived}" "muc"\n storage = { archive = "memory" }\nVirtualHost "*"`,
  },
  {
    name: "archive: files",
    prosody: `Component "${RAW_ROOMS.archived}" "muc"\n storage = { archive = "internal" }\nVirtualHost "*"`,
  },
  { name: "PostgreSQL: wal_compression", postgres: ["wal_compression = on"] },
  { name: "PostgreSQL: synchronous_commit off (not durable)", postgres: ["synchronous_commit = off"] },
  { name: "as shipped, again" },
  { name: "1,000 rooms, as shipped", rooms: 1_000 },
  { name: "1,000 rooms, gc: Prosody's default", rooms: 1_000, prosody: 'gc = { mode = "incremental" }' },
  { name: "1,000 rooms, gc: generational", rooms: 1_000, prosody: GENERATIONAL },
  { name: "1,000 rooms, gc: incremental 400/500", rooms: 1_000, prosody: AT_A_STRETCH },
  {
    name: "1,000 rooms, gc: incremental 200/50",
    rooms: 1_000,
    prosody: 'gc = { mode = "incremental", threshold = 200, speed = 50 }',
  },
  {
    name: "1,000 rooms, their last lines in memory too",
    rooms: 1_000,
    prosody: `Component "${RAW_ROOMS.archived}" "muc"\n modules_disabled = { "foyer_room_history" }\nVirtualHost "*"`,
  },
  { name: "1,500 rooms, as shipped", rooms: 1_500 },
  {
    name: "1,500 rooms, archive count cache: Prosody's default, 1,000",
    rooms: 1_500,
    prosody: `storage_archive_item_limit_cache_size = 1000
Component "${RAW_ROOMS.archived}" "muc"\n storage_archive_item_limit_cache_size = 1000\nVirtualHost "*"`,
  },
];

export const settings: Row = {
  name: "settings",
  title: "Settings of Prosody, one at a time, on the raw road",
  async run({ figure }, { scale }) {
    const first = new Map<number, number>();
    for (const { name, prosody, postgres = [], rooms = ROOMS } of TRIALS) {
      const stack = await startBenchStack({ agents: 1, ...(prosody !== undefined && { prosody }) });
      try {
        await alter(stack, postgres);
        const raw = await connectRaw(stack);
        const talk = await raw.open(rooms, "archived");
        await asManyAsWillGo(talk, { forMs: 2_000 });
        const watch = watchCpu(stack.pids());
        const rates: number[] = [];
        let lines = 0;
        const begin = performance.now();
        for (let i = 0; i < 3; i += 1) {
          const flow = await asManyAsWillGo(talk, { forMs: 5_000 * scale });
          rates.push(flow.linesPerS);
          lines += flow.heard;
        }
        const cpu = watch().prosody ?? 0;
        const perLine = (cpu * (performance.now() - begin)) / lines;
        const one = summary(await oneAtATime(talk, { count: Math.ceil(500 * scale) }));
        const rate = percentile(rates, 0.5);
        const loaded = rooms > ROOMS ? await underLoad(talk, rate, scale) : "";
        if (!first.has(rooms)) first.set(rooms, rate);
        figure({
          what: name,
          target: "",
          value: perS(rate),
          ratio: rate / (first.get(rooms) ?? rate),
          note: `Prosody ${perLine.toFixed(2)} ms of CPU a line (${percent(cpu)}), ${MB(rssBytes(stack.pids().prosody))}; one way p50 ${ms(one.p50)}, p99 ${ms(one.p99)}${loaded}`,
        });
      } finally {
        await stack.stop();
      }
    }
  },
};

/** Long enough for the collector to come by several times. */
async function underLoad(talk: Talk, rate: number, scale: number): Promise<string> {
  const { p50, p99, max } = summary((await atARate(talk, { perS: rate * 0.6, forMs: 40_000 * scale })).times);
  return `; at 0.6 of the rate p50 ${ms(p50)}, p99 ${ms(p99)}, most ${ms(max)}`;
}

async function alter(stack: BenchStack, settings: readonly string[]): Promise<void> {
  if (settings.length === 0) return;
  const client = new pg.Client({ connectionString: stack.superuserUrl });
  await client.connect();
  for (const setting of settings) await client.query(`ALTER SYSTEM SET ${setting}`);
  await client.query("SELECT pg_reload_conf()");
  await client.end();
}
