/**
 * What a workgroup is, as plain values. Everything that decides works on these and on nothing else.
 * Instants are epoch milliseconds called `…At`; durations carry their unit in the name. Values are never changed in place.
 */
import type { Extras, TranscriptMail } from "./extras.ts";
import type { MacroGroup } from "./macros.ts";

export type Routing = "fewest-chats" | "ring-all";

export type FieldSetting = {
  name: string;
  label: string;
  type: "text-single" | "text-multi" | "text-private" | "boolean" | "list-single" | "list-multi" | "hidden";
  required: boolean;
  options: { label: string; value: string }[];
  value: string;
};

/** One workgroup as its administrator wrote it, checked. `node` is the local part of its address. */
export type WorkgroupSettings = {
  node: string;
  title: string;
  description: string;
  /** Whether it takes new visitors at all; agents must be there too before it is open. */
  open: boolean;
  agents: AgentSettings[];
  form: { title: string; instructions: string; fields: FieldSetting[] };
  routing: Routing;
  offerTimeoutS: number;
  requestTimeoutS: number;
  /** How long an agent who declined, or let an offer pass, is not offered the same request again. */
  rejectionMemoryS: number;
  /** How long an agent who accepted has to enter the room. */
  agentJoinTimeoutS: number;
  agentGraceS: number;
  visitorGraceS: number;
  /** How many may wait at a time. Absent in settings saved before there was such a bound. */
  maxQueue?: number;
  /** For how many days chats and left messages are kept; 0 or absent: until somebody erases them. */
  retentionDays?: number;
  /** Sites whose pages may embed it, as `https://shop.example`; empty or absent: any. */
  origins?: readonly string[];
  /** Bounds of what an agent may wish for as the most chats at once; `maxChats` is also the default. */
  minChats: number;
  maxChats: number;
  /** Bare addresses of those who may watch any session; absent: nobody. */
  monitors?: readonly string[];
  /** The administrator's own words, by language and key of the catalogue of texts. */
  texts: Record<string, Record<string, string>>;
  /** Canned answers for all of its agents; absent: none. */
  macros?: MacroGroup;
  /** What Fastpath's clients may ask beside; absent: nothing. */
  extras?: Extras;
  transcriptMail?: TranscriptMail;
};

/** `mayRename`: the agent may choose another name; absent: it may. */
export type AgentSettings = { jid: string; name: string; mayRename?: boolean };

export type Show = "available" | "chat" | "away" | "xa" | "dnd";

/**
 * One signed-in client of an agent, by full JID. Only `available` and `chat` get offers. `plain`: an ordinary client that has
 * the workgroup among its contacts and is written to; absent: one that speaks Fastpath.
 */
export type Device = { jid: string; show: Show; maxChats: number | null; since: number; plain?: boolean };

/** An agent who is signed in on at least one device. `jid` is bare. */
export type Agent = { jid: string; name: string; devices: readonly Device[] };

/** What the visitor entered and where from: names to values, in order; also what agents see. */
export type Metadata = Readonly<Record<string, readonly string[]>>;

/** One offer to one agent, on all of the agent's devices that may take offers. Ends in exactly one `OfferOutcome`. */
export type Offer = {
  id: string;
  agent: string;
  devices: readonly string[];
  /** Devices that acknowledged the delivery, or cannot; not a person's answer. */
  acknowledged: readonly string[];
  /** Devices at which delivery failed. */
  failed: readonly string[];
  sentAt: number;
  expiresAt: number;
};

export type OfferOutcome =
  | "accepted"
  | "rejected"
  | "expired"
  | "taken-by-other"
  | "undeliverable"
  | "agent-gone"
  | "visitor-gone"
  | "withdrawn";

/** A person in the session's room. `jid` is full. */
export type Occupant = { jid: string; nick: string };

/**
 * One visitor's wish to talk, from join to end. Its id is also the session's id and the room's local part.
 * It is in exactly one phase; an ended request leaves the state.
 */
export type Request = {
  id: string;
  visitor: string;
  /** The stable id that transcripts are kept under: a bare JID. */
  userId: string;
  metadata: Metadata;
  /** Names of the metadata that the site has signed; absent: none. */
  verified?: readonly string[];
  /** The language (`de`) of a visitor who writes from an ordinary client, and is told everything in words; absent: none. */
  dialogue?: string;
  joinedAt: number;
  /** Place in the queue: smaller first. Requests that come back stand before all that wait (see `queueOrder`). */
  rank: number;
  /** When waiting ends unserved; moved on when a request returns to the queue. */
  deadlineAt: number;
  /** Agents not to be asked again before the given instant. */
  rejections: Readonly<Record<string, number>>;
  /** Whether the room exists already, as it does when an agent was lost mid-session. */
  room: "none" | "open";
  /** Agents who have been in this session, first to last; bare JIDs. */
  served: readonly string[];
  /**
   * Since when the visitor is out of reach while it waits, and whether it was lost rather than went; null or absent:
   * it is there. In a session the phase says so. Need not outlive a restart.
   */
  unreachable?: { at: number; lost: boolean } | null;
  /** How often its room could not be opened since it was last in session; absent: never. Need not outlive a restart. */
  roomFailures?: number;
  /** How often it came back to the queue without a talk since it last was in session; as above. */
  returns?: number;
  /** Set: no visitor's own request, but an agent's, that a colleague come into a running session. See handovers.ts. */
  handover?: HandoverRequest;
  /** Who is being asked into this session. */
  handovers?: readonly Handover[];
  /** Who watches this session and takes no part; bare JIDs. */
  monitors?: readonly string[];
  phase: Phase;
};

