/** Reads a room's archive page by page, in order (XEP-0313). */
import { archivedLine, buildArchiveQuery, parseArchiveEnd, parseArchiveResult } from "../../protocol/archive.ts";
import { parseServiceLine } from "../../protocol/workgroup/session.ts";
import type { Element } from "../../protocol/xml.ts";
import type { SeenLine } from "../state/actions.ts";
import type { Wire } from "./wire.ts";

export type ArchiveReader = {
  /**
   * Everything after `after` (from the start when null); pages are told as they come. Throws StanzaError.
   */
  read(after: string | null, page: (lines: SeenLine[]) => void): Promise<void>;
  /** Takes a message when it belongs to the page under way. */
  take(message: Element): boolean;
};

type Page = { queryId: string; lines: SeenLine[] };

export function createArchiveReader(room: string, wire: Pick<Wire, "session">): ArchiveReader {
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
      const line = archivedLine(entry, room);
      if (line) {
        const { stanzaId, id, nick, occupantId, text, at } = line;
        under.lines.push({
          stanzaId,
          key: id,
          nick,
          occupantId,
          text,
          at,
          service: parseServiceLine(entry.stanza) ?? null,
        });
      }
      return true;
    },
  };
}
