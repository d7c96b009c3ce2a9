/**
 * `npm run test:faults`: breaks everything while people talk, and looks whether every line is there once, in one order,
 * for everybody.
 *
 *   --conversations N   how many at once (50)
 *   --only TEXT         the faults whose id or name holds the text, more than once if you like
 *   --short             the common faults alone, once each, and nothing by chance: what continuous integration plays
 *   --full              every fault as often, and for as long, as in the plan; hours
 *   --rounds N          every fault so often, instead of as often as its plan says
 *   --seed N            what is chosen by chance is chosen the same way again
 *   --minutes M         faults at random times for so long, instead of one after the other; what fails is kept
 *                       in seeds.json, and played again at the end of every run
 *   --patience N        everything may take N times as long, on a machine that has other work, too (1)
 *   --no-browsers       light people only
 *   --keep              leaves the folder with logs and journal
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildBundles } from "../../stack/build.ts";
import { runMain } from "../../stack/cannot-start.ts";
import { requirePackages } from "../../stack/packages.ts";
import { BrowserPair } from "./browsers.ts";
import { Checker } from "./checker.ts";
import { Flow } from "./flow.ts";
import { openHouse } from "./house.ts";
import { createJournal } from "./journal.ts";
import type { Finding } from "./judge.ts";
import { Ledger } from "./ledger.ts";
import { Lookout } from "./lookout.ts";
import { playMix, playSeed } from "./mix.ts";
import { People } from "./people.ts";
import { allFaults, isCommon } from "./plan.ts";
import { createRandom } from "./random.ts";
import { keepSeed, readSeeds } from "./seeds.ts";
import { printTable } from "./table.ts";
import { checkAll, checkHandles, type Fault, play, type Result, told, until, type World } from "./world.ts";

const { values } = parseArgs({
  options: {
    conversations: { type: "string", default: "50" },
    only: { type: "string", multiple: true, default: [] },
    short: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    rounds: { type: "string" },
    seed: { type: "string" },
    minutes: { type: "string" },
    patience: { type: "string", default: "1" },
    "no-browsers": { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

const LIGHT_AGENTS = ["ada", "bob", "cyd", "dee", "eve"];
const BROWSERS = [
  { number: 900, agent: "fay", workgroup: "shop" },
  { number: 901, agent: "gus", workgroup: "store" },
];
/** With ordinary clients; each has one visitor. */
const PLAIN_AGENTS = ["pia", "pat"];
/** Has an account, and nothing to do with any of this. */
const STRANGER = "mal";
const say = (line: string): void => console.log(line);
const since = (at: number): string => `${((performance.now() - at) / 1000).toFixed(1)} s`;

// The servers end with us (see stack/child.ts); what is mounted is given back on "exit".
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
await runMain(async () => {
  await requirePackages(["prosody", "chromium"], say);
  await buildBundles(say);
  const began = performance.now();
  const seed = values.seed ?? String(Math.floor(Math.random() * 1_000_000));
  const conversations = Number(values.conversations);
  const house = await openHouse({
    agents: [...LIGHT_AGENTS, ...BROWSERS.map(({ agent }) => agent), ...PLAIN_AGENTS, STRANGER],
    workgroups: workgroups(conversations),
    keep: values.keep,
  });
  say(`Foyer stands in ${house.dataDir}; seed ${seed}`);
  const [flow, ledger] = [new Flow(), new Ledger()];
  const journal = createJournal(join(house.dataDir, "journal.jsonl"), (entry) => {
    flow.take(entry);
    ledger.take(entry);
  });
  const chance = createRandom(seed);
  const people = new People(house, journal, chance.fork("people"));
  const checker = new Checker(house, ledger);
  const lookout = new Lookout(house);
  const random = chance.fork("faults");
  const crashes: Finding[] = [];
  const patience = Number(values.patience);
  const { full } = values;
  const world: World = { house, people, flow, ledger, checker, lookout, random, full, patience, crashes, say };
  // An actor that fails is a finding, and no end: the others go on.
  const failed = (error: unknown): void => {
    const what = `an actor failed: ${error instanceof Error ? error.stack : String(error)}`;
    crashes.push({ kind: "unsettled", talk: "", what });
    say(what);
  };
  process.on("uncaughtException", failed).on("unhandledRejection", failed);
  const results: Result[] = [];
  const atEnd: Finding[] = [];
  try {
    await fill(world, conversations);
    say(`${people.talks.length} conversations after ${since(began)}`);
    lookout.remember();
    if (values.minutes !== undefined) {
      const played = await playMix(world, seed, Number(values.minutes));
      results.push(played);
      for (const stretch of played.bad) await keepSeed({ seed, stretch });
    } else await playAll(world, results);
    atEnd.push(...told(world, await checkAll(world)), ...told(world, await checkHandles(world)));
  } finally {
    lookout.stop();
    await people.stop();
    await house.stop();
    await journal.close();
  }
  printTable(results, say);
  say(`seed ${seed}, ${conversations} conversations, ${flow.lines} lines, ${since(began)}`);
  const bad = results.reduce((sum, { findings }) => sum + findings.length, atEnd.length);
  return bad === 0 ? 0 : 1;
});
// Sockets of pages that were cut off linger, and nobody waits for them.
process.exit();

