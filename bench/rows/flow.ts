/** Lines a second that go through gateway, rooms, agents and transcripts in PostgreSQL, with 200 live sessions. */
import { type FoyerTalk, openFoyerTalks } from "../actors/foyer-talks.ts";
import { connectRaw } from "../actors/raw-rooms.ts";
import type { Talk } from "../actors/talk.ts";
import { withDatabase } from "../measure/database.ts";
import { asManyAsWillGo, type Flow } from "../measure/latency.ts";
import { profiling } from "../measure/profiling.ts";
import { percentile, until } from "../measure/stats.ts";
import { type CpuShares, watchCpu } from "../measure/usage.ts";
import { ms, percent, perS, type Row } from "../report.ts";
import { type BenchStack, startBenchStack } from "../stack.ts";

const SESSIONS = 200;
const ROUNDS = 6;

type Round = { flow: Flow; cpu: CpuShares };

export const flow: Row = {
  name: "flow",
  title: "Lines a second sustained, 200 live sessions",
  async run({ figure, say }, { scale, profileDir }) {
    const stack = await startBenchStack({ agents: 4 });
    try {
      const raw = await connectRaw(stack);
      const archived = await raw.open(SESSIONS, "archived");
      const plain = await raw.open(SESSIONS, "plain");
      const foyer = await openFoyerTalks(stack, SESSIONS);
      const forMs = 8_000 * scale;
      const rounds: Record<"raw" | "plain" | "foyer", Round[]> = { raw: [], plain: [], foyer: [] };
      await measured(stack, archived, 2_000);
      await measured(stack, foyer, 2_000);
      const profile = await profiling(stack, profileDir, "flow");
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.raw.push(await measured(stack, archived, forMs));
        rounds.foyer.push(
          await measured(stack, foyer, forMs, {
            stored: () => lastRow(stack),
            settled: await transcribed(stack, foyer),
          }),
        );
        rounds.plain.push(await measured(stack, plain, forMs / 4));
        const [r, f] = [rounds.raw.at(-1), rounds.foyer.at(-1)];
        say(`round ${round + 1}: raw ${perS(r?.flow.linesPerS ?? 0)}, Foyer ${perS(f?.flow.linesPerS ?? 0)}`);
      }
      await profile();
      const rate = (of: Round[]): number =>
        percentile(
          of.map((one) => one.flow.linesPerS),
          0.5,
        );
      const lost = rounds.foyer.reduce((sum, one) => sum + one.flow.said - one.flow.heard, 0);
      const [f, r] = [rate(rounds.foyer), rate(rounds.raw)];
      // Each beside the one just before it: a disk that others use as well is not the same for two minutes.
      const ratios = rounds.foyer.map(({ flow }, i) => flow.linesPerS / (rounds.raw[i]?.flow.linesPerS ?? Number.NaN));
      const ratio = percentile(ratios, 0.5);
      figure({
        what: "lines/s, all stored",
        target: "≥ 0.7 × raw",
        value: perS(f),
        baseline: perS(r),
        ratio,
        met: ratio >= 0.7,
        note: `medians of ${ROUNDS} rounds, the ratio that of neighbouring ones; ${lost} lost`,
      });
      const p99 = (of: Round[]): number =>
        percentile(
          of.flatMap((one) => one.flow.times),
          0.99,
        );
      figure({
        what: "one way meanwhile, p99",
        target: "",
        value: ms(p99(rounds.foyer)),
        baseline: ms(p99(rounds.raw)),
        note: "200 lines on their way at any time",
      });
      figure({
        what: "raw without archive, lines/s",
        target: "",
        value: perS(rate(rounds.plain)),
        note: "what durability costs",
      });
      figure({
        what: "CPU at that rate, of one core each",
        target: "",
        value: shares(rounds.foyer),
        baseline: shares(rounds.raw),
      });
    } finally {
      await stack.stop();
    }
  },
};

async function measured(
  stack: BenchStack,
  talk: Talk,
  forMs: number,
  of: { stored?: () => Promise<number>; settled?: (said: number) => Promise<void> } = {},
): Promise<Round> {
  const watch = watchCpu({ ...stack.pids(), "load maker": process.pid });
  const flow = await asManyAsWillGo(talk, { forMs, ...of });
  return { flow, cpu: watch() };
}

/** Waits until as many lines as were said stand in the transcripts besides those of before. */
export async function transcribed(stack: BenchStack, _talk: FoyerTalk): Promise<(said: number) => Promise<void>> {
  const before = await linesStored(stack);
  return (said) => until("the transcripts", async () => (await linesStored(stack)) >= before + said, 30_000, 50);
}

/** How many lines of people stand in the transcripts. */
export const linesStored = (stack: BenchStack): Promise<number> =>
  withDatabase(stack, async (query) =>
    Number((await query("SELECT count(*) AS n FROM transcript_lines WHERE kind = 'line'"))[0]?.n),
  );

/** Grows by one with each row; what it stands at says nothing. Cheap enough to ask while a flow lasts. */
const lastRow = (stack: BenchStack): Promise<number> =>
  withDatabase(stack, async (query) => Number((await query("SELECT max(id) AS n FROM transcript_lines"))[0]?.n ?? 0));

/** The mean over rounds. */
export function shares(rounds: readonly { cpu: CpuShares }[]): string {
  const names = Object.keys(rounds[0]?.cpu ?? {});
  const mean = (name: string): number => rounds.reduce((sum, { cpu }) => sum + (cpu[name] ?? 0), 0) / rounds.length;
  return names.map((name) => `${name} ${percent(mean(name))}`).join(", ");
}
