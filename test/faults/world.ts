/** What a fault gets to work with, and the rounds it is played in: people talk, something breaks, all must be well again. */
import type { Checker } from "./checker.ts";
import type { Flow } from "./flow.ts";
import type { House } from "./house.ts";
import { type Finding, judgeHandles, judgeOrdinary, judgeReadiness } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import type { Lookout } from "./lookout.ts";
import type { People, Talk } from "./people.ts";
import type { Random } from "./random.ts";
import type { Visitor } from "./visitor.ts";

export type World = {
  house: House;
  people: People;
  flow: Flow;
  ledger: Ledger;
  checker: Checker;
  lookout: Lookout;
  random: Random;
  /** Times of outages are this part of what they are in a full run. */
  full: boolean;
  /** How many times as long everything may take: more than once on a machine that has other work, too. */
  patience: number;
  /** What an actor threw and nobody caught, since it was last looked at. */
  crashes: Finding[];
  say(line: string): void;
};

/** `from`: when it broke. `cured`: when the cause was gone, from when recovery is counted. Both monotonic. */
export type Span = {
  from: number;
  cured: number;
  /** From when to when the gateway could not serve anybody. */
  out?: { from: number; to: number };
  /** Many came back at once, and others must not notice. */
  storm?: boolean;
};

export type Fault = {
  /** As in the plan: F1 to F14. */
  id: string;
  name: string;
  /** How often it is played in the usual run, and in a full one. None: only there. */
  rounds: { usual: number; full: number };
  run(world: World, random: Random): Promise<Span>;
  /** Puts back what the fault changed for longer than a round. */
  after?(world: World): Promise<void>;
  /** How long recovery may take. */
  limitMs?: number;
  /** Instead of a wait for a line: it is the graces that are waited for, and what people say meanwhile is looked at alone. */
  byGrace?: boolean;
};

export type Result = {
  fault: Fault;
  rounds: number;
  lines: number;
  failed: number;
  waits: number[];
  findings: Finding[];
};

const LIMIT_MS = 60_000;
/** Within this time of recovery every line is settled. */
const SETTLE_MS = 15_000;

/** Most findings that are told one by one at a time; they often say the same of many. */
const MOST_TOLD = 60;

/** Tells at once what was found, and hands it on. */
export function told({ say }: World, findings: Finding[]): Finding[] {
  for (const { kind, talk, what } of findings.slice(0, MOST_TOLD)) say(`    ${kind} ${talk} ${what}`);
  if (findings.length > MOST_TOLD) say(`    and ${findings.length - MOST_TOLD} more`);
  return findings;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Something broke for a moment only. */
export const moment = (): Span => ({ from: performance.now(), cured: performance.now() });

/** Waits until `ready`; false when that took longer than `limitMs`. */
export async function until(ready: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!(await ready())) {
    if (performance.now() > end) return false;
    await sleep(100);
  }
  return true;
}

/** Plays all rounds of a fault and then compares everything. */
export async function play(world: World, fault: Fault, rounds: number): Promise<Result> {
  const { people, flow, ledger } = world;
  const result: Result = { fault, rounds: 0, lines: flow.lines, failed: ledger.failed, waits: [], findings: [] };
  for (let round = 0; round < rounds; round++) {
    const comers = await turnOver(world, result);
    people.speak(true);
    const joining = comers.map((visitor) => sleep(world.random.between(0, 3_000)).then(() => visitor.join()));
    let span: Span;
    try {
      span = await fault.run(world, world.random);
    } catch (error) {
      span = { from: performance.now(), cured: performance.now() };
      const what = `the fault itself failed: ${String(error)}`;
      result.findings.push(...told(world, [{ kind: "unsettled", talk: "", what }]));
    }
    await Promise.all(joining);
    result.findings.push(...told(world, await recovered(world, span, fault.limitMs ?? LIMIT_MS)));
    result.findings.push(...told(world, [...settling(world, span), ...watched(world, span)]));
    result.waits.push(...flow.waits(span.from, span.cured).values());
    result.rounds += 1;
  }
  await fault.after?.(world);
  result.findings.push(...told(world, await checkAll(world)));
  if (result.findings.length > 0) await repair(world, result.findings);
  result.lines = flow.lines - result.lines;
  result.failed = ledger.failed - result.failed;
  return result;
}

