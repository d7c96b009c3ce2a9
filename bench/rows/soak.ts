/** An hour at half of the highest flow, while people come, talk and go: what grows meanwhile, and how fast. On demand. */
import { receiveCallers } from "../actors/callers.ts";
import { type FoyerTalk, openFoyerTalks } from "../actors/foyer-talks.ts";
import { BenchVisitor } from "../actors/visitor.ts";
import { diskUse, type Sample, slopePerHour, watchGrowth } from "../measure/growth.ts";
import { asManyAsWillGo, atARate, type Flow } from "../measure/latency.ts";
import { inLanes, sleep, summary } from "../measure/stats.ts";
import { rssBytes } from "../measure/usage.ts";
import { type Figure, MB, ms, perS, type Row } from "../report.ts";
import { type BenchStack, startBenchStack } from "../stack.ts";
import { linesStored, transcribed } from "./flow.ts";

const SESSIONS = 200;
const IDLE = 1_000;
const CALLERS = { everyMs: 1_000, mostAtATime: 20 };
/** Not counted: what is loaded, compiled and cached in it is no growth of later. */
const WARM_UP_PART = 0.2;
const SAMPLE_MS = 2_000;

const PARTS = ["component", "webchat"] as const;
type Part = (typeof PARTS)[number];

/** What there is at one time. */
type State = Awaited<ReturnType<typeof stateOf>>;

export const soak: Row = {
  name: "soak",
  title: "Half of the highest flow for an hour",
  async run({ figure, say }, { scale, minutes = 60 }) {
    const stack = await startBenchStack({
      agents: Math.ceil((SESSIONS * scale + CALLERS.mostAtATime) / 90),
    });
    const stops = [() => stack.stop()];
    try {
      const talk = await openFoyerTalks(stack, Math.ceil(SESSIONS * scale));
      const pages = Array.from({ length: Math.ceil(IDLE * scale) }, () => new BenchVisitor(stack.url));
      await inLanes(pages, 50, (page) => page.connect());
      const rate = await halfOfTheHighest(talk);
      const warmUpMs = minutes * 60_000 * WARM_UP_PART;
      say(`${perS(rate)} from now on, the first ${Math.round(warmUpMs / 1000)} s uncounted`);

      const callers = receiveCallers(stack, { ...CALLERS, say });
      stops.unshift(async () => callers.stop());
      await atARate(talk, { perS: rate, forMs: warmUpMs });
      const before = await stateOf(stack);
      const watched = watchGrowth(pidsOf(stack), SAMPLE_MS);
      stops.unshift(async () => void watched());
      const came = callers.served();
      const settled = await transcribed(stack, talk);
      const flow = await atARate(talk, {
        perS: rate,
        forMs: minutes * 60_000 - warmUpMs,
        onSecond: everyMinute((minute) =>
          say(`${minute} min: ${memory(stack)}; ${callers.served()} came, talked and went`),
        ),
      });
      const seen = watched();
      await settled(flow.heard);
      const after = await stateOf(stack);

      for (const part of PARTS) {
        figure(growth(`${part}, RSS`, seen.rss[part]));
        figure(heapGrowth(part, before, after));
        figure(growth(`${part}, files and sockets open`, seen.handles[part], (value) => value.toFixed(0)));
      }
      for (const one of diskGrowth(before, after)) figure(one);
      const served = `${callers.served() - came} more came, talked and went, ${callers.failed()} could not`;
      figure(linesLost(flow, `${perS(rate)}; ${served}`));
    } finally {
      for (const stop of stops) await stop();
    }
  },
};

async function halfOfTheHighest(talk: FoyerTalk): Promise<number> {
  await asManyAsWillGo(talk, { forMs: 5_000 });
  return Math.round((await asManyAsWillGo(talk, { forMs: 10_000 })).linesPerS / 2);
}

function pidsOf(stack: BenchStack): Record<Part, number> {
  const { component, webchat } = stack.pids();
  return { component, webchat };
}

/** Heaps after the garbage was collected, what PostgreSQL keeps, and how many lines are stored. */
async function stateOf(stack: BenchStack) {
  const heap = async (part: Part): Promise<number> => {
    const inspector = await stack.inspect(part);
    for (let i = 0; i < 2; i += 1) {
      await inspector.collectGarbage();
      await sleep(300);
    }
    const bytes = await inspector.heapBytes();
    inspector.close();
    return bytes;
  };
  const heaps = { component: await heap("component"), webchat: await heap("webchat") };
  return { atMs: performance.now(), heaps, disk: await diskUse(stack), lines: await linesStored(stack) };
}

const hoursBetween = (before: State, after: State): number => (after.atMs - before.atMs) / 3_600_000;
const perHour = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB an hour`;

function growth(what: string, samples: readonly Sample[], show: (value: number) => string = MB): Figure {
  const values = samples.map(({ value }) => value);
  const slope = slopePerHour(samples);
  return {
    what,
    target: "",
    value: show === MB ? perHour(slope) : `${slope.toFixed(0)} an hour`,
    note: `${show(values[0] ?? 0)} to ${show(values.at(-1) ?? 0)}, at most ${show(Math.max(...values))}`,
  };
}

function heapGrowth(part: Part, before: State, after: State): Figure {
  const [from, to] = [before.heaps[part], after.heaps[part]];
  const note = `${(from / 1e6).toFixed(1)} to ${(to / 1e6).toFixed(1)} MB`;
  const value = perHour((to - from) / hoursBetween(before, after));
  return { what: `${part}, heap after a collection`, target: "", value, note };
}

function diskGrowth(before: State, after: State): Figure[] {
  const lines = after.lines - before.lines;
  const grown = (what: string, bytes: number, note: string): Figure => ({
    what: `PostgreSQL, ${what}`,
    target: "",
    value: perHour(bytes / hoursBetween(before, after)),
    note: `${Math.round(bytes / lines)} bytes a line${note}`,
  });
  const [from, to] = [before.disk, after.disk];
  return [
    grown("write-ahead log", to.walBytes - from.walBytes, `; kept of it: ${MB(from.walKept)}, then ${MB(to.walKept)}`),
    grown("Foyer's tables", to.foyer - from.foyer, `; ${MB(to.foyer)} in the end`),
    grown("Prosody's tables", to.prosody - from.prosody, `; ${MB(to.prosody)} in the end`),
  ];
}

function linesLost({ said, heard, times, tookS }: Flow, note: string): Figure {
  const { p50, p99 } = summary(times);
  return {
    what: `lines lost of ${said}`,
    target: "0",
    value: String(said - heard),
    met: said === heard,
    note: `${Math.round(tookS / 60)} min, one way p50 ${ms(p50)}, p99 ${ms(p99)}; ${note}`,
  };
}

function memory(stack: BenchStack): string {
  const { component, webchat } = pidsOf(stack);
  return `component ${MB(rssBytes(component))}, gateway ${MB(rssBytes(webchat))}`;
}

function everyMinute(say: (minute: number) => void): () => void {
  let seconds = 0;
  return () => {
    seconds += 1;
    if (seconds % 60 === 0) say(seconds / 60);
  };
}
