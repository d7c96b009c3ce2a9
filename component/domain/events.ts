/** Everything that can happen to a workgroup, as facts. Instants and ids arrive in the event: the domain has no clock and no dice. */
import type { EndReason, Metadata, Show, WorkgroupSettings } from "./model.ts";

export type Timer =
  | { kind: "offer"; request: string }
  /** No device acknowledged the offer in time. */
  | { kind: "acknowledgement"; request: string; offer: string }
  | { kind: "deadline"; request: string }
  /** A rejection memory ran out: look again. */
  | { kind: "dispatch" }
  | { kind: "agent-join"; request: string }
  | { kind: "agent-grace"; request: string }
  | { kind: "visitor-grace"; request: string };

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
  /** Our link to the server went down: nobody's presence is known any more. */
  | { type: "link-lost"; at: number }
  /** Our link to the server stands, for the first time or again. */
  | { type: "link-established"; at: number }
  | { type: "timer-fired"; at: number; timer: Timer }
  /** An agent has room again because of something outside this workgroup. */
  | { type: "capacity-freed"; at: number };

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
  | { code: "not-yours" };

export type { EndReason };