/** Everybody who came to talk talks, both ways. `meanwhile` is done again and again, and may find something. */
export async function recovered(
  world: World,
  { cured }: Span,
  limitMs: number,
  meanwhile: () => Promise<Finding[]> = async () => [],
): Promise<Finding[]> {
  const { people, flow } = world;
  await reviveBrowsers(world);
  const slow = (): string[] =>
    people.expected.filter(({ talk, talks }) => !talks || !flow.flows(talk, cured)).map(({ talk }) => talk);
  const findings: Finding[] = [];
  const ready = async (): Promise<boolean> => {
    findings.push(...(await meanwhile()));
    return slow().length === 0;
  };
  const patientMs = limitMs * world.patience;
  if (await until(ready, patientMs)) return findings;
  const standing = slow().map(async (talk): Promise<Finding> => {
    const visitor = people.visitors.find((one) => one.talk === talk);
    if (!visitor) return { kind: "unsettled", talk, what: "does not flow again, in the browsers" };
    const { name, phase, tabs, session } = visitor;
    const tab = tabs[0]?.chat.state;
    const agent = people.agentOf(session);
    const chat = agent?.chatOf(session);
    const state = `${name} is ${phase}${await howEnded(world, session)}, link ${tab?.link}, ${tab?.pending.length} pending`;
    const other = `agent ${agent?.name ?? "nobody"} ${agent?.online ? "online" : "offline"}, seat ${chat?.seat}, ${chat?.unsent.length} unsent`;
    return { kind: "unsettled", talk, what: `does not flow again after ${patientMs / 1000} s: ${state}; ${other}` };
  });
  return [...findings, ...(await Promise.all(standing))];
}

/** For whoever looks into a failure: what the books say of a session that is over. */
async function howEnded({ house }: World, session: string): Promise<string> {
  const { rows } = await house.db.query<{ reason: string; seconds: number }>(
    `SELECT end_reason AS reason, extract(epoch FROM ended_at - joined_at)::int AS seconds
     FROM requests WHERE id = $1 AND ended_at IS NOT NULL`,
    [session],
  );
  return rows.map(({ reason, seconds }) => ` (${session}: ${reason} after ${seconds} s)`).join("");
}

/** Every line was told to be sent or not sent in time, counted from recovery. */
export function settling({ ledger, patience }: World, { from, cured }: Span): Finding[] {
  const late = ledger.late({ from, cured, limitMs: SETTLE_MS * patience, now: performance.now() });
  ledger.forgetSettled(from);
  return late.map((one) => ({ kind: "unsettled", ...one }));
}

/** What the lookout saw meanwhile. */
function watched({ lookout }: World, { from, cured, out, storm }: Span): Finding[] {
  const findings = out ? judgeReadiness(lookout.looks, out) : [];
  if (storm) findings.push(...judgeOrdinary(lookout.looks, { from, to: Math.max(cured, performance.now()) }));
  lookout.forget();
  return findings;
}

/** No file and no socket is left open, in services that have been running since `before`. */
export async function checkHandles({ lookout }: World): Promise<Finding[]> {
  const findings = (): Finding[] =>
    lookout.handles().flatMap(({ name, before, after }) => judgeHandles(name, before, after));
  // Connections that died without a word are noticed by pings.
  await until(() => findings().length === 0, 60_000);
  return findings();
}

/** Ends some talks, checks what is left of them, and returns their visitors, who are to come again. */
export async function turnOver(world: World, result: Result): Promise<Visitor[]> {
  const { people, random } = world;
  const leaving = random.some(people.talking, people.visitors.length >= 20 ? 2 : 1);
  const talks = leaving.map((visitor) => ({ visitor, talk: people.talkOf(visitor) }));
  for (const { visitor, talk } of talks) {
    await quiet(world, talk);
    const agent = people.agentOf(talk.session);
    if (random.next() < 0.5 || agent === undefined) visitor.end();
    else agent.end(talk.session);
  }
  for (const { visitor, talk } of talks) {
    const found: Finding[] = [];
    if (!(await until(() => visitor.phase === "ended", 20_000)))
      found.push({ kind: "unsettled", talk: talk.name, what: `cannot be ended, ${visitor.name} is ${visitor.phase}` });
    found.push(...(await checkPatiently(world, talk, false)));
    result.findings.push(...told(world, found));
  }
  for (const agent of people.desks) agent.closeEnded();
  for (const pair of people.browsers) {
    if (pair.phase !== "talking" || !pair.isLong) continue;
    await pair.end();
    await pair.join();
  }
  return leaving.filter(({ phase }) => phase === "ended");
}

