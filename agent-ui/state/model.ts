/**
 * What an agent's workspace knows, as plain values that are never changed in place. Instants are epoch milliseconds;
 * the one clock is `now`, moved by a tick, so that whatever counts seconds is computed and not stored.
 */

import type { HandoverKind } from "../../protocol/workgroup/handover.ts";
import type { StoredMessage } from "../../protocol/workgroup/messages.ts";
import type { MetadataValues } from "../../protocol/workgroup/metadata.ts";
import type { QueueOverview, Waiting } from "../../protocol/workgroup/queue.ts";
import type { SessionEnd } from "../../protocol/workgroup/session.ts";
import type { TranscriptEntry, TranscriptSummary } from "../../protocol/workgroup/transcript.ts";

/** Only `available` gets offers; `dnd` is "busy". */
export type Show = "available" | "dnd" | "away";
/** `maxChats` null: as the workgroup says. */
export type Status = { show: Show; maxChats: number | null };

/** Why there is no signed-in session, for the sign-in page to say. */
export type SignInProblem =
  | "bad-address"
  | "not-authorized"
  /** The server takes no more passwords from this network for up to a minute. */
  | "too-many-tries"
  /** The server offers no way to sign in that keeps the password to ourselves. */
  | "no-safe-mechanism"
  /** The server could not prove that it knows the password. */
  | "server-not-trusted"
  | "unreachable"
  | "not-an-agent"
  /** Another client took this session's place. */
  | "replaced";

export type Connection =
  | { phase: "signed-out"; problem: SignInProblem | null }
  | { phase: "signing-in" }
  /** `recoveredAt`: when the link came back after a break, null when it never broke. */
  | { phase: "online"; recoveredAt: number | null }
  /** `retryAt` null while a try is under way. */
  | { phase: "offline"; since: number; retryAt: number | null };

/** `jid` is bare; `name` is the nick in rooms. */
export type Account = { jid: string; name: string };

export type Workgroup = {
  jid: string;
  title: string;
  /** Whether the workgroup has answered our sign-in. `away`: its service does not answer. */
  reach: "joining" | "ready" | "away";
  queue: QueueOverview | null;
  waiting: readonly Waiting[];
  /** Labels of the form's fields by variable, to name what a visitor entered. */
  labels: Readonly<Record<string, string>>;
  /** Names of the other agents, as they are called in rooms. */
  colleagues: readonly string[];
};

export type OfferPhase =
  | { name: "open" }
  /** The answer is on its way. */
  | { name: "answering"; accepted: boolean }
  /** Accepted; the invitation to the room is awaited since `at`. */
  | { name: "opening"; at: number }
  /** Decided otherwise; the card says why for some seconds and goes. */
  | { name: "gone"; why: string; at: number };

export type Offer = {
  id: string;
  session: string;
  workgroup: string;
  visitor: string;
  userId: string;
  metadata: MetadataValues;
  /** Names of the metadata that the site vouches for. */
  verified?: readonly string[];
  /** A colleague asks, for a chat that runs already. */
  askedBy?: AskedBy;
  arrivedAt: number;
  timeoutS: number;
  phase: OfferPhase;
};

/**
 * `invite`: come and help; `transfer`: take it over. `inviter` is a full address, `owner` the workgroup the chat belongs to.
 * `room` is set when this agent was asked by name: the invitation is there already, and nobody else is asked.
 */
export type AskedBy = { kind: HandoverKind; inviter: string; reason: string; owner: string; room: string | null };

export type Role = "me" | "visitor" | "colleague" | "service";
export type Speaker = { role: Role; nick: string };
export type Occupant = Speaker & { occupantId: string | null };

/** What stands in a conversation, in the order of the room's archive; comings and goings where they were seen. `id` is unique. */
export type Line =
  | SaidLine
  /** What the visitor asked in the form, said by the service for the visitor. */
  | { kind: "question"; id: string; name: string; text: string; at: number }
  | { kind: "requeued"; id: string; at: number }
  | { kind: "came" | "returned" | "left" | "lost"; id: string; from: Speaker; at: number };

/** A file at our own gateway: `path` is its address on the host that this page comes from; `size` in bytes. */
export type ChatFile = { path: string; name: string; type?: string; size?: number };

