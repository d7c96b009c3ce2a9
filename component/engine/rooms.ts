/**
 * The rooms of the sessions, and our seat in each: opens, invites, listens, writes the transcript, closes.
 * What it sees it posts as facts; it decides nothing. After any absence a seat first reads the archive to its end, and
 * only then listens: so the transcript has the room's own order (see `store/transcripts.ts`).
 */

import { bareJid } from "../../protocol/jid.ts";
import { buildAffiliation, buildDestroy, buildInvitation, buildRoomConfig } from "../../protocol/muc.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildAgentInvitation, buildVisitorInvitation } from "../../protocol/workgroup/invite.ts";
import { buildServiceLine, formatSessionEnd, type SessionEnd } from "../../protocol/workgroup/session.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Log } from "../../runtime/log.ts";
import { type ComponentLink, LinkDown } from "../../runtime/xmpp/component-link.ts";
import { createRoomSeats, type RoomSeats } from "../../runtime/xmpp/room-seat.ts";
import type { EndedBy } from "../domain/effects.ts";
import { nameOf, questionOf } from "../domain/metadata.ts";
import type { Request } from "../domain/model.ts";
import type { Database } from "../store/db.ts";
import { roomClosed, roomsToClose } from "../store/requests.ts";
import type { Recorder } from "./recorder.ts";
import { SessionRoom } from "./session-room.ts";
import type { Workgroup } from "./workgroup.ts";
import type { Workgroups } from "./workgroups.ts";

export type RoomsDeps = {
  db: Database;
  link: ComponentLink;
  log: Log;
  now(): number;
  send(stanza: Element): void;
  recorder: Recorder;
  /** `conference.<domain>` */
  roomsDomain: string;
  workgroups: Workgroups;
};

/** A restart must not meet the server with all rooms at once. */
const SEATS_AT_A_TIME = 20;
const RETRY_MS = 5_000;

export class Rooms {
  readonly #deps: RoomsDeps;
  readonly #seats: RoomSeats;
  readonly #open = new Map<string, SessionRoom>();
  /** Sessions that ended while their room could not be closed; the end as their people shall read it. */
  readonly #closing = new Map<string, { room: SessionRoom; end: SessionEnd }>();

  constructor(deps: RoomsDeps) {
    this.#deps = deps;
    this.#seats = createRoomSeats(deps.link);
  }

  /** Gives the rooms an incoming stanza; true when it was theirs. */
  take(stanza: Element): boolean {
    return this.#seats.take(stanza);
  }

