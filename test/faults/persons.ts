/** Faults on the side of people: their networks, their tabs, their browsers. */
import type { Agent } from "./agent.ts";
import { residentMb } from "./memory.ts";
import type { Random } from "./random.ts";
import type { Visitor } from "./visitor.ts";
import { type Fault, type Span, sleep, until, type World } from "./world.ts";

const third = (world: World, random: Random): Visitor[] =>
  random.some(world.people.talking, Math.ceil(world.people.talking.length / 3));

/** Two megabytes of lines wait for the page; what it costs more is not bounded by its limit for a slow page. */
const MOST_GROWN_MB = 40;

/** A visitor and the agent of ours who talks with them; not one with an ordinary client. */
function talkAtDesk({ people, random }: World): [Visitor, Agent] {
  for (const visitor of random.some(people.talking, people.talking.length)) {
    const agent = people.agents.find(
      (one) => one.takes && one.device === "desk" && isOpen(one.chatOf(visitor.session)),
    );
    if (agent) return [visitor, agent];
  }
  throw new Error("nobody talks");
}
const isOpen = (chat: { ended: unknown } | undefined): boolean => chat !== undefined && !chat.ended;

const moment = (): Span => ({ from: performance.now(), cured: performance.now() });

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

const visitorFaults: Fault[] = [
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

const agentsOf = (world: World, random: Random, count: number): Agent[] =>
  random.some(
    world.people.agents.filter(({ takes, device }) => takes && device === "desk"),
    count,
  );

const agentFaults: Fault[] = [
  {
    id: "F8",
    name: "agent: connection cut",
    rounds: { usual: 1, full: 5 },
    async run(world, random) {
      const span = moment();
      for (const { wire } of agentsOf(world, random, 2)) wire.cut();
      return span;
    },
  },
  {
    id: "F8",
    name: "agent: network away 20 s",
    rounds: { usual: 1, full: 5 },
    async run(world, random) {
      const away = agentsOf(world, random, 2);
      const from = performance.now();
      for (const { wire } of away) wire.hold("up", "down");
      await sleep(20_000);
      const cured = performance.now();
      for (const agent of away) {
        if (random.next() < 0.5) agent.wire.abandon("up", "down");
        agent.wire.release();
        agent.networkIsBack();
      }
      return { from, cured };
    },
  },
  {
    id: "F8",
    name: "agent: another network, nobody tells the page",
    rounds: { usual: 1, full: 5 },
    async run(world, random) {
      const span = moment();
      for (const { wire } of agentsOf(world, random, 2)) wire.abandon("up", "down");
      return span;
    },
  },
  {
    id: "F8",
    name: "agent: tab killed, opened again after 3 s",
    rounds: { usual: 1, full: 5 },
    async run(world, random) {
      const from = performance.now();
      const gone = agentsOf(world, random, 2);
      await Promise.all(gone.map((agent) => agent.kill()));
      await sleep(3_000);
      for (const agent of gone) agent.open();
      return { from, cured: performance.now() };
    },
  },
  {
    id: "F8",
    name: "agent: second device, the first is killed",
    rounds: { usual: 1, full: 5 },
    async run(world, random) {
      const { people } = world;
      const from = performance.now();
      const [first] = agentsOf(world, random, 1);
      if (!first) throw new Error("there is no agent");
      const mine = people.talking.filter(({ session }) => people.agentOf(session) === first);
      const second = await people.agent(first.account.name, `second${people.agents.length}`);
      const open = await until(() => mine.every(({ session }) => second.chatOf(session)?.seat === "joined"), 30_000);
      if (!open) throw new Error("the second device does not have the first one's chats");
      await sleep(3_000);
      await first.kill();
      first.takes = false;
      await sleep(3_000);
      first.takes = true;
      first.open();
      await second.leave();
      people.agents.splice(people.agents.indexOf(second), 1);
      return { from, cured: performance.now() };
    },
  },
];

/** An agent with somebody to miss. */
function busyAgent(world: World, random: Random): Agent {
  const busy = world.people.agents.filter(({ takes, chats }) => takes && chats.some(({ ended }) => !ended));
  return random.pick(busy);
}

/** More than the server keeps for a client that does not answer (smacks_max_queue_size). */
const OVERFLOW = 700;

const longAway: Fault[] = [
  {
    id: "F8",
    name: "agent: more comes than the server keeps for a resumption",
    rounds: { usual: 1, full: 5 },
    async run(world) {
      const { people } = world;
      const [visitor, first] = talkAtDesk(world);
      const { session, talk } = visitor;
      const second = await people.agent(first.account.name, `busy${people.agents.length}`);
      if (!(await until(() => second.chatOf(session)?.seat === "joined", 30_000)))
        throw new Error("the second device does not have the first one's chats");
      const from = performance.now();
      first.wire.hold("up", "down");
      for (let i = 0; i < OVERFLOW; i++) {
        second.say(talk, session, "much");
        await sleep(Math.max(0, from + (i + 1) * 20 - performance.now()));
      }
      const cured = performance.now();
      first.wire.abandon("up", "down");
      first.wire.release();
      first.networkIsBack();
      if (!(await until(() => first.chatOf(session)?.seat === "joined" && second.unsent === 0, 30_000)))
        throw new Error("the first device does not come back");
      await second.leave();
      people.agents.splice(people.agents.indexOf(second), 1);
      return { from, cured };
    },
  },
  {
    id: "F8",
    name: "agent: network away 65 s, longer than a session is kept",
    rounds: { usual: 0, full: 3 },
    async run(world, random) {
      const away = agentsOf(world, random, 1);
      const from = performance.now();
      for (const { wire } of away) wire.hold("up", "down");
      await sleep(65_000);
      for (const agent of away) {
        agent.wire.abandon("up", "down");
        agent.wire.release();
        agent.networkIsBack();
      }
      return { from, cured: performance.now() };
    },
  },
];

/** Who goes for good is missed after the grace time, and not before. */
const vanishing: Fault[] = [
  {
    id: "F8",
    name: "agent: closes the workspace and stays away",
    rounds: { usual: 1, full: 5 },
    async run(world, random) {
      const gone = busyAgent(world, random);
      const from = performance.now();
      await gone.leave();
      gone.takes = false;
      return { from, cured: performance.now() };
    },
    after: comeBack,
  },
  {
    id: "F8",
    name: "agent: vanishes without a word and stays away",
    rounds: { usual: 1, full: 3 },
    limitMs: 120_000,
    async run(world, random) {
      const gone = busyAgent(world, random);
      const from = performance.now();
      await gone.kill();
      gone.takes = false;
      return { from, cured: performance.now() };
    },
    after: comeBack,
  },
  {
    id: "F7",
    name: "visitor: vanishes and stays away",
    rounds: { usual: 1, full: 5 },
    async run(world) {
      const [visitor, agent] = talkAtDesk(world);
      const { session } = visitor;
      const from = performance.now();
      const isThere = (): boolean =>
        [...(agent.chatOf(session)?.occupants.values() ?? [])].some(({ role }) => role === "visitor");
      visitor.away = true;
      visitor.wire.cut();
      for (const tab of [...visitor.tabs]) visitor.close(tab);
      await sleep(18_000);
      if (!isThere()) throw new Error("the visitor is gone for the agent before the grace is over");
      if (!(await until(() => !isThere(), 10_000)))
        throw new Error("the visitor is not gone for the agent after the grace");
      const ended = (): boolean => (agent.chatOf(session)?.ended ?? null) !== null;
      if (!(await until(ended, 30_000))) throw new Error("the talk of a visitor who is gone does not end");
      visitor.away = false;
      await visitor.join();
      return { from, cured: performance.now() };
    },
  },
];

/** Whoever stayed away comes to work again. */
async function comeBack({ people }: World): Promise<void> {
  for (const agent of people.agents) {
    if (agent.takes) continue;
    agent.takes = true;
    agent.open();
  }
  await until(() => people.agents.every(({ online }) => online), 30_000);
}

export const personFaults: Fault[] = [...visitorFaults, ...agentFaults, ...longAway, ...vanishing];
