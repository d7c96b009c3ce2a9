/**
 * One session's lines, between its room and the visitor's pages. Each page gets each line once, in the room's order.
 * An own line is settled by its reflection, or by being found in the archive. Before a line is sent a second time the
 * archive was read to its end after the first time (so: never lost, never doubled).
 */

import type { SharedFile } from "../../protocol/shared-file.ts";
import type { StanzaError } from "../../protocol/stanza-error.ts";
import type { RefusalCode } from "../../protocol/visitor-api.ts";
import type { Log } from "../../runtime/log.ts";
import { LinkDown } from "../../runtime/xmpp/component-link.ts";
import {
  type Backlog,
  catchUpDone,
  fallBehind,
  type Given,
  hasSeen,
  lastSeen,
  newBacklog,
  receive,
  receivePage,
} from "../domain/backlog.ts";
import type { Entry } from "../domain/line.ts";
import { framesOf } from "../domain/lines-frames.ts";
import type { Page } from "../domain/page.ts";
import { refused, unavailable } from "../domain/refusal.ts";
import { readArchive } from "./read-archive.ts";

/** The visitor's seat, as far as lines go. */
export type LineSeat = {
  /** With `of` it is a new text for an own line or, without a text, takes that line back; with `file` it is that file. */
  say(key: string, text: string, of: string | undefined, file?: SharedFile): Promise<void>;
  /** Tells the room that the visitor has read up to this line. */
  mark(id: string): void;
  /** Pages of the room's archive after the stanza id, oldest first. Throws as the archive answers. */
  read(after: string | undefined): AsyncIterable<Entry[]>;
};

export type ConversationDeps = {
  session: string;
  log: Log;
  /** Reflection is overdue, or reading fails again and again: the seat must be looked at. */
  onDoubt: () => void;
  /** How long a reflection may take. */
  reflectionMs: number;
};

type Reader = {
  page: Page;
  backlog: Backlog;
  /** Raised with each new reading, so that an older one notices that it is over. */
  reading: number;
  /** What the page has before the reading starts; undefined: nothing of this session. */
  after: string | undefined;
  /** Said while behind: sent on when the archive has shown that they are not stored already. */
  held: Saying[];
};
type Saying = { key: string; text: string; of: string | undefined; file?: SharedFile | undefined };
type Pending = Omit<Saying, "key"> & { attempts: number };

const MOST_PENDING = 50;
const MOST_OWN = 100;
const MOST_ARRIVALS = 100;
const MOST_ATTEMPTS = 5;
const MOST_READ_FAILURES = 5;
/** What it means when the room sends a line back. `not-allowed`: it is closed, and will be gone in a moment. */
const BOUNCED: ReadonlyMap<string, RefusalCode> = new Map([
  ["forbidden", "not-in-session"],
  ["policy-violation", "too-fast"],
  ["not-allowed", "ended"],
]);
/** In this time what the room's database had under way has been stored, or never will be. */
const DOUBT_MS = 1_000;

export class Conversation {
  readonly session: string;
  readonly #deps: ConversationDeps;
  readonly #readers = new Map<Page, Reader>();
  /** Own lines by key, the last ones: what a page may repeat after a break. */
  readonly #own = new Map<string, Entry>();
  readonly #pending = new Map<string, Pending>();
  #seat: LineSeat | null = null;
  #backlog: Backlog = newBacklog();
  #overdue: NodeJS.Timeout | undefined;
  #doubt: NodeJS.Timeout | undefined;
  #catchUps = 0;
  /** Who waits for a page to have an entry, by its id. */
  readonly #arrivals = new Map<string, () => void>();
  /** The last line that the visitor has read, and the last of which the room was told. */
  #read: string | undefined;
  #marked: string | undefined;

  constructor(deps: ConversationDeps) {
    this.#deps = deps;
    this.session = deps.session;
  }

