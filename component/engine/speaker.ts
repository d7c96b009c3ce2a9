/** Carries out the orders of a step once it is saved. Nothing here decides; nothing here waits. */
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildDepartQueue, type DepartReason } from "../../protocol/workgroup/join.ts";
import { buildOffer, buildOfferRevoke } from "../../protocol/workgroup/offer.ts";
import { type Element, xml } from "../../protocol/xml.ts";
import type { Log } from "../../runtime/log.ts";
import type { Timers } from "../../runtime/timers.ts";
import type { ComponentLink } from "../../runtime/xmpp/component-link.ts";
import type { SpeakEffect } from "../domain/effects.ts";
import { shownMetadata } from "../domain/metadata.ts";
import type { Offer, OfferOutcome, Request } from "../domain/model.ts";
import { timerKey } from "../domain/timers.ts";
import type { TextKey } from "../texts/index.ts";
import type { Announcer } from "./announcer.ts";
import type { Handovers } from "./handovers.ts";
import { inWords } from "./in-words.ts";
import type { PlainOffers } from "./plain-offers.ts";
import type { Rooms } from "./rooms.ts";
import type { Roster } from "./roster.ts";
import { isPlain, type Workgroup } from "./workgroup.ts";
import type { Workgroups } from "./workgroups.ts";

export type SpeakerDeps = {
  link: ComponentLink;
  log: Log;
  timers: Timers;
  now(): number;
  workgroups: Workgroups;
  announcer: Announcer;
  rooms: Rooms;
  handovers: Handovers;
  /** `conference.<domain>` */
  roomsDomain: string;
  roster: Roster;
  plainOffers: PlainOffers;
  send(stanza: Element): void;
  /** Tells those who asked whether the workgroup is open. */
  tellAvailability(workgroup: Workgroup): void;
  /** A client took delivery of an offer. For counting. */
  delivered(afterMs: number): void;
};

/** An offer's acknowledgement is transport: a client that has not answered by now is not there. */
const ACKNOWLEDGE_MS = 15_000;

/** What an agent's client shows when an offer goes; the first is Fastpath's own text. */
const REVOKED: Record<OfferOutcome, string> = {
  expired: "The offer has timed out",
  "taken-by-other": "Another agent took this chat",
  "visitor-gone": "User canceled",
  withdrawn: "The offer was withdrawn",
  accepted: "You took this chat on another device",
  rejected: "You declined this chat on another device",
  undeliverable: "The offer was withdrawn",
  "agent-gone": "The offer was withdrawn",
};

const DEPARTED: Record<DepartReason, TextKey> = {
  "departure-requested": "visitor.left.cancelled",
  "agent-not-found": "visitor.left.unserved",
  closed: "visitor.left.closed",
};

export class Speaker {
  readonly #deps: SpeakerDeps;

  constructor(deps: SpeakerDeps) {
    this.#deps = deps;
  }

