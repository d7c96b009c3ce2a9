/** How fast somebody may speak to a workgroup, by sender: 20 messages at once, then one a second. Bounded; the oldest go first. */
const BURST = 20;
const PER_S = 1;
const MOST_SENDERS = 10_000;

type Bucket = { left: number; at: number; warned: boolean };

export class Pace {
  readonly #buckets = new Map<string, Bucket>();

  /** Counts one message. `warn`: too fast, for the first time in a row. */
  of(sender: string, now: number): "fine" | "warn" | "silent" {
    const before = this.#buckets.get(sender) ?? { left: BURST, at: now, warned: false };
    const left = Math.min(BURST, before.left + (Math.max(0, now - before.at) / 1000) * PER_S);
    const fine = left >= 1;
    this.#buckets.delete(sender);
    this.#buckets.set(sender, { left: fine ? left - 1 : left, at: now, warned: !fine });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST_SENDERS && oldest !== undefined) this.#buckets.delete(oldest);
    if (fine) return "fine";
    return before.warned ? "silent" : "warn";
  }
}
