/**
 * How much may be asked of us, by visit, by address and by workgroup: token buckets, which refill steadily, answer at once
 * and can say when to come again. (A limiter of fixed windows lets twice as much through where two windows meet, and one
 * that answers by promise would let frames of one page overtake each other.)
 */

import { Buckets, type Rate, takeOne, waitS } from "../../runtime/buckets.ts";

export type Who = "visit" | "address" | "workgroup";
export type Doing =
  | "connections"
  | "lookups"
  | "joins"
  | "lines"
  | "typing"
  | "messages"
  | "acts"
  | "uploads"
  | "files"
  | "refusals";
export type Rates = Record<Doing, Partial<Record<Who, Rate>>>;

/**
 * One visit is one person: a quick typist says a line a second; what was written without a network comes all at once. One
 * address may be a whole office. A workgroup's are what the service should never be asked for by people alone.
 */
export const RATES: Rates = {
  /** A page's hello. After a restart of ours all come back within seconds. */
  connections: {
    visit: { burst: 40, perS: 1 },
    address: { burst: 200, perS: 10 },
    workgroup: { burst: 5_000, perS: 500 },
  },
  /** Questions about a workgroup, before anybody acts. */
  lookups: { address: { burst: 300, perS: 50 } },
  joins: { visit: { burst: 8, perS: 0.1 }, address: { burst: 20, perS: 0.5 }, workgroup: { burst: 500, perS: 50 } },
  lines: {
    visit: { burst: 30, perS: 3 },
    address: { burst: 600, perS: 200 },
    workgroup: { burst: 5_000, perS: 2_000 },
  },
  typing: { visit: { burst: 10, perS: 2 }, address: { burst: 300, perS: 100 }, workgroup: { burst: 2_000, perS: 500 } },
  messages: {
    visit: { burst: 8, perS: 0.05 },
    address: { burst: 30, perS: 0.2 },
    workgroup: { burst: 300, perS: 5 },
  },
  /** Files that a visitor sends: five, and more in good time. How much they may hold, the server's own quota bounds. */
  uploads: {
    visit: { burst: 5, perS: 0.02 },
    address: { burst: 30, perS: 0.2 },
    workgroup: { burst: 200, perS: 10 },
  },
  /** Fetching files, and putting agents' own where the server wants them. */
  files: { address: { burst: 300, perS: 30 } },
  /** Leaving the queue, ending the talk. */
  acts: { visit: { burst: 10, perS: 0.5 }, address: { burst: 200, perS: 20 } },
  /** How many connections, joins and messages may be refused before an address counts as flooding. */
  refusals: { address: { burst: 20, perS: 0.5 } },
};

export type Limits = {
  /** Zero when allowed, else in how many whole seconds to try again; then nothing was taken from any of them. */
  take(doing: Doing, who: Partial<Record<Who, string>>): number;
};

/** What makes an address that is refused too often a flooding one: nobody waits for a place by trying so hard. */
const FLOODS: readonly Doing[] = ["connections", "joins", "messages"];
const WHO: readonly Who[] = ["visit", "address", "workgroup"];
/** How long a flooding address may not join, from its last refusal. */
const FLOOD_MS = 60_000;

/**
 * `now` in ms of any clock that never goes back. `onRefusal` hears of each refusal, with whose limit it was. `onFlood` hears
 * of an address that begins to flood: it may not join for a while, and should lose the places it took in a queue.
 * The memory is bounded: of more than `mostKept` askers of one kind those that asked least lately are forgotten.
 */
