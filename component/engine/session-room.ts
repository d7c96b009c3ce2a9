/** Our seat in one session's room: who is there, what is said, and the transcript of both. */
import { bareJid } from "../../protocol/jid.ts";
import type { RoomEntry, RoomLine, RoomRetraction } from "../../protocol/room-message.ts";
import type { SharedFile } from "../../protocol/shared-file.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildServiceLine, parseServiceLine } from "../../protocol/workgroup/session.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Log } from "../../runtime/log.ts";
import { type ComponentLink, LinkDown } from "../../runtime/xmpp/component-link.ts";
import type { Departure, Occupant, RoomSeat, RoomSeats, SeatEvent } from "../../runtime/xmpp/room-seat.ts";
import type { WorkgroupEvent } from "../domain/events.ts";
import type { Database } from "../store/db.ts";
import { lastStanzaId, mintEntryId, occupantsOf, type StoredFile, type TranscriptRow } from "../store/transcripts.ts";
import type { Recorded, Recorder } from "./recorder.ts";

export type SessionRoomDeps = {
  db: Database;
  link: ComponentLink;
  log: Log;
  now(): number;
  recorder: Recorder;
  roomsDomain: string;
  serviceDomain: string;
  seats: RoomSeats;
  /** Bare JID of the session's visitor; whoever else is in the room is an agent. */
  visitor: string;
  post(event: WorkgroupEvent): void;
  /** The seat was lost while the link stands. */
  onLost(): void;
};

/** In this time what the room's database had under way has been stored, or never will be. */
const DOUBT_MS = 1_000;

/** Of which session it is, the room adds. */
type New<T> = T extends unknown ? Omit<T, "session"> : never;
type Speaker = Pick<TranscriptRow, "jid" | "speakerKind">;

export class SessionRoom {
  readonly session: string;
  readonly address: string;
  /** The address we sit under: it names workgroup and session, so any process can take the seat over. */
  readonly jid: string;
  /** Its being made ready, while that goes on. */
  preparing: Promise<void> | undefined;
  /** We have configured, and so unlocked, it. */
  configured = false;
  /** How often in a row the room server could not make it. */
  refusals = 0;
  readonly #nick: string;
  readonly #deps: SessionRoomDeps;
  #seat: RoomSeat | undefined;
  #entering: Promise<boolean> | undefined;
  /** Live events that wait while the archive is read. */
  #heldBack: SeatEvent[] | undefined;
  #doubting: NodeJS.Timeout | undefined;
  /** Who occupant ids stand for, also of those who left: archived lines bear nothing else. */
  readonly #known = new Map<string, Speaker>();

  constructor(of: { node: string; session: string; nick: string }, deps: SessionRoomDeps) {
    this.session = of.session;
    this.address = `${of.session}@${deps.roomsDomain}`;
    this.jid = `${of.node}@${deps.serviceDomain}/${of.session}`;
    this.#nick = of.nick;
    this.#deps = deps;
  }

  get seated(): boolean {
    return this.#seat !== undefined && this.#heldBack === undefined;
  }

