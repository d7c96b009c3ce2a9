/** The component killed at each step of an offer: no visitor is lost on the way, and no agent is asked for two at once. */
import type { Action } from "../../agent-ui/state/actions.ts";
import { strike } from "./servers.ts";
import type { Visitor } from "./visitor.ts";
import type { Direction } from "./wire.ts";
import { type Fault, type Span, sleep, until, type World } from "./world.ts";

/** PostgreSQL says it as a query, and as the tag of an answer; a step of one statement is a transaction by itself. */
const COMMIT = /COMMIT|INSERT INTO requests|INSERT 0 1/;

const STEPS: { name: string; at: Action["type"] | "joining" }[] = [
  { name: "while a visitor joins", at: "joining" },
  { name: "when the agent has the offer", at: "offer-received" },
  { name: "while the agent accepts", at: "offer-answering" },
  { name: "when the answer was taken", at: "offer-opening" },
  { name: "when the agent is invited", at: "chat-opened" },
  { name: "when the agent sits down", at: "seat-taken" },
];

/** A visitor whose talk has just ended. */
async function comer({ people, random }: World): Promise<Visitor> {
  const [visitor] = random.some(people.talking, 1);
  if (!visitor) throw new Error("nobody talks");
  visitor.end();
  if (!(await until(() => visitor.phase === "ended", 20_000))) throw new Error("a talk cannot be ended");
  return visitor;
}

/** A visitor ends a talk and comes anew; at the given step of the next one the component dies. */
async function killAt(world: World, step: (typeof STEPS)[number]["at"]): Promise<Span> {
  const { people } = world;
  const visitor = await comer(world);
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const agent of people.agents)
    agent.onAction = (action) => {
      if (action.type === step) resolve();
    };
  await visitor.join();
  if (step !== "joining") await Promise.race([promise, sleep(10_000)]);
  for (const agent of people.agents) agent.onAction = undefined;
  return strike(world, "component", "SIGKILL");
}

/**
 * The moments of one step that nobody sees from outside: its commit on the way to the database, the database's answer on the
 * way back, its stanza on the way out. `before`: what is seen does not get through.
 */
const MOMENTS: {
  name: string;
  link: "componentPostgres" | "componentProsody";
  on: Direction;
  sign: RegExp;
  before: boolean;
}[] = [
  { name: "before the commit of an offer", link: "componentPostgres", on: "up", sign: COMMIT, before: true },
  {
    name: "after the commit of an offer, before its stanza",
    link: "componentPostgres",
    on: "down",
    sign: COMMIT,
    before: true,
  },
  { name: "before the stanza of an offer is out", link: "componentProsody", on: "up", sign: /<offer /, before: true },
  { name: "after the stanza of an offer is out", link: "componentProsody", on: "up", sign: /<offer /, before: false },
];

/** A visitor comes anew, and the component dies at the moment that is seen on its link. */
async function killOn(world: World, { link, on, sign, before }: (typeof MOMENTS)[number]): Promise<Span> {
  const visitor = await comer(world);
  const wire = world.house.wires[link];
  const part = world.house.parts.component;
  const pid = part.pid();
  const { promise, resolve } = Promise.withResolvers<void>();
  // The join's own commit comes first; the offer is made in that step or the one after it.
  let joined = false;
  wire.tap((direction, chunk) => {
    const text = chunk.toString("latin1");
    if (/INSERT INTO requests/.test(text) || link === "componentProsody") joined = true;
    if (!joined || direction !== on || !sign.test(text)) return true;
    part.signal("SIGKILL");
    wire.tap();
    resolve();
    return !before;
  });
  const from = performance.now();
  await visitor.join();
  const seen = await Promise.race([promise.then(() => true), sleep(10_000).then(() => false)]);
  wire.tap();
  if (!seen) throw new Error("the moment to kill the component did not come");
  if (!(await until(() => part.pid() !== undefined && part.pid() !== pid, 60_000)))
    throw new Error("the component did not come back");
  return { from, cured: from };
}

export const offerFaults: Fault[] = [
  ...STEPS.map(
    ({ name, at }): Fault => ({
      id: "F2",
      name: `component: kill -9 ${name}`,
      rounds: { usual: 1, full: 20 },
      run: (world) => killAt(world, at),
    }),
  ),
  ...MOMENTS.map(
    (moment): Fault => ({
      id: "F2",
      name: `component: kill -9 ${moment.name}`,
      rounds: { usual: 1, full: 20 },
      run: (world) => killOn(world, moment),
    }),
  ),
];
