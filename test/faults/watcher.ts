/** Watches one view, a tab or an agent's chat, and writes down what it shows and what becomes of its own lines. */
import type { Journal } from "./journal.ts";

/** A line as a view shows it. `key` on own lines only. */
export type Shown = { id: string; key?: string; text: string; own: boolean };
type Pending = { key: string; failed?: unknown };

/** Who reads "Not sent" presses "Try again" after a moment. */
const RETRY_MS = 2_000;

export class Watcher {
  readonly name: string;
  readonly #journal: Journal;
  #count = 0;
  #lastId = "";
  #pending = new Set<string>();
  readonly #failed = new Set<string>();
  #stopped = false;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(name: string, journal: Journal) {
    this.name = name;
    this.#journal = journal;
  }

  asked(talk: string, key: string, text: string): void {
    this.#journal.write(this.name, talk, { what: "asked", key, text });
  }

  /** Called whenever something changed. `again` presses "Try again" on a failed line. */
  look(talk: string, lines: readonly Shown[], pending: readonly Pending[], again: (key: string) => void): void {
    if (this.#stopped) return;
    if (lines.length < this.#count || (this.#count > 0 && lines[this.#count - 1]?.id !== this.#lastId)) this.#count = 0;
    for (const { text } of lines.slice(this.#count)) this.#journal.write(this.name, talk, { what: "shown", text });
    this.#count = lines.length;
    this.#lastId = lines.at(-1)?.id ?? "";
    this.#settle(talk, lines, pending);
    for (const line of pending) {
      if (line.failed === undefined || line.failed === false || this.#failed.has(line.key)) continue;
      this.#failed.add(line.key);
      this.#journal.write(this.name, talk, { what: "failed", key: line.key });
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#failed.delete(line.key);
        if (this.#stopped) return;
        this.#journal.write(this.name, talk, { what: "retried", key: line.key });
        again(line.key);
      }, RETRY_MS);
      this.#timers.add(timer);
    }
  }

  /** The view is gone: what it did not show as sent it cannot show any more. */
  stop(): void {
    if (!this.#stopped) this.#journal.write(this.name, "", { what: "closed" });
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #settle(talk: string, lines: readonly Shown[], pending: readonly Pending[]): void {
    const now = new Set(pending.map(({ key }) => key));
    const gone = [...this.#pending].filter((key) => !now.has(key));
    this.#pending = now;
    if (gone.length === 0) return;
    const keys = new Set(lines.slice(-200).map(({ key }) => key));
    for (const key of gone) this.#journal.write(this.name, talk, { what: keys.has(key) ? "acked" : "dropped", key });
  }
}