  speak(workgroup: Workgroup, effect: SpeakEffect): void {
    const { timers, rooms, announcer, workgroups } = this.#deps;
    switch (effect.type) {
      case "send-offer":
        return this.#offer(workgroup, effect.request, effect.offer);
      case "revoke-offer":
        for (const device of effect.devices) this.#revoked(workgroup, effect.request, device, effect.outcome);
        return;
      case "start-timer": {
        const { timer, fireAt } = effect;
        // Its time has passed, even where the clock was put back meanwhile.
        const fire = (): void => workgroup.post({ type: "timer-fired", at: Math.max(this.#deps.now(), fireAt), timer });
        return timers.start(`${workgroup.node}:${timerKey(timer)}`, fireAt, fire);
      }
      case "stop-timer":
        return timers.stop(`${workgroup.node}:${timerKey(effect.timer)}`);
      case "open-room":
        return rooms.open(workgroup, effect.request);
      case "invite-agent":
        return rooms.inviteAgent(workgroup, effect.request, effect.device);
      case "invite-visitor":
        announcer.forget(workgroup.node, effect.request.id);
        rooms.inviteVisitor(workgroup, effect.request);
        return this.#showRoom(workgroup, effect.request);
      case "close-room":
        return rooms.close(workgroup, effect.request, effect.by);
      case "tell-departed":
        return this.#depart(workgroup, effect.request, effect.reason);
      case "tell-requeued":
        rooms.sayRequeued(effect.request);
        // What is said in the room names no place, and several may have come back at once.
        return announcer.tellVisitor(workgroup.node, workgroup.committed, effect.request.id);
      case "tell-queue":
        return announcer.tellDevice(workgroup, effect.device);
      case "queue-changed":
        return announcer.changed(workgroup);
      case "availability-changed":
        return this.#deps.tellAvailability(workgroup);
      case "agent-changed":
        return this.#deps.roster.changed(workgroup, effect.agent);
      case "capacity-freed":
        return workgroups.capacityFreed(effect.agent, workgroup);
      default:
        return this.#deps.handovers.speak(workgroup, effect);
    }
  }

  /** Takes an offer back on one device. Whether the client has heard is of no consequence. */
  revoke(
    node: string,
    { id, visitor, userId, handover }: Pick<Request, "id" | "visitor" | "userId" | "handover">,
    device: string,
    outcome: OfferOutcome,
  ): void {
    const from = this.#deps.workgroups.addressOf({ node });
    const payload = buildOfferRevoke({
      id,
      visitor,
      userId,
      session: handover?.session ?? id,
      workgroup: this.#deps.workgroups.addressOf({ node: handover?.owner ?? node }),
      reason: REVOKED[outcome],
    });
    this.#deps.link.request({ from, to: device, type: "set", payload }).catch((error: unknown) => {
      this.#deps.log.debug("a revoked offer was not acknowledged", { request: id, device, error });
    });
  }

  #offer(workgroup: Workgroup, request: Request, offer: Offer): void {
    const { now, log, link, workgroups, handovers } = this.#deps;
    const from = workgroups.addressOf(workgroup);
    const handover = handovers.offered(request);
    handovers.admit(request, offer.agent);
    const payload = (): Element =>
      buildOffer({
        id: request.id,
        visitor: request.visitor,
        userId: request.userId,
        session: request.handover?.session ?? request.id,
        workgroup: workgroups.addressOf({ node: request.handover?.owner ?? workgroup.node }),
        timeoutS: Math.max(1, Math.round((offer.expiresAt - now()) / 1000)),
        metadata: shownMetadata(request),
        ...(request.verified && { verified: request.verified }),
        ...(handover && { handover }),
      });
    for (const device of offer.devices) {
      const of = { request: request.id, offer: offer.id, device };
      log.info("offer sent", { workgroup: workgroup.node, ...of });
      if (isPlain(workgroup, device)) {
        this.#deps.plainOffers.offer(workgroup, from, request, offer, device);
        continue;
      }
      const at = now();
      link.request({ from, to: device, type: "set", payload: payload(), timeoutMs: ACKNOWLEDGE_MS }).then(
        () => {
          this.#deps.delivered(now() - at);
          workgroup.post({ type: "offer-acknowledged", at: now(), ...of });
        },
        (error: unknown) => {
          log.info("offer not delivered", { workgroup: workgroup.node, ...of, reason: reasonOf(error) });
          workgroup.post({ type: "offer-undelivered", at: now(), ...of });
        },
      );
    }
  }

  /** Not every client makes an invitation stand out, and few say who is behind it. */
  #showRoom(workgroup: Workgroup, request: Request): void {
    const room = `xmpp:${request.id}@${this.#deps.roomsDomain}?join`;
    const words = inWords(request, (say) => say("visitor.room.ready", { room }));
    if (words === undefined) return;
    const from = this.#deps.workgroups.addressOf(workgroup);
    this.#deps.send(xml("message", { from, to: request.visitor, ...words.attrs }, words.body));
  }

  #revoked(workgroup: Workgroup, request: Request, device: string, outcome: OfferOutcome): void {
    if (!isPlain(workgroup, device)) return this.revoke(workgroup.node, request, device, outcome);
    const from = this.#deps.workgroups.addressOf(workgroup);
    this.#deps.plainOffers.revoke(workgroup, from, request, device, outcome);
  }

  #depart(workgroup: Workgroup, request: Request, reason: DepartReason): void {
    this.#deps.announcer.forget(workgroup.node, request.id);
    const from = this.#deps.workgroups.addressOf(workgroup);
    const words = inWords(request, (say) => say(DEPARTED[reason]));
    const message = { from, to: request.visitor, ...words?.attrs };
    this.#deps.send(xml("message", message, words?.body, buildDepartQueue(reason)));
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof StanzaError ? error.condition : error instanceof Error ? error.message : "unknown";
