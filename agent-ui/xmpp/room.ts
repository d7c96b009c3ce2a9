/**
 * One seat in one session's room. Takes the seat, reads what was missed, and only then says what waits to be said: so that
 * a line the room had already taken is found before it could be sent twice.
 */

import {
  buildDisplayed,
  buildMarkable,
  buildReceipt,
  buildReceiptRequest,
  buildReplace,
  buildRetraction,
} from "../../protocol/line-changes.ts";
import { buildJoin, buildLeave, parseRoomPresence, type RoomPresence, STATUS } from "../../protocol/muc.ts";
import { buildRoomLine, buildRoomState, parseRoomMessage } from "../../protocol/room-message.ts";
import { buildSharedFile } from "../../protocol/shared-file.ts";
import { parseStanzaError } from "../../protocol/stanza-error.ts";
import { parseSessionEnd } from "../../protocol/workgroup/session.ts";
import { attr, type Element } from "../../protocol/xml.ts";
import type { SeenEntry, SeenOccupant } from "../state/actions.ts";
import { indexOf, isVisitors } from "../state/line-changes.ts";
import type { Unsent } from "../state/model.ts";
import { createArchiveReader } from "./archive.ts";
import { seenOf } from "./seen.ts";
import type { Wire } from "./wire.ts";

/** A seat that is not given within this time is asked for again. */
const JOIN_MS = 10_000;
/**
 * A room server that has just come back knows neither the room nor its members, until the workgroup service has made both
 * anew. Whether the chat is over, that service says; where it does not, the room is believed after so many refusals.
 */
const NOT_YET = ["not-allowed", "item-not-found", "registration-required"];
const NOT_YET_MS = 2_000;
const MOST_REFUSALS = 6;
/** An archive that cannot be read is asked again after this time. */
const READ_AGAIN_MS = 3_000;
/** In this time what the room's database had under way has been stored, or never will be. */
const DOUBT_MS = 1_000;
/** A line that the room has not shown by then is looked for in the archive, and then counts as failed. */
const CONFIRM_MS = 15_000;

/** Why the service puts out who has handed a chat over (Fastpath's own words). */
const HANDED_OVER = "Transfer was successful";

export type Room = {
  /** It has ended for us, and stays so. */
  readonly isOver: boolean;
  /** Takes the seat, unless it is ours already. */
  enter(): void;
  /** A new session began, in which the room does not know us. */
  forget(): void;
  /** The same session goes on: only what never left the page is to be sent. */
  resume(): void;
  /** The link is gone. */
  suspend(): void;
  presence(stanza: Element): void;
  message(stanza: Element): void;
  /** Sends every line that waits, if the room is ready for it. */
  flush(): void;
  /** Looks whether a failed line has arrived after all, and else sends it again. */
  retry(key: string): Promise<void>;
  typing(composing: boolean): void;
  /** The agent has everything before the eyes: the visitor is told, once. */
  looked(): void;
  /** Gives the seat up. */
  leave(): void;
};

