/** One seat in one room, from asking for it to its end; `room-seat.ts` says what it promises. */
import { randomUUID } from "node:crypto";
import type { ArchivedEntry } from "../../protocol/archive.ts";
import type { ChatState } from "../../protocol/chat-state.ts";
import {
  buildJoin,
  buildLeave,
  parseRoomPresence,
  type RoomPresence,
  readDeparture,
  STATUS,
} from "../../protocol/muc.ts";
import { buildPing } from "../../protocol/ping.ts";
import { buildRoomLine, buildRoomState, parseRoomMessage } from "../../protocol/room-message.ts";
import { parseStanzaError, StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Child, type Element } from "../../protocol/xml.ts";
import { type ArchiveReader, createArchiveReader } from "./archive-reader.ts";
import { type ComponentLink, LinkDown } from "./component-link.ts";
import type { JoinOptions, Occupant, RoomSeat, SeatEvent } from "./room-seat.ts";

const MOST_NICKS = 20;

/** For `createRoomSeats` only, which gives it the stanzas of its room. */
export class Seat implements RoomSeat {
  readonly room: string;
  readonly jid: string;
  nick: string;
  occupantId: string | null = null;
  created = false;
  readonly occupants = new Map<string, Occupant>();
  readonly #link: ComponentLink;
  readonly #timeoutMs: number;
  readonly #onEvent: (event: SeatEvent) => void;
  readonly #forget: () => void;
  readonly #archive: ArchiveReader;
  #stage: "entering" | "seated" | "leaving" | "over" = "entering";
  /** Settles whatever the stage waits for: the room's answer to a join, or to a leave. */
  #settle: (error?: Error) => void = nothingWaits;

  constructor(link: ComponentLink, options: JoinOptions, timeoutMs: number, forget: () => void) {
    this.room = options.room;
    this.jid = options.jid;
    this.nick = options.nick;
    this.#link = link;
    this.#timeoutMs = timeoutMs;
    this.#onEvent = options.onEvent;
    this.#forget = forget;
    this.#archive = createArchiveReader(link, { from: this.jid, room: this.room, timeoutMs });
  }

