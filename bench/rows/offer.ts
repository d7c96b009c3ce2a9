/** From "join the queue" to the offer at the agent, with nothing else going on. */

import { buildPing } from "../../protocol/ping.ts";
import { buildDepartQueue, buildJoinQueue } from "../../protocol/workgroup/join.ts";
import { type BenchAgent, signInAgent } from "../actors/agents.ts";
import { connectRaw, type Raw } from "../actors/raw-rooms.ts";
import { BenchVisitor } from "../actors/visitor.ts";
import { profiling } from "../measure/profiling.ts";
import { sleep, summary, until } from "../measure/stats.ts";
import { ms, type Row, ratioOf } from "../report.ts";
import { RAW_COMPONENTS, startBenchStack, WORKGROUP_JID } from "../stack.ts";

const COUNT = 300;
const ROUNDS = 5;
/** Before each, on every road alike: a machine that has rested wakes up more slowly than one at work, and "idle" means rested. */
const REST_MS = 20;
/** So much of each road before anything counts, without a rest: a service that has served for a while. */
const WARM_UP = 300;

export const offer: Row = {
  name: "offer",
  title: "Join → offer at the agent, idle system",
  async run({ figure }, { scale, profileDir }) {
    const stack = await startBenchStack({ agents: 1 });
    try {
      const raw = await connectRaw(stack);
      const agent = await signInAgent(stack, "agent0");
      agent.accepts = false;
      const count = Math.ceil((COUNT / ROUNDS) * scale);
      const warmUp = Math.ceil(WARM_UP * scale);
      await roundTrips(raw, warmUp, 2);
      await overXmpp(raw, agent, warmUp, 2);
      await fromPages(stack.url, agent, warmUp / 5);
      const brisk = summary(await roundTrips(raw, warmUp, 2));
      const times = { raw: [] as number[], xmpp: [] as number[], page: [] as number[] };
      const profile = await profiling(stack, profileDir, "offer");
      for (let round = 0; round < ROUNDS; round += 1) {
        times.raw.push(...(await roundTrips(raw, count)));
        times.xmpp.push(...(await overXmpp(raw, agent, count)));
        times.page.push(...(await fromPages(stack.url, agent, count)));
      }
      await profile();
      const [r, x, p] = [summary(times.raw), summary(times.xmpp), summary(times.page)];
      const of = { target: "≤ 5 × one raw IQ round trip", baseline: ms(r.p50) };
      figure({
        what: "join-queue → offer, p50",
        ...of,
        value: ms(x.p50),
        ...ratioOf(x.p50, r.p50, { most: 5 }),
        note: "an XMPP client's stanza",
      });
      figure({
        what: "join-queue → offer, p99",
        target: "≤ 20 ms",
        value: ms(x.p99),
        baseline: ms(r.p99),
        met: x.p99 <= 20,
      });
      figure({
        what: "raw IQ round trip, p50 and p99",
        target: "",
        value: `${ms(r.p50)}, ${ms(r.p99)}`,
        note: `after the same rest of ${REST_MS} ms; one after the other ${ms(brisk.p50)}, ${ms(brisk.p99)}`,
      });
      figure({
        what: "page's join → offer, p50",
        ...of,
        value: ms(p.p50),
        ...ratioOf(p.p50, r.p50, { most: 5 }),
        note: "a page's frame, through the gateway",
      });
      figure({
        what: "page's join → offer, p99",
        target: "≤ 20 ms",
        value: ms(p.p99),
        baseline: ms(r.p99),
        met: p.p99 <= 20,
      });
    } finally {
      await stack.stop();
    }
  },
};

/** A ping from one component to another through Prosody and back. */
async function roundTrips({ components: [a] }: Raw, count: number, restMs = REST_MS): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const begin = performance.now();
    await a?.ask(`u${i}@${RAW_COMPONENTS[0]}/seat`, `u${i}@${RAW_COMPONENTS[1]}/seat`, "get", buildPing());
    times.push(performance.now() - begin);
    await sleep(restMs);
  }
  return times;
}

async function overXmpp(
  { components: [a] }: Raw,
  agent: BenchAgent,
  count: number,
  restMs = REST_MS,
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const visitor = `v${crypto.randomUUID().slice(0, 8)}@${RAW_COMPONENTS[0]}/x`;
    const offered = new Promise<void>((resolve) => (agent.onOffer = () => resolve()));
    const join = buildJoinQueue({
      metadata: {},
      answers: { username: ["Visitor"], question: ["Where is my parcel?"] },
    });
    const begin = performance.now();
    const taken = a?.ask(visitor, WORKGROUP_JID, "set", join);
    await offered;
    times.push(performance.now() - begin);
    await taken;
    await a?.ask(visitor, WORKGROUP_JID, "set", buildDepartQueue());
    await sleep(restMs);
  }
  return times;
}

async function fromPages(url: string, agent: BenchAgent, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const visitor = new BenchVisitor(url);
    await visitor.connect();
    await sleep(REST_MS);
    const offered = new Promise<void>((resolve) => (agent.onOffer = () => resolve()));
    const begin = performance.now();
    visitor.join("Visitor");
    await offered;
    times.push(performance.now() - begin);
    await until("the queue to know of it", () => visitor.state.phase === "waiting", 10_000, 2);
    visitor.send({ kind: "cancel" });
    await until("the way out", () => visitor.state.phase !== "waiting", 10_000, 2);
    visitor.close();
    await sleep(REST_MS);
  }
  return times;
}
