/**
 * Seats in rooms (XEP-0045) for addresses of a component: the workgroup's own in each session, the visitors' at the gateway.
 * What a seat tells comes from its room and from nowhere else. After the link was down a seat may be gone without a word:
 * `check` it or join again, then `catchUp`.
 */
import type { ArchivedEntry } from "../../protocol/archive.ts";
import type { ChatState } from "../../protocol/chat-state.ts";
import { bareJid } from "../../protocol/jid.ts";
import type { Affiliation, Departure, Role } from "../../protocol/muc.ts";
import type { RoomLine, RoomMarker, RoomRetraction } from "../../protocol/room-message.ts";
import type { StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Child, type Element } from "../../protocol/xml.ts";
import type { ComponentLink } from "./component-link.ts";
import { Seat } from "./seat.ts";

/** Somebody in the room. `jid` is the first of `jids`, the real full addresses; null and empty when we may not see them. */
export type Occupant = {
  nick: string;
  jid: string | null;
  jids: readonly string[];
  occupantId: string | null;
  affiliation: Affiliation;
  role: Role;
};

export type { Departure };

export type SeatEvent =
  /** A line, our own included; it counts as said only when `line.stanzaId` is there. `stanza` for payloads of our own. */
  | { type: "line"; line: RoomLine; stanza: Element }
  /** A line is taken back. As with a line it counts only with a stanza id, and only from who said that line. */
  | { type: "retraction"; retraction: RoomRetraction }
  /** Somebody has or has read what was said. */
  | { type: "marker"; marker: RoomMarker }
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
  /** Sends a message that was built for this seat: from `jid`, to the room or one of its seats. Rejects with LinkDown. */
  send(message: Element): Promise<void>;
  /**
   * Lines, retractions and markers of the room's archive after the given stanza id, or all, in the archive's order, page by page.
   * Throws StanzaError (`item-not-found` when the archive no longer knows the id) or LinkDown.
   */
  catchUp(after?: string): AsyncGenerator<{ entry: ArchivedEntry; stanza: Element }, void>;
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
