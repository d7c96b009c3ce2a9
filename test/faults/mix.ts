/** Faults by chance, one upon the other before anybody has recovered; the same seed brings the same ones at the same times. */
import { clockFaults } from "./clocks.ts";
import { linkFaults } from "./links.ts";
import { personFaults } from "./persons.ts";
import { createRandom, type Random } from "./random.ts";
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

/** Between two looks at whether all is well, in ms. */
const CHAPTER_MS = 60_000;
/** After several faults at once recovery may take the sum of what each takes. */
const LIMIT_MS = 120_000;

/** Plays for so many minutes, in chapters of a minute; after each everybody must recover, and everything is compared. */
export async function playMix(world: World, seed: string, minutes: number): Promise<Result> {
  const random = createRandom(`mix ${seed}`);
  const { flow, ledger, people } = world;
  const fault: Fault = { id: "F13", name: `by chance, seed ${seed}`, rounds: { usual: 1, full: 1 }, run: nothing };
  const result: Result = { fault, rounds: 0, lines: flow.lines, failed: ledger.failed, waits: [], findings: [] };
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) {
    const comers = await turnOver(world, result);
    people.speak(true);
    const joining = comers.map((visitor) => sleep(random.between(0, 20_000)).then(() => visitor.join()));
    const { from, played } = await chapter(world, random, Math.min(CHAPTER_MS, end - performance.now()));
    await Promise.all(joining);
    const cured = performance.now();
    world.say(`F13 seed ${seed}: ${played.join("; ")}`);
    const findings = told(world, await recovered(world, { from, cured }, LIMIT_MS));
    findings.push(...told(world, settling(world, { from, cured })), ...told(world, await checkAll(world)));
    result.waits.push(...flow.waits(from, cured).values());
    result.findings.push(...findings);
    result.rounds += played.length;
    world.say(`    ${findings.length === 0 ? "well" : `${findings.length} FINDINGS`}`);
    if (findings.length > 0) await repair(world, findings);
  }
  result.lines = flow.lines - result.lines;
  result.failed = ledger.failed - result.failed;
  return result;
}

async function chapter(world: World, random: Random, ms: number): Promise<{ from: number; played: string[] }> {
  const from = performance.now();
  const played: string[] = [];
  const running: Promise<unknown>[] = [];
  while (performance.now() < from + ms) {
    const fault = random.pick(MIXABLE);
    played.push(fault.name);
    // Chance of its own for each, or what runs side by side would take each other's.
    running.push(
      fault.run(world, random.fork(`${played.length} ${fault.name}`)).catch((error) => world.say(String(error))),
    );
    await sleep(random.between(500, 12_000));
  }
  await Promise.all(running);
  return { from, played };
}

async function nothing(): Promise<Span> {
  return { from: 0, cured: 0 };
}
