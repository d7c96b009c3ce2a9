/** Says what a handover leads to: news between workgroups, invitations, and what the inviter is told (reference 4.14). */

import { buildBotMessage } from "../../protocol/bot-message.ts";
import { bareJid } from "../../protocol/jid.ts";
import { buildHandoverFailure, type HandoverType, type OfferedHandover } from "../../protocol/workgroup/handover.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Log } from "../../runtime/log.ts";
import type { SpeakEffect } from "../domain/effects.ts";
import type { HandoverFailure, HandoverNews } from "../domain/events.ts";
import { nameOf } from "../domain/metadata.ts";
import type { Handover, HandoverTarget, Request } from "../domain/model.ts";
import { languageOf, sayIn, type TextKey } from "../texts/index.ts";
import type { Rooms } from "./rooms.ts";
import { isPlain, type Workgroup } from "./workgroup.ts";
import type { Workgroups } from "./workgroups.ts";

export type HandoversDeps = {
  log: Log;
  now(): number;
  workgroups: Workgroups;
  rooms: Rooms;
  roomsDomain: string;
  send(stanza: Element): void;
  /** The language tag an agent reads; null: not known. */
  langOf(workgroup: string, agent: string): string | null;
};

type Order = Extract<
  SpeakEffect,
  { type: "tell-workgroup" | "invite-colleague" | "tell-handover" | "remove-occupant" | "admit-monitor" }
>;

/** Fastpath's own words, where it has any. */
const FAILED: Record<HandoverFailure, string> = {
  "no-such-workgroup": "Specified workgroup was not found.",
  "nobody-there": "Nobody is there to take this chat.",
  "all-declined": "No agent accepted this chat.",
  declined: "The invitation was declined.",
  "not-joined": "Agent or user failed to join the room.",
};

export class Handovers {
  readonly #deps: HandoversDeps;

  constructor(deps: HandoversDeps) {
    this.#deps = deps;
  }

  speak(workgroup: Workgroup, order: Order): void {
    const { rooms } = this.#deps;
    switch (order.type) {
      case "tell-workgroup":
        return this.#tell(workgroup, order.node, order.news);
      case "invite-colleague":
        return rooms.inviteColleague(workgroup, order.request, order.handover, this.#nameOf(order.handover.by));
      case "remove-occupant":
        return rooms.remove(workgroup, order.request, order.nick, order.reason);
      case "admit-monitor":
        return rooms.admit(workgroup.node, order.request.id, order.jid, "owner");
      case "tell-handover":
        return this.#over(workgroup, order.request, order.handover, order.why);
    }
  }

  /** What an offer says of the session that it is for; undefined when it is for a visitor who waits. */
  offered({ handover }: Request): OfferedHandover | undefined {
    if (handover === undefined) return undefined;
    const { kind, session, by, reason, queue } = handover;
    const type = queue === undefined ? "workgroup" : "queue";
    return { kind, type, inviter: by, room: `${session}@${this.#deps.roomsDomain}`, reason };
  }

  /**
   * The agent may come into the room from now on: Spark does so in the same moment as it accepts. Membership is not taken
   * back when somebody else comes; it ends with the room.
   */
  admit({ handover }: Request, agent: string): void {
    if (handover) this.#deps.rooms.admit(handover.owner, handover.session, agent, "member");
  }

  #tell(from: Workgroup, node: string, news: HandoverNews): void {
    const { workgroups, now } = this.#deps;
    const other = workgroups.at(workgroups.addressOf({ node }));
    if (other) return other.post(news);
    if (news.type !== "handover-sought") return;
    const { id, handover } = news;
    const why = "no-such-workgroup";
    from.post({ type: "handover-failed", at: now(), id, request: handover.session, why });
  }

  #over(workgroup: Workgroup, request: Request, handover: Handover, why: HandoverFailure | null): void {
    const { log, send, workgroups } = this.#deps;
    const { kind, by, to } = handover;
    log.info("handover over", { workgroup: workgroup.node, session: request.id, kind, why: why ?? "joined" });
    const from = workgroups.addressOf(workgroup);
    if (this.#isPlain(by)) return this.#inWords(workgroup, request, handover, why);
    if (why === null) return;
    const [type, invitee] = this.#named(to);
    send(buildHandoverFailure(from, { kind, type, session: request.id, inviter: by, invitee, text: FAILED[why] }));
  }

  #inWords(workgroup: Workgroup, request: Request, handover: Handover, why: HandoverFailure | null): void {
    const { langOf, send, workgroups } = this.#deps;
    const { kind, by, to, agent } = handover;
    const lang = languageOf(langOf(workgroup.node, bareJid(by)) ?? "") ?? "en";
    const key: TextKey = why !== null ? `handover.${why}` : kind === "transfer" ? "handover.taken" : "handover.came";
    const who = agent !== null ? this.#nameOf(agent) : this.#titleOf(to);
    const text = sayIn(lang)(key, { who, name: nameOf(request.metadata) });
    const from = workgroups.addressOf(workgroup);
    send(buildBotMessage({ from, to: by, lang, text, thread: request.id }));
  }

  #named(to: HandoverTarget): [HandoverType, string] {
    if (to.type === "user") return ["user", to.jid];
    const address = this.#deps.workgroups.addressOf(to);
    return to.queue === undefined ? ["workgroup", address] : ["queue", `${address}/${to.queue}`];
  }

  #titleOf(to: HandoverTarget): string {
    if (to.type === "user") return this.#nameOf(to.jid);
    const { workgroups } = this.#deps;
    return workgroups.at(workgroups.addressOf(to))?.committed.settings.title ?? to.node;
  }

  /** The name of an agent, in whichever workgroup it has one; else the address. */
  #nameOf(jid: string): string {
    const bare = bareJid(jid);
    for (const { committed } of this.#deps.workgroups.all) {
      const agent = committed.settings.agents.find((one) => one.jid === bare);
      if (agent) return agent.name;
    }
    return bare;
  }

  #isPlain(device: string): boolean {
    return this.#deps.workgroups.all.some((one) => isPlain(one, device));
  }
}
