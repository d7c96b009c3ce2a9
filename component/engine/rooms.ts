/**
 * The rooms of the sessions, and our seat in each: opens, invites, listens, writes the transcript, has them closed.
 * What it sees it posts as facts; it decides nothing. After any absence a seat first reads the archive to its end, and
 * only then listens: so the transcript has the room's own order (see `store/transcripts.ts`).
 */

import { bareJid } from "../../protocol/jid.ts";
import { buildAffiliation, buildKick, buildRoomConfig, buildSubject } from "../../protocol/muc.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildServiceLine } from "../../protocol/workgroup/session.ts";
import type { Element } from "../../protocol/xml.ts";
import { LinkDown } from "../../runtime/xmpp/component-link.ts";
import { createRoomSeats, type RoomSeats } from "../../runtime/xmpp/room-seat.ts";
import type { EndedBy } from "../domain/effects.ts";
import { nameOf, questionOf } from "../domain/metadata.ts";
import type { Handover, Request } from "../domain/model.ts";
import { roomsToClose } from "../store/requests.ts";
import {
  agentInvitation,
  colleagueInvitation,
  directInvitation,
  headline,
  type Place,
  reasonFor,
  visitorInvitation,
} from "./invitations.ts";
import { RoomClosings, type RoomClosingsDeps, sessionEnd } from "./room-closings.ts";
import { askRoom, orderRoom, RETRY_MS } from "./room-orders.ts";
import { SessionRoom } from "./session-room.ts";
import { isPlain, type Workgroup } from "./workgroup.ts";
import type { Workgroups } from "./workgroups.ts";

export type RoomsDeps = RoomClosingsDeps & {
  send(stanza: Element): void;
  /** `conference.<domain>` */
  roomsDomain: string;
  workgroups: Workgroups;
};

/** A restart must not meet the server with all rooms at once. */
const SEATS_AT_A_TIME = 20;
/** How often a room server that cannot just now is asked before the room counts as failed: half a minute. */
const MOST_REFUSALS = 6;

export class Rooms {
  readonly #deps: RoomsDeps;
  readonly #seats: RoomSeats;
  readonly #open = new Map<string, SessionRoom>();
  readonly #closings: RoomClosings;

  constructor(deps: RoomsDeps) {
    this.#deps = deps;
    this.#seats = createRoomSeats(deps.link);
    this.#closings = new RoomClosings(deps);
  }

  /** Gives the rooms an incoming stanza; true when it was theirs. */
  take(stanza: Element): boolean {
    return this.#seats.take(stanza);
  }

