/** Everything that can happen to a workgroup, as facts. Instants and ids arrive in the event: the domain has no clock and no dice. */
import type {
  Availability,
  EndReason,
  HandoverKind,
  HandoverRequest,
  HandoverTarget,
  Metadata,
  Request,
  Show,
  WorkgroupSettings,
} from "./model.ts";

export type Timer =
  | { kind: "offer"; request: string }
  /** No device acknowledged the offer in time. */
  | { kind: "acknowledgement"; request: string; offer: string }
  | { kind: "deadline"; request: string }
  /** A rejection memory ran out: look again. */
  | { kind: "dispatch" }
  | { kind: "agent-join"; request: string }
  | { kind: "agent-grace"; request: string }
  | { kind: "visitor-grace"; request: string }
  /** Somebody who was asked into a session by name has not come. */
  | { kind: "handover"; request: string; handover: string };

export type OfferRef = { id: string } | { visitor: string };

export type WorkgroupEvent =
  | { type: "settings-changed"; at: number; settings: WorkgroupSettings }
  | { type: "workgroup-removed"; at: number }
  /** A visitor asks to be queued. `id` is minted by the caller and becomes request, session and room. */
  | {
      type: "join-requested";
      at: number;
      id: string;
      visitor: string;
      userId: string;
      metadata: Metadata;
      verified?: readonly string[];
      dialogue?: string;
    }
  /** A visitor who waits in a dialogue says more: it belongs to the question. */
  | { type: "words-added"; at: number; visitor: string; text: string }
  | { type: "depart-requested"; at: number; visitor: string }
  /** A stanza to the visitor bounced, or its presence ended. */
  | { type: "visitor-unreachable"; at: number; visitor: string }
  /** The visitor's connection stands again, or was never gone. */
  | { type: "visitor-reachable"; at: number; visitor: string }
  | { type: "agent-signed-in"; at: number; device: string; show: Show; maxChats: number | null; plain?: boolean }
  /** A later presence of a signed-in device. `maxChats` null: as before. */
  | { type: "agent-changed"; at: number; device: string; show: Show; maxChats: number | null }
  | { type: "agent-signed-out"; at: number; device: string }
  | { type: "offer-acknowledged"; at: number; request: string; offer: string; device: string }
  | { type: "offer-undelivered"; at: number; request: string; offer: string; device: string }
  | { type: "offer-answered"; at: number; device: string; offer: OfferRef; accepted: boolean }
  | { type: "room-opened"; at: number; request: string }
  | { type: "room-failed"; at: number; request: string }
  /** Someone other than the workgroup itself is in the room. `jid` is the real full JID. */
  | { type: "occupant-joined"; at: number; request: string; jid: string; nick: string }
  /** `lost`: the room dropped the seat because its client does not answer (status 333), not by the person's wish. */
  | { type: "occupant-left"; at: number; request: string; jid: string; lost: boolean }
  /** The room was seen anew as a whole, as after our own absence: exactly these are in it. */
  | { type: "occupants-known"; at: number; request: string; occupants: readonly { jid: string; nick: string }[] }
  /** `by` is a full JID; the domain decides whether it may. */
  | { type: "end-requested"; at: number; request: string; by: string }
  /**
   * An agent asks somebody into a session of this workgroup, or hands it over. `id` is minted by the caller, `by` is a full
   * JID. `standing`: how another workgroup that is to be asked stands, null when there is none of that name.
   */
  | {
      type: "handover-requested";
      at: number;
      id: string;
      request: string;
      by: string;
      kind: HandoverKind;
      to: HandoverTarget;
      reason: string;
      standing?: Availability | null;
    }
  /** An agent takes a waiting visitor out of turn. `device` is a signed-in client. */
  | { type: "take-requested"; at: number; request: string; device: string }
  /** Somebody with the right to it wants to watch a session. */
  | { type: "monitor-requested"; at: number; request: string; by: string }
  /** Who was invited into the room, agent, colleague or visitor, does not want to come. */
  | { type: "invitation-declined"; at: number; request: string; by: string; reason: string }
  /** An agent ends a session or a wait, and the visitor may not join again before `until`. */
  | { type: "block-requested"; at: number; request: string; by: string; until: number; reason: string }
  /** `visitor` is the bare address, `by` an agent. */
  | { type: "unblock-requested"; at: number; visitor: string; by: string }
  /** What was kept of a visitor (bare address) was erased. */
  | { type: "visitor-erased"; at: number; visitor: string }
  | HandoverNews
  /** Our link to the server went down: nobody's presence is known any more. */
  | { type: "link-lost"; at: number }
  /** Our link to the server stands, for the first time or again. */
  | { type: "link-established"; at: number }
  | { type: "timer-fired"; at: number; timer: Timer }
  /** An agent has room again because of something outside this workgroup. */
  | { type: "capacity-freed"; at: number };

