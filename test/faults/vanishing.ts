/** Who goes for good is missed after the grace time, and not before. */
import type { Agent } from "./agent.ts";
import type { Random } from "./random.ts";
import { talkAtDesk } from "./talk-at-desk.ts";
import { type Fault, sleep, until, type World } from "./world.ts";

/** An agent with somebody to miss. */
function busyAgent(world: World, random: Random): Agent {
  const busy = world.people.agents.filter(({ takes, chats }) => takes && chats.some(({ ended }) => !ended));
  return random.pick(busy);
}

export const vanishing: Fault[] = [
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
