/** Everybody comes back at once: 5,000 pages after a cut, and 1,000 talks after a restart of Prosody. */
import { backOff } from "../../webchat/widget/api.ts";
import { signInAgent } from "../actors/agents.ts";
import { type FoyerTalk, openFoyerTalks } from "../actors/foyer-talks.ts";
import { freshText } from "../actors/talk.ts";
import { BenchVisitor } from "../actors/visitor.ts";
import { atARate } from "../measure/latency.ts";
import { profiling } from "../measure/profiling.ts";
import { inLanes, percentile, sleep, summary } from "../measure/stats.ts";
import { watchCpu } from "../measure/usage.ts";
import { ms, percent, type Report, type Row } from "../report.ts";
import { type BenchStack, startBenchStack } from "../stack.ts";

const PAGES = 5_000;
const OTHERS = 100;
const SEATS = 1_000;

export const storm: Row = {
  name: "storm",
  title: "Reconnect storms",
  async run(report, { scale, profileDir }) {
    await withStack(OTHERS, (stack, talk) => pagesCut(report, stack, talk, Math.ceil(PAGES * scale), profileDir));
    await withStack(Math.ceil(SEATS * scale), (stack, talk) => serverRestarted(report, stack, talk, profileDir));
  },
};

async function withStack(sessions: number, work: (stack: BenchStack, talk: FoyerTalk) => Promise<void>): Promise<void> {
  const stack = await startBenchStack({ agents: Math.ceil(sessions / 90) });
  try {
    await work(stack, await openFoyerTalks(stack, sessions));
  } finally {
    await stack.stop();
  }
}

async function pagesCut(
  { figure }: Report,
  stack: BenchStack,
  talk: FoyerTalk,
  pages: number,
  profileDir: string | undefined,
) {
  const visitors = Array.from({ length: pages }, () => new BenchVisitor(stack.url));
  await inLanes(visitors, 50, (visitor) => visitor.connect());
  await atARate(talk, { perS: 50, forMs: 3_000 });
  const before = summary((await atARate(talk, { perS: 50, forMs: 10_000 })).times);

  const profile = await profiling(stack, profileDir, "storm");
  const watch = watchCpu({ ...stack.pids(), "load maker": process.pid });
  const begin = performance.now();
  const back: number[] = [];
  let attempts = 0;
  const others = atARate(talk, { perS: 50, forMs: 15_000 });
  for (const visitor of visitors) visitor.cut();
  const all = Promise.all(
    visitors.map(async (visitor) => {
      // As the widget does it: at once at first, then later and later, by chance.
      for (let tries = 0; ; tries += 1) {
        await sleep(backOff(tries, Math.random()));
        attempts += 1;
        if (
          await visitor.connect().then(
            () => true,
            () => false,
          )
        )
          break;
      }
      back.push(performance.now() - begin);
    }),
  );
  await Promise.race([all, sleep(120_000)]);
  const backS = Math.max(...back) / 1000;
  const during = summary((await others).times);
  const shares = Object.entries(watch()).map(([name, share]) => `${name} ${percent(share)}`);
  await profile();
  const complete = back.length === pages;
  figure({
    what: `${pages} sockets cut at once, all back`,
    target: "≤ 15 s",
    value: `${backS.toFixed(1)} s`,
    met: complete && backS <= 15,
    note: `half of them after ${(percentile(back, 0.5) / 1000).toFixed(1)} s; ${attempts} attempts; ${back.length} back; CPU ${shares.join(", ")}`,
  });
  figure({
    what: "other people's lines meanwhile, p99",
    target: "≤ 1 s",
    value: ms(during.p99),
    baseline: ms(before.p99),
    ratio: during.p99 / before.p99,
    met: during.p99 <= 1_000,
    note: `${during.n} lines in ${OTHERS} talks; baseline: before the cut`,
  });
}

async function serverRestarted(
  { figure, say }: Report,
  stack: BenchStack,
  talk: FoyerTalk,
  profileDir: string | undefined,
) {
  const begin = performance.now();
  const working = new Map<number, number>();
  const waiting = new Map<string, number>();
  talk.onLine = (who, text) => {
    const room = waiting.get(text);
    if (who === "other" && room !== undefined && !working.has(room)) working.set(room, performance.now() - begin);
  };
  await stack.prosody.kill();
  await stack.prosody.start();
  const servesS = (performance.now() - begin) / 1000;
  say(`Prosody serves again after ${servesS.toFixed(1)} s`);
  const profile = await profiling(stack, profileDir, "restart");

  const seated = new Set<string>();
  await Promise.all(
    talk.agents.map(async (old) => {
      let agent = await signInAgent(stack, old.name).catch(() => undefined);
      while (agent === undefined) {
        await sleep(300);
        agent = await signInAgent(stack, old.name).catch(() => undefined);
      }
      agent.onEntered = (session) => seated.add(session);
      agent.onLine = (_session, nick, text) => talk.onLine(nick === old.name ? "sender" : "other", text);
      for (const session of old.rooms) agent.enter(session);
      // A room that is not there yet, or lets nobody in yet, is tried again, as any client would.
      const again = setInterval(() => {
        const left = [...old.rooms].filter((session) => !seated.has(session));
        if (left.length === 0) return clearInterval(again);
        for (const session of left) agent.enter(session);
      }, 2_000);
      again.unref();
    }),
  );
  // A room is back when a line goes through it once more, from the visitor's page to the agent.
  const asked = new Set<number>();
  const limit = performance.now() + 120_000;
  while (working.size < talk.rooms && performance.now() < limit) {
    for (const [room, session] of talk.sessions.entries()) {
      if (!seated.has(session) || asked.has(room)) continue;
      asked.add(room);
      const text = freshText();
      waiting.set(text, room);
      talk.say(room, 0, text);
    }
    await sleep(20);
  }
  await profile();
  const times = [...working.values()];
  const complete = working.size === talk.rooms;
  const lastS = Math.max(...times) / 1000;
  figure({
    what: `Prosody killed under ${talk.rooms} talks, all go on`,
    target: "≤ 15 s",
    value: times.length === 0 ? "none in 120 s" : `${lastS.toFixed(1)} s`,
    met: complete && lastS <= 15,
    note: `from the kill; Prosody itself was back after ${servesS.toFixed(1)} s; ${working.size} of ${talk.rooms} back`,
  });
}