/** A browser that died by itself is replaced, and its conversation left to the graces. Said aloud, lest it hides something. */
async function reviveBrowsers(world: World): Promise<void> {
  for (const pair of world.people.browsers) {
    if (!pair.isDead) continue;
    world.say("    (a browser ended by itself; another one was opened)");
    await pair.anew();
    await forgotten(world);
  }
}

/** Until nothing is open any more that nobody talks in. */
const forgotten = ({ people, checker }: World): Promise<boolean> =>
  until(async () => (await checker.books(people.talks, async () => undefined)).length === 0, 60_000);

/** What was said last may still be on its way to a view or the transcript. */
export async function checkPatiently({ checker }: World, talk: Talk, open: boolean): Promise<Finding[]> {
  const end = performance.now() + 5_000;
  for (;;) {
    const findings = await checker.check(talk, open);
    if (findings.length === 0 || performance.now() > end) return findings;
    await sleep(200);
  }
}

/** After a failure everybody starts anew, so that the next fault is not blamed for it. */
export async function repair(world: World, findings: readonly Finding[]): Promise<void> {
  const { people } = world;
  const talks = new Set(findings.map(({ talk }) => talk));
  for (const visitor of people.visitors) {
    if (visitor.away || (visitor.phase === "talking" && !talks.has(visitor.talk))) continue;
    if (visitor.phase === "talking") {
      visitor.end();
      await until(() => visitor.phase === "ended", 20_000);
    }
    // One that cannot be ended goes on; a talk has one name only.
    if (visitor.phase !== "waiting" && visitor.phase !== "talking") await visitor.join();
  }
  for (const pair of people.browsers) if (talks.has(pair.talk) || pair.phase !== "talking") await pair.anew();
  for (const agent of people.desks) agent.closeEnded();
  await until(() => people.expected.every(({ talks: well }) => well), LIMIT_MS);
  await forgotten(world);
}

const quiet = ({ patience }: World, talk: Talk): Promise<boolean> =>
  until(() => talk.unsettled() === 0, SETTLE_MS * patience);

/** Nobody speaks; when all is settled everything is compared. */
export async function checkAll(world: World): Promise<Finding[]> {
  const { people } = world;
  people.speak(false);
  await reviveBrowsers(world);
  const { talks } = people;
  const findings: Finding[] = [];
  const settled = await until(() => talks.every((talk) => talk.unsettled() === 0), SETTLE_MS * world.patience);
  if (!settled) {
    for (const talk of talks)
      if (talk.unsettled() > 0)
        findings.push({
          kind: "unsettled",
          talk: talk.name,
          what: `${talk.unsettled()} lines neither sent nor failed`,
        });
  }
  for (const talk of talks) findings.push(...(await checkPatiently(world, talk, true)));
  findings.push(...(await booksPatiently(world)), ...world.crashes.splice(0));
  return findings;
}

/** Who came or went last may still be on the way into the books. */
async function booksPatiently({ people, checker }: World): Promise<Finding[]> {
  const askLoads = async (): Promise<ReadonlyMap<string, readonly string[]> | undefined> => {
    const loads = new Map<string, readonly string[]>();
    for (const desk of people.plain)
      for (const [agent, sessions] of (await desk.loads()) ?? []) loads.set(agent, sessions);
    return people.plain.length > 0 ? loads : undefined;
  };
  const end = performance.now() + 5_000;
  for (;;) {
    const findings = await checker.books(people.talks, askLoads);
    if (findings.length === 0 || performance.now() > end) return findings;
    await sleep(300);
  }
}
