/**
 * Orders to the shell. Saves of a step are committed first, in order; then the rest is carried out, in order.
 * An effect names things by id; the shell looks the rest up in the state the step returned.
 */
import type { HandoverFailure, HandoverNews, Timer } from "./events.ts";
import type { Block, EndReason, Handover, Offer, OfferOutcome, Request } from "./model.ts";

export type EndedBy = { kind: "visitor" } | { kind: "agent"; jid: string } | { kind: "service" };

export type SaveEffect =
  /** Insert or replace the request as it now stands. */
  | { type: "save-request"; request: Request }
  | { type: "save-request-ended"; request: string; at: number; reason: EndReason; by: EndedBy }
  /** An offer was made; `save-request` keeps it, as part of the request's phase, until it ends. */
  | { type: "save-offer"; request: string; offer: Offer }
  /** The record of an offer, once it is over. */
  | { type: "save-offer-ended"; request: string; offer: Offer; at: number; outcome: OfferOutcome }
  /** The talk began (first time, or with another agent after the first was lost). */
  | { type: "save-session-started"; request: string; agent: string; at: number }
  | {
      type: "save-participant-joined";
      request: string;
      jid: string;
      nick: string;
      role: "agent" | "visitor";
      at: number;
    }
  | { type: "save-participant-left"; request: string; jid: string; at: number }
  /** Devices of an agent as they now are (empty: signed out), so that a restarted service finds its agents again. */
  | { type: "save-devices"; agent: string }
  /** A request that was no visitor's own (`handover`) is decided, and leaves no trace. */
  | { type: "save-handover-decided"; request: string }
  | { type: "save-blocked"; block: Block }
  | { type: "save-unblocked"; visitor: string };

export type SpeakEffect =
  | { type: "send-offer"; request: Request; offer: Offer }
  /** To devices that still show the offer. Not to the one that accepted. */
  | { type: "revoke-offer"; request: Request; offer: Offer; devices: readonly string[]; outcome: OfferOutcome }
  | { type: "start-timer"; timer: Timer; fireAt: number }
  | { type: "stop-timer"; timer: Timer }
  /** Make the room, or take its seat again; answered by `room-opened` or `room-failed`. */
  | { type: "open-room"; request: Request }
  | { type: "invite-agent"; request: Request; device: string }
  | { type: "invite-visitor"; request: Request }
  /** Read the archive to its end, then destroy the room. */
  | { type: "close-room"; request: Request; reason: EndReason; by: EndedBy }
  /** Out of the queue without a room. */
  | { type: "tell-departed"; request: Request; reason: "departure-requested" | "agent-not-found" | "closed" }
  /** In the room, a line of the service: the agent was lost, the next one is sought. */
  | { type: "tell-requeued"; request: Request }
  /** this device gets the state of the queue at once. */
  | { type: "tell-queue"; device: string }
  /** Who waits or in which order changed; the shell coalesces what it tells visitors and agents. */
  | { type: "queue-changed" }
  /** `availability` changed: tell subscribers. */
  | { type: "availability-changed" }
  /** Load or presence of an agent changed, or a talk of it began: colleagues' rosters. */
  | { type: "agent-changed"; agent: string }
  /** To the mailbox of a workgroup, this one included. One that is not there answers `handover-sought` by a failure. */
  | { type: "tell-workgroup"; node: string; news: HandoverNews }
  /** Somebody by name is asked into the room. */
  | { type: "invite-colleague"; request: Request; handover: Handover }
  /** A handover is over: `why` is null when somebody came. */
  | { type: "tell-handover"; request: Request; handover: Handover; why: HandoverFailure | null }
  /** Out of the room, by nick. */
  | { type: "remove-occupant"; request: Request; nick: string; reason: string }
  /** Into the room as its owner, who may look on. */
  | { type: "admit-monitor"; request: Request; jid: string }
  /** This agent can take more than before: other workgroups may want to know. */
  | { type: "capacity-freed"; agent: string };

export type Effect = SaveEffect | SpeakEffect;