/**
 * What workgroups say to one another about a handover, each to the other's mailbox. It may be lost with the process and is
 * then said again after the start, so each of them may come twice.
 */
export type HandoverNews =
  /** To the one that is to look for somebody. `request` is the session as its workgroup has it. */
  | {
      type: "handover-sought";
      at: number;
      id: string;
      request: Pick<Request, "visitor" | "userId" | "metadata" | "verified">;
      handover: Omit<HandoverRequest, "patientUntil">;
    }
  /** To the same: it is over, because `joined` (bare) came, or, when that is null, nobody is wanted any more. */
  | { type: "handover-closed"; at: number; id: string; joined: string | null }
  /** To the same: who accepted (bare) has declined the invitation to the room after all. */
  | { type: "handover-declined"; at: number; id: string; agent: string }
  /** To the session's own workgroup: this one looks for somebody still. Answered by `handover-closed` when it need not. */
  | { type: "handover-held"; at: number; id: string; request: string; node: string }
  /** To the same: the agent who has `device` accepted. */
  | { type: "handover-accepted"; at: number; id: string; request: string; node: string; device: string }
  /** To the same: nobody was found. */
  | { type: "handover-failed"; at: number; id: string; request: string; why: HandoverFailure };

/** Why nobody came: as `Refusal`, but found out later. */
export type HandoverFailure =
  | "no-such-workgroup"
  /** No agent of the workgroup takes chats just now. */
  | "nobody-there"
  /** All who were asked declined or did not answer. */
  | "all-declined"
  /** Who was asked by name declined. */
  | "declined"
  /** Who was asked, or accepted, did not come in time. */
  | "not-joined";

/** Why an event was refused, for whoever asked. Everything else late or doubled is passed over in silence. */
export type Refusal =
  | { code: "closed" }
  | { code: "already-queued" }
  /** As many wait as may. */
  | { code: "queue-full" }
  | { code: "form-incomplete"; fields: string[] }
  | { code: "not-queued" }
  /** The question with all that was added to it would be too long. */
  | { code: "question-full" }
  | { code: "not-an-agent" }
  | { code: "not-signed-in" }
  | { code: "no-such-offer" }
  /** The offer was decided, expired or withdrawn before. `request` names it, so that a stale pop-up can be closed. */
  | { code: "offer-gone"; request: string }
  | { code: "no-such-session" }
  | { code: "not-yours" }
  /** Nobody by that id waits any more. */
  | { code: "not-waiting" }
  /** This agent has as many chats as may be. */
  | { code: "agent-busy" }
  | { code: "no-such-workgroup" }
  /** No agent of the workgroup that is to be asked takes chats, or the agent named is not signed in. */
  | { code: "nobody-there" }
  /** Who is to come is in the session already. Also the agent who asks. */
  | { code: "already-there" }
  /** The visitor cannot be asked into its own talk as a colleague. */
  | { code: "is-visitor" }
  /** Another agent is handing this session over, or the same person is being asked already. */
  | { code: "handover-pending" }
  | { code: "not-a-monitor" }
  /** The visitor is kept out until then. */
  | { code: "blocked"; until: number }
  | { code: "not-blocked" };

export type { EndReason };