/** One fault after the other, and then what once failed by chance. */
async function playAll(world: World, results: Result[]): Promise<void> {
  const only = (text: string): boolean => values.only.length === 0 || values.only.some((one) => text.includes(one));
  const asked = allFaults.filter(({ id, name }) => only(`${id} ${name}`));
  for (const fault of values.short ? asked.filter(isCommon) : asked) {
    const rounds = roundsOf(fault);
    if (rounds === 0) continue;
    const started = performance.now();
    const result = await play(world, fault, rounds);
    results.push(result);
    say(`${fault.id} ${fault.name}: ${verdict(result)} (${since(started)})`);
  }
  for (const seed of only("F13 seeds") && !values.short ? await readSeeds() : [])
    results.push(await playSeed(world, seed));
}

/** A fault that is asked for by name is played even where its plan has none for this run. */
function roundsOf({ rounds }: Fault): number {
  if (values.rounds !== undefined) return Number(values.rounds);
  if (values.short) return 1;
  return rounds[values.full ? "full" : "usual"] || (values.only.length > 0 ? 1 : 0);
}

async function fill(world: World, conversations: number): Promise<void> {
  const { people } = world;
  for (const name of LIGHT_AGENTS) await people.agent(name);
  if (!(await until(() => people.agents.every(({ online }) => online), 30_000)))
    throw new Error("the agents cannot sign in");
  for (const name of PLAIN_AGENTS) await people.plainAgent(name, "desk");
  if (!(await until(() => people.plain.every(({ online }) => online), 30_000)))
    throw new Error("the agents with ordinary clients cannot sign in");
  // Those in browsers come to the number as well.
  const visitors = conversations - (values["no-browsers"] ? 0 : BROWSERS.length);
  for (let number = 1; number <= visitors; number++) {
    const visitor = await people.visitor(number, number <= PLAIN_AGENTS.length ? "desk" : "support");
    await visitor.join();
  }
  if (!values["no-browsers"])
    for (const place of BROWSERS) {
      const random = world.random.fork(`browsers ${place.number}`);
      people.browsers.push(await BrowserPair.open(world.house, people.journal, random, place));
    }
  if (!(await until(() => people.talking.length === visitors, 60_000)))
    throw new Error(`only ${people.talking.length} of ${visitors} visitors talk`);
}

function workgroups(conversations: number): string {
  const entry = (name: string): string =>
    `["${name}@localhost"] = { name = "${name[0]?.toUpperCase()}${name.slice(1)}" };`;
  const form = `{
      title = "Talk to us";
      fields = {
        { name = "username", label = "Your name", type = "text-single", required = true };
        { name = "question", label = "How can we help?", type = "text-single", required = true };
      };
    }`;
  const graces = "offer_timeout = 20; agent_grace = 10; visitor_grace = 20;";
  return `
workgroups = {
  support = {
    name = "Support";
    agents = { ${LIGHT_AGENTS.map(entry).join(" ")} };
    form = ${form};
    ${graces} max_chats = ${Math.ceil(conversations / 3)};
  };
  desk = { name = "Desk"; agents = { ${PLAIN_AGENTS.map(entry).join(" ")} }; form = ${form}; ${graces} max_chats = 2; };
  ${BROWSERS.map(
    ({ agent, workgroup }) =>
      `${workgroup} = { name = "${workgroup}"; agents = { ${entry(agent)} }; form = ${form}; ${graces} max_chats = 4; };`,
  ).join("\n  ")}
}
`;
}

function verdict({ findings, lines, waits }: Result): string {
  const most = waits.length === 0 ? 0 : Math.max(...waits) / 1000;
  return findings.length === 0
    ? `well, ${lines} lines, longest wait ${most.toFixed(1)} s`
    : `${findings.length} FINDINGS`;
}
