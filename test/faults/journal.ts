/** What the actors saw, each event with a monotonic time. The checker reads this, and never asks the system how it did. */
import { createWriteStream, type WriteStream } from "node:fs";

/** A line is known by its text, which is unique: `[12.1 v1 42] …` is line 42 of tab v1 in conversation 12.1. */
export type Event =
  | { what: "asked"; key: string; text: string }
  | { what: "acked"; key: string }
  /** The view of `who` showed the line. */
  | { what: "shown"; text: string }
  | { what: "failed" | "retried" | "dropped"; key: string }
  /** It may have left the hand, or not: the page did not say in time. */
  | { what: "unsure"; key: string }
  /** The view is gone, for good or until its tab is opened again. */
  | { what: "closed" }
  | { what: "note"; text: string };

/** `who` is a view: a tab of a visitor, a device of an agent. `talk` is the conversation, such as "12.1". */
export type Entry = Event & { at: number; who: string; talk: string };

export type Journal = {
  readonly entries: readonly Entry[];
  write(who: string, talk: string, event: Event): void;
  close(): Promise<void>;
};

/**
 * @param file takes a copy, a JSON object a line, for whoever looks into a failure
 * @param heard is told of each entry
 */
export function createJournal(file: string, heard: (entry: Entry) => void): Journal {
  const entries: Entry[] = [];
  const copy: WriteStream = createWriteStream(file);
  return {
    entries,
    write(who, talk, event) {
      const entry: Entry = { at: performance.now(), who, talk, ...event };
      entries.push(entry);
      heard(entry);
      copy.write(`${JSON.stringify(entry)}\n`);
    },
    close: () => new Promise((resolve) => copy.end(resolve)),
  };
}

export type Mark = { talk: string; sender: string; seq: number };

export function markOf(text: string): Mark | undefined {
  const [, talk, sender, seq] = /^\[(\d+\.\d+) (\w+) (\d+)\]/.exec(text) ?? [];
  return talk === undefined || sender === undefined ? undefined : { talk, sender, seq: Number(seq) };
}
