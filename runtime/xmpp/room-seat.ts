/**
 * Seats in rooms (XEP-0045) for addresses of a component: the workgroup's own in each session, the visitors' at the gateway.
 * What a seat tells comes from its room and from nowhere else. After the link was down a seat may be gone without a word:
 * `check` it or join again, then `catchUp`.
 */
import { randomUUID } from "node:crypto";
import {
  type ArchivedLine,
  archivedLine,
  buildArchiveQuery,
  parseArchiveEnd,
  parseArchiveResult,
} from "../../protocol/archive.ts";
import type { ChatState } from "../../protocol/chat-state.ts";
import { bareJid } from "../../protocol/jid.ts";
import {
  type Affiliation,
  buildJoin,
  buildLeave,
  parseRoomPresence,
  type Role,
  type RoomPresence,
  STATUS,
} from "../../protocol/muc.ts";
import { buildPing } from "../../protocol/ping.ts";
import { buildRoomLine, buildRoomState, parseRoomMessage, type RoomLine } from "../../protocol/room-message.ts";
import { parseStanzaError, StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Child, type Element } from "../../protocol/xml.ts";
import { type ComponentLink, LinkDown } from "./component-link.ts";

/** Somebody in the room. `jid` is the first of `jids`, the real full addresses; null and empty when we may not see them. */
export type Occupant = {
  nick: string;
  jid: string | null;
  jids: readonly string[];
  occupantId: string | null;
  affiliation: Affiliation;
  role: Role;
};

/** How somebody left. `unanswered`: the client does not answer (status 333); `removed`: no longer a member. */
export type Departure = "left" | "unanswered" | "kicked" | "banned" | "removed" | "shutdown" | "destroyed";

export type SeatEvent =
  /** A line, our own included; it counts as said only when `line.stanzaId` is there. `stanza` for payloads of our own. */
  | { type: "line"; line: RoomLine; stanza: Element }
  | { type: "state"; nick: string; occupantId: string | null; state: ChatState }
  | { type: "subject"; nick: string; text: string }
  | { type: "joined"; occupant: Occupant }
  /** Another nick, role, affiliation or set of clients. */
  | { type: "changed"; occupant: Occupant; before: Occupant }
  | { type: "left"; occupant: Occupant; how: Departure; reason: string }
  /** The room sent back something we sent; `id` is the message's. */
  | { type: "refused"; id: string | null; error: StanzaError }
  /** We lost our own seat; this seat is over. */
  | { type: "unseated"; how: Departure; reason: string };

export interface RoomSeat {
  readonly room: string;
  /** The real address the seat is held under. */
  readonly jid: string;
  /** Our name in the room as the room gave it. */
  readonly nick: string;
  /** Our own occupant id (XEP-0421), by which our lines are known in the archive; null when the room gives none. */
  readonly occupantId: string | null;
  /** Whether our coming made the room (status 201). */
  readonly created: boolean;
  /** Everybody else, by nick. */
  readonly occupants: ReadonlyMap<string, Occupant>;
  /** Sends a line; settled only by its reflection, an event. `id` is minted once per line. Rejects with LinkDown. */
  say(line: { id: string; text: string; extra?: Child[] }): Promise<void>;
  sendState(state: ChatState): Promise<void>;
  /**
   * The lines of the room's archive after the given stanza id, or all, in the archive's order, page by page.
   * Throws StanzaError (`item-not-found` when the archive no longer knows the id) or LinkDown.
   */
  catchUp(after?: string): AsyncGenerator<{ line: ArchivedLine; stanza: Element }, void>;
  /** XEP-0410. `unknown`: no answer, try later. Rejects with LinkDown. */
  check(): Promise<"joined" | "not-joined" | "unknown">;
  /** Leaves; resolves when the room says so, or when it does not in time. There is no event after it. */
  leave(status?: string): Promise<void>;
}

export type JoinOptions = {
  /** Bare address of the room. */
  room: string;
  /** Full address to sit under; a seat of the same address in the same room is replaced. */
  jid: string;
  nick: string;
  onEvent: (event: SeatEvent) => void;
};

export type RoomSeats = {
  /**
   * Takes a seat; a name that is taken gets " 2", " 3" and so on. Resolves when the room has told everything, so `nick` and
   * `occupants` are known. Rejects with the room's StanzaError, `remote-server-timeout`, or LinkDown.
   */
  join(options: JoinOptions): Promise<RoomSeat>;
  /** Gives the seats an incoming stanza; true when it belonged to one. Meant for `first` of `serveFeatures`. */
  take(stanza: Element): boolean;
};

const MOST_NICKS = 20;

