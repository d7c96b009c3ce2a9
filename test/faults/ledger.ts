/** What the journal knows of each line, kept up to date as the run goes. */
import { type Entry, markOf } from "./journal.ts";

/** A line as its sender's view knows it. Instants are monotonic. */
type Said = { talk: string; who: string; key: string; text: string; asked: number; settled: number | undefined };

export class Ledger {
  readonly asked = new Map<string, Map<string, string>>(); // talk → key → text
  readonly acked = new Map<string, Set<string>>(); // talk → keys
  readonly retried = new Set<string>(); // keys
  failed = 0;
  readonly #said = new Map<string, Said>(); // by key
  readonly #keys = new Map<string, string>(); // text → key
  /** Lines that a view let go without showing them as sent. */
  readonly #dropped = new Set<string>();
  #closed = new Map<string, number>();

  take(entry: Entry): void {
    const { at, who, talk } = entry;
    switch (entry.what) {
      case "asked":
        mapOf(this.asked, talk).set(entry.key, entry.text);
        this.#said.set(entry.key, { talk, who, key: entry.key, text: entry.text, asked: at, settled: undefined });
        this.#keys.set(entry.text, entry.key);
        break;
      case "acked":
        setOf(this.acked, talk).add(entry.key);
        this.#settle(entry.key, at);
        break;
      case "failed":
        this.failed += 1;
        this.#settle(entry.key, at);
        break;
      case "retried":
        this.retried.add(entry.key);
        break;
      case "dropped":
        this.#dropped.add(entry.key);
        break;
      case "unsure":
        this.#said.delete(entry.key);
        break;
      case "closed":
        this.#closed.set(who, at);
        break;
      case "shown": {
        // A tab that is opened again shows what an earlier one said.
        const key = this.#keys.get(entry.text);
        if (key !== undefined && this.#said.get(key)?.who === who) this.#settle(key, at);
        break;
      }
    }
  }

  /**
   * Lines said since `from` that were not told to be sent or not sent within `limitMs` of when they were said, or of
   * `cured` where that is later. A view that was closed for good owes nobody a word.
   */
  late(of: { from: number; cured: number; limitMs: number; now: number }): { talk: string; what: string }[] {
    const found: { talk: string; what: string }[] = [];
    for (const { talk, who, text, asked, settled } of this.#said.values()) {
      if (asked < of.from) continue;
      if (settled === undefined && (this.#closed.get(who) ?? 0) > asked) continue;
      const waited = (settled ?? of.now) - Math.max(asked, of.cured);
      if (waited <= of.limitMs) continue;
      const how = settled === undefined ? "neither sent nor failed for" : "not settled before";
      found.push({ talk, what: `${how} ${(waited / 1000).toFixed(1)} s, at ${who}: ${text.slice(0, 24)}` });
    }
    return found;
  }

  /** Whether a view let a line go that it had not shown as sent. */
  wasDropped(key: string): boolean {
    return this.#dropped.has(key);
  }

  /** Forgets the times of what is settled: only the last rounds are asked about. */
  forgetSettled(before: number): void {
    for (const [key, { settled, asked }] of this.#said)
      if (settled !== undefined && asked < before) {
        this.#said.delete(key);
      }
  }

  #settle(key: string, at: number): void {
    const said = this.#said.get(key);
    if (said && said.settled === undefined) said.settled = at;
  }
}

export const isOurs = (text: string): boolean => markOf(text) !== undefined;

function mapOf(maps: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const map = maps.get(name) ?? new Map<string, string>();
  maps.set(name, map);
  return map;
}
function setOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  const set = sets.get(name) ?? new Set<string>();
  sets.set(name, set);
  return set;
}
