/**
 * What the features ask of storage, by subject. Everything is bounded: lists are pages, and trees have a greatest size.
 * Addresses of agents are bare, those of visitors full; a workgroup is its local part.
 */
import type { StoredMessage } from "../../protocol/workgroup/messages.ts";
import type { SeenOccupant } from "../../protocol/workgroup/monitor.ts";
import type { TranscriptSummary } from "../../protocol/workgroup/transcript.ts";
import type { EndedBy } from "../domain/effects.ts";
import type { MacroGroup } from "../domain/macros.ts";
import type { EndReason, Metadata } from "../domain/model.ts";

/** The newest ended request of a visitor. `hadSession`: there was a talk, so there is a transcript. */
export type LastVisit = {
  id: string;
  reason: EndReason;
  by: EndedBy;
  endedAt: number;
  hadSession: boolean;
  metadata: Metadata;
};

/** One row of a transcript in room order. `stanzaId` is its place in the room's archive, `key` the sender's message id. */
export type Entry = {
  stanzaId: string;
  kind: "line" | "joined" | "left" | "service";
  speakerKind: "visitor" | "agent" | "service";
  nick: string;
  key: string;
  body: string;
  at: number;
  /** Its sender gave it this text later, or took it back: then `body` is empty. */
  fate?: { kind: "edited" | "retracted"; at: number };
  /** `body` is the address of this file. */
  file?: { name: string; type?: string; size?: number };
};

/** `isClosing`: the talk is over, and what was said last may not be stored yet. */
export type FoundSession = { workgroup: string; visitor: string; isClosing: boolean };

export type Stores = TalkStore &
  MessageStore & {
    notes: NoteStore;
    macros: MacroStore;
    history: HistoryStore;
    search: SearchStore;
    mails: MailStore;
  };

/** Visits and what was said in them. */
export type TalkStore = {
  lastVisit(workgroup: string, visitor: string): Promise<LastVisit | null>;
  transcripts(workgroup: string, userId: string): Promise<TranscriptSummary[]>;
  /** The workgroup and visitor (full JID) of a session, open or ended; null when there never was one. */
  session(id: string): Promise<FoundSession | null>;
  /** Who is and was in the room of a workgroup's session, who came first first; nobody when there is no such session. */
  occupants(workgroup: string, session: string): Promise<SeenOccupant[]>;
  /** In room order. `linesOnly` leaves out comings and goings. */
  entries(session: string, page: { after: string | null; limit: number; linesOnly: boolean }): Promise<Entry[]>;
};

/** Messages left while nobody was there. */
export type MessageStore = {
  /** Returns the message when it is new, null when the same visitor has left it before. */
  leaveMessage(message: {
    workgroup: string;
    visitor: string;
    key: string;
    name: string;
    email: string;
    text: string;
    at: number;
  }): Promise<StoredMessage | null>;
  openMessages(workgroup: string): Promise<StoredMessage[]>;
  /** False when there is no such open message in this workgroup. */
  markHandled(workgroup: string, id: string, agent: string, at: number): Promise<boolean>;
};

export type Note = { id: string; author: string; text: string; at: number };
export type NewNote = Omit<Note, "id">;

/** What agents noted about a session. Whether they may is for the caller to know. */
export type NoteStore = {
  /** All of a session's, oldest first; at most 200. */
  of(session: string): Promise<Note[]>;
  /** False when there are as many as may be, or no such session. */
  add(session: string, note: NewNote): Promise<boolean>;
  /** Puts one note in the place of all; an empty text takes them away. */
  replace(session: string, note: NewNote): Promise<void>;
};

/** Agents' own canned answers; a workgroup's are in its settings (`macros`). See domain/macros.ts for lists and search. */
export type MacroStore = {
  /** Null when the agent never saved any. */
  personal(agent: string): Promise<MacroGroup | null>;
  savePersonal(agent: string, macros: MacroGroup, at: number): Promise<void>;
};

/** An agent's part in a talk that it is out of, from its first coming to its last going. */
export type AgentChat = {
  session: string;
  workgroup: string;
  userId: string;
  metadata: Metadata;
  startedAt: number;
  endedAt: number;
};

/** What is kept of a session beside its transcript; `endedAt` is null while it is open. */
export type SessionRecord = {
  workgroup: string;
  visitor: string;
  userId: string;
  metadata: Metadata;
  joinedAt: number;
  endedAt: number | null;
  hadSession: boolean;
};

export type HistoryStore = {
  /** An agent's talks in these workgroups, the one it left last first. `before`: for the next page, the last `endedAt`. */
  ofAgent(
    agent: string,
    of: { workgroups: readonly string[]; since: number; before?: number; limit: number },
  ): Promise<AgentChat[]>;
  /** Null when there never was such a session. */
  record(session: string): Promise<SessionRecord | null>;
};

/** A talk in which what was sought was said. `relevance` is from 0 to 100; `agents` are in the order they came. */
export type Hit = {
  session: string;
  workgroup: string;
  startedAt: number;
  agents: string[];
  metadata: Metadata;
  relevance: number;
};

export type SearchStore = {
  /**
   * Ended talks of these workgroups in which every word, or one that begins so, was said or entered: the most relevant
   * first, then the newest. `from` and `to` bound when the talk began.
   */
  find(search: {
    text: string;
    workgroups: readonly string[];
    from?: number;
    to?: number;
    agent?: string;
    limit: number;
    /** How many of the first are passed over, for the next page. */
    offset?: number;
  }): Promise<Hit[]>;
};

/** Transcripts that were mailed: who sent which to whom, and the bounds of it. `sender` is a bare address. */
export type MailStore = {
  /**
   * Notes that a transcript is about to be mailed. Null when it may not be now: `mostOfSession` were sent of it by
   * this sender, `mostOfSender` by the sender since `since`, or `mostOfWorkgroup` by all visitors or all agents of it.
   */
  claim(mail: MailClaim, bounds: MailBounds): Promise<string | null>;
  /** It was not sent after all. */
  release(id: string): Promise<void>;
};

export type MailClaim = {
  session: string;
  sender: string;
  role: "visitor" | "agent" | "service";
  recipient: string;
  at: number;
};
export type MailBounds = { mostOfSession: number; mostOfSender: number; mostOfWorkgroup: number; since: number };
