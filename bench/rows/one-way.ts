/** One-way time visitor's socket → agent's XMPP client, one line at a time, with 200 live sessions. */
import { openFoyerTalks } from "../actors/foyer-talks.ts";
import { connectRaw } from "../actors/raw-rooms.ts";
import { oneAtATime } from "../measure/latency.ts";
import { summary } from "../measure/stats.ts";
import { ms, type Row, ratioOf } from "../report.ts";
import { startBenchStack } from "../stack.ts";

const SESSIONS = 200;
const ROUNDS = 10;

export const oneWay: Row = {
  name: "one-way",
  title: "One-way time, one line at a time, 200 live sessions",
  async run({ figure, say }, { scale }) {
    const stack = await startBenchStack({ agents: 4 });
    try {
      const raw = await connectRaw(stack);
      const archived = await raw.open(SESSIONS, "archived");
      const plain = await raw.open(SESSIONS, "plain");
      const foyer = await openFoyerTalks(stack, SESSIONS);
      say(`${SESSIONS} sessions and as many raw rooms of each kind stand`);
      const times = { foyer: [] as number[], back: [] as number[], archived: [] as number[], plain: [] as number[] };
      // In turns, so that what the machine does besides harms all alike.
      const count = Math.ceil(200 * scale);
      for (const talk of [archived, foyer]) await oneAtATime(talk, { count });
      for (let round = 0; round < ROUNDS; round += 1) {
        times.archived.push(...(await oneAtATime(archived, { count })));
        times.foyer.push(...(await oneAtATime(foyer, { count })));
        times.plain.push(...(await oneAtATime(plain, { count: Math.ceil(count / 2) })));
        times.back.push(...(await oneAtATime(foyer, { count: Math.ceil(count / 2), side: 1 })));
      }
      const [f, b, a, p] = [times.foyer, times.back, times.archived, times.plain].map(summary);
      if (!f || !b || !a || !p) return;
      const of = { target: "≤ 1.5 × raw" };
      figure({
        what: "visitor → agent, p50",
        ...of,
        value: ms(f.p50),
        baseline: ms(a.p50),
        ...ratioOf(f.p50, a.p50, { most: 1.5 }),
      });
      figure({
        what: "visitor → agent, p99",
        target: "≤ 2 × raw",
        value: ms(f.p99),
        baseline: ms(a.p99),
        ...ratioOf(f.p99, a.p99, { most: 2 }),
      });
      figure({
        what: "agent → visitor, p50",
        ...of,
        value: ms(b.p50),
        baseline: ms(a.p50),
        ...ratioOf(b.p50, a.p50, { most: 1.5 }),
      });
      figure({
        what: "agent → visitor, p99",
        target: "≤ 2 × raw",
        value: ms(b.p99),
        baseline: ms(a.p99),
        ...ratioOf(b.p99, a.p99, { most: 2 }),
      });
      figure({
        what: "raw without archive, p50 / p99",
        target: "",
        value: `${ms(p.p50)} / ${ms(p.p99)}`,
        note: "what durability costs",
      });
    } finally {
      await stack.stop();
    }
  },
};
