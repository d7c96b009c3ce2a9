/**
 * The interviews under way, by workgroup and visitor. They are a minute's work and live in memory: after a restart the next
 * message begins anew. Bounded in number and in time.
 */
import type { Asking } from "./asking.ts";

/** What the visitor's next message is the answer to. */
export type Expected = { kind: "field"; asking: Asking } | { kind: "keep-question"; question: string };

const MOST = 1_000;
const IDLE_MS = 30 * 60_000;

export class Dialogues {
  /** Oldest first. */
  readonly #open = new Map<string, { expected: Expected; at: number }>();

  /** Null: nothing was asked, or too long ago. */
  expected(key: string, now: number): Expected | null {
    const entry = this.#open.get(key);
    return entry !== undefined && now - entry.at < IDLE_MS ? entry.expected : null;
  }

  expect(key: string, expected: Expected, now: number): void {
    this.#open.delete(key);
    this.#open.set(key, { expected, at: now });
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST && oldest !== undefined) this.#open.delete(oldest);
  }

  forget(key: string): void {
    this.#open.delete(key);
  }
}
