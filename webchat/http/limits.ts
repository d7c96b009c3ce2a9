/**
 * How much may be asked of us, by visit, by address and by workgroup: token buckets, which refill steadily, answer at once
 * and can say when to come again. (A limiter of fixed windows lets twice as much through where two windows meet, and one
 * that answers by promise would let frames of one page overtake each other.)
 */

/** `burst` at once, then `perS` each second. */
export type Rate = { burst: number; perS: number };

export type Who = "visit" | "address" | "workgroup";
export type Doing = "connections" | "lookups" | "joins" | "lines" | "typing" | "messages" | "acts" | "refusals";
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
  const buckets = new Map<string, Map<string, Bucket>>();
  /** Until when an address counts as flooding. */
  const flooding = new Map<string, number>();

  function bucketOf(doing: Doing, who: Who, rate: Rate, name: string): Bucket {
    const kind = `${doing}.${who}`;
    const kept = buckets.get(kind) ?? new Map<string, Bucket>();
    buckets.set(kind, kept);
    const bucket = kept.get(name) ?? createBucket(rate, now);
    keepLast(kept, name, bucket, mostKept);
    return bucket;
  }

  /** In how many seconds a flooding address may join; zero for any other. */
  function floodingS(address: string): number {
    return Math.max(0, Math.ceil(((flooding.get(address) ?? 0) - now()) / 1000));
  }

  function refused(doing: Doing, who: Who, address: string | undefined): void {
    onRefusal?.(doing, who);
    const rate = rates.refusals.address;
    if (address === undefined || rate === undefined || who === "workgroup" || !FLOODS.includes(doing)) return;
    if (bucketOf("refusals", "address", rate, address).take() === 0) return;
    const isNew = floodingS(address) === 0;
    keepLast(flooding, address, now() + FLOOD_MS, mostKept);
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
      const taken: Bucket[] = [];
      for (const who of ["visit", "address", "workgroup"] as const) {
        const [rate, name] = [rates[doing][who], asking[who]];
        if (rate === undefined || name === undefined) continue;
        const bucket = bucketOf(doing, who, rate, name);
        const waitS = bucket.take();
        if (waitS === 0) {
          taken.push(bucket);
          continue;
        }
        for (const one of taken) one.giveBack();
        refused(doing, who, address);
        return waitS;
      }
      return 0;
    },
  };
}

/** Puts an entry at the end; those at the beginning make room. */
function keepLast<T>(kept: Map<string, T>, name: string, value: T, most: number): void {
  kept.delete(name);
  kept.set(name, value);
  for (const [oldest] of kept) {
    if (kept.size <= most) break;
    kept.delete(oldest);
  }
}

export type Bucket = {
  /** Zero when allowed, else in how many whole seconds to try again. */
  take(): number;
  /** What was taken was not used. */
  giveBack(): void;
};

export function createBucket({ burst, perS }: Rate, now: () => number): Bucket {
  let left = burst;
  let at = now();
  return {
    take() {
      const time = now();
      left = Math.min(burst, left + ((time - at) / 1000) * perS);
      at = time;
      if (left < 1) return Math.max(1, Math.ceil((1 - left) / perS));
      left -= 1;
      return 0;
    },
    giveBack() {
      left = Math.min(burst, left + 1);
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
const isWho = (name: string): name is Who => name === "visit" || name === "address" || name === "workgroup";

/** What one socket may ask before it is known whose it is. */
export const HELLOS: Rate = { burst: 10, perS: 0.5 };

/** Frames of any kind on one socket, pings included. Beyond it they wait unread, and TCP makes their sender wait. */
export const FRAMES: Rate = { burst: 200, perS: 50 };

/** What cannot be refused any more, only paid for: `spend` says in how many ms the next may be read. */
export type Pace = { spend(): number };

export function createPace({ burst, perS }: Rate, now: () => number): Pace {
  let left = burst;
  let at = now();
  return {
    spend() {
      const time = now();
      left = Math.min(burst, left + ((time - at) / 1000) * perS) - 1;
      at = time;
      return left >= 0 ? 0 : Math.ceil((-left / perS) * 1000);
    },
  };
}

/** Lines of one socket that wait for their turn, in order; more are refused. */
export const MOST_WAITING_LINES = 50;

/** How many times one page may be wrong before it is no page of ours. */
export const MOST_BAD_FRAMES = 20;