  /** Makes the room, or takes our seat in it again; posts who is in it and `room-opened`, or `room-failed`. */
  open(workgroup: Workgroup, request: Request): void {
    const room = this.#roomOf(workgroup, request);
    const { link, log, now } = this.#deps;
    this.#prepare(workgroup, request, room).then(
      () => {
        room.refusals = 0;
        // First who is there: an agent who sits in the room already begins the session.
        room.tellOccupants();
        workgroup.post({ type: "room-opened", at: now(), request: request.id });
      },
      (error: unknown) => {
        if (error instanceof LinkDown) {
          // The order comes again when the link is back; unless it is back already.
          if (link.online) this.#again(workgroup, request.id, (current) => this.open(workgroup, current));
          return;
        }
        log.warn("a room could not be opened", { workgroup: workgroup.node, session: request.id, error });
        room.refusals += 1;
        if (mayPass(error) && room.refusals < MOST_REFUSALS)
          return this.#again(workgroup, request.id, (current) => this.open(workgroup, current));
        room.refusals = 0;
        workgroup.post({ type: "room-failed", at: now(), request: request.id });
      },
    );
  }

  inviteAgent(workgroup: Workgroup, request: Request, device: string): void {
    const place = this.#placeOf(workgroup, request);
    this.#deps.send(agentInvitation(place, request, device));
    if (this.#isPlain(device)) this.#deps.send(directInvitation(place, device, headline(request)));
  }

  /** Asks a person by name into the room. `inviter` is the name of who asks. */
  inviteColleague(workgroup: Workgroup, request: Request, handover: Handover, inviter: string): void {
    if (handover.to.type !== "user") return;
    const place = this.#placeOf(workgroup, request);
    const { jid } = handover.to;
    this.#deps.send(colleagueInvitation(place, request, handover, { to: jid, inviter }));
    const devices = this.#deps.workgroups.all.flatMap(({ committed }) => committed.agents.get(jid)?.devices ?? []);
    for (const device of new Set(devices.filter(({ plain }) => plain).map((one) => one.jid))) {
      this.#deps.send(directInvitation(place, device, reasonFor(request, { ...handover, inviter })));
    }
  }

  /** Puts a nick out of the room. Who stays all the same is a guest that anybody sees. */
  remove(workgroup: Workgroup, request: Request, nick: string, reason: string): void {
    orderRoom(this.#deps, this.#roomOf(workgroup, request), buildKick({ nick, reason }));
  }

  /** Lets somebody (bare) into the room of a session of this or another workgroup. */
  admit(node: string, session: string, jid: string, affiliation: "member" | "owner"): void {
    const { link, roomsDomain } = this.#deps;
    const room = { jid: `${node}@${link.domain}/${session}`, address: `${session}@${roomsDomain}` };
    orderRoom(this.#deps, room, buildAffiliation({ jid, affiliation }));
  }

  inviteVisitor(workgroup: Workgroup, request: Request): void {
    this.#deps.send(visitorInvitation(this.#placeOf(workgroup, request), request));
  }

  sayRequeued(request: Request): void {
    const text = "The agent has lost the connection. The next free agent will be with you.";
    this.#open.get(request.id)?.say(text, buildServiceLine({ kind: "requeued" }));
  }

  /** Says a line in a session's room for an agent, by name. Rejects when it cannot be said now. */
  async speakFor(session: string, name: string, text: string): Promise<void> {
    const room = this.#open.get(session);
    if (room === undefined) throw new LinkDown("the room is not open");
    await room.speakFor(name, text);
  }

  /** The session is over: its room is closed, and goes when all that was said there is stored. */
  close(workgroup: Workgroup, request: Request, by: EndedBy): void {
    this.#closings.add(this.#roomOf(workgroup, request), sessionEnd(workgroup, request, by));
    this.#open.delete(request.id);
    void this.#closings.close(request.id);
  }

  /** Finds rooms that outlived their session. Before the link goes up. */
  async restore(): Promise<void> {
    for (const { workgroup: node, session, by } of await roomsToClose(this.#deps.db)) {
      const room = new SessionRoom({ node, session, nick: node }, this.#roomDeps());
      this.#closings.add(room, { by: by.kind, name: "" });
    }
  }

  /** The link is up: our seats in open rooms are taken again, and what could not be closed is closed. */
  takeSeats(): void {
    const work = this.#closings.work();
    for (const workgroup of this.#deps.workgroups.all) {
      for (const request of workgroup.current.requests.values()) {
        if (request.room === "open") work.push(() => this.#takeSeat(workgroup, request));
      }
    }
    for (let lane = 0; lane < SEATS_AT_A_TIME; lane += 1) {
      void (async () => {
        for (let next = work.shift(); next; next = work.shift()) await next();
      })();
    }
  }

  linkLost(): void {
    for (const room of this.#open.values()) room.linkLost();
  }

  async #takeSeat(workgroup: Workgroup, request: Request): Promise<void> {
    const room = this.#roomOf(workgroup, request);
    try {
      await this.#prepare(workgroup, request, room);
      room.tellOccupants();
    } catch (error) {
      if (error instanceof LinkDown && !this.#deps.link.online) return;
      this.#deps.log.warn("a seat could not be taken again", { session: request.id, error });
      this.#again(workgroup, request.id, (current) => void this.#takeSeat(workgroup, current));
    }
  }

  /** Tries something again in a while, if the request is still open and the link stands. */
  #again(workgroup: Workgroup, id: string, what: (request: Request) => void): void {
    setTimeout(() => {
      const current = workgroup.current.requests.get(id);
      if (current && this.#deps.link.online) what(current);
    }, RETRY_MS).unref();
  }

  /** The room exists, is configured, holds its members, and we sit in it. Done once at a time, and harmless when it is so. */
  #prepare(workgroup: Workgroup, request: Request, room: SessionRoom): Promise<void> {
    room.preparing ??= this.#makeReady(workgroup, request, room).finally(() => {
      room.preparing = undefined;
    });
    return room.preparing;
  }

  async #makeReady(workgroup: Workgroup, request: Request, room: SessionRoom): Promise<void> {
    const created = room.seated ? false : await room.enter();
    // A room that is not known to be open may have been made and never unlocked: we may have stopped in between.
    if (!created && (room.configured || request.room === "open")) return;
    const { link } = this.#deps;
    const [name, question] = [nameOf(request.metadata), questionOf(request.metadata)];
    await askRoom(link, room, buildRoomConfig({ name: `${workgroup.committed.settings.title}: ${name}` }));
    // A room that was lost with the server has lost its members too.
    const members = request.room === "open" ? [bareJid(request.visitor), ...request.served] : [];
    members.push(...(workgroup.committed.settings.monitors ?? []));
    for (const jid of members) await askRoom(link, room, buildAffiliation({ jid, affiliation: "member" }));
    this.#deps.send(buildSubject({ from: room.jid, room: room.address, text: headline(request) }));
    room.configured = true;
    if (question !== "" && request.room === "none" && (await room.isBlank())) {
      room.say(`${name} asks: ${question}`, buildServiceLine({ kind: "question", name, text: question }));
    }
  }

  #isPlain(device: string): boolean {
    return this.#deps.workgroups.all.some((one) => isPlain(one, device));
  }

  #placeOf(workgroup: Workgroup, request: Request): Place {
    const room = this.#roomOf(workgroup, request).address;
    return { workgroup: this.#deps.workgroups.addressOf(workgroup), room };
  }

  #roomOf(workgroup: Workgroup, request: Request): SessionRoom {
    const known = this.#open.get(request.id) ?? this.#closings.roomOf(request.id);
    if (known) return known;
    const of = { node: workgroup.node, session: request.id, nick: workgroup.committed.settings.title };
    const room = new SessionRoom(of, this.#roomDeps(workgroup, request));
    this.#open.set(request.id, room);
    return room;
  }

  #roomDeps(workgroup?: Workgroup, request?: Request): ConstructorParameters<typeof SessionRoom>[1] {
    const { db, link, log, now, recorder, roomsDomain } = this.#deps;
    return {
      db,
      link,
      log,
      now,
      recorder,
      roomsDomain,
      serviceDomain: link.domain,
      seats: this.#seats,
      visitor: request ? bareJid(request.visitor) : "",
      post: (event) => workgroup?.post(event),
      onLost: () => {
        const current = workgroup?.current.requests.get(request?.id ?? "");
        if (workgroup && current && link.online) void this.#takeSeat(workgroup, current);
      },
    };
  }
}

/** The room server is in trouble that may pass, as while its database is away; not a refusal of this room. */
function mayPass(error: unknown): boolean {
  return error instanceof StanzaError && (error.type === "wait" || error.condition === "internal-server-error");
}
