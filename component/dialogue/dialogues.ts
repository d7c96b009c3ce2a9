/**
 * The interviews under way, by workgroup and visitor. They are a minute's work and live in memory: after a restart the next
 * message begins anew. Bounded in number, in time, and in how often one visitor is answered.
 */
import type { Asking } from "./asking.ts";

/** What the visitor's next message is the answer to. */
export type Expected = { kind: "field"; asking: Asking } | { kind: "keep-question"; question: string };

const MOST = 1_000;
const IDLE_MS = 30 * 60_000;
/** An ordinary person's pace; what comes faster is a program, and programs are not answered. */
const ANSWERS = 20;
const WINDOW_MS = 60_000;

type Entry = { touchedAt: number; expected: Expected | null; answers: number; windowFrom: number };

export class Dialogues {
  /** In the order in which they were last touched. */
  readonly #entries = new Map<string, Entry>();

  /** Counts a message that came. False: the visitor has had as many answers as it gets for now. */
  hears(key: string, now: number): boolean {
    const entry = this.#touch(key, now);
    if (now - entry.windowFrom >= WINDOW_MS) Object.assign(entry, { windowFrom: now, answers: 0 });
    entry.answers += 1;
    return entry.answers <= ANSWERS;
  }

  expected(key: string, now: number): Expected | null {
    return this.#touch(key, now).expected;
  }

  expect(key: string, expected: Expected | null, now: number): void {
    this.#touch(key, now).expected = expected;
  }

  #touch(key: string, now: number): Entry {
    const known = this.#entries.get(key);
    const fresh = known !== undefined && now - known.touchedAt < IDLE_MS;
    const entry = fresh ? known : { touchedAt: now, expected: null, answers: 0, windowFrom: now };
    entry.touchedAt = now;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MOST) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }
}