export function createLimits(options: {
  rates?: Rates;
  now: () => number;
  onRefusal?: (doing: Doing, who: Who) => void;
  onFlood?: (address: string) => void;
  mostKept?: number;
}): Limits {
  const { rates = RATES, now, onRefusal, onFlood, mostKept = 50_000 } = options;
  const buckets = new Map<string, Buckets>();
  /** Until when an address counts as flooding: a bucket of another kind. */
  const flooding = new Buckets(mostKept);

  function bucketsOf(doing: Doing, who: Who): Buckets {
    const kind = `${doing}.${who}`;
    const known = buckets.get(kind) ?? new Buckets(mostKept);
    buckets.set(kind, known);
    return known;
  }

  /** In how many seconds a flooding address may join; zero for any other. */
  function floodingS(address: string): number {
    return Math.max(0, Math.ceil((flooding.of(address) - now()) / 1000));
  }

  function refused(doing: Doing, who: Who, address: string | undefined): void {
    onRefusal?.(doing, who);
    const rate = rates.refusals.address;
    if (address === undefined || rate === undefined || who === "workgroup" || !FLOODS.includes(doing)) return;
    const refusals = bucketsOf("refusals", "address");
    const [time, fullAt] = [now(), refusals.of(address)];
    const isPatient = waitS(rate, fullAt, time) === 0;
    refusals.keep(address, isPatient ? takeOne(rate, fullAt, time) : fullAt, time);
    if (isPatient) return;
    const isNew = floodingS(address) === 0;
    flooding.keep(address, time + FLOOD_MS, time);
    if (isNew) onFlood?.(address);
  }

  return {
    take(doing, asking) {
      const { address } = asking;
      const floodS = doing === "joins" && address !== undefined ? floodingS(address) : 0;
      if (floodS > 0) {
        refused(doing, "address", address);
        return floodS;
      }
      const time = now();
      const asked = WHO.flatMap((who) => {
        const [rate, name] = [rates[doing][who], asking[who]];
        if (rate === undefined || name === undefined) return [];
        const kept = bucketsOf(doing, who);
        return [{ who, rate, name, kept, fullAt: kept.of(name) }];
      });
      for (const { who, rate, name, kept, fullAt } of asked) {
        const againS = waitS(rate, fullAt, time);
        if (againS === 0) continue;
        // It asked, even if nothing is taken.
        kept.keep(name, fullAt, time);
        refused(doing, who, address);
        return againS;
      }
      for (const { rate, name, kept, fullAt } of asked) kept.keep(name, takeOne(rate, fullAt, time), time);
      return 0;
    },
  };
}

/** How much of one kind there may be at a time. */
export type Most = {
  /** Open sockets of one address. */
  sockets: number;
  /** Visitors of one address waiting in one workgroup: some few addresses must not fill a queue. */
  waiting: number;
};
export const MOST: Most = { sockets: 1_000, waiting: 20 };

/**
 * Reads changes of the limits as an administrator writes them: `joins.address=20:0.5` (20 at once, then one in two seconds),
 * `sockets=5000`. Returns the whole, and what cannot be understood.
 */
export function readLimits(entries: readonly string[]): { rates: Rates; most: Most; mistakes: string[] } {
  const rates = structuredClone(RATES);
  const most = { ...MOST };
  const mistakes: string[] = [];
  for (const entry of entries) {
    const [, name = "", first = "", perS] =
      /^([a-z]+(?:\.[a-z]+)?)=(\d{1,9})(?::(\d{1,9}(?:\.\d{1,6})?))?$/.exec(entry) ?? [];
    const [doing = "", who = ""] = name.split(".");
    const burst = Number(first);
    if (isMost(name) && perS === undefined && burst > 0) most[name] = burst;
    else if (isDoing(doing) && isWho(who) && perS !== undefined && burst > 0 && Number(perS) > 0)
      rates[doing][who] = { burst, perS: Number(perS) };
    else mistakes.push(`"${entry}"`);
  }
  return { rates, most, mistakes };
}

const isMost = (name: string): name is keyof Most => Object.hasOwn(MOST, name);
const isDoing = (name: string): name is Doing => Object.hasOwn(RATES, name);
const isWho = (name: string): name is Who => WHO.some((who) => who === name);

/** What one socket may ask before it is known whose it is. */
export const HELLOS: Rate = { burst: 10, perS: 0.5 };

/** Frames of any kind on one socket, pings included. Beyond it they wait unread, and TCP makes their sender wait. */
export const FRAMES: Rate = { burst: 200, perS: 50 };

/** Lines of one socket that wait for their turn, in order; more are refused. */
export const MOST_WAITING_LINES = 50;

/** How many times one page may be wrong before it is no page of ours. */
export const MOST_BAD_FRAMES = 20;