export function createRoom(room: string, nick: string, wire: Wire): Room {
  const archive = createArchiveReader(room, wire);
  let seat = nick;
  let seated = false;
  /** Lines may be missing before those that come live: these wait until the archive was read. */
  let behind = true;
  let reading: Promise<void> | undefined;
  /** Who was announced before our own presence closed the list (XEP-0045 §7.2.2). */
  let announced: SeenOccupant[] | undefined;
  let held: SeenEntry[] = [];
  let joinTimer: ReturnType<typeof setTimeout> | undefined;
  let left = false;
  let refusals = 0;
  /** Lines given to the link of this session; sent again only in a new one. */
  const handed = new Map<string, number>();
  let count = 0;
  /** Those of them that the room did not archive, to be said anew. */
  const unkept = new Set<string>();
  /** The last line of the visitor when we said that it was read. */
  let looked: string | undefined;
  /** How many lines the room showed without archiving them, and how many of these had been when the archive was read last. */
  let doubts = 0;
  let resolved = 0;
  let doubting = false;

  const chat = () => wire.state.chats.get(room);
  const isOver = (): boolean => left || (chat()?.ended ?? null) !== null;

  function join(): void {
    clearTimeout(joinTimer);
    if (isOver() || !wire.session.isUp) return;
    seated = false;
    behind = true;
    announced = [];
    handed.clear();
    unkept.clear();
    wire.dispatch({ type: "seat-lost", room });
    joinTimer = setTimeout(join, JOIN_MS);
    wire.session.send(buildJoin({ room, nick: seat }));
  }

  function presence(stanza: Element): void {
    if (attr(stanza, "type") === "error") return refused(stanza);
    const seen = parseRoomPresence(stanza, room);
    if (!seen || isOver()) return;
    if (seen.destroyed) return ended(seen.destroyed.reason);
    if (!seen.available) return gone(seen);
    const occupant: SeenOccupant = {
      nick: seen.nick,
      occupantId: seen.occupantId,
      owner: seen.affiliation === "owner",
      self: seen.self,
    };
    if (announced) {
      announced.push(occupant);
      if (seen.self) sitDown(seen);
    } else wire.dispatch({ type: "occupant-came", room, at: wire.now(), occupant });
  }

  function sitDown(own: RoomPresence): void {
    clearTimeout(joinTimer);
    seat = own.nick;
    seated = true;
    refusals = 0;
    const occupants = announced ?? [];
    announced = undefined;
    wire.dispatch({ type: "seat-taken", room, at: wire.now(), occupants });
    void catchUp();
  }

  function gone(seen: RoomPresence): void {
    if (seen.newNick !== null) {
      if (seen.self) seat = seen.newNick;
      wire.dispatch({ type: "occupant-renamed", room, nick: seen.nick, newNick: seen.newNick });
      return;
    }
    if (!seen.self) {
      const lost = seen.statuses.includes(STATUS.unanswered);
      wire.dispatch({ type: "occupant-left", room, at: wire.now(), nick: seen.nick, lost });
      return;
    }
    // Put out by the service: another agent has it, or it is over. Otherwise only the seat is lost.
    const out: number[] = [STATUS.kicked, STATUS.banned, STATUS.removedByAffiliation, STATUS.removedMembersOnly];
    const technical = seen.statuses.includes(STATUS.unanswered);
    if (!technical && seen.statuses.some((code) => out.includes(code))) ended(seen.reason ?? "");
    else join();
  }

  /** The room refuses the seat. A taken nick is the only thing we can mend ourselves. */
  function refused(stanza: Element): void {
    clearTimeout(joinTimer);
    if (seated || isOver()) return;
    const error = parseStanzaError(stanza);
    refusals += 1;
    if (error.condition === "conflict" && refusals < 9) {
      seat = `${nick} ${refusals + 1}`;
      join();
    } else if (error.type === "wait" || error.condition === "service-unavailable") {
      joinTimer = setTimeout(join, JOIN_MS);
    } else if (NOT_YET.includes(error.condition) && refusals < MOST_REFUSALS) {
      joinTimer = setTimeout(join, NOT_YET_MS);
    } else ended("");
  }

  function ended(reason: string): void {
    clearTimeout(joinTimer);
    left = true;
    // What waited for the archive to be read: own lines among it were sent.
    if (held.length > 0) wire.dispatch({ type: "lines-arrived", room, lines: held.splice(0) });
    const end = reason === HANDED_OVER ? ({ by: "handover", name: "" } as const) : parseSessionEnd(reason);
    wire.dispatch({ type: "chat-ended", room, at: wire.now(), end });
  }

  /** Reads the archive from the last line we have, and then says what waits to be said. */
  function catchUp(): Promise<void> {
    reading ??= readOn().then((done) => {
      reading = undefined;
      if (!done) return;
      if (seated) wire.dispatch({ type: "caught-up", room });
      flush();
    });
    return reading;
  }

  /** What comes live meanwhile waits, as it stands after what the archive holds. False when it cannot be read now. */
  async function readOn(): Promise<boolean> {
    const known = doubts;
    try {
      const after = chat()?.lastStanzaId ?? null;
      await archive.read(after, (lines) => wire.dispatch({ type: "lines-arrived", room, lines }));
    } catch {
      // Not to be read now. As long as it is not, nothing is sent: it could be there already.
      behind = true;
      if (seated && wire.session.isUp && !isOver()) joinTimer = setTimeout(join, READ_AGAIN_MS);
      return false;
    }
    resolved = known;
    // The room's word has become doubtful meanwhile: it is read once more.
    if (doubts !== resolved) return false;
    behind = false;
    const lines = held;
    held = [];
    if (lines.length > 0) wire.dispatch({ type: "lines-arrived", room, lines });
    return true;
  }

  function message(stanza: Element): void {
    if (archive.take(stanza)) return;
    if (attr(stanza, "type") === "error") return bounced(stanza);
    const seen = parseRoomMessage(stanza, room);
    if (seen?.kind === "state") {
      const composing = seen.state === "composing";
      wire.dispatch({ type: "typing-told", room, at: wire.now(), nick: seen.nick, composing });
    }
    if (!seen || seen.kind === "state" || seen.kind === "subject") return;
    if (seen.kind !== "marker" && seen.stanzaId === null) unarchived(seen.id);
    if (seen.kind === "line" && seen.asksReceipt) acknowledge(seen.nick, seen.id);
    const entry = seenOf(seen, stanza, wire.now(), wire.files);
    if (behind || reading || doubts !== resolved) held.push(entry);
    else wire.dispatch({ type: "lines-arrived", room, lines: [entry] });
  }

  /** XEP-0184, in private: a visitor with a client that asks for it in a room is told that the line arrived. */
  function acknowledge(from: string, of: string | null): void {
    if (of === null || chat()?.occupants.get(from)?.role !== "visitor") return;
    wire.session.send(buildReceipt({ to: `${room}/${from}`, id: crypto.randomUUID(), of }));
  }

  /**
   * The room showed a line without an archive's id: its database is away, and whether it has the line is not certain. What
   * comes meanwhile waits and nothing is said until the archive was read; it also shows what is to be said anew, in order.
   */
  function unarchived(key: string | null): void {
    doubts += 1;
    if (key !== null && handed.has(key) && isPending(key)) unkept.add(key);
    if (doubting) return;
    doubting = true;
    setTimeout(async () => {
      await reading;
      doubting = false;
      if (seated && doubts !== resolved && !isOver()) void catchUp();
    }, DOUBT_MS);
  }

  /** A line came back. Without a seat the room refuses everything: then the seat is taken again and the line with it. */
  function bounced(stanza: Element): void {
    const key = attr(stanza, "id") ?? "";
    if (!chat()?.unsent.some((line) => line.key === key)) return;
    const { condition } = parseStanzaError(stanza);
    if (condition === "not-acceptable" && refusals++ < 3) join();
    else wire.dispatch({ type: "line-failed", room, key, late: condition === "not-allowed" });
  }

  function flush(): void {
    if (!seated || behind || reading || doubts !== resolved || isOver() || !wire.session.isUp) return;
    for (const line of chat()?.unsent ?? []) {
      const { key, state } = line;
      if (state !== "pending") continue;
      // Once is enough, also for a line that was tried again by hand meanwhile.
      const unarchived = unkept.delete(key);
      if (handed.has(key) && !unarchived) continue;
      hand(key);
      if (wire.session.send(stanzaOf(line))) continue;
      handed.delete(key);
      return;
    }
  }

  function stanzaOf({ key: id, text, of, file }: Unsent): Element {
    // Where the visitor's page is a gateway's, its receipt comes in private; others need not answer in a room.
    const wishes = [...(file ? buildSharedFile({ url: text, ...file }) : []), buildMarkable(), buildReceiptRequest()];
    if (of === undefined) return buildRoomLine({ room, id, text, extra: wishes });
    if (text === "") return buildRetraction({ room, id, of });
    return buildRoomLine({ room, id, text, extra: [buildReplace(of), ...wishes] });
  }

  /** Its patience begins, if it has not begun already. */
  function hand(key: string): void {
    if (handed.has(key)) return;
    count += 1;
    const turn = count;
    handed.set(key, turn);
    setTimeout(() => void confirm(key, turn), CONFIRM_MS);
  }

  const isPending = (key: string): boolean =>
    chat()?.unsent.some((line) => line.key === key && line.state === "pending") ?? false;

  /** `turn`: of the time it was said; each has its own patience. */
  async function confirm(key: string, turn: number): Promise<void> {
    const isOwed = (): boolean => handed.get(key) === turn && isPending(key) && wire.session.isUp;
    if (!isOwed() || !seated) return;
    await catchUp();
    if (isOwed()) wire.dispatch({ type: "line-failed", room, key });
  }

  return {
    get isOver() {
      return isOver();
    },
    enter() {
      if (!seated && !announced) join();
    },
    forget() {
      clearTimeout(joinTimer);
      seated = false;
      announced = undefined;
    },
    resume() {
      if (seated) flush();
      else join();
    },
    suspend() {
      clearTimeout(joinTimer);
    },
    presence,
    message,
    flush,
    async retry(key) {
      wire.dispatch({ type: "line-retried", room, key });
      handed.delete(key);
      if (!seated) return join();
      // What the archive does not have goes out when it was read.
      await catchUp();
    },
    typing(composing) {
      if (seated && !isOver()) wire.session.send(buildRoomState({ room, state: composing ? "composing" : "active" }));
    },
    looked() {
      const { lines = [], marks, seat: place } = chat() ?? {};
      const newest = lines.findLast(isVisitors)?.id;
      const known = Math.max(indexOf(lines, marks?.own), indexOf(lines, looked));
      if (place !== "joined" || isOver() || newest === undefined || indexOf(lines, newest) <= known) return;
      if (wire.session.send(buildDisplayed({ room, id: crypto.randomUUID(), of: newest }))) looked = newest;
    },
    leave() {
      clearTimeout(joinTimer);
      left = true;
      if (seated) wire.session.send(buildLeave({ room, nick: seat }));
    },
  };
}