/** `invite`: somebody comes to help. `transfer`: somebody takes the talk over, and who asked leaves it. */
export type HandoverKind = "invite" | "transfer";

/** A person by bare JID, or any agent of a workgroup by its node; `queue`: its queue was named, which is all of it. */
export type HandoverTarget = { type: "user"; jid: string } | { type: "workgroup"; node: string; queue?: string };

/**
 * What an agent has asked for a session, as that session keeps it until somebody has come, or nobody has. `by` is the full
 * JID of the client that asked.
 */
export type Handover = {
  id: string;
  kind: HandoverKind;
  by: string;
  to: HandoverTarget;
  reason: string;
  /** Who is expected in the room, bare: the person named, or who accepted. Null while a workgroup looks for somebody. */
  agent: string | null;
  /** When it counts as failed: for a person, the time to come; for a workgroup, far beyond what it takes to find somebody. */
  until: number;
};

/** What a workgroup that looks for somebody knows of the session: its id, the workgroup it belongs to, and who asks. */
export type HandoverRequest = {
  kind: HandoverKind;
  session: string;
  /** Node of the workgroup whose session it is, and stays. */
  owner: string;
  by: string;
  reason: string;
  /** The queue that was named, if one was. */
  queue?: string;
  /** Agents not to be asked, bare: who is in the session already. */
  ignore: readonly string[];
  /** Before that nobody gives up because all who are there were asked: after a restart agents return one by one. */
  patientUntil: number;
};

/** A visitor who may not join before `until`. `visitor` and `by` are bare. */
export type Block = { visitor: string; name: string; by: string; reason: string; at: number; until: number };

/** Before a session, `occupants` are those who sit in a room that stayed open when an agent was lost. */
export type Phase =
  /** `recalled`: agents, bare, who were asked when the link was lost or we stopped: their yes still counts. */
  | { name: "queued"; occupants?: readonly Occupant[]; recalled?: readonly string[] }
  | { name: "offered"; offers: readonly Offer[]; occupants?: readonly Occupant[] }
  /** Someone accepted `offer`; the room is being made or opened again. */
  | { name: "opening-room"; agent: string; device: string; offer?: Offer; occupants?: readonly Occupant[] }
  /** Invitations are out, waiting for the agent to enter until `joinBy`. The visitor may be there already. */
  | {
      name: "inviting";
      agent: string;
      device: string;
      offer?: Offer;
      joinBy?: number;
      occupants: readonly Occupant[];
    }
  /**
   * A talk. `agent` is who answers for it. `agentAway`/`visitorAway` say since when that side is without an occupant;
   * null while it is there. A visitor who never came is away since the session began.
   * `agentLeft` is the full JID of a device that left the room while signed in, and has stayed signed in since: a sign
   * that the agent went on purpose. `visitorLost` tells, while the visitor is away, that it did not go by its own wish.
   */
  | {
      name: "in-session";
      agent: string;
      occupants: readonly Occupant[];
      startedAt: number;
      agentAwayAt: number | null;
      visitorAwayAt: number | null;
      agentLeft?: string | null;
      visitorLost?: boolean;
    };

export type EndReason =
  | "visitor-cancelled"
  | "visitor-left"
  | "visitor-lost"
  | "visitor-ended"
  | "agent-ended"
  | "nobody-took-it"
  | "workgroup-closed"
  | "room-failed";

/** Whether visitors are let in: FP's OPEN, READY and CLOSED (reference 2.2). */
export type Availability = "open" | "ready" | "closed";

export type WorkgroupState = {
  settings: WorkgroupSettings;
  /** A removed workgroup takes nobody in and lets its sessions end. */
  removed: boolean;
  agents: ReadonlyMap<string, Agent>;
  /** By id, in no order: see `queueOrder`. */
  requests: ReadonlyMap<string, Request>;
  /** When each agent's last chat ended, for who has rested longest; bare JIDs. */
  lastChatEndedAt: ReadonlyMap<string, number>;
  /** Mean wait of those served, in ms, as FP reckons it: new = (old + wait) / 2. Null before the first. */
  averageWaitMs: number | null;
  /** How many offers were made since the start; the number of the next one, which its id is made from. */
  offersMade: number;
  /** When the `dispatch` timer is to fire; null: it is not set. */
  dispatchAt: number | null;
  /** The latest requests that ended, oldest first. A late answer to their offers is told from nonsense. */
  recentlyEnded: readonly { id: string; visitor: string }[];
  /** Visitors who are kept out, by bare JID. Those whose time is over may still be listed. */
  blocked: ReadonlyMap<string, Block>;
};

/**
 * What an agent is doing in the other workgroups of this process: capacity belongs to the person, not to a workgroup.
 * `waitingSince`: when the visitor joined who would be offered to this agent there, had it `chats` chats altogether; null
 * or absent: nobody waits for it. `isSignedIn`: whether that client of the agent, by full JID, is signed in there.
 */
export type Elsewhere = (agent: string) => {
  chats: number;
  offers: number;
  isSignedIn?: (device: string) => boolean;
  waitingSince?: (at: number, chats: number) => number | null;
};
