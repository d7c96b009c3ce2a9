/**
 * Token buckets, each kept as a single number: since it refills steadily, the instant at which it will be full again says
 * all of it. Any instant that has passed, such as 0, is a full bucket; instants are ms of a clock that never goes back.
 */

/** `burst` at once, then `perS` each second. */
export type Rate = { burst: number; perS: number };

/** The bucket after one more was taken, be it there or not: what was not there is owed. */
export const takeOne = ({ perS }: Rate, fullAt: number, now: number): number => Math.max(fullAt, now) + 1000 / perS;

/** How long whoever took from the bucket owes what was not there, in whole ms; zero when it was. */
export const owedMs = ({ burst, perS }: Rate, fullAt: number, now: number): number =>
  // What is owed by less than a thousandth of a ms is a matter of rounding.
  Math.max(0, Math.ceil(fullAt - now - (burst * 1000) / perS - 0.001));

/** Zero when there is one to take, else in how many whole seconds. */
export function waitS(rate: Rate, fullAt: number, now: number): number {
  return Math.ceil(owedMs(rate, takeOne(rate, fullAt, now), now) / 1000);
}

/** Not worth looking for what can be forgotten. */
const FEW = 64;

/**
 * Buckets of one rate by name. Those that are full again are forgotten in time, and of more than `mostKept` those that
 * were asked least lately.
 */
export class Buckets {
  readonly #mostKept: number;
  readonly #fullAt = new Map<string, number>();
  #sweepAbove = FEW;

  constructor(mostKept: number) {
    this.#mostKept = mostKept;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  /** When the bucket of this name will be full again. */
  of(name: string): number {
    return this.#fullAt.get(name) ?? 0;
  }

  keep(name: string, fullAt: number, now: number): void {
    this.#fullAt.delete(name);
    this.#fullAt.set(name, fullAt);
    if (this.#fullAt.size > this.#sweepAbove) this.#sweep(now);
    for (const oldest of this.#fullAt.keys()) {
      if (this.#fullAt.size <= this.#mostKept) break;
      this.#fullAt.delete(oldest);
    }
  }

  /** Each time it has grown to twice what was left: so it costs each asking a little, and none of them much. */
  #sweep(now: number): void {
    for (const [name, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(name);
    this.#sweepAbove = Math.max(FEW, 2 * this.#fullAt.size);
  }
}
