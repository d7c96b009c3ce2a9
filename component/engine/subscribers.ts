/** Who sent a workgroup directed presence and is told when it opens or closes (reference 2.4). Bounded; the oldest go first. */
const MOST = 10_000;

export class Subscribers {
  readonly #byWorkgroup = new Map<string, Set<string>>();

  /** `jid` is full. */
  add(workgroup: string, jid: string): void {
    const known = this.#byWorkgroup.get(workgroup) ?? new Set();
    known.delete(jid);
    known.add(jid);
    const [oldest] = known;
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    this.#byWorkgroup.set(workgroup, known);
  }

  remove(workgroup: string, jid: string): void {
    this.#byWorkgroup.get(workgroup)?.delete(jid);
  }

  of(workgroup: string): Iterable<string> {
    return this.#byWorkgroup.get(workgroup) ?? [];
  }

  /** After the link was down nobody's presence is known. */
  clear(): void {
    this.#byWorkgroup.clear();
  }
}
