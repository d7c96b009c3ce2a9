/** What a connected visitor, a waiting request and a live session cost in memory, and all of it together. */

import { signInAgent } from "../actors/agents.ts";
import { openFoyerTalks } from "../actors/foyer-talks.ts";
import { BenchVisitor } from "../actors/visitor.ts";
import type { Inspector } from "../measure/inspect.ts";
import { asManyAsWillGo } from "../measure/latency.ts";
import { inLanes, sleep, until } from "../measure/stats.ts";
import { rssBytes, rssTogether } from "../measure/usage.ts";
import { kB, MB, type Row } from "../report.ts";
import { type BenchStack, startBenchStack } from "../stack.ts";

const IDLE = 10_000;
const WAITING = 5_000;
const LIVE = 1_000;
/** So many come before those that are counted: connections, buffers and compiled code are the first ones'. */
const WARM_UP = 200;

type Memory = { rss: number; heap: number };

export const memory: Row = {
  name: "memory",
  title: "Memory",
  async run({ figure, say }, { scale, profileDir }) {
    const [idle, waiting, live] = [IDLE, WAITING, LIVE].map((n) => Math.ceil(n * scale));
    const first = await startBenchStack({ agents: 1 });
    try {
      const [gateway, component] = await inspectors(first);
      await warmUp(first);
      const empty = await used(first, "webchat", gateway);
      const visitors = await idleVisitors(first, idle ?? 0);
      const full = await used(first, "webchat", gateway);
      each("gateway, a connected idle visitor", "≤ 15 kB", 15_000, empty, full, idle ?? 1);
      if (profileDir !== undefined) await gateway.heapSnapshot(`${profileDir}/idle-webchat.heapsnapshot`);
      say("joining the queue");
      const agent = await signInAgent(first, "agent0", 1);
      agent.accepts = false;
      await joinQueue(visitors.slice(0, WARM_UP));
      const before = await used(first, "component", component);
      await joinQueue(visitors.slice(WARM_UP, WARM_UP + (waiting ?? 0)));
      each(
        "component, a waiting request",
        "≤ 5 kB",
        5_000,
        before,
        await used(first, "component", component),
        waiting ?? 1,
      );
      if (profileDir !== undefined) await component.heapSnapshot(`${profileDir}/waiting-component.heapsnapshot`);
      for (const visitor of visitors) visitor.close();
    } finally {
      await first.stop();
    }

    const second = await startBenchStack({ agents: Math.ceil((live ?? 0) / 90) });
    try {
      const [gateway, component] = await inspectors(second);
      await warmUp(second);
      const empty = await used(second, "component", component);
      const talk = await openFoyerTalks(second, live ?? 0);
      each(
        "component, a live session",
        "≤ 30 kB",
        30_000,
        empty,
        await used(second, "component", component),
        live ?? 1,
      );
      if (profileDir !== undefined) await component.heapSnapshot(`${profileDir}/live-component.heapsnapshot`);
      await idleVisitors(second, idle ?? 0);
      // As it is in use, with whatever garbage there is: after half a minute of everybody talking.
      await asManyAsWillGo(talk, { forMs: 30_000 * scale });
      const pids = second.pids();
      const inUse = rssTogether([pids.component, pids.webchat]);
      const parts = `component ${MB(rssBytes(pids.component))}, gateway ${MB(rssBytes(pids.webchat))}`;
      const [c, g] = [await used(second, "component", component), await used(second, "webchat", gateway)];
      figure({
        what: `component + gateway, ${live} live sessions and ${idle} idle widgets`,
        target: "≤ 300 MB",
        value: MB(inUse),
        met: inUse <= 300e6,
        note: `after 30 s of talk, Node's own program counted once; RSS ${parts}; after a collection ${MB(c.rss)} and ${MB(g.rss)}`,
      });
    } finally {
      await second.stop();
    }

    function each(what: string, target: string, most: number, from: Memory, to: Memory, n: number): void {
      const [rss, heap] = [(to.rss - from.rss) / n, (to.heap - from.heap) / n];
      figure({
        what,
        target,
        value: kB(rss),
        met: rss <= most,
        note: `RSS, of it ${kB(heap)} in the heap; ${n} of them`,
      });
    }
  },
};

const inspectors = (stack: BenchStack): Promise<[Inspector, Inspector]> =>
  Promise.all([stack.inspect("webchat"), stack.inspect("component")]);

/** What is loaded and compiled with the first visitor is no visitor's. */
async function warmUp(stack: BenchStack): Promise<void> {
  const visitors = await idleVisitors(stack, WARM_UP);
  for (const visitor of visitors) visitor.close();
  await sleep(1_000);
}

async function joinQueue(visitors: readonly BenchVisitor[]): Promise<void> {
  await inLanes(visitors, 50, async (visitor) => {
    visitor.join("Visitor");
    await until("the way into the queue", () => visitor.state.phase === "waiting", 120_000, 20);
  });
}

async function idleVisitors(stack: BenchStack, count: number): Promise<BenchVisitor[]> {
  const visitors = Array.from({ length: count }, () => new BenchVisitor(stack.url));
  await inLanes(visitors, 50, (visitor) => visitor.connect());
  return visitors;
}

/** After the garbage was collected: what is there because it is needed. */
async function used(stack: BenchStack, part: "component" | "webchat", inspector: Inspector): Promise<Memory> {
  for (let i = 0; i < 3; i += 1) {
    await inspector.collectGarbage();
    await sleep(500);
  }
  return { rss: rssBytes(stack.pids()[part]), heap: await inspector.heapBytes() };
}
