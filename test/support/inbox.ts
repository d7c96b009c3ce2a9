/** Things that arrive and are waited for: conditions, never times. The limit only ends a test that would wait for ever. */

const LIMIT_MS = 20_000;

export class Inbox<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #name: string;
  readonly #show: (item: T) => string;

  /** `name` and `show` are for the message when something does not come. */
  constructor(name: string, show: (item: T) => string = (item) => JSON.stringify(item)) {
    this.#name = name;
    this.#show = show;
  }

  put(item: T): void {
    this.all.push(item);
    for (const look of [...this.#waiting]) look();
  }

  /** The first item, had or to come, for which `find` gives something; what it gave. `from` skips the first ones. */
  async first<R>(what: string, find: (item: T) => R | undefined | false, from = 0): Promise<R> {
    return this.until(what, () => {
      for (const item of this.all.slice(from)) {
        const found = find(item);
        if (found !== undefined && found !== false) return found;
      }
      return undefined;
    });
  }

  /** Waits until `ready` gives something; asked anew whenever an item comes. */
  until<R>(what: string, ready: () => R | undefined): Promise<R> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = ready();
        if (found === undefined) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        const last = this.all.slice(-8).map(this.#show).join("\n  ");
        reject(new Error(`${this.#name}: waited in vain for ${what}. The last to come were:\n  ${last}`));
      }, LIMIT_MS);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Waits until `ready` gives something that is neither undefined nor false, asking again every little while. */
export async function eventually<R>(what: string, ready: () => Promise<R | undefined | false>): Promise<R> {
  const end = Date.now() + LIMIT_MS;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const found = await ready();
      if (found !== undefined && found !== false) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`, { cause: last });
}
