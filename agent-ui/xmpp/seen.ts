/** What a room says or archives, as facts of the conversation. */
import type { RoomEntry } from "../../protocol/room-message.ts";
import { parseServiceLine } from "../../protocol/workgroup/session.ts";
import type { Element } from "../../protocol/xml.ts";
import type { SeenEntry } from "../state/actions.ts";
import { chatFile, type FileStore } from "./file-store.ts";

/** `stanza` is the message itself; `now` stands for the time of what comes live. */
export function seenOf(entry: RoomEntry, stanza: Element, now: number, files: FileStore): SeenEntry {
  const { stanzaId, id: key, nick, occupantId, at } = entry;
  const common = { stanzaId, key, nick, occupantId, at: at ?? now };
  switch (entry.kind) {
    case "line": {
      const { text, replaces } = entry;
      const file = entry.file && chatFile(entry.file, files);
      return {
        ...common,
        text,
        service: parseServiceLine(stanza) ?? null,
        ...(replaces !== undefined && { replaces }),
        ...(file && { file }),
      };
    }
    case "retraction":
      return { ...common, change: "retracted", of: entry.of };
    case "marker":
      return { ...common, change: entry.marker === "displayed" ? "read" : "delivered", of: entry.of };
  }
}
