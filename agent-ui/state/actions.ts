/** Everything that can happen to the workspace, as facts. Instants arrive in the action: the state has no clock. */

import type { StoredMessage } from "../../protocol/workgroup/messages.ts";
import type { MetadataValues } from "../../protocol/workgroup/metadata.ts";
import type { QueueOverview, Waiting } from "../../protocol/workgroup/queue.ts";
import type { ServiceLine } from "../../protocol/workgroup/session.ts";
import type { TranscriptEntry, TranscriptSummary } from "../../protocol/workgroup/transcript.ts";
import type {
  ChatFile,
  EndedBy,
  Loaded,
  Offer,
  Panel,
  Place,
  SignInProblem,
  Status,
  Unsent,
  Upload,
  Workgroup,
} from "./model.ts";

/** A person's seat as the room shows it. `owner` is true of the service only. */
export type SeenOccupant = { nick: string; occupantId: string | null; owner: boolean; self: boolean };

/** A line as the room reflected or archived it; without a stanza id it is not archived and does not count as sent. */
export type SeenLine = {
  stanzaId: string | null;
  /** The sender's own id. */
  key: string | null;
  nick: string;
  occupantId: string | null;
  text: string;
  at: number;
  service: ServiceLine | null;
  /** It is a new text for the line that the same sender said with this key. */
  replaces?: string;
  /** The text is the address of this file of ours. */
  file?: ChatFile;
};

/** What becomes of an earlier line: `of` is its stanza id or, with some clients, its sender's key. */
export type SeenChange = Pick<SeenLine, "stanzaId" | "key" | "nick" | "occupantId" | "at"> & {
  change: "retracted" | "delivered" | "read";
  of: string;
};
export type SeenEntry = SeenLine | SeenChange;

/** What an offer or the list of open sessions tells of a chat. */
export type ChatFacts = {
  room: string;
  session: string;
  workgroup: string;
  visitor: string;
  userId: string;
  metadata: MetadataValues;
  verified?: readonly string[];
  startedAt: number;
};

export type Action =
  | { type: "tick"; at: number }
  | { type: "focus-changed"; focused: boolean }
  // The link and the account.
  | { type: "sign-in-started" }
  | { type: "signed-in"; jid: string; name: string; workgroups: readonly string[] }
  | { type: "signed-out"; problem: SignInProblem | null }
  | { type: "link-lost"; at: number }
  | { type: "link-retry"; retryAt: number | null }
  /** `resumed`: the same session goes on, nothing was missed. */
  | { type: "link-up"; at: number; resumed: boolean }
  | { type: "status-set"; status: Status }
  // Workgroups.
  | { type: "workgroup-told"; jid: string; facts: Partial<Omit<Workgroup, "jid">> }
  | { type: "queue-told"; workgroup: string; queue: QueueOverview }
  | { type: "waiting-told"; workgroup: string; waiting: readonly Waiting[] }
  | { type: "messages-listed"; workgroup: string; messages: readonly StoredMessage[] }
  | { type: "message-told"; message: StoredMessage }
  | { type: "message-handled"; id: string }
  // Offers.
  | { type: "offer-received"; offer: Omit<Offer, "phase"> }
  | { type: "offer-answering"; id: string; accepted: boolean }
  /** The answer did not get through: the card is open again. */
  | { type: "offer-reopened"; id: string }
  | { type: "offer-opening"; id: string; at: number }
  | { type: "offer-gone"; id: string; why: string; at: number }
  | { type: "offer-declined"; id: string }
  // Chats.
  /** `draft` and `unsent` are what this browser kept. `activate`: it was asked for just now, so it comes to the front. */
  | { type: "chat-opened"; facts: ChatFacts; draft: string; unsent: readonly Unsent[]; activate: boolean }
  | { type: "seat-taken"; room: string; at: number; occupants: readonly SeenOccupant[] }
  | { type: "seat-lost"; room: string }
  | { type: "caught-up"; room: string }
  | { type: "occupant-came"; room: string; at: number; occupant: SeenOccupant }
  | { type: "occupant-left"; room: string; at: number; nick: string; lost: boolean }
  | { type: "occupant-renamed"; room: string; nick: string; newNick: string }
  | { type: "lines-arrived"; room: string; lines: readonly SeenEntry[] }
  | { type: "typing-told"; room: string; at: number; nick: string; composing: boolean }
  /** With `file` it is that file, and the text its address. */
  | { type: "line-written"; room: string; at: number; key: string; text: string; file?: ChatFile }
  /** A file is on its way, or not any more. */
  | { type: "upload-told"; room: string; upload: Upload }
  | { type: "upload-gone"; room: string; key: string }
  /** An own line is taken back; `of` is its stanza id. */
  | { type: "line-retracted"; room: string; at: number; key: string; of: string }
  /** An own line comes into the composer in place of the draft; null: the draft comes back. */
  | { type: "line-edited"; room: string; line: string | null }
  /** `late`: the room is closed, and will be gone in a moment. */
  | { type: "line-failed"; room: string; key: string; late?: boolean }
  | { type: "line-retried"; room: string; key: string }
  | { type: "line-discarded"; room: string; key: string }
  | { type: "chat-ended"; room: string; at: number; end: { by: EndedBy; name: string } }
  /** An ended chat is put away. */
  | { type: "chat-closed"; room: string }
  // What the agent looks at.
  | { type: "chat-selected"; room: string | null }
  | { type: "place-selected"; place: Place }
  | { type: "panel-selected"; panel: Panel }
  | { type: "draft-changed"; room: string; text: string }
  | { type: "earlier-told"; userId: string; list: Loaded<readonly TranscriptSummary[]> }
  | { type: "transcript-told"; session: string; entries: Loaded<readonly TranscriptEntry[]> };

/** The members of the union that bear this type. */
export type Of<T extends Action["type"]> = Extract<Action, { type: T }>;
