/** Reads a room's archive over the link, page by page (XEP-0313). Results are messages, the end of a page is the answer to a request. */
import { randomUUID } from "node:crypto";
import {
  type ArchivedEntry,
  archivedEntry,
  buildArchiveQuery,
  parseArchiveEnd,
  parseArchiveResult,
} from "../../protocol/archive.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { Element } from "../../protocol/xml.ts";
import type { ComponentLink } from "./component-link.ts";

type Entry = { stanzaId: string; at: number; stanza: Element };

export type ArchiveReader = {
  /** What was said after the given stanza id, or all, in the archive's order. Throws StanzaError or LinkDown. */
  read(after?: string): AsyncGenerator<{ entry: ArchivedEntry; stanza: Element }, void>;
  /** Gives the reader a message; true when it was a result it waits for. */
  take(message: Element): boolean;
};

/** Creates a reader for `room` (bare), asking as `from`. Every message of the room to that address must pass `take`. */
export function createArchiveReader(
  link: ComponentLink,
  { from, room, timeoutMs }: { from: string; room: string; timeoutMs: number },
): ArchiveReader {
  const pages = new Map<string, Entry[]>();

  async function readPage(after: string | undefined) {
    const queryId = randomUUID();
    const entries: Entry[] = [];
    pages.set(queryId, entries);
    try {
      // Results arrive before the answer that ends the page, since a link keeps order.
      const payload = buildArchiveQuery({ queryId, after });
      const fin = await link.request({ from, to: room, type: "set", payload, timeoutMs });
      return { entries, ...parseArchiveEnd(fin) };
    } finally {
      pages.delete(queryId);
    }
  }

  return {
    async *read(after) {
      for (let start = after; ; ) {
        const { entries, complete, last } = await readPage(start);
        for (const one of entries) {
          const entry = archivedEntry(one, room);
          if (entry) yield { entry, stanza: one.stanza };
        }
        if (complete) return;
        if (last === null || last === start) {
          throw new StanzaError("cancel", "undefined-condition", "the archive does not go on");
        }
        start = last;
      }
    },
    take(message) {
      for (const [queryId, entries] of pages) {
        const entry = parseArchiveResult(message, { archive: room, queryId });
        if (!entry) continue;
        entries.push(entry);
        return true;
      }
      return false;
    },
  };
}
