/** What a workgroup keeps in mind of its talk with each agent: the question it asked last, and the list it showed last. Lost with the process. */
import type { Choice, CommandName, Values } from "./command.ts";

/** A question that the agent's next words may answer. */
export type Question = {
  askedAt: number;
  command: CommandName;
  values: Values;
  /** The argument that is asked for; null: whether the agent means it. */
  argument: string | null;
  /** What was listed, in order; empty when words are asked for. */
  choices: readonly Choice[];
};

const FORGOTTEN_MS = 600_000;
const MOST = 10_000;

type Kept = { question: Question | null; shown: readonly Choice[]; at: number };

export class Memory {
  readonly #kept = new Map<string, Kept>();

  question(key: string, now: number): Question | null {
    return this.#find(key, now)?.question ?? null;
  }

  ask(key: string, question: Question): void {
    this.#keep(key, { shown: this.#find(key, question.askedAt)?.shown ?? [], question, at: question.askedAt });
  }

  answered(key: string): void {
    const kept = this.#kept.get(key);
    if (kept) this.#kept.set(key, { ...kept, question: null });
  }

  /** Earlier chats as they were last listed: their numbers hold for a while. */
  shown(key: string, now: number): readonly Choice[] {
    return this.#find(key, now)?.shown ?? [];
  }

  show(key: string, shown: readonly Choice[], now: number): void {
    this.#keep(key, { question: null, shown, at: now });
  }

  /** Somebody who was listed is not to be remembered. */
  clear(): void {
    this.#kept.clear();
  }

  #find(key: string, now: number): Kept | undefined {
    const kept = this.#kept.get(key);
    return kept && kept.at + FORGOTTEN_MS > now ? kept : undefined;
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }
}
