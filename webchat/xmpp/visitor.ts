/**
 * One visitor: an address at the gateway, a request at a workgroup, perhaps a seat in a room, and the pages that are open.
 * `domain/visit.ts` decides; this shell carries its orders out, and turns stanzas and frames into facts.
 */

import { StanzaError } from "../../protocol/stanza-error.ts";
import type { PageInfo, ServerFrame } from "../../protocol/visitor-api.ts";
import type { DepartReason } from "../../protocol/workgroup/join.ts";
import type { Visit } from "../../protocol/workgroup/visit.ts";
import type { Log } from "../../runtime/log.ts";
import { type ComponentLink, LinkDown } from "../../runtime/xmpp/component-link.ts";
import type { RoomSeats } from "../../runtime/xmpp/room-seat.ts";
import { viewHistory } from "../domain/line.ts";
import { nickFrom } from "../domain/nick.ts";
import type { Attached, Hello, Page, PageAction } from "../domain/page.ts";
import { joinRefusal, leaveRefusal, type Refused, refused, unavailable } from "../domain/refusal.ts";
import {
  isOpen,
  newVisit,
  questionOf,
  step,
  type VisitEffect,
  type VisitFact,
  type VisitModel,
} from "../domain/visit.ts";
import { Conversation } from "./conversation.ts";
import type { Gate } from "./gate.ts";
import { createQueueUser, type QueueUser } from "./queue-user.ts";
import { takeVisitSeat, type VisitSeat } from "./visit-room.ts";

export type VisitorDeps = {
  link: ComponentLink;
  seats: RoomSeats;
  log: Log;
  /** The rooms' domain. */
  rooms: string;
  /** Epoch ms. */
  now(): number;
  /** How many seats are taken at a time, over all visitors. */
  gate: Gate;
  /** How long a visitor without a page keeps place and seat. */
  graceMs: number;
  reflectionMs: number;
  /** Nothing is to be kept of this visitor any more. */
  onForget: (visitor: Visitor) => void;
};

/** `id` is the local part of the visitor's address; `workgroup` is a bare JID. */
export type VisitorName = { id: string; workgroup: string };

const RESOURCE = "web";
const MOST_ASKED_AGAIN = 3;

export class Visitor {
  readonly id: string;
  readonly workgroup: string;
  readonly jid: string;
  readonly #deps: VisitorDeps;
  readonly #log: Log;
  readonly #user: QueueUser;
  /** Open pages; true once they were welcomed. */
  readonly #pages = new Map<Page, boolean>();
  #model: VisitModel = newVisit();
  /** Raised with each fact that was not asked for: what was asked before it may be stale. */
  #revision = 0;
  #conversation: Conversation | null = null;
  #seat: VisitSeat | null = null;
  #seatAttempt = 0;
  #typing = false;
  #graceTimer: NodeJS.Timeout | undefined;
  #askTimer: NodeJS.Timeout | undefined;
  #gone = false;

  constructor({ id, workgroup }: VisitorName, deps: VisitorDeps) {
    this.id = id;
    this.workgroup = workgroup;
    this.jid = `${id}@${deps.link.domain}/${RESOURCE}`;
    this.#deps = deps;
    this.#log = deps.log.with({ visit: id, workgroup });
    this.#user = createQueueUser(deps.link, this.jid, workgroup);
  }

  /** True when it was forgotten: whoever still holds it must look it up anew. */
  get gone(): boolean {
    return this.#gone;
  }

  // ---- Pages ----

