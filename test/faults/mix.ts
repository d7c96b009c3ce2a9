/** Faults by chance, one upon the other before anybody has recovered; the same seed brings the same ones at the same times. */
import { clockFaults } from "./clocks.ts";
import { comeAnew } from "./graces.ts";
import { linkFaults } from "./links.ts";
import { personFaults } from "./persons.ts";
import { createRandom, type Random } from "./random.ts";
import type { Seed } from "./seeds.ts";
import { serverFaults } from "./servers.ts";
import {
  checkAll,
  type Fault,
  type Result,
  recovered,
  repair,
  type Span,
  settling,
  sleep,
  told,
  turnOver,
  type World,
} from "./world.ts";

/**
 * What may happen at any time, together with anything else. Some take a person or a server through several steps of their
 * own. And what a seed brings depends on this list: one more in it, and the kept seeds bring something else.
 */
const ALONE = /second device|stays away|stops reading|to all agents/;
const MIXABLE: Fault[] = [...serverFaults, ...linkFaults, ...personFaults, ...clockFaults].filter(
  ({ name }) => !ALONE.test(name),
);

/** How long faults begin in a stretch, in ms; then all must be well before the next. */
const STRETCH_MS = 60_000;
/** After several faults at once recovery may take the sum of what each takes. */
const LIMIT_MS = 120_000;

/** What happens in a stretch. `joins`: after how long those come whose talks were ended before it. */
export type Stretch = { number: number; joins: number[]; faults: { fault: Fault; random: Random; pauseMs: number }[] };

/** The stretches that a seed brings, the first one first, for ever. Nothing in them depends on how long anything takes. */
export function* stretchesOf(seed: string): Generator<Stretch> {
  const random = createRandom(`mix ${seed}`);
  for (let number = 1; ; number++) {
    const joins = [random.between(0, 20_000), random.between(0, 20_000)];
    const faults: Stretch["faults"] = [];
    for (let ms = 0; ms < STRETCH_MS; ms += faults.at(-1)?.pauseMs ?? 0) {
      const fault = random.pick(MIXABLE);
      // Chance of its own for each, or what runs side by side would take each other's.
      const own = random.fork(`${faults.length + 1} ${fault.name}`);
      faults.push({ fault, random: own, pauseMs: random.between(500, 12_000) });
    }
    yield { number, joins, faults };
  }
}

/** Plays one stretch after the other for so many minutes. `bad`: those in which something was found. */
export async function playMix(world: World, seed: string, minutes: number): Promise<Result & { bad: number[] }> {
  const result = resultOf(world, `by chance, seed ${seed}`);
  const bad: number[] = [];
  const end = performance.now() + minutes * 60_000;
  for (const stretch of stretchesOf(seed)) {
    if (performance.now() > end) break;
    if (!(await playStretch(world, seed, stretch, result))) bad.push(stretch.number);
  }
  return { ...finished(world, result), bad };
}

/** Plays one stretch of a seed alone. */
export async function playSeed(world: World, { seed, stretch: number }: Seed): Promise<Result> {
  const result = resultOf(world, `by chance, seed ${seed}, stretch ${number}`);
  for (const stretch of stretchesOf(seed)) {
    if (stretch.number < number) continue;
    await playStretch(world, seed, stretch, result);
    break;
  }
  return finished(world, result);
}

/** People talk, faults come one upon the other, everybody must recover, and everything is compared. False: something was found. */
async function playStretch(world: World, seed: string, stretch: Stretch, result: Result): Promise<boolean> {
  const { flow, people } = world;
  const { number, joins, faults } = stretch;
  const before = result.findings.length;
  const comers = await turnOver(world, result);
  people.speak(true);
  world.say(`F13 seed ${seed}, stretch ${number}: ${faults.map(({ fault }) => fault.name).join("; ")}`);
  const joining = comers.map((visitor, i) => sleep(joins[i] ?? 0).then(() => visitor.join()));
  const from = performance.now();
  const running: Promise<unknown>[] = [];
  for (const { fault, random, pauseMs } of faults) {
    running.push(fault.run(world, random).catch((error) => world.say(`    (${fault.name}: ${String(error)})`)));
    await sleep(pauseMs);
  }
  await Promise.all([...running, ...joining]);
  const cured = performance.now();
  const findings = told(world, await recovered(world, { from, cured }, LIMIT_MS, () => comeAnew(world)));
  findings.push(...told(world, settling(world, { from, cured })), ...told(world, await checkAll(world)));
  result.waits.push(...flow.waits(from, cured).values());
  result.findings.push(...findings);
  result.rounds += faults.length;
  if (findings.length > 0) await repair(world, findings);
  const found = result.findings.length - before;
  world.say(
    `    ${found === 0 ? "well" : `${found} FINDINGS`} after ${((performance.now() - from) / 1000).toFixed(0)} s`,
  );
  return found === 0;
}

function resultOf({ flow, ledger }: World, name: string): Result {
  const fault: Fault = { id: "F13", name, rounds: { usual: 1, full: 1 }, run: nothing };
  return { fault, rounds: 0, lines: flow.lines, failed: ledger.failed, waits: [], findings: [] };
}

const finished = ({ flow, ledger }: World, result: Result): Result => ({
  ...result,
  lines: flow.lines - result.lines,
  failed: ledger.failed - result.failed,
});

async function nothing(): Promise<Span> {
  return { from: 0, cured: 0 };
}