  /** Takes the seat and reads what was missed. Resolves with whether the room is new. Rejects as `RoomSeats.join` does. */
  enter(): Promise<boolean> {
    this.#entering ??= this.#enter().finally(() => {
      this.#entering = undefined;
    });
    return this.#entering;
  }

  /** Whether no line of it is stored; certain once the seat is taken. */
  async isBlank(): Promise<boolean> {
    await this.#deps.recorder.settled();
    return (await lastStanzaId(this.#deps.db, this.session)) === null;
  }

  /** Everything the archive holds is handed to the recorder. A room that is gone has nothing more to give. */
  async readToEnd(): Promise<void> {
    try {
      if (this.#seat !== undefined && this.seated) await this.#catchUp(this.#seat);
      // Also where an earlier reading did not get through: that seat may be gone.
      else await this.enter();
    } catch (error) {
      if (!(error instanceof StanzaError && error.condition === "item-not-found")) throw error;
    }
  }

  /** Says a line of the service. What cannot be said now is not said: it is news, not a promise. */
  say(text: string, mark: Element): void {
    const id = `${this.session}-${crypto.randomUUID()}`;
    this.#seat?.say({ id, text, extra: [mark] }).catch((error: unknown) => {
      this.#deps.log.debug("a service line was not said", { session: this.session, error });
    });
  }

  /** Says a line for an agent, by name. Rejects when it cannot be said now. */
  async speakFor(name: string, text: string): Promise<void> {
    if (this.#seat === undefined) throw new LinkDown("there is no seat to speak from");
    const mark = buildServiceLine({ kind: "spoken", name, text });
    await this.#seat.say({ id: `${this.session}-${crypto.randomUUID()}`, text: `${name}: ${text}`, extra: [mark] });
  }

  /** Posts who is in the room now, as a whole. */
  tellOccupants(): void {
    const occupants = [...(this.#seat?.occupants.values() ?? [])].flatMap(({ jids, nick }) =>
      jids.map((jid) => ({ jid, nick })),
    );
    this.#deps.post({ type: "occupants-known", at: this.#deps.now(), request: this.session, occupants });
  }

  /** When the link is back the room still knows us, and tells us what is said now before we have read what was said meanwhile. */
  linkLost(): void {
    this.#seat = undefined;
    this.#heldBack = [];
  }

  async #enter(): Promise<boolean> {
    const { db, seats } = this.#deps;
    for (const [occupant, speaker] of await occupantsOf(db, this.session)) this.#known.set(occupant, speaker);
    this.#heldBack = [];
    const seat = await seats.join({
      room: this.address,
      jid: this.jid,
      nick: this.#nick,
      onEvent: (event) => this.#take(event),
    });
    this.#seat = seat;
    for (const occupant of seat.occupants.values()) this.#remember(occupant);
    await this.#catchUp(seat);
    return seat.created;
  }

  /** Reads the archive from the last stored line to its end; what comes live meanwhile waits behind it. */
  async #catchUp(seat: RoomSeat): Promise<void> {
    this.#heldBack ??= [];
    await this.#deps.recorder.settled();
    const after = (await lastStanzaId(this.#deps.db, this.session)) ?? undefined;
    for await (const { entry, stanza } of seat.catchUp(after)) this.#recordEntry(entry, stanza);
    // Lost with the last page: there may be gaps, and the next seat reads on.
    if (this.#seat !== seat) throw new LinkDown("the seat was lost while its archive was read");
    const waiting = this.#heldBack ?? [];
    this.#heldBack = undefined;
    for (const event of waiting) this.#hold(event);
  }

  #take(event: SeatEvent): void {
    // At once: nothing can be read through this seat any more. The next one reads what waited here.
    if (event.type === "unseated") return this.#unseated(event.how);
    // Who is here is known at once; only in the transcript it has its place behind what was said before.
    this.#tellMove(event);
    this.#hold(event);
  }

  /** Writes it down, behind what was said before. */
  #hold(event: SeatEvent): void {
    if (this.#heldBack) this.#heldBack.push(event);
    else this.#note(event);
  }

  /** Who came or went, told to those who decide: while an archive cannot be read nobody is to be called absent for it. */
  #tellMove(event: SeatEvent): void {
    const { now, post } = this.#deps;
    const of = { at: now(), request: this.session };
    if (event.type === "joined") {
      this.#remember(event.occupant);
      for (const jid of event.occupant.jids) post({ type: "occupant-joined", ...of, jid, nick: event.occupant.nick });
    } else if (event.type === "changed") this.#changed(event.occupant, event.before);
    else if (event.type === "left") {
      const lost = event.how === "unanswered";
      for (const jid of event.occupant.jids) post({ type: "occupant-left", ...of, jid, lost });
    }
  }

  /** What belongs into the transcript. Typing, subjects and what came back do not. */
  #note(event: SeatEvent): void {
    if (event.type === "line") this.#recordEntry(event.line, event.stanza);
    else if (event.type === "retraction") this.#recordEntry(event.retraction);
    else if (event.type === "joined" || event.type === "left") this.#recordMove(event.type, event.occupant);
  }

  #unseated(how: Departure): void {
    this.#seat = undefined;
    if (how !== "destroyed") return this.#deps.onLost();
    // There is no archive any more.
    const waiting = this.#heldBack ?? [];
    this.#heldBack = undefined;
    for (const event of waiting) this.#hold(event);
  }

  /** One person with several clients is one occupant: clients come and go under the same nick. */
  #changed(occupant: Occupant, before: Occupant): void {
    const { now, post } = this.#deps;
    this.#remember(occupant);
    const of = { at: now(), request: this.session };
    for (const jid of occupant.jids) {
      if (!before.jids.includes(jid)) post({ type: "occupant-joined", ...of, jid, nick: occupant.nick });
    }
    for (const jid of before.jids) {
      if (!occupant.jids.includes(jid)) post({ type: "occupant-left", ...of, jid, lost: false });
    }
  }

  #remember({ occupantId, jid }: Occupant): void {
    if (occupantId !== null && jid !== null) this.#known.set(occupantId, this.#speaker(bareJid(jid)));
  }

  #speaker(jid: string): Speaker {
    if (jid === bareJid(this.jid)) return { jid, speakerKind: "service" };
    return { jid, speakerKind: jid === this.#deps.visitor ? "visitor" : "agent" };
  }

  /** A line, or what its sender made of it later. Who has read what is nothing to a transcript. */
  #recordEntry(entry: RoomEntry, stanza?: Element): void {
    if (entry.kind === "line") this.#recordLine(entry, stanza);
    else if (entry.kind === "retraction") this.#recordRetraction(entry);
  }

  #recordRetraction({ stanzaId, nick, occupantId, of, at }: RoomRetraction): void {
    if (stanzaId === null) return this.#doubt();
    const author = { nick, occupant: occupantId ?? "" };
    this.#record({ kind: "retracted", stanzaId, ...author, of, at: at ?? this.#deps.now() });
  }

  #recordLine(line: RoomLine, stanza?: Element): void {
    // Not archived means not said: its sender is told the same, and says it again. But it may be there all the same.
    if (line.stanzaId === null) return this.#doubt();
    const own = line.nick === (this.#seat?.nick ?? this.#nick);
    const mark = own && stanza ? parseServiceLine(stanza) : undefined;
    const known = line.occupantId === null ? undefined : this.#known.get(line.occupantId);
    const speaker: Speaker = own ? this.#speaker(bareJid(this.jid)) : (known ?? { jid: "", speakerKind: "agent" });
    this.#record({
      stanzaId: line.stanzaId,
      kind: own ? "service" : "line",
      ...speaker,
      nick: line.nick,
      occupant: line.occupantId ?? "",
      key: line.id ?? "",
      body: line.text,
      at: line.at ?? this.#deps.now(),
      ...(line.file && !own && { file: fileOf(line.file) }),
      ...(own || line.replaces === undefined ? {} : { replaces: line.replaces }),
      // The question was the visitor's, whoever said it in the room; in the room it is a sentence for plain clients.
      ...(mark?.kind === "question" ? this.#asVisitor(mark) : {}),
      ...(mark?.kind === "spoken" ? asAgent(mark) : {}),
    });
  }

  /**
   * The room's database was away, and what it has stored is not certain: what comes live waits until the archive was read
   * from the last line before it.
   */
  #doubt(): void {
    this.#heldBack ??= [];
    this.#doubting ??= setTimeout(() => {
      this.#doubting = undefined;
      const seat = this.#seat;
      if (seat === undefined) return; // The next one reads in any case.
      this.#catchUp(seat).catch((error: unknown) => {
        this.#deps.log.warn("a transcript could not be caught up", { session: this.session, error });
        if (this.#seat !== seat) return;
        // There is no such room any more, and no archive to wait for.
        if (error instanceof StanzaError && error.condition === "item-not-found") this.#unseated("left");
        else this.#doubt();
      });
    }, DOUBT_MS);
  }

  #asVisitor({ name, text }: { name: string; text: string }): Partial<TranscriptRow> {
    return { speakerKind: "visitor", jid: this.#deps.visitor, nick: name, key: "", body: text };
  }

  #recordMove(kind: "joined" | "left", { nick, jid, occupantId }: Occupant): void {
    const at = this.#deps.now();
    const speaker = this.#speaker(jid === null ? "" : bareJid(jid));
    const stanzaId = mintEntryId({ kind, jid: jid ?? nick, at });
    this.#record({ stanzaId, kind, ...speaker, nick, occupant: occupantId ?? "", key: "", body: "", at });
  }

  #record(row: New<Recorded>): void {
    if (this.#deps.recorder.record({ session: this.session, ...row })) return;
    // Too much is held already: the archive keeps it, and gives it back when the database takes rows again.
    const seat = this.#seat;
    if (seat === undefined || this.#heldBack) return;
    this.#heldBack = [];
    this.#catchUp(seat).catch((error: unknown) => {
      this.#deps.log.warn("a transcript could not be caught up", { session: this.session, error });
    });
  }
}

/** Its address is the line's text. */
const fileOf = ({ url: _, ...known }: SharedFile): StoredFile => known;

/** What we said for an agent is the agent's line. */
const asAgent = ({ name, text }: { name: string; text: string }): Partial<TranscriptRow> => ({
  kind: "line",
  speakerKind: "agent",
  jid: "",
  nick: name,
  body: text,
});