  /** Welcomes a page and gives it what it lacks; or says why not. */
  async open(page: Page, hello: Hello): Promise<Attached | Refused> {
    this.#pages.set(page, false);
    this.#apply({ type: "tab-opened" });
    if (!hello.isNew) {
      const refusal = await this.#refresh().then(() => null, helloRefusal);
      if (refusal) {
        this.#detach(page);
        return refusal;
      }
    }
    if (!page.open) {
      this.#detach(page);
      return unavailable();
    }
    this.#pages.set(page, true);
    page.send({ kind: "welcome", token: hello.token, state: this.#model.state });
    this.#showPast(page, hello);
    return { act: (action) => this.#act(page, action), detach: () => this.#detach(page) };
  }

  #detach(page: Page): void {
    if (!this.#pages.delete(page)) return;
    this.#conversation?.detach(page);
    if (this.#pages.size > 0) return;
    this.#sendTyping(false);
    this.#apply({ type: "last-tab-closed" });
  }

  /** The lines the page lacks: from the room while there is one, else from the workgroup's transcript. */
  #showPast(page: Page, hello: Hello): void {
    const { state } = this.#model;
    if (this.#conversation) {
      const { session } = this.#conversation;
      this.#conversation.attach(page, hello.session === session ? hello.after : undefined);
    } else if (state.phase === "ended") {
      const after = hello.session === state.session ? hello.after : undefined;
      void this.#showHistory(page, state.session, after);
    }
  }

  async #showHistory(page: Page, session: string, start: string | undefined): Promise<void> {
    let after = start;
    let reset = start === undefined;
    const question = questionOf(this.#model.state);
    try {
      for (let complete = false; !complete && page.open; ) {
        const part = await this.#user.history(session, after);
        const last = part.lines.at(-1)?.id;
        complete = part.complete || last === undefined;
        const lines = part.lines.map((line) => viewHistory(line, question));
        page.send({ kind: "lines", session, lines, catchUp: true, complete, reset });
        reset = false;
        after = last;
        await page.drained();
      }
    } catch (error) {
      this.#log.warn("a transcript could not be read", { session, error });
      page.send(unavailable());
    }
  }

  #tell(frame: ServerFrame): void {
    for (const [page, welcomed] of this.#pages) if (welcomed) page.send(frame);
  }

  #act(page: Page, action: PageAction): void {
    switch (action.kind) {
      case "join":
        return void this.#join(page, action.fields, action.page);
      case "cancel":
        return void this.#cancel(page);
      case "say":
        return this.#say(page, action.key, action.text);
      case "typing":
        return this.#sendTyping(action.active);
      case "end":
        return void this.#end(page);
      case "leave-message":
        return void this.#leaveMessage(page, action);
    }
  }

  async #join(page: Page, fields: Record<string, string[]>, info: PageInfo): Promise<void> {
    if (isOpen(this.#model)) return page.send(refused("already-waiting", "You are in the queue already"));
    const first = (name: string): string => fields[name]?.[0]?.trim() ?? "";
    const name = first("username") || first("name");
    this.#apply({ type: "join-asked", name, question: first("question"), at: this.#deps.now() });
    try {
      await this.#user.join(fields, info);
      this.#apply({ type: "join-accepted" });
      this.#log.info("joined the queue");
    } catch (error) {
      this.#apply({ type: "join-refused" });
      page.send(error instanceof StanzaError ? joinRefusal(error) : unavailable());
      // Whether it was taken is not known when no answer came; and "conflict" says that we know too little.
      const unsure = !(error instanceof StanzaError) || error.type === "wait" || error.condition === "conflict";
      if (unsure) await this.#refresh().catch(() => undefined);
      if (this.#pages.size === 0) this.#apply({ type: "last-tab-closed" });
    }
  }

  async #cancel(page: Page): Promise<void> {
    if (this.#model.state.phase !== "waiting") return;
    // With a room open it is a talk that waits for its next agent.
    if (this.#conversation) return this.#end(page);
    await this.#ask(page, async () => {
      await this.#user.depart();
      this.#apply({ type: "departed", reason: "departure-requested" });
    });
  }

  async #end(page: Page): Promise<void> {
    const { state, session } = this.#model;
    if (state.phase === "waiting" && !this.#conversation) return this.#cancel(page);
    if (session === null || (state.phase !== "talking" && state.phase !== "waiting")) return;
    // The end itself comes from the room, for everybody in it.
    await this.#ask(page, () => this.#user.end(session));
  }

  async #leaveMessage(page: Page, action: Extract<PageAction, { kind: "leave-message" }>): Promise<void> {
    const { key, name, email, text } = action;
    try {
      await this.#user.leaveMessage({ key, name, email, text });
      page.send({ kind: "message-stored", key });
    } catch (error) {
      page.send(error instanceof StanzaError ? leaveRefusal(error, key) : unavailable(key));
    }
  }

  /** Asks the workgroup for something that its own news will confirm; where it disagrees, it is asked how things stand. */
  async #ask(page: Page, what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      if (!(error instanceof StanzaError) || error.type === "wait") return page.send(unavailable());
      await this.#refresh().catch(() => page.send(unavailable()));
    }
  }