/** Keeps the seats of one link. */
export function createRoomSeats(link: ComponentLink, options: { timeoutMs?: number } = {}): RoomSeats {
  const { timeoutMs = 15_000 } = options;
  const seats = new Map<string, Seat>();
  const keyOf = (jid: string, room: string): string => `${jid} ${room}`;

  link.onOffline(() => {
    for (const seat of seats.values()) seat.linkLost();
  });

  return {
    async join(wanted) {
      const key = keyOf(wanted.jid, wanted.room);
      const seat = new Seat(link, wanted, timeoutMs, () => {
        if (seats.get(key) === seat) seats.delete(key);
      });
      seats.get(key)?.replaced();
      seats.set(key, seat);
      await seat.enter();
      return seat;
    },
    take(stanza) {
      const [from, to] = [attr(stanza, "from"), attr(stanza, "to")];
      if (from === undefined || to === undefined || stanza.name === "iq") return false;
      return seats.get(keyOf(to, bareJid(from)))?.take(stanza) ?? false;
    },
  };
}

class Seat implements RoomSeat {
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
  readonly #pages = new Map<string, { stanzaId: string; at: number; stanza: Element }[]>();
  #stage: "entering" | "seated" | "leaving" | "over" = "entering";
  /** Settles whatever the stage waits for: the room's answer to a join, or to a leave. */
  #settle: (error?: Error) => void = () => undefined;

  constructor(link: ComponentLink, options: JoinOptions, timeoutMs: number, forget: () => void) {
    this.room = options.room;
    this.jid = options.jid;
    this.nick = options.nick;
    this.#link = link;
    this.#timeoutMs = timeoutMs;
    this.#onEvent = options.onEvent;
    this.#forget = forget;
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

  async *catchUp(after?: string): AsyncGenerator<{ line: ArchivedLine; stanza: Element }, void> {
    for (let from = after; ; ) {
      const { entries, complete, last } = await this.#readPage(from);
      for (const entry of entries) {
        const line = archivedLine(entry, this.room);
        if (line) yield { line, stanza: entry.stanza };
      }
      if (complete) return;
      if (last === null || last === from)
        throw new StanzaError("cancel", "undefined-condition", "the archive does not go on");
      from = last;
    }
  }

  /** Results are messages and come before the answer, which ends the page. */
  async #readPage(after: string | undefined) {
    const queryId = randomUUID();
    const entries: { stanzaId: string; at: number; stanza: Element }[] = [];
    this.#pages.set(queryId, entries);
    try {
      const payload = buildArchiveQuery({ queryId, after });
      const fin = await this.#link.request({
        from: this.jid,
        to: this.room,
        type: "set",
        payload,
        timeoutMs: this.#timeoutMs,
      });
      // Results meanwhile went to the seat that replaced this one: what is here may have gaps.
      if (this.#stage === "over") throw new LinkDown("the seat was given up while its archive was read");
      return { entries, ...parseArchiveEnd(fin) };
    } finally {
      this.#pages.delete(queryId);
    }
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
    for (const [queryId, entries] of this.#pages) {
      const entry = parseArchiveResult(stanza, { archive: this.room, queryId });
      if (entry) entries.push(entry);
      if (entry) return true;
    }
    if (attr(stanza, "type") === "error") {
      this.#tell({ type: "refused", id: attr(stanza, "id") ?? null, error: parseStanzaError(stanza) });
      return true;
    }
    const message = parseRoomMessage(stanza, this.room);
    if (message?.kind === "line") this.#tell({ type: "line", line: message, stanza });
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
      const { how, reason } = departure(presence);
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
    this.#tell({ type: "left", occupant: before, ...departure(presence) });
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
    const late = new StanzaError(
      "wait",
      "remote-server-timeout",
      `${this.room} did not answer within ${this.#timeoutMs} ms`,
    );
    const timer = setTimeout(() => reject(late), this.#timeoutMs);
    try {
      await Promise.all([this.#link.send(presence), promise]);
    } finally {
      clearTimeout(timer);
      this.#settle = () => undefined;
    }
  }
}

// First match counts: a seat that does not answer is kicked as well.
const DEPARTURES: [code: number, how: Departure][] = [
  [STATUS.unanswered, "unanswered"],
  [STATUS.banned, "banned"],
  [STATUS.shutdown, "shutdown"],
  [STATUS.removedByAffiliation, "removed"],
  [STATUS.removedMembersOnly, "removed"],
  [STATUS.kicked, "kicked"],
];

function departure({ statuses, destroyed, reason }: RoomPresence): { how: Departure; reason: string } {
  if (destroyed) return { how: "destroyed", reason: destroyed.reason };
  const how = DEPARTURES.find(([code]) => statuses.includes(code))?.[1] ?? "left";
  return { how, reason: reason ?? "" };
}