  /** Makes the room, or takes our seat in it again, and posts `room-opened` or `room-failed`. */
  open(workgroup: Workgroup, request: Request): void {
    const room = this.#roomOf(workgroup, request);
    const { log, now } = this.#deps;
    this.#prepare(workgroup, request, room).then(
      () => {
        workgroup.post({ type: "room-opened", at: now(), request: request.id });
        room.tellOccupants();
      },
      (error: unknown) => {
        log.warn("a room could not be opened", { workgroup: workgroup.node, session: request.id, error });
        workgroup.post({ type: "room-failed", at: now(), request: request.id });
      },
    );
  }

  inviteAgent(workgroup: Workgroup, request: Request, device: string): void {
    const of = { ...this.#invitation(workgroup, request), userId: request.userId };
    // the reason is the session's id and nothing else, or Spark does not join by itself.
    this.#invite(workgroup, request, device, request.id, buildAgentInvitation(of));
  }

  inviteVisitor(workgroup: Workgroup, request: Request): void {
    const extra = buildVisitorInvitation(this.#invitation(workgroup, request));
    this.#invite(workgroup, request, request.visitor, "Please join me for a chat.", extra);
  }

  sayRequeued(request: Request): void {
    const text = "The agent has lost the connection. The next free agent will be with you.";
    this.#open.get(request.id)?.say(text, buildServiceLine({ kind: "requeued" }));
  }

  /** Reads the archive to its end, stores it, and destroys the room. Tried again until it is done. */
  close(workgroup: Workgroup, request: Request, by: EndedBy): void {
    const room = this.#roomOf(workgroup, request);
    this.#open.delete(request.id);
    this.#closing.set(request.id, { room, end: sessionEnd(workgroup, request, by) });
    void this.#close(request.id);
  }

  /** Finds rooms that outlived their session. Before the link goes up. */
  async restore(): Promise<void> {
    for (const { workgroup: node, session, by } of await roomsToClose(this.#deps.db)) {
      const room = new SessionRoom({ node, session, nick: node }, this.#roomDeps());
      this.#closing.set(session, { room, end: { by: by.kind, name: "" } });
    }
  }

  /** The link is up: our seats are taken again, and what could not be closed is closed. */
  takeSeats(): void {
    const work: (() => Promise<void>)[] = [...this.#closing.keys()].map((session) => () => this.#close(session));
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
      if (error instanceof LinkDown) return;
      this.#deps.log.warn("a seat could not be taken again", { session: request.id, error });
      setTimeout(() => {
        const current = workgroup.current.requests.get(request.id);
        if (current && this.#deps.link.online) void this.#takeSeat(workgroup, current);
      }, RETRY_MS).unref();
    }
  }

  /** The room exists, is configured, holds its members, and we sit in it. Harmless when all of that is so already. */
  async #prepare(workgroup: Workgroup, request: Request, room: SessionRoom): Promise<void> {
    if (room.seated) return;
    const created = await room.enter();
    if (!created) return;
    const [name, question] = [nameOf(request.metadata), questionOf(request.metadata)];
    await this.#ask(room, buildRoomConfig({ name: `${workgroup.committed.settings.title}: ${name}` }));
    // A room that was lost with the server has lost its members too.
    const members = request.room === "open" ? [bareJid(request.visitor), ...request.served] : [];
    for (const jid of members) await this.#ask(room, buildAffiliation({ jid, affiliation: "member" }));
    if (question !== "" && request.room === "none") {
      room.say(`${name} asks: ${question}`, buildServiceLine({ kind: "question", name }));
    }
  }

  async #close(session: string): Promise<void> {
    const { link, log, recorder, db, now } = this.#deps;
    const entry = this.#closing.get(session);
    if (entry === undefined || !link.online) return;
    const { room, end } = entry;
    try {
      await room.readToEnd();
      await recorder.settled();
      await this.#ask(room, buildDestroy({ reason: formatSessionEnd(end) }));
      await roomClosed(db, session, now());
      this.#closing.delete(session);
      log.info("room closed", { session });
    } catch (error) {
      if (error instanceof LinkDown) return;
      log.warn("a room could not be closed yet", { session, error });
      setTimeout(() => void this.#close(session), RETRY_MS).unref();
    }
  }

  async #ask(room: SessionRoom, payload: Element): Promise<void> {
    try {
      await this.#deps.link.request({ from: room.jid, to: room.address, type: "set", payload });
    } catch (error) {
      // Nobody can destroy what is gone, which is what was wanted.
      if (error instanceof StanzaError && error.condition === "item-not-found") return;
      throw error;
    }
  }

  #invite(workgroup: Workgroup, request: Request, to: string, reason: string, extra: Element[]): void {
    const from = this.#deps.workgroups.addressOf(workgroup);
    const room = this.#roomOf(workgroup, request).address;
    this.#deps.send(buildInvitation({ from, room, to, reason, extra }));
  }

  #invitation(workgroup: Workgroup, { id, visitor }: Request): { visitor: string; session: string; workgroup: string } {
    return { visitor, session: id, workgroup: this.#deps.workgroups.addressOf(workgroup) };
  }

  #roomOf(workgroup: Workgroup, request: Request): SessionRoom {
    const known = this.#open.get(request.id) ?? this.#closing.get(request.id)?.room;
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

function sessionEnd({ committed }: Workgroup, request: Request, by: EndedBy): SessionEnd {
  if (by.kind === "visitor") return { by: "visitor", name: nameOf(request.metadata) };
  if (by.kind === "service") return { by: "service", name: "" };
  const agent = committed.settings.agents.find(({ jid }) => jid === bareJid(by.jid));
  return { by: "agent", name: agent?.name ?? "" };
}