  #say(page: Page, key: string, text: string): void {
    if (text.trim() === "") return page.send(refused("bad-frame", "A line needs some text", { key }));
    if (this.#conversation) {
      // A line ends the typing by itself.
      this.#typing = false;
      return this.#conversation.say(page, key, text);
    }
    page.send(refused("not-in-session", "There is no conversation to say this in", { key }));
  }

  #sendTyping(active: boolean): void {
    if (this.#typing === active || !this.#seat) return;
    this.#typing = active;
    this.#seat.typing(active);
  }

  // ---- News ----

  queueNews(news: { session: string | null; position: number | null; waitS: number | null }): void {
    this.#hear({ type: "queue-news", ...news, at: this.#deps.now() });
  }

  departed(reason: DepartReason): void {
    this.#hear({ type: "departed", reason });
  }

  invited(session: string, room: string): void {
    this.#hear({ type: "invited", session, room, at: this.#deps.now() });
  }

  linkLost(): void {
    this.#conversation?.unseated();
    this.#seat?.abandon();
    this.#seat = null;
    this.#hear({ type: "link-lost" });
  }

  /** The workgroup's own word on where this visitor stands. */
  told(visit: Visit): void {
    const session = visit.phase === "idle" ? "" : visit.session;
    this.#apply({ type: "told", visit, room: `${session}@${this.#deps.rooms}` });
  }

  /** Keeps a visitor that nobody has a page of (found after a restart) for the grace time. */
  keepForGrace(): void {
    if (this.#pages.size === 0) this.#apply({ type: "last-tab-closed" });
  }

  /** Asks the workgroup, and believes it. Rejects with StanzaError or LinkDown. */
  async refresh(): Promise<void> {
    await this.#refresh();
    if (this.#pages.size === 0 && !isOpen(this.#model)) this.#apply({ type: "last-tab-closed" });
  }

  async #refresh(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const asked = this.#revision;
      const visit = await this.#user.visit();
      // News that arrived while the answer was on its way may be newer than it.
      if (asked === this.#revision || attempt === MOST_ASKED_AGAIN) return this.told(visit);
    }
  }

  /** Forgets everything at once, telling nobody: the process stops. */
  dispose(): void {
    this.#gone = true;
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#askTimer);
    this.#conversation?.unseated();
    this.#seat?.abandon();
  }

  // ---- Facts and orders ----

  #hear(fact: VisitFact): void {
    this.#revision += 1;
    this.#apply(fact);
  }

  #apply(fact: VisitFact): void {
    if (this.#gone) return;
    const before = this.#model;
    const { visit, effects } = step(before, fact);
    this.#model = visit;
    if (before.state.phase !== visit.state.phase) {
      this.#log.info("visit changed", { from: before.state.phase, to: visit.state.phase, session: visit.session });
    }
    for (const effect of effects) this.#carryOut(effect);
    this.#followSeat();
  }

  #carryOut(effect: VisitEffect): void {
    switch (effect.type) {
      case "tell":
        return this.#tell(effect.frame);
      case "take-seat":
        return void this.#takeSeat(effect.room, effect.name);
      case "leave-seat":
        return this.#leaveSeat(effect.room);
      case "catch-up":
        if (this.#seat) this.#conversation?.seated(this.#seat);
        return;
      case "ask-visit":
        return this.#askLater(effect.afterS);
      case "depart":
        // The workgroup finds out by itself should this not arrive: its next news comes back.
        this.#user.depart().catch(() => undefined);
        return;
      case "start-grace":
        clearTimeout(this.#graceTimer);
        this.#graceTimer = setTimeout(() => this.#apply({ type: "grace-over" }), this.#deps.graceMs);
        return;
      case "stop-grace":
        return clearTimeout(this.#graceTimer);
      case "forget":
        this.dispose();
        return this.#deps.onForget(this);
    }
  }

  /** A conversation lives as long as there is a seat, or a seat to be taken again, in its room. */
  #followSeat(): void {
    const { seat, session } = this.#model;
    const wanted = seat.name === "none" || this.#gone ? null : session;
    if (this.#conversation && this.#conversation.session !== wanted) {
      this.#conversation.close();
      this.#conversation = null;
    }
    if (wanted === null || this.#conversation) return;
    this.#conversation = new Conversation({
      session: wanted,
      log: this.#log,
      onDoubt: () => void this.#doubt(),
      reflectionMs: this.#deps.reflectionMs,
    });
    for (const [page, welcomed] of this.#pages) if (welcomed) this.#conversation.attach(page, undefined);
  }

  async #takeSeat(room: string, name: string): Promise<void> {
    this.#conversation?.unseated();
    this.#seat?.abandon();
    this.#seat = null;
    this.#typing = false;
    const { seats, now, gate } = this.#deps;
    this.#seatAttempt += 1;
    const mine = this.#seatAttempt;
    const wanted = (): boolean => {
      const { seat } = this.#model;
      return mine === this.#seatAttempt && seat.name === "taking" && seat.room === room && !this.#gone;
    };
    try {
      await gate(async () => {
        if (!wanted()) return;
        const seat = await takeVisitSeat({
          seats,
          room,
          jid: this.jid,
          nick: nickFrom(name),
          now,
          question: () => questionOf(this.#model.state),
          onLine: (line) => this.#conversation?.heard(line),
          onBounce: (key, error) => this.#bounced(room, key, error),
          onTyping: (who, active) => this.#tell({ kind: "typing", name: who, active }),
          onFact: (fact) => {
            if (fact.type === "seat-lost" || fact.type === "room-destroyed") this.#dropSeat();
            this.#hear(fact);
          },
        });
        if (!wanted()) return seat.leave();
        this.#seat = seat;
        this.#hear({ type: "seat-taken", room, agents: seat.agents(), at: now() });
        seat.listen();
      });
    } catch (error) {
      // The link's return takes all seats anew.
      if (error instanceof LinkDown || !wanted()) return;
      this.#log.info("a seat was refused", { room, reason: error instanceof Error ? error.message : "" });
      this.#hear({ type: "seat-refused", room });
    }
  }

  #dropSeat(): void {
    this.#conversation?.unseated();
    this.#seat = null;
  }

  #leaveSeat(room: string): void {
    if (this.#seat?.room !== room) return;
    const seat = this.#seat;
    this.#dropSeat();
    seat.leave();
  }

  #bounced(room: string, key: string | null, error: StanzaError): void {
    if (key !== null && this.#conversation?.bounced(key, error)) return;
    // "not-acceptable": we are not in the room (XEP-0045 §7.4); anything else will show when the reflection is overdue.
    if (error.condition !== "not-acceptable" && error.condition !== "item-not-found") return;
    this.#dropSeat();
    this.#hear({ type: "seat-lost", room, evicted: false });
  }

  /** A reflection is overdue: is the seat still ours? */
  async #doubt(): Promise<void> {
    const seat = this.#seat;
    if (!seat) return;
    const answer = await seat.check().catch(() => "unknown");
    if (this.#seat !== seat) return;
    if (answer !== "not-joined") return this.#conversation?.recheck();
    this.#dropSeat();
    seat.abandon();
    this.#hear({ type: "seat-lost", room: seat.room, evicted: false });
  }

  #askLater(afterS: number): void {
    clearTimeout(this.#askTimer);
    this.#askTimer = setTimeout(() => {
      if (!this.#deps.link.online || this.#gone) return;
      this.#refresh().catch((error: unknown) => {
        // Without the link its return asks for everybody.
        if (!(error instanceof LinkDown) && !this.#gone) this.#askLater(Math.max(afterS, 2));
      });
    }, afterS * 1000);
  }
}

function helloRefusal(error: unknown): Refused {
  const unknown =
    error instanceof StanzaError && (error.condition === "item-not-found" || error.condition === "not-authorized");
  return unknown ? refused("unknown-workgroup", "There is no such workgroup") : unavailable();
}