/** A file on its way to the server. `part` is from 0 to 1; `hopeless`: it would fail again. */
export type Upload = {
  key: string;
  name: string;
  part: number;
  failed: { words: string; hopeless?: boolean } | null;
};

export type SaidLine = {
  kind: "said";
  id: string;
  key: string | null;
  from: Speaker;
  /** Whose it is: the occupant id, which stays when a nick changes hands; the nick where there is none. */
  by: string;
  text: string;
  at: number;
  /** The text is the address of this file. */
  file?: ChatFile;
  /** The text is a later one: the stanza id that brought it. */
  edited?: string;
  /** When it was taken back; there is no text any more. */
  retractedAt?: number;
};

/**
 * An own line that the room has not confirmed. With `of` it is a new text for the own line with that key; without a text it
 * takes the one with that stanza id back. `late`: it failed because the room takes nothing any more, its chat being over.
 */
export type Unsent = {
  key: string;
  text: string;
  at: number;
  state: "pending" | "failed";
  of?: string;
  late?: true;
  /** It is this file, and the text its address. */
  file?: ChatFile;
};

/** `me`: it was this agent, on whatever device. */
export type ChatEnd = { by: EndedBy | "me"; name: string; at: number };
/** `handover`: a colleague has taken it over, and it is only this agent's part that is over. */
export type EndedBy = SessionEnd["by"] | "handover";

export type Chat = {
  /** Bare address of the room; the key of the chat. */
  room: string;
  session: string;
  workgroup: string;
  visitor: string;
  userId: string;
  metadata: MetadataValues;
  /** Names of the metadata that the site vouches for. */
  verified?: readonly string[];
  /** The visitor's name as the agent reads it. */
  name: string;
  startedAt: number;
  /** `joined` only when the archive was read to its end, too. */
  seat: "joining" | "joined" | "lost";
  occupants: ReadonlyMap<string, Occupant>;
  /** Whose an occupant id is, also after that person left: the archive names people by it. */
  known: Readonly<Record<string, Role>>;
  lines: readonly Line[];
  /** Where to go on in the archive. */
  lastStanzaId: string | null;
  unsent: readonly Unsent[];
  /** Files that are being sent, or were not. */
  uploads: readonly Upload[];
  unread: number;
  draft: string;
  /** The own line that is in the composer in place of the draft, by its key. */
  editing: { line: string; text: string } | null;
  /** Up to which line the visitor has read and the visitor's client has got what was said, and we have read; stanza ids. */
  marks: Readonly<Partial<Record<"read" | "delivered" | "own", string>>>;
  /** Who is writing: nick to when that was said. */
  typing: Readonly<Record<string, number>>;
  /** When the visitor last said something. */
  lastVisitorLineAt: number | null;
  /** Since when the visitor has been waiting for an answer; null when none is due. */
  waitingSince: number | null;
  ended: ChatEnd | null;
};

/** A line of an earlier chat. */
export type StoredLine = Extract<TranscriptEntry, { kind: "line" }>;

export type Loaded<T> = { phase: "loading" } | { phase: "failed" } | { phase: "ready"; value: T };

export type Place = "chats" | "queue" | "messages";
export type Panel = "visitor" | "earlier";

export type State = {
  now: number;
  /** The window is in front, so what is shown counts as read. */
  focused: boolean;
  connection: Connection;
  account: Account | null;
  status: Status;
  workgroups: readonly Workgroup[];
  offers: readonly Offer[];
  chats: ReadonlyMap<string, Chat>;
  messages: readonly StoredMessage[];
  place: Place;
  /** The chat that is open; null for none. */
  activeRoom: string | null;
  panel: Panel;
  /** Lists of earlier chats by user id, and transcripts by session. */
  earlier: Readonly<Record<string, Loaded<readonly TranscriptSummary[]>>>;
  transcripts: Readonly<Record<string, Loaded<readonly TranscriptEntry[]>>>;
};

export const initialState = (now: number): State => ({
  now,
  focused: true,
  connection: { phase: "signed-out", problem: null },
  account: null,
  status: { show: "available", maxChats: null },
  workgroups: [],
  offers: [],
  chats: new Map(),
  messages: [],
  place: "chats",
  activeRoom: null,
  panel: "visitor",
  earlier: {},
  transcripts: {},
});