  /** The seat was taken, for the first time or again: catch up, and send what is not there. */
  seated(seat: LineSeat): void {
    const first = this.#seat === null && lastSeen(this.#backlog) === undefined && this.#pending.size === 0;
    this.#seat = seat;
    this.#mark();
    for (const reader of this.#readers.values()) if (reader.backlog.behind) void this.#readFor(reader, seat);
    // Who never saw a line has nothing to catch up with: each page reads for itself what it lacks.
    if (first && ![...this.#readers.values()].some((reader) => !reader.backlog.behind)) this.#caughtUp();
    else void this.#catchUp(seat);
  }

  /** The seat is gone, or cannot be trusted: nothing is sent before it was taken again. */
  unseated(): void {
    this.#seat = null;
    this.#backlog = fallBehind(this.#backlog);
    clearTimeout(this.#overdue);
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
  }

  /** The seat stands, but something is overdue: read what the room has. */
  recheck(): void {
    if (this.#seat) void this.#catchUp(this.#seat);
  }

  /** What is said in the room, as it is said. `onArrival` is called when the first page has it. */
  heard(entry: Entry, onArrival?: () => void): void {
    this.#settle(entry);
    if (onArrival) this.#arrivals.set(entry.id, onArrival);
    if (this.#arrivals.size > MOST_ARRIVALS) this.#arrivals.delete([...this.#arrivals.keys()][0] ?? "");
    if (entry.id !== "") return this.#give(receive(this.#backlog, entry));
    // Without a place in the order it can come again, and does no harm then.
    for (const { page, backlog } of this.#readers.values()) if (!backlog.behind) this.#show(page, [entry]);
  }

  /** The visitor has read up to this line: told to the room once. */
  seen(id: string): void {
    this.#read = id;
    this.#mark();
  }

  #mark(): void {
    if (!this.#seat || this.#read === undefined || this.#read === this.#marked) return;
    this.#marked = this.#read;
    this.#seat.mark(this.#read);
  }

  /**
   * The room showed a line, ours or another's, without archiving it: its database is away, and whether it has the line is
   * not certain. What comes meanwhile waits and nothing is said until the archive was read, which also shows what is to be
   * said anew.
   */
  unarchived(): void {
    if (!this.#seat) return;
    this.#backlog = fallBehind(this.#backlog);
    // A reading that is under way may have passed the place already.
    this.#catchUps += 1;
    this.#doubt ??= setTimeout(() => {
      this.#doubt = undefined;
      this.recheck();
    }, DOUBT_MS);
  }

  /** A page that shows this session's lines up to `after`; without it none. */
  attach(page: Page, after: string | undefined): void {
    const reader: Reader = { page, backlog: newBacklog(after), reading: 0, after, held: [] };
    this.#readers.set(page, reader);
    if (this.#seat) void this.#readFor(reader, this.#seat);
  }

  /** The pages that may lack lines, and the last line each has; undefined: none. `all`: more was said than we heard. */
  lacking(all: boolean): Map<Page, string | undefined> {
    const readers = [...this.#readers.values()];
    const some = all || this.#backlog.behind ? readers : readers.filter(({ backlog }) => backlog.behind);
    return new Map(some.map(({ page, backlog }) => [page, lastSeen(backlog)]));
  }

  detach(page: Page): void {
    this.#readers.delete(page);
  }

  /** A line from a page, or with `of` a change of one; every outcome reaches the page as a frame. */
  say(page: Page, saying: Saying): void {
    const { key } = saying;
    const reader = this.#readers.get(page);
    if (!reader || this.#pending.has(key) || reader.held.some((one) => one.key === key)) return;
    const known = this.#own.get(key);
    if (known && !reader.backlog.behind) return this.#showAgain(reader, known);
    if (this.#pending.size + reader.held.length >= MOST_PENDING) return page.send(unavailable(key));
    if (reader.backlog.behind) reader.held.push(saying);
    else this.#take(saying);
  }

  /** The room sent a line back. True when it was one of ours and is dealt with. */
  bounced(key: string, error: StanzaError): boolean {
    if (!this.#pending.has(key)) return false;
    const code = BOUNCED.get(error.condition);
    if (code === undefined) return false;
    this.#pending.delete(key);
    this.#tell(refused(code, "The room did not take the line", { key, ...(code !== "ended" && { againS: 5 }) }));
    return true;
  }

  /** The talk is over; what was never stored can no longer be said. */
  close(): void {
    this.unseated();
    const keys = new Set(this.#pending.keys());
    for (const reader of this.#readers.values()) for (const { key } of reader.held) keys.add(key);
    for (const key of keys) this.#tell(refused("not-in-session", "The conversation is over", { key }));
    this.#pending.clear();
    this.#readers.clear();
  }

  #take({ key, text, of, file }: Saying): void {
    this.#pending.set(key, { text, of, file, attempts: 0 });
    if (this.#seat && !this.#backlog.behind) this.#send(key, this.#seat);
  }

  #send(key: string, seat: LineSeat): void {
    const line = this.#pending.get(key);
    if (!line) return;
    line.attempts += 1;
    if (line.attempts > MOST_ATTEMPTS) {
      this.#pending.delete(key);
      return this.#tell(unavailable(key));
    }
    this.#watch();
    seat.say(key, line.text, line.of, line.file).catch((error: unknown) => {
      // The archive decides when the link is back.
      if (error instanceof LinkDown) return;
      this.#deps.log.warn("a line could not be sent", { session: this.session, error });
      this.#pending.delete(key);
      this.#tell(refused("too-long", "This line cannot be sent", { key }));
    });
  }

  #watch(): void {
    clearTimeout(this.#overdue);
    this.#overdue = setTimeout(() => {
      if (this.#pending.size > 0 && this.#seat) this.#deps.onDoubt();
    }, this.#deps.reflectionMs);
  }

  #settle(line: Entry): void {
    if (line.from.kind !== "self" || line.key === undefined) return;
    if (this.#pending.has(line.key)) this.#passedOver(line.key);
    this.#pending.delete(line.key);
    this.#own.delete(line.key);
    this.#own.set(line.key, line);
    for (const oldest of this.#own.keys()) {
      if (this.#own.size <= MOST_OWN) break;
      this.#own.delete(oldest);
    }
    for (const reader of this.#readers.values()) {
      reader.held = reader.held.filter((one) => one.key !== line.key);
    }
    if (this.#pending.size === 0) clearTimeout(this.#overdue);
  }

  /**
   * What was said before a line that is stored, and is not stored itself, the room has passed over. Saying it again now
   * would turn the order round: its page is told, and the visitor decides.
   */
  #passedOver(stored: string): void {
    for (const [key, { attempts }] of this.#pending) {
      if (key === stored) return;
      if (attempts === 0) continue;
      this.#pending.delete(key);
      this.#tell(unavailable(key));
    }
  }

  /** Reads on from the last line seen, gives it to the pages, then sends again what is not there. */
  async #catchUp(seat: LineSeat): Promise<void> {
    this.#backlog = fallBehind(this.#backlog);
    this.#catchUps += 1;
    const mine = this.#catchUps;
    const done = await readArchive({
      source: () => seat.read(lastSeen(this.#backlog)),
      // Two readings must not both end in sending again: the older one may have asked before the newer one's lines left.
      wanted: () => this.#seat === seat && this.#catchUps === mine,
      take: (lines) => {
        for (const line of lines) this.#settle(line);
        this.#give(receivePage(this.#backlog, lines));
      },
      unknownStart: () => {
        // Never so with a proper archive; whatever comes twice the pages do not show twice.
        this.#backlog = { ...newBacklog(), held: this.#backlog.held };
      },
      failed: (error, failures) => this.#readFailed(error, failures),
    });
    if (done) this.#caughtUp();
  }

  #caughtUp(): void {
    this.#give(catchUpDone(this.#backlog));
    if (!this.#seat) return;
    for (const key of this.#pending.keys()) this.#send(key, this.#seat);
  }

  /** Reads for one page what it lacks. */
  async #readFor(reader: Reader, seat: LineSeat): Promise<void> {
    const { page } = reader;
    reader.reading += 1;
    const mine = reader.reading;
    let reset = lastSeen(reader.backlog) === undefined;
    const show = (given: Given, complete: boolean): void => {
      reader.backlog = given.backlog;
      for (const frame of framesOf(this.session, given.lines, { catchUp: true, complete, reset })) page.send(frame);
      this.#arrived(page, given.lines);
      reset = false;
    };
    const done = await readArchive({
      source: () => seat.read(lastSeen(reader.backlog)),
      wanted: () => this.#seat === seat && reader.reading === mine && page.open && this.#readers.get(page) === reader,
      take: (lines) => {
        for (const line of lines) this.#settle(line);
        show(receivePage(reader.backlog, lines), false);
        return page.drained();
      },
      unknownStart: () => {
        reader.backlog = { ...newBacklog(), held: reader.backlog.held };
        reset = true;
      },
      failed: (error, failures) => this.#readFailed(error, failures),
    });
    if (!done) return;
    show(catchUpDone(reader.backlog), true);
    for (const saying of reader.held.splice(0)) this.#repeat(reader, saying);
  }

  #repeat(reader: Reader, saying: Saying): void {
    if (this.#pending.has(saying.key) || !reader.page.open) return;
    const known = this.#own.get(saying.key);
    if (!known) this.#take(saying);
    else if (!hasSeen(reader.backlog, known)) this.#showAgain(reader, known);
  }

  /** An own line that its page takes for unsaid; not before those that stand before it: then it comes with them. */
  #showAgain({ page, backlog }: Reader, known: Entry): void {
    if (!this.#backlog.behind || hasSeen(backlog, known)) this.#show(page, [known]);
  }

  #readFailed(error: unknown, failures: number): void {
    this.#deps.log.warn("an archive could not be read", { session: this.session, error });
    if (failures % MOST_READ_FAILURES === 0) this.#deps.onDoubt();
  }

  /** Lines in order, to every page that is not behind; the others hold them. */
  #give({ backlog, lines }: Given): void {
    this.#backlog = backlog;
    for (const reader of this.#readers.values()) {
      const shown: Entry[] = [];
      for (const line of lines) {
        const next = receive(reader.backlog, line);
        reader.backlog = next.backlog;
        shown.push(...next.lines);
      }
      if (shown.length > 0) this.#show(reader.page, shown);
    }
  }

  #show(page: Page, entries: Entry[]): void {
    const flags = { catchUp: false, complete: false, reset: false };
    for (const frame of framesOf(this.session, entries, flags)) page.send(frame);
    this.#arrived(page, entries);
  }

  #arrived(page: Page, entries: readonly Entry[]): void {
    if (!page.open || this.#arrivals.size === 0) return;
    for (const { id } of entries) {
      this.#arrivals.get(id)?.();
      this.#arrivals.delete(id);
    }
  }

  #tell(frame: Parameters<Page["send"]>[0]): void {
    for (const { page } of this.#readers.values()) page.send(frame);
  }
}
