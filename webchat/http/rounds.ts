/** Calls everybody who is in the rounds again and again, with one timer for all of them. */

/** Where somebody was put: what takes them out again. */
export type Place<T> = Pick<Set<T>, "delete">;

/** Between two calls of the same one there are as many steps: few enough to be cheap, and enough that no crowd is called at once. */
const STEPS = 32;

export class Rounds<T> {
  readonly #steps: Set<T>[] = Array.from({ length: STEPS }, () => new Set());
  #now = 0;

  /** Each is called every `everyMs`, for the first time at most a step earlier. The process may end meanwhile. */
  constructor(everyMs: number, call: (one: T) => void) {
    setInterval(() => {
      this.#now = (this.#now + 1) % STEPS;
      for (const one of this.#steps[this.#now] ?? []) call(one);
    }, everyMs / STEPS).unref();
  }

  /** The result takes them out again: `place.delete(one)`. */
  join(one: T): Place<T> {
    const last = this.#steps[this.#now] ?? new Set();
    return last.add(one);
  }
}
