/** 10,000 visitors waiting in one queue: do they all get in, and does it slow down who is served? */
import { type BenchAgent, signInAgent } from "../actors/agents.ts";
import { BenchVisitor } from "../actors/visitor.ts";
import { profiling } from "../measure/profiling.ts";
import { inLanes, sleep, summary, until } from "../measure/stats.ts";
import { watchCpu } from "../measure/usage.ts";
import { ms, percent, perS, type Row, ratioOf } from "../report.ts";
import { type BenchStack, startBenchStack } from "../stack.ts";

const MANY = 10_000;
const FEW = 100;
const DISPATCHES = 60;

export const queue: Row = {
  name: "queue",
  title: "10,000 visitors waiting in one queue",
  async run({ figure, say }, { scale, profileDir }) {
    const stack = await startBenchStack({ agents: 1 });
    try {
      const agent = await signInAgent(stack, "agent0", 1);
      agent.accepts = false;
      const many = Math.ceil(MANY * scale);
      const visitors: BenchVisitor[] = [];
      await join(stack, visitors, FEW);
      await settled(visitors);
      const few = summary(await dispatches(stack, agent, visitors));
      say(`with ${FEW} waiting: p50 ${ms(few.p50)}, p95 ${ms(few.p95)}`);
      const profile = await profiling(stack, profileDir, "queue");
      const begin = performance.now();
      const watch = watchCpu(stack.pids());
      await join(stack, visitors, many);
      const tookS = (performance.now() - begin) / 1000;
      const cpu = watch();
      await profile();
      const waiting = visitors.filter(({ state }) => state.phase === "waiting").length;
      figure({
        what: `visitors waiting of ${many}`,
        target: "all joined",
        value: String(waiting),
        met: waiting === many,
        note: `${perS((many - FEW) / tookS)} joins; component at ${percent(cpu.component ?? 0)} of a core`,
      });
      // The newcomers' places are told; what is measured now is a queue at rest.
      await settled(visitors);
      const dispatching = await profiling(stack, profileDir, "dispatch");
      const full = summary(await dispatches(stack, agent, visitors));
      await dispatching();
      figure({
        what: `dispatch of one with ${many} waiting, p50`,
        target: "≤ 1.2 × with 100",
        value: ms(full.p50),
        baseline: ms(few.p50),
        ...ratioOf(full.p50, few.p50, { most: 1.2 }),
        note: "the head gives up; until the next is at the agent",
      });
      figure({
        what: `dispatch of one with ${many} waiting, p95`,
        target: "",
        value: ms(full.p95),
        baseline: ms(few.p95),
        ratio: full.p95 / few.p95,
      });
      figure(await places(visitors, many));
    } finally {
      await stack.stop();
    }
  },
};

async function join(stack: BenchStack, visitors: BenchVisitor[], upTo: number): Promise<void> {
  const fresh = Array.from({ length: upTo - visitors.length }, () => new BenchVisitor(stack.url));
  visitors.push(...fresh);
  await inLanes(fresh, 50, async (visitor) => {
    await visitor.connect();
    visitor.join("Visitor");
    await until("the way into the queue", () => visitor.state.phase === "waiting", 120_000, 20);
  });
}

/** Waits until nobody has been told anything for a while. */
async function settled(visitors: readonly BenchVisitor[]): Promise<void> {
  let last = performance.now();
  for (const visitor of visitors)
    visitor.onState = () => {
      last = performance.now();
    };
  await until("the queue to come to rest", () => performance.now() - last > 1_000, 600_000, 100);
}

/** The visitor at the head gives up; how long until the agent is offered the next. A newcomer takes the place at the end. */
async function dispatches(stack: BenchStack, agent: BenchAgent, visitors: BenchVisitor[]): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < DISPATCHES; i += 1) {
    const head = await takeHead(visitors);
    const offered = new Promise<void>((resolve) => (agent.onOffer = () => resolve()));
    const begin = performance.now();
    head.send({ kind: "cancel" });
    await offered;
    times.push(performance.now() - begin);
    await until("the way out", () => head.state.phase !== "waiting", 60_000, 2);
    head.close();
    await join(stack, visitors, visitors.length + 1);
    await sleep(50);
  }
  return times;
}

/** The visitor who is first, and whom the agent is being offered. */
async function takeHead(visitors: BenchVisitor[]): Promise<BenchVisitor> {
  const isFirst = ({ state }: BenchVisitor): boolean => state.phase === "waiting" && state.position === 1;
  await until("somebody to be first", () => visitors.some(isFirst), 60_000);
  const [head] = visitors.splice(visitors.findIndex(isFirst), 1);
  if (head === undefined) throw new Error("nobody is first");
  return head;
}

/** What one departure costs in stanzas to those who wait, and over how long they are spread. */
async function places(
  visitors: BenchVisitor[],
  many: number,
): Promise<Parameters<Parameters<Row["run"]>[0]["figure"]>[0]> {
  await settled(visitors);
  let told = 0;
  let first = 0;
  const seconds = new Map<number, number>();
  for (const visitor of visitors)
    visitor.onState = () => {
      told += 1;
      if (first === 0) first = performance.now();
      const second = Math.floor((performance.now() - first) / 1000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    };
  const head = await takeHead(visitors);
  head.send({ kind: "cancel" });
  let before = -1;
  const begin = performance.now();
  await until(
    "all to be told",
    () => {
      const rested = told === before;
      before = told;
      return rested && told > 1;
    },
    600_000,
    1_500,
  );
  const tookS = (performance.now() - begin - 1_500) / 1000;
  const most = Math.max(...seconds.values());
  return {
    what: "stanzas when the head of the queue leaves",
    target: "bounded and stated",
    value: `${told} to ${many} visitors, over ${tookS.toFixed(0)} s`,
    met: most <= 300,
    note: `at most ${most} a second, whatever changes meanwhile; and 2 to each agent's client every 200 ms`,
  };
}
