/** What the agent asks of a workgroup now and then: earlier chats, transcripts, messages that were left. */
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildMessageHandled } from "../../protocol/workgroup/messages.ts";
import {
  buildTranscriptRequest,
  buildTranscriptsRequest,
  parseTranscript,
  parseTranscripts,
  type TranscriptEntry,
} from "../../protocol/workgroup/transcript.ts";
import { chatFile } from "./file-store.ts";
import type { Wire } from "./wire.ts";

export type Queries = {
  /** Earlier chats of this chat's visitor, newest first. */
  earlier(room: string): Promise<void>;
  transcript(room: string, session: string): Promise<void>;
  handled(id: string): Promise<void>;
};

export function createQueries(wire: Wire): Queries {
  /** A file of elsewhere is a link and no more. */
  function ownFilesOnly(entry: TranscriptEntry): TranscriptEntry {
    if (entry.kind !== "line" || !entry.file || chatFile(entry.file, wire.files)) return entry;
    const { file: _, ...line } = entry;
    return line;
  }

  return {
    async earlier(room) {
      const chat = wire.state.chats.get(room);
      if (!chat) return;
      const { userId, workgroup } = chat;
      const tell = wire.dispatch;
      tell({ type: "earlier-told", userId, list: { phase: "loading" } });
      try {
        const answer = await wire.session.request("get", workgroup, buildTranscriptsRequest(userId));
        const list = (answer ? parseTranscripts(answer) : []).sort((a, b) => b.joinedAt - a.joinedAt);
        tell({ type: "earlier-told", userId, list: { phase: "ready", value: list } });
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        tell({ type: "earlier-told", userId, list: { phase: "failed" } });
      }
    },

    async transcript(room, session) {
      const chat = wire.state.chats.get(room);
      if (!chat) return;
      const tell = wire.dispatch;
      tell({ type: "transcript-told", session, entries: { phase: "loading" } });
      try {
        const answer = await wire.session.request("get", chat.workgroup, buildTranscriptRequest(session));
        const entries = answer ? parseTranscript(answer).map(ownFilesOnly) : [];
        tell({ type: "transcript-told", session, entries: { phase: "ready", value: entries } });
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        tell({ type: "transcript-told", session, entries: { phase: "failed" } });
      }
    },

    async handled(id) {
      const message = wire.state.messages.find((one) => one.id === id);
      if (!message) return;
      try {
        await wire.session.request("set", message.workgroup, buildMessageHandled(id));
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        // Unknown there means that a colleague was faster; anything else leaves it on the list.
        if (error.condition !== "item-not-found") return;
      }
      wire.dispatch({ type: "message-handled", id });
    },
  };
}