  async enter(): Promise<void> {
    const wanted = this.nick;
    for (let number = 1; ; number++) {
      if (number > 1) this.nick = `${wanted} ${number}`;
      this.occupants.clear();
      const presence = buildJoin({ from: this.jid, room: this.room, nick: this.nick, id: randomUUID() });
      try {
        await this.#answerTo(presence);
        return;
      } catch (error) {
        const taken = error instanceof StanzaError && error.condition === "conflict";
        if (taken && number < MOST_NICKS && this.#stage === "entering") continue;
        this.#end();
        throw error;
      }
    }
  }

  async leave(status?: string): Promise<void> {
    if (this.#stage !== "seated") return;
    this.#stage = "leaving";
    const presence = buildLeave({ from: this.jid, room: this.room, nick: this.nick, status });
    // No answer, or no link: either way there is no seat that we would still listen to.
    await this.#answerTo(presence).catch(() => undefined);
    this.#end();
  }

  async say(line: { id: string; text: string; extra?: Child[] }): Promise<void> {
    await this.#link.send(buildRoomLine({ ...line, from: this.jid, room: this.room }));
  }

  async sendState(state: ChatState): Promise<void> {
    await this.#link.send(buildRoomState({ from: this.jid, room: this.room, state }));
  }

  async send(message: Element): Promise<void> {
    await this.#link.send(message);
  }

  async check(): Promise<"joined" | "not-joined" | "unknown"> {
    const to = `${this.room}/${this.nick}`;
    try {
      await this.#link.request({ from: this.jid, to, type: "get", payload: buildPing(), timeoutMs: this.#timeoutMs });
      return "joined";
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      // These two come from our own address, through the room. The XEP counts `item-not-found` with them, but Prosody
      // gives that for a room that is gone; and where it means a change of name, joining again does no harm.
      if (error.condition === "service-unavailable" || error.condition === "feature-not-implemented") return "joined";
      return error.condition === "remote-server-timeout" ? "unknown" : "not-joined";
    }
  }

  async *catchUp(after?: string): AsyncGenerator<{ entry: ArchivedEntry; stanza: Element }, void> {
    for await (const entry of this.#archive.read(after)) {
      // What came meanwhile went to the seat that replaced this one: there may be gaps.
      if (this.#stage === "over") throw new LinkDown("the seat was given up while its archive was read");
      yield entry;
    }
    if (this.#stage === "over") throw new LinkDown("the seat was given up while its archive was read");
  }

  take(stanza: Element): boolean {
    if (stanza.name === "presence") {
      this.#takePresence(stanza);
      return true;
    }
    return this.#takeMessage(stanza);
  }

  /** The room cannot be heard: it may put us out meanwhile, without our learning of it. */
  linkLost(): void {
    this.#settle(new LinkDown());
  }

  /** Somebody joined anew under the same address; from now on that seat listens. */
  replaced(): void {
    this.#stage = "over";
    this.#settle(new Error("another seat was taken under the same address"));
  }

  #takeMessage(stanza: Element): boolean {
    if (this.#archive.take(stanza)) return true;
    if (attr(stanza, "type") === "error") {
      this.#tell({ type: "refused", id: attr(stanza, "id") ?? null, error: parseStanzaError(stanza) });
      return true;
    }
    const message = parseRoomMessage(stanza, this.room);
    if (message?.kind === "line") this.#tell({ type: "line", line: message, stanza });
    if (message?.kind === "retraction") this.#tell({ type: "retraction", retraction: message });
    if (message?.kind === "marker") this.#tell({ type: "marker", marker: message });
    if (message?.kind === "subject") this.#tell({ type: "subject", nick: message.nick, text: message.text });
    if (message?.kind === "state") {
      const { nick, occupantId, state } = message;
      this.#tell({ type: "state", nick, occupantId, state });
    }
    return message !== null;
  }

  #takePresence(stanza: Element): void {
    if (attr(stanza, "type") === "error") {
      // Only the answer to the name we ask for; a late one to an earlier attempt decides nothing.
      if (attr(stanza, "from") === `${this.room}/${this.nick}`) this.#settle(parseStanzaError(stanza));
      return;
    }
    const presence = parseRoomPresence(stanza, this.room);
    if (!presence) return;
    if (presence.self) this.#ownPresence(presence);
    else if (presence.available) this.#came(presence);
    else this.#went(presence);
  }

  #ownPresence(presence: RoomPresence): void {
    if (presence.available) {
      // The room may give another name than we asked for (status 210).
      this.nick = presence.nick;
      this.occupantId = presence.occupantId;
      if (this.#stage !== "entering") return;
      this.created = presence.statuses.includes(STATUS.created);
      this.#stage = "seated";
      this.#settle();
      return;
    }
    if (presence.statuses.includes(STATUS.nickChanged)) return;
    const stage = this.#stage;
    this.#settle(
      stage === "leaving" ? undefined : new StanzaError("wait", "recipient-unavailable", "put out while entering"),
    );
    if (stage === "seated") {
      const { how, reason } = readDeparture(presence);
      this.#tell({ type: "unseated", how, reason });
    }
    this.#end();
  }

  #came(presence: RoomPresence): void {
    const { nick, jid, jids, occupantId, affiliation, role } = presence;
    const occupant: Occupant = { nick, jid, jids, occupantId, affiliation, role };
    const before = this.occupants.get(nick);
    this.occupants.set(nick, occupant);
    if (!before) this.#tell({ type: "joined", occupant });
    else if (JSON.stringify(before) !== JSON.stringify(occupant)) this.#tell({ type: "changed", occupant, before });
  }

  #went(presence: RoomPresence): void {
    const before = this.occupants.get(presence.nick);
    this.occupants.delete(presence.nick);
    if (!before) return;
    if (presence.statuses.includes(STATUS.nickChanged) && presence.newNick !== null) {
      // Half of a change of name: the other half, available under the new one, then finds nothing new.
      const occupant = { ...before, nick: presence.newNick };
      this.occupants.set(occupant.nick, occupant);
      this.#tell({ type: "changed", occupant, before });
      return;
    }
    this.#tell({ type: "left", occupant: before, ...readDeparture(presence) });
  }

  #tell(event: SeatEvent): void {
    // While entering, the room lists who is there already; that is the seat's `occupants`, not news.
    if (this.#stage === "seated" || event.type === "unseated") this.#onEvent(event);
  }

  #end(): void {
    this.#stage = "over";
    this.#forget();
  }

  async #answerTo(presence: Element): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#settle = (error) => (error ? reject(error) : resolve());
    const timer = setTimeout(() => {
      const what = `${this.room} did not answer within ${this.#timeoutMs} ms`;
      reject(new StanzaError("wait", "remote-server-timeout", what));
    }, this.#timeoutMs);
    try {
      await Promise.all([this.#link.send(presence), promise]);
    } finally {
      clearTimeout(timer);
      this.#settle = nothingWaits;
    }
  }
}

/** Not a closure: it would keep all of what was waited for. */
function nothingWaits(): void {
  // Whatever comes now comes too late.
}
