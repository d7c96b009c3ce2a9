/** One line at a time, and as many as will go: the two ways a road is measured. */
import { freshText, type Hearer, type Talk } from "../actors/talk.ts";
import { sleep } from "./stats.ts";

const LOST_MS = 10_000;

/**
 * Says `count` lines, each when the one before was heard by everybody, from rooms in turn. Resolves with the times from
 * saying to `hearer`'s hearing, in ms. `restMs` is waited between two lines, as nobody speaks in the same instant.
 */
export async function oneAtATime(
  talk: Talk,
  { count, side = 0, hearer = "other", restMs = 2 }: { count: number; side?: 0 | 1; hearer?: Hearer; restMs?: number },
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const text = freshText();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`a line was not heard within ${LOST_MS} ms`)), LOST_MS);
    const waiting = new Set(talk.hearers);
    const begin = performance.now();
    talk.onLine = (who, heard) => {
      if (heard !== text) return;
      if (who === hearer) times.push(performance.now() - begin);
      waiting.delete(who);
      if (waiting.size === 0) resolve();
    };
    talk.say(i % talk.rooms, side, text);
    await promise;
    clearTimeout(timer);
    if (restMs > 0) await sleep(restMs);
  }
  return times;
}

export type Flow = { linesPerS: number; times: number[]; said: number; heard: number; tookS: number };

/** Between two looks at what has arrived so far. */
const LOOK_MS = 50;

/**
 * In every room visitor and agent take turns, each speaking when it has heard the other: as many lines as will go with
 * one on its way in each room. The rate is that at which they arrive while the flow lasts: in all views, or, with
 * `stored`, where that counts them, which may be in groups and a while later. At the end `settled` is waited for.
 */
export async function asManyAsWillGo(
  talk: Talk,
  {
    forMs,
    stored,
    settled,
  }: { forMs: number; stored?: () => Promise<number>; settled?: (said: number) => Promise<void> },
): Promise<Flow> {
  const times: number[] = [];
  const onTheWay = new Map<string, { room: number; side: 0 | 1; at: number; waiting: Set<Hearer> }>();
  let said = 0;
  let stopped = false;
  const done = Promise.withResolvers<void>();
  const speak = (room: number, side: 0 | 1): void => {
    const text = freshText();
    said += 1;
    onTheWay.set(text, { room, side, at: performance.now(), waiting: new Set(talk.hearers) });
    talk.say(room, side, text);
  };
  talk.onLine = (who, text) => {
    const line = onTheWay.get(text);
    if (!line?.waiting.delete(who)) return;
    if (who === "other") times.push(performance.now() - line.at);
    if (line.waiting.size > 0) return;
    onTheWay.delete(text);
    if (!stopped) speak(line.room, line.side === 0 ? 1 : 0);
    else if (onTheWay.size === 0) done.resolve();
  };
  const begin = performance.now();
  for (let room = 0; room < talk.rooms; room += 1) speak(room, 0);
  const linesPerS = await growth(stored ?? (async () => said - onTheWay.size), forMs);
  stopped = true;
  const tooLong = setTimeout(() => done.resolve(), LOST_MS);
  await done.promise;
  clearTimeout(tooLong);
  await settled?.(said);
  const tookS = (performance.now() - begin) / 1000;
  return { linesPerS, times, said, heard: said - onTheWay.size, tookS };
}

/** How fast a count grows, a second: between the first and the last time that it was seen to have grown. */
async function growth(count: () => Promise<number>, forMs: number): Promise<number> {
  const grown: { at: number; count: number }[] = [];
  let last = await count();
  for (const end = performance.now() + forMs; performance.now() < end; await sleep(LOOK_MS)) {
    const now = await count();
    if (now > last) grown.push({ at: performance.now(), count: now });
    last = now;
  }
  const [first, final] = [grown[0], grown.at(-1)];
  return first && final && first !== final ? (final.count - first.count) / ((final.at - first.at) / 1000) : 0;
}

/**
 * So many lines a second in all, spread evenly over rooms and sides, whatever comes back. Lines that are late count as
 * they come; those not heard at the end are lost.
 */
export async function atARate(
  talk: Talk,
  { perS, forMs, onSecond }: { perS: number; forMs: number; onSecond?: (times: number[]) => void },
): Promise<Flow> {
  const times: number[] = [];
  let fresh: number[] = [];
  const onTheWay = new Map<string, { at: number; waiting: Set<Hearer> }>();
  let said = 0;
  let ended = false;
  const done = Promise.withResolvers<void>();
  talk.onLine = (who, text) => {
    const line = onTheWay.get(text);
    if (!line?.waiting.delete(who)) return;
    if (who === "other") {
      times.push(performance.now() - line.at);
      fresh.push(performance.now() - line.at);
    }
    if (line.waiting.size > 0) return;
    onTheWay.delete(text);
    if (ended && onTheWay.size === 0) done.resolve();
  };
  const begin = performance.now();
  let second = 1;
  for (let now = begin; now < begin + forMs; now = performance.now()) {
    const due = Math.floor(((now - begin) / 1000) * perS);
    for (; said < due; said += 1) {
      const text = freshText();
      onTheWay.set(text, { at: performance.now(), waiting: new Set(talk.hearers) });
      talk.say(said % talk.rooms, Math.floor(said / talk.rooms) % 2 === 0 ? 0 : 1, text);
    }
    if (now - begin > second * 1000) {
      second += 1;
      onSecond?.(fresh);
      fresh = [];
    }
    await sleep(5);
  }
  ended = true;
  if (onTheWay.size === 0) done.resolve();
  const tooLong = setTimeout(() => done.resolve(), LOST_MS);
  await done.promise;
  clearTimeout(tooLong);
  const tookS = (performance.now() - begin) / 1000;
  const heard = said - onTheWay.size;
  return { linesPerS: heard / tookS, times, said, heard, tookS };
}
