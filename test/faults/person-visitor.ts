/** Faults on the visitors' side. */
import { residentMb } from "./memory.ts";
import type { Random } from "./random.ts";
import { talkAtDesk } from "./talk-at-desk.ts";
import type { Visitor } from "./visitor.ts";
import { type Fault, moment, type Span, sleep, type World } from "./world.ts";

const third = (world: World, random: Random): Visitor[] =>
  random.some(world.people.talking, Math.ceil(world.people.talking.length / 3));

/** Two megabytes of lines wait for the page; what it costs more is not bounded by its limit for a slow page. */
const MOST_GROWN_MB = 40;

/** The network is away for a while; then the old connections go on or not, and the browser notices. */
const offline =
  (seconds: number) =>
  async (world: World, random: Random): Promise<Span> => {
    const away = third(world, random);
    const from = performance.now();
    for (const { wire } of away) wire.hold("up", "down");
    await sleep(seconds * 1000);
    const cured = performance.now();
    for (const visitor of away) {
      if (random.next() < 0.5) visitor.wire.abandon("up", "down");
      visitor.wire.release();
      visitor.online();
    }
    return { from, cured };
  };

export const visitorFaults: Fault[] = [
  ...[1, 10, 50].map((seconds) => ({
    id: "F7",
    name: `visitor: network away ${seconds} s`,
    rounds: { usual: 1, full: 10 },
    run: offline(seconds),
  })),
  {
    id: "F7",
    name: "visitor: another network, nobody tells the page",
    rounds: { usual: 1, full: 10 },
    async run(world, random) {
      const span = moment();
      for (const { wire } of third(world, random)) wire.abandon("up", "down");
      return span;
    },
  },
  {
    id: "F7",
    name: "visitor: reload",
    rounds: { usual: 1, full: 10 },
    async run(world, random) {
      const span = moment();
      for (const visitor of third(world, random)) for (const tab of [...visitor.tabs]) visitor.reload(tab);
      return span;
    },
  },
  {
    id: "F7",
    name: "visitor: tab killed, another opened after 3 s",
    rounds: { usual: 1, full: 10 },
    async run(world, random) {
      const from = performance.now();
      const gone = third(world, random).filter(({ tabs }) => tabs.length === 1);
      for (const visitor of gone) {
        visitor.wire.cut();
        for (const tab of [...visitor.tabs]) visitor.close(tab);
      }
      await sleep(3_000);
      for (const visitor of gone) visitor.open("v1");
      return { from, cured: performance.now() };
    },
  },
  {
    id: "F7",
    name: "visitor: two tabs, one is killed",
    rounds: { usual: 1, full: 10 },
    async run(world, random) {
      const from = performance.now();
      const some = third(world, random);
      const pairs = some.map((visitor) => ({ visitor, tab: visitor.open() }));
      await sleep(5_000);
      for (const { visitor, tab } of pairs) visitor.close(tab);
      return { from, cured: performance.now() };
    },
  },
  {
    id: "F9",
    name: "visitor: nothing comes down any more",
    rounds: { usual: 1, full: 10 },
    async run(world, random) {
      const span = moment();
      for (const { wire } of third(world, random)) wire.abandon("down");
      return span;
    },
  },
  {
    id: "F10",
    name: "visitor: a browser that stops reading, 50 lines/s",
    rounds: { usual: 1, full: 3 },
    async run(world) {
      const { people } = world;
      const [visitor, agent] = talkAtDesk(world);
      const from = performance.now();
      const gateway = people.house.parts.gateway.pid() ?? 0;
      const before = residentMb(gateway);
      visitor.wire.hold("down");
      for (let i = 0; i < 60 * 50; i++) {
        agent.say(visitor.talk, visitor.session, "x".repeat(300));
        await sleep(Math.max(0, from + (i + 1) * 20 - performance.now()));
      }
      const grown = residentMb(gateway) - before;
      const cured = performance.now();
      visitor.wire.release();
      if (grown > MOST_GROWN_MB) throw new Error(`the gateway has grown by ${grown.toFixed(0)} MB`);
      world.say(`    (the gateway grew by ${grown.toFixed(0)} MB)`);
      return { from, cured };
    },
  },
];
