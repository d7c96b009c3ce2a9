/**
 * `npm run test:faults`: breaks everything while people talk, and looks whether every line is there once, in one order,
 * for everybody.
 *
 *   --conversations N   how many at once (50)
 *   --only TEXT         the faults whose id or name holds the text, more than once if you like
 *   --full              every fault as often, and for as long, as in the plan; hours
 *   --seed N            what is chosen by chance is chosen the same way again
 *   --minutes M         faults at random times for so long, instead of one after the other
 *   --no-browsers       light people only
 *   --keep              leaves the folder with logs and journal
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildBundles } from "../../stack/build.ts";
import { runMain } from "../../stack/cannot-start.ts";
import { requirePackages } from "../../stack/packages.ts";
import { BrowserPair } from "./browsers.ts";
import { Checker, Ledger } from "./checker.ts";
import { Flow } from "./flow.ts";
import { openHouse } from "./house.ts";
import { createJournal } from "./journal.ts";
import { playMix } from "./mix.ts";
import { People } from "./people.ts";
import { allFaults } from "./plan.ts";
import { createRandom } from "./random.ts";
import seeds from "./seeds.json" with { type: "json" };
import { printTable } from "./table.ts";
import { checkAll, play, type Result, until, type World } from "./world.ts";

const { values } = parseArgs({
  options: {
    conversations: { type: "string", default: "50" },
    only: { type: "string", multiple: true, default: [] },
    full: { type: "boolean", default: false },
    seed: { type: "string" },
    minutes: { type: "string" },
    "no-browsers": { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

const LIGHT_AGENTS = ["ada", "bob", "cyd", "dee", "eve"];
const BROWSER_AGENT = "fay";
/** Has an account, and nothing to do with any of this. */
const STRANGER = "mal";
const say = (line: string): void => console.log(line);
const since = (at: number): string => `${((performance.now() - at) / 1000).toFixed(1)} s`;

await runMain(async () => {
  await requirePackages(["prosody", "chromium"], say);
  await buildBundles(say);
  const began = performance.now();
  const seed = values.seed ?? String(Math.floor(Math.random() * 1_000_000));
  const conversations = Number(values.conversations);
  const house = await openHouse({
    agents: [...LIGHT_AGENTS, BROWSER_AGENT, STRANGER],
    workgroups: workgroups(conversations),
    keep: values.keep,
  });
  say(`Foyer stands in ${house.dataDir}; seed ${seed}`);
  const [flow, ledger] = [new Flow(), new Ledger()];
  const journal = createJournal(join(house.dataDir, "journal.jsonl"), (entry) => {
    flow.take(entry);
    ledger.take(entry);
  });
  const random = createRandom(seed);
  const people = new People(house, journal, random.fork("people"));
  const checker = new Checker(house, ledger);
  const world: World = { house, people, flow, ledger, checker, random: random.fork("faults"), full: values.full, say };
  const results: Result[] = [];
  try {
    await fill(world, conversations);
    say(`${people.talking.length} conversations after ${since(began)}`);
    if (values.minutes !== undefined) results.push(await playMix(world, seed, Number(values.minutes)));
    else await playAll(world, results);
    const last = await checkAll(world);
    if (last.length > 0) say(`at the end: ${JSON.stringify(last.slice(0, 5))}`);
  } finally {
    await people.stop();
    await house.stop();
    await journal.close();
  }
  printTable(results, say);
  say(`seed ${seed}, ${conversations} conversations, ${flow.lines} lines, ${since(began)}`);
  const bad = results.reduce((sum, { findings }) => sum + findings.length, 0);
  return bad === 0 ? 0 : 1;
});
// Sockets of pages that were cut off linger, and nobody waits for them.
process.exit();

/** One fault after the other, and then the seeds that once failed, each for a minute. */
async function playAll(world: World, results: Result[]): Promise<void> {
  const only = (text: string): boolean => values.only.length === 0 || values.only.some((one) => text.includes(one));
  for (const fault of allFaults.filter(({ id, name }) => only(`${id} ${name}`))) {
    const rounds = fault.rounds[values.full ? "full" : "usual"] || (values.only.length > 0 ? 1 : 0);
    if (rounds === 0) continue;
    const started = performance.now();
    const result = await play(world, fault, rounds);
    results.push(result);
    say(`${fault.id} ${fault.name}: ${verdict(result)} (${since(started)})`);
    for (const { kind, talk, what } of result.findings.slice(0, 12)) say(`    ${kind} ${talk} ${what}`);
  }
  for (const seed of only("F13 seeds") ? seeds : []) results.push(await playMix(world, seed, 1));
}

async function fill(world: World, conversations: number): Promise<void> {
  const { people } = world;
  for (const name of LIGHT_AGENTS) await people.agent(name);
  if (!(await until(() => people.agents.every(({ online }) => online), 30_000)))
    throw new Error("the agents cannot sign in");
  for (let number = 1; number <= conversations; number++) {
    const visitor = await people.visitor(number, "support");
    await visitor.join();
  }
  if (!values["no-browsers"])
    people.browsers = await BrowserPair.open(world.house, people.journal, world.random.fork("browsers"));
  if (!(await until(() => people.talking.length === conversations, 60_000)))
    throw new Error(`only ${people.talking.length} of ${conversations} visitors talk`);
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
  shop = { name = "Shop"; agents = { ${entry(BROWSER_AGENT)} }; form = ${form}; ${graces} max_chats = 4; };
}
`;
}

function verdict({ findings, lines, waits }: Result): string {
  const most = waits.length === 0 ? 0 : Math.max(...waits) / 1000;
  return findings.length === 0
    ? `well, ${lines} lines, longest wait ${most.toFixed(1)} s`
    : `${findings.length} FINDINGS`;
}
