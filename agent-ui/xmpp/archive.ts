/** Reads a room's archive page by page, in order (XEP-0313). */
import { archivedEntry, buildArchiveQuery, parseArchiveEnd, parseArchiveResult } from "../../protocol/archive.ts";
import type { Element } from "../../protocol/xml.ts";
import type { SeenEntry } from "../state/actions.ts";
import { seenOf } from "./seen.ts";
import type { Wire } from "./wire.ts";

export type ArchiveReader = {
  /**
   * Everything after `after` (from the start when null); pages are told as they come. Throws StanzaError.
   */
  read(after: string | null, page: (lines: SeenEntry[]) => void): Promise<void>;
  /** Takes a message when it belongs to the page under way. */
  take(message: Element): boolean;
};

type Page = { queryId: string; lines: SeenEntry[] };

export function createArchiveReader(room: string, wire: Pick<Wire, "session" | "files">): ArchiveReader {
  let under: Page | undefined;
  return {
    async read(after, page) {
      for (let place = after; ; ) {
        const asked: Page = { queryId: crypto.randomUUID(), lines: [] };
        under = asked;
        const query = buildArchiveQuery({ queryId: asked.queryId, after: place ?? undefined });
        const end = parseArchiveEnd(await wire.session.request("set", room, query));
        if (asked.lines.length > 0) page(asked.lines);
        // An empty page that is not the last would send us round for ever.
        if (end.complete || end.last === null) break;
        place = end.last;
      }
      under = undefined;
    },
    take(message) {
      const entry = under && parseArchiveResult(message, { archive: room, queryId: under.queryId });
      if (!under || !entry) return false;
      const said = archivedEntry(entry, room);
      if (said) under.lines.push(seenOf(said, entry.stanza, entry.at, wire.files));
      return true;
    },
  };
}
