/** What single settings of Prosody and PostgreSQL are worth on the raw road: 200 rooms, archived, each tried beside the shipped ones. */
import { connectRaw } from "../actors/raw-rooms.ts";
import { asManyAsWillGo, oneAtATime } from "../measure/latency.ts";
import { percentile, summary } from "../measure/stats.ts";
import { rssBytes, watchCpu } from "../measure/usage.ts";
import { MB, ms, percent, perS, type Row } from "../report.ts";
import { RAW_ROOMS, startBenchStack } from "../stack.ts";

const ROOMS = 200;

type Trial = { name: string; prosody?: string };

const TRIALS: readonly Trial[] = [
  { name: "as shipped" },
  { name: "gc: Prosody's default", prosody: 'gc = { mode = "incremental" }' },
  { name: "gc: generational", prosody: 'gc = { mode = "generational" }' },
  { name: "gc: incremental 200/500", prosody: 'gc = { mode = "incremental", threshold = 200, speed = 500 }' },
  { name: "gc: incremental 800/500", prosody: 'gc = { mode = "incremental", threshold = 800, speed = 500 }' },
  {
    name: "room cache: Prosody's default, 100",
    prosody: `Component "${RAW_ROOMS.archived}" "muc"\n muc_room_cache_size = 100\nVirtualHost "*"`,
  },
  { name: "event backend: libevent", prosody: 'network_backend = "event"' },
  { name: "opportunistic writes", prosody: "network_settings = { read_timeout = 30, opportunistic_writes = true }" },
  {
    name: "archive: in memory",
    prosody: `Component "${RAW_ROOMS.archived}" "muc"\n storage = { archive = "memory" }\nVirtualHost "*"`,
  },
  {
    name: "archive: files",
    prosody: `Component "${RAW_ROOMS.archived}" "muc"\n storage = { archive = "internal" }\nVirtualHost "*"`,
  },
  { name: "as shipped, again" },
];

export const settings: Row = {
  name: "settings",
  title: "Settings of Prosody, one at a time, on the raw road",
  async run({ figure }, { scale }) {
    let first: number | undefined;
    for (const { name, prosody } of TRIALS) {
      const stack = await startBenchStack({ agents: 1, ...(prosody !== undefined && { prosody }) });
      try {
        const raw = await connectRaw(stack);
        const talk = await raw.open(ROOMS, "archived");
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
        first ??= rate;
        figure({
          what: name,
          target: "",
          value: perS(rate),
          ratio: rate / first,
          note: `Prosody ${perLine.toFixed(2)} ms of CPU a line (${percent(cpu)}), ${MB(rssBytes(stack.pids().prosody))}; one way p50 ${ms(one.p50)}, p99 ${ms(one.p99)}`,
        });
      } finally {
        await stack.stop();
      }
    }
  },
};
