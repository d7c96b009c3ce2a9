/** Faults on the agents' side. */
import type { Agent } from "./agent.ts";
import type { Random } from "./random.ts";
import { talkAtDesk } from "./talk-at-desk.ts";
import { type Fault, moment, sleep, until, type World } from "./world.ts";

const agentsOf = (world: World, random: Random, count: number): Agent[] =>
  random.some(
    world.people.agents.filter(({ takes, device }) => takes && device === "desk"),
    count,
  );

export const agentFaults: Fault[] = [
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

/** More than the server keeps for a client that does not answer (smacks_max_queue_size). */
const OVERFLOW = 700;

export const longAway: Fault[] = [
  {
    id: "F8",
    name: "agent: more comes than the server keeps for a resumption",
    rounds: { usual: 1, full: 5 },
    async run(world) {
      const { people } = world;
      const [visitor, first] = talkAtDesk(world);
      const { session, talk } = visitor;
      const second = await people.agent(first.account.name, `busy${people.agents.length}`);
      try {
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
        return { from, cured };
      } finally {
        await second.leave();
        people.agents.splice(people.agents.indexOf(second), 1);
      }
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
