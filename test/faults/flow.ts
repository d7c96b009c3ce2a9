/** How lines flow: when each was asked for and when the other side saw it. Fed by the journal as it is written. */
import { type Entry, markOf } from "./journal.ts";

type Side = "visitor" | "agent";
type Passage = { talk: string; side: Side; asked: number; shown: number };

export class Flow {
  readonly #asked = new Map<string, { talk: string; at: number }>();
  readonly #passages: Passage[] = [];
  /** When the newest line that arrived was asked for, by talk and side that said it. */
  readonly #newest = new Map<string, number>();
  lines = 0;

  take(entry: Entry): void {
    if (entry.what === "asked") {
      this.lines += 1;
      this.#asked.set(entry.text, { talk: entry.talk, at: entry.at });
    }
    if (entry.what !== "shown") return;
    const mark = markOf(entry.text);
    const asked = this.#asked.get(entry.text);
    if (!mark || !asked) return;
    const side: Side = mark.sender.startsWith("v") ? "visitor" : "agent";
    const at: Side = entry.who.startsWith("V") ? "visitor" : "agent";
    if (side === at) return;
    this.#asked.delete(entry.text);
    this.#passages.push({ talk: mark.talk, side, asked: asked.at, shown: entry.at });
    const name = `${mark.talk} ${side}`;
    this.#newest.set(name, Math.max(this.#newest.get(name) ?? 0, asked.at));
  }

  /** Whether lines that both sides asked for after `since` have arrived. */
  flows(talk: string, since: number): boolean {
    return (["visitor", "agent"] as const).every((side) => (this.#newest.get(`${talk} ${side}`) ?? 0) >= since);
  }

  /**
   * For each talk the longest that a line took, of those asked for since `from`; what was asked for before `cured` counts
   * from then.
   */
  waits(from: number, cured: number): Map<string, number> {
    const longest = new Map<string, number>();
    for (let i = this.#passages.length - 1; i >= 0; i--) {
      const one = this.#passages[i];
      if (one === undefined || one.shown < from) break;
      if (one.asked < from) continue;
      const wait = Math.max(0, one.shown - Math.max(one.asked, cured));
      longest.set(one.talk, Math.max(longest.get(one.talk) ?? 0, wait));
    }
    return longest;
  }
}
