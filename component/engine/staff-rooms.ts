/**
 * Each workgroup's own room for its agents, `workgroup-<node>` (reference 4.21): Spark enters it at the press of a button
 * and takes for granted that it is there. It is made and kept in order from outside; the service has no seat in it.
 */
import { bareJid, domainOf, localOf } from "../../protocol/jid.ts";
import {
  buildAffiliation,
  buildDestroy,
  buildJoin,
  buildLeave,
  buildMembersRequest,
  buildRoomConfig,
  buildSubject,
  parseMembers,
} from "../../protocol/muc.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Element } from "../../protocol/xml.ts";
import type { Log } from "../../runtime/log.ts";
import { type ComponentLink, LinkDown } from "../../runtime/xmpp/component-link.ts";
import type { WorkgroupState } from "../domain/model.ts";

export type StaffRoomsDeps = {
  link: ComponentLink;
  log: Log;
  send(stanza: Element): void;
  /** `conference.<domain>` */
  roomsDomain: string;
};

/** How a room shall be; null: there shall be none. */
type Wish = { title: string; members: readonly string[] } | null;

export class StaffRooms {
  readonly #deps: StaffRoomsDeps;
  /** Wishes that were fulfilled since the link is up, as texts to compare. */
  readonly #fulfilled = new Map<string, string>();
  readonly #waiting = new Map<string, Wish>();
  #working = false;

  constructor(deps: StaffRoomsDeps) {
    this.#deps = deps;
  }

  /** The room is made, or its members changed, or it is taken away, as the workgroup now stands. One room after the other. */
  see({ node, committed }: { node: string; committed: WorkgroupState }): void {
    const { title, agents } = committed.settings;
    this.#waiting.set(node, committed.removed ? null : { title, members: agents.map(({ jid }) => jid) });
    void this.#work();
  }

  /** What was known of the rooms may have been lost with the server. */
  linkLost(): void {
    this.#fulfilled.clear();
    this.#waiting.clear();
  }

  /** Whether a stanza is of such a room: what happens in it is no business of the service's. */
  take(stanza: Element): boolean {
    const from = attr(stanza, "from") ?? "";
    return domainOf(from) === this.#deps.roomsDomain && localOf(from).startsWith("workgroup-");
  }

  async #work(): Promise<void> {
    if (this.#working || !this.#deps.link.online) return;
    this.#working = true;
    for (const [node, wish] of this.#waiting) {
      this.#waiting.delete(node);
      await this.#fulfil(node, wish);
    }
    this.#working = false;
  }

  async #fulfil(node: string, wish: Wish): Promise<void> {
    const text = JSON.stringify(wish);
    if (this.#fulfilled.get(node) === text) return;
    try {
      if (wish === null) await this.#destroy(node);
      else await this.#keep(node, wish);
      this.#fulfilled.set(node, text);
    } catch (error) {
      // It is tried again with the next link or configuration.
      if (!(error instanceof LinkDown)) this.#deps.log.warn("a staff room is not in order", { workgroup: node, error });
    }
  }

  async #keep(node: string, { title, members }: NonNullable<Wish>): Promise<void> {
    const present = (await this.#members(node)) ?? (await this.#make(node, title));
    for (const jid of members.filter((one) => !present.includes(one))) {
      await this.#ask(node, buildAffiliation({ jid, affiliation: "member" }));
    }
    for (const jid of present.filter((one) => !members.includes(one))) {
      await this.#ask(node, buildAffiliation({ jid, affiliation: "none" }));
    }
  }

  /** Null when there is no room. */
  async #members(node: string): Promise<string[] | null> {
    try {
      const list = await this.#ask(node, buildMembersRequest(), "get");
      return list === undefined ? [] : parseMembers(list);
    } catch (error) {
      if (error instanceof StanzaError && error.condition === "item-not-found") return null;
      throw error;
    }
  }

  /** By entering it, as rooms are made; with its configuration it stays when we leave. It has no members yet. */
  async #make(node: string, title: string): Promise<string[]> {
    const { send } = this.#deps;
    const seat = { from: this.#jid(node), room: this.#room(node), nick: node };
    send(buildJoin(seat));
    await this.#ask(node, buildRoomConfig({ name: `Workgroup ${node} Chat Room`, description: `Agents of ${title}` }));
    send(buildSubject({ from: seat.from, room: seat.room, text: `Agents of ${title}` }));
    send(buildLeave(seat));
    return [];
  }

  async #destroy(node: string): Promise<void> {
    try {
      await this.#ask(node, buildDestroy({ reason: "" }));
    } catch (error) {
      if (!(error instanceof StanzaError && error.condition === "item-not-found")) throw error;
    }
  }

  #ask(node: string, payload: Element, type: "get" | "set" = "set"): Promise<Element | undefined> {
    return this.#deps.link.request({ from: bareJid(this.#jid(node)), to: this.#room(node), type, payload });
  }

  #room(node: string): string {
    return `workgroup-${node}@${this.#deps.roomsDomain}`;
  }

  #jid(node: string): string {
    return `${node}@${this.#deps.link.domain}/staff`;
  }
}
