/**
 * Keeps one visitor's seat and the conversation that goes through it: takes the seat, notices when it is lost, leaves it.
 * What happens is told as facts; whether a seat is wanted is decided elsewhere.
 */
import type { StanzaError } from "../../protocol/stanza-error.ts";
import type { ServerFrame } from "../../protocol/visitor-api.ts";
import type { Log } from "../../runtime/log.ts";
import { LinkDown } from "../../runtime/xmpp/component-link.ts";
import type { RoomSeats } from "../../runtime/xmpp/room-seat.ts";
import type { ViewFile } from "../domain/line.ts";
import { nickFrom } from "../domain/nick.ts";
import type { Page } from "../domain/page.ts";
import type { VisitFact } from "../domain/visit.ts";
import { Conversation } from "./conversation.ts";
import type { Gate } from "./gate.ts";
import { createTypingWatch, type TypingWatch } from "./typing-watch.ts";
import { takeVisitSeat, type VisitSeat } from "./visit-room.ts";

export type SeatKeeperDeps = {
  seats: RoomSeats;
  /** The visitor's full JID. */
  jid: string;
  log: Log;
  now(): number;
  viewFile: ViewFile;
  /** How many seats are taken at a time, over all visitors. */
  gate: Gate;
  reflectionMs: number;
  /** Whether the seat in this room is still to be taken. */
  wanted(room: string): boolean;
  hear(fact: VisitFact): void;
  tell(frame: ServerFrame): void;
};

export class SeatKeeper {
  readonly #deps: SeatKeeperDeps;
  #seat: VisitSeat | null = null;
  #conversation: Conversation | null = null;
  /** Raised with each attempt: only the latest counts. */
  #attempt = 0;
  #typing = false;
  readonly #others: TypingWatch;

  constructor(deps: SeatKeeperDeps) {
    this.#deps = deps;
    this.#others = createTypingWatch((name, active) => deps.tell({ kind: "typing", name, active }));
  }

  /** Lives as long as there is a seat, or one to be taken again, in its session's room. */
  get conversation(): Conversation | null {
    return this.#conversation;
  }

  /** Begins the conversation of `session` for the given pages, or ends the one there is (null, another session). */
  follow(session: string | null, pages: Iterable<Page>): void {
    if (this.#conversation && this.#conversation.session !== session) {
      this.#conversation.close();
      this.#conversation = null;
    }
    if (session === null || this.#conversation) return;
    const { log, reflectionMs } = this.#deps;
    const conversation = new Conversation({ session, log, reflectionMs, onDoubt: () => void this.#doubt() });
    for (const page of pages) conversation.attach(page, undefined);
    this.#conversation = conversation;
  }

  /** Takes the seat; the outcome is a fact. Without the link nothing is heard: its return takes all seats anew. */
  async take(room: string, name: string): Promise<void> {
    this.abandon();
    this.#attempt += 1;
    const mine = this.#attempt;
    const { gate, hear, log } = this.#deps;
    const wanted = (): boolean => mine === this.#attempt && this.#deps.wanted(room);
    try {
      await gate(async () => {
        if (!wanted()) return;
        const seat = await this.#sit(room, name);
        if (!wanted()) return seat.leave();
        this.#seat = seat;
        hear({ type: "seat-taken", room, agents: seat.agents(), at: this.#deps.now() });
        seat.listen();
      });
    } catch (error) {
      if (error instanceof LinkDown || !wanted()) return;
      log.info("a seat was refused", { room, reason: error instanceof Error ? error.message : "" });
      hear({ type: "seat-refused", room });
    }
  }

  #sit(room: string, name: string): Promise<VisitSeat> {
    const { seats, jid, now, viewFile } = this.#deps;
    return takeVisitSeat({
      seats,
      room,
      jid,
      nick: nickFrom(name),
      now,
      viewFile,
      onEntry: (entry, onArrival) => this.#conversation?.heard(entry, onArrival),
      onUnarchived: () => this.#conversation?.unarchived(),
      onBounce: (key, error) => this.#bounced(room, key, error),
      onTyping: (who, active) => this.#others.heard(who, active),
      onFact: (fact) => {
        if (fact.type === "seat-lost" || fact.type === "room-destroyed") this.abandon();
        this.#deps.hear(fact);
      },
    });
  }

  /** The room has told who is there: read what was said. */
  catchUp(): void {
    if (this.#seat) this.#conversation?.seated(this.#seat);
  }

  leave(room: string): void {
    const seat = this.#seat;
    if (seat?.room !== room) return;
    this.abandon();
    seat.leave();
  }

  /** Trusts and hears the seat no more; the room is told nothing. */
  abandon(): void {
    this.#conversation?.unseated();
    this.#seat?.abandon();
    this.#seat = null;
    this.#typing = false;
    this.#others.stop();
  }

  say(page: Page, saying: Parameters<Conversation["say"]>[1]): boolean {
    if (!this.#conversation) return false;
    // A line ends the typing by itself.
    this.#typing = false;
    this.#conversation.say(page, saying);
    return true;
  }

  seen(id: string): void {
    this.#conversation?.seen(id);
  }

  typing(active: boolean): void {
    if (this.#typing === active || !this.#seat) return;
    this.#typing = active;
    this.#seat.typing(active);
  }

  #bounced(room: string, key: string | null, error: StanzaError): void {
    if (key !== null && this.#conversation?.bounced(key, error)) return;
    // "not-acceptable": we are not in the room (XEP-0045 §7.4); anything else will show when the reflection is overdue.
    if (error.condition === "not-acceptable" || error.condition === "item-not-found") this.#lost(room);
  }

  /** A reflection is overdue, or the archive does not answer: is the seat still ours? */
  async #doubt(): Promise<void> {
    const seat = this.#seat;
    if (!seat) return;
    const answer = await seat.check().catch(() => "unknown");
    if (this.#seat !== seat) return;
    if (answer === "not-joined") this.#lost(seat.room);
    else this.#conversation?.recheck();
  }

  #lost(room: string): void {
    this.abandon();
    this.#deps.hear({ type: "seat-lost", room, evicted: false });
  }
}
