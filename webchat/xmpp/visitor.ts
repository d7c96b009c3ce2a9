/**
 * One visitor: an address at the gateway, a request at a workgroup, perhaps a seat in a room, and the pages that are open.
 * `domain/visit.ts` decides; this shell carries its orders out.
 */
import type { SharedFile } from "../../protocol/shared-file.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { ServerFrame } from "../../protocol/visitor-api.ts";
import type { DepartReason } from "../../protocol/workgroup/join.ts";
import type { Visit } from "../../protocol/workgroup/visit.ts";
import type { Log } from "../../runtime/log.ts";
import { type ComponentLink, LinkDown } from "../../runtime/xmpp/component-link.ts";
import type { RoomSeats } from "../../runtime/xmpp/room-seat.ts";
import type { ViewFile } from "../domain/line.ts";
import type { Attached, Hello, Page, PageAction } from "../domain/page.ts";
import { queueFull, type Refused, refused, unavailable } from "../domain/refusal.ts";
import { isOpen, NEW_VISIT, step, type VisitEffect, type VisitFact, type VisitModel } from "../domain/visit.ts";
import { showEndedTalk } from "./ended-talk.ts";
import type { Gate } from "./gate.ts";
import { type Acting, act } from "./page-actions.ts";
import { createQueueUser, type QueueUser } from "./queue-user.ts";
import { SeatKeeper } from "./seat-keeper.ts";

export type VisitorDeps = {
  link: ComponentLink;
  seats: RoomSeats;
  /** The rooms' domain. */
  rooms: string;
  log: Log;
  /** Epoch ms. */
  now(): number;
  /** How many seats are taken at a time, over all visitors. */
  gate: Gate;
  /** How long a visitor without a page keeps place and seat. */
  graceMs: number;
  /** How long a line's reflection may take. */
  reflectionMs: number;
  /** Files as pages find them, and the file that a visit's ticket stands for; null for no ticket of that visit. */
  viewFile: ViewFile;
  fileOf(visit: string, ticket: string): SharedFile | null;
  /** Nothing is to be kept of this visitor any more. */
  onForget: (visitor: Visitor) => void;
  /** Whether as many as may be wait at this visitor's address already. */
  crowded: (visitor: Visitor) => boolean;
  /** `waits` of the visitor has changed. */
  onWaiting: (visitor: Visitor) => void;
};

/** `id` is the local part of the visitor's address; `workgroup` is a bare JID. */
export type VisitorName = { id: string; workgroup: string };

const RESOURCE = "web";
const MOST_PAGES = 20;
const MOST_ASKED_AGAIN = 3;

/** An open page of a visitor, with as little as is needed of what it began with. */
class OpenPage implements Attached {
  readonly page: Page;
  readonly identity: Hello["identity"];
  readonly isIdentified: boolean;
  welcomed = false;
  readonly #visitor: Visitor;

  constructor(visitor: Visitor, page: Page, { identity, isIdentified }: Hello) {
    this.#visitor = visitor;
    this.page = page;
    this.identity = identity;
    this.isIdentified = isIdentified;
  }

  act(action: PageAction): void {
    this.#visitor.act(this, action);
  }

  detach(): void {
    this.#visitor.detach(this);
  }
}

/** Most visitors only have a page open, and ask for nothing: what the others need is made when they do. */
export class Visitor {
  readonly id: string;
  readonly workgroup: string;
  /** Where its last page was opened; empty when that is not known, as after our restart. Not to be logged. */
  address = "";
  readonly #deps: VisitorDeps;
  #made: Acting | undefined;
  #pages: OpenPage[] = [];
  #model: VisitModel = NEW_VISIT;
  /** Raised with each fact that was not asked for: what was asked before it may be stale. */
  #revision = 0;
  #graceTimer: NodeJS.Timeout | undefined;
  #askTimer: NodeJS.Timeout | undefined;
  #gone = false;

  constructor({ id, workgroup }: VisitorName, deps: VisitorDeps) {
    this.id = id;
    this.workgroup = workgroup;
    this.#deps = deps;
  }

  get jid(): string {
    return `${this.id}@${this.#deps.link.domain}/${RESOURCE}`;
  }

  get #acting(): Acting {
    this.#made ??= this.#make();
    return this.#made;
  }

  #make(): Acting {
    const { jid } = this;
    const { seats, now, gate, reflectionMs, viewFile, crowded, fileOf } = this.#deps;
    const log = this.#deps.log.with({ visit: this.id, workgroup: this.workgroup });
    const keeper = new SeatKeeper({
      seats,
      jid,
      log,
      now,
      gate,
      reflectionMs,
      viewFile,
      wanted: (room) => this.#model.seat.name === "taking" && this.#model.seat.room === room && !this.#gone,
      hear: (fact) => this.#hear(fact),
      tell: (frame) => this.#tell(frame),
    });
    return {
      user: this.#user,
      keeper,
      log,
      now,
      model: () => this.#model,
      apply: (fact) => this.#apply(fact),
      refresh: () => this.refresh(),
      crowded: () => crowded(this),
      fileOf: (ticket) => fileOf(this.id, ticket),
    };
  }

  get #user(): QueueUser {
    return this.#made?.user ?? createQueueUser(this.#deps.link, this.jid, this.workgroup);
  }

  /** True when it was forgotten: whoever still holds it must look it up anew. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Whether it waits or talks, or is about to. */
  get isLive(): boolean {
    return isOpen(this.#model);
  }

  /** Whether there is a room to say something in. */
  get talks(): boolean {
    return this.#made !== undefined && this.#made.keeper.conversation !== null;
  }

  /** Whether it waits in the queue, or is about to. */
  get waits(): boolean {
    return this.#model.state.phase === "waiting" || this.#model.joining !== null;
  }

  // ---- Pages ----

  /** Welcomes a page and gives it what it lacks; or says why not. */
  async open(page: Page, hello: Hello): Promise<Attached | Refused> {
    if (this.#pages.length >= MOST_PAGES) return refused("too-fast", "Too many pages of this visit are open");
    const opened = new OpenPage(this, page, hello);
    // Not pushed: that would make room for many more.
    this.#pages = [...this.#pages, opened];
    this.#apply({ type: "tab-opened" });
    if (!hello.isNew) {
      const refusal = await this.#askVisit().then(() => null, helloRefusal);
      if (refusal) {
        this.detach(opened);
        return refusal;
      }
    }
    if (!page.open) {
      this.detach(opened);
      return unavailable();
    }
    opened.welcomed = true;
    page.send({ kind: "welcome", token: hello.token, state: this.#model.state });
    this.#showPast(page, hello);
    return opened;
  }

  /** What one of its pages wants. */
  act(opened: OpenPage, action: PageAction): void {
    act(this.#acting, opened.page, opened, action);
  }

  /** One of its pages is gone. */
  detach(opened: OpenPage): void {
    const left = this.#pages.filter((one) => one !== opened);
    if (left.length === this.#pages.length) return;
    this.#pages = left;
    this.#made?.keeper.conversation?.detach(opened.page);
    if (left.length > 0) return;
    this.#made?.keeper.typing(false);
    this.#apply({ type: "last-tab-closed" });
  }

  /** The lines the page lacks: from the room while there is one, else from the workgroup's transcript. */
  #showPast(page: Page, hello: Hello): void {
    const conversation = this.#made?.keeper.conversation;
    const { state } = this.#model;
    const after = (session: string): string | undefined => (hello.session === session ? hello.after : undefined);
    if (conversation) conversation.attach(page, after(conversation.session));
    else if (state.phase === "ended") this.#showEnded(page, state.session, after(state.session));
  }

  #showEnded(page: Page, session: string, after: string | undefined): void {
    const { user, log } = this.#acting;
    const isWanted = (): boolean => this.#model.session === session;
    void showEndedTalk({ user, log, viewFile: this.#deps.viewFile, isWanted }, page, session, after);
  }

  #tell(frame: ServerFrame): void {
    for (const page of this.#welcomed()) page.send(frame);
  }

  #welcomed(): Page[] {
    return this.#pages.flatMap(({ page, welcomed }) => (welcomed ? [page] : []));
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
    this.#made?.keeper.abandon();
    this.#hear({ type: "link-lost" });
  }

  /** Too much comes from where this visitor is: it gives up its place, and its pages are told. */
  putOut(): void {
    this.#tell(queueFull());
    this.#user.depart().catch(() => undefined);
    this.#hear({ type: "departed", reason: "departure-requested" });
  }

  /** The workgroup's own word on where this visitor stands. */
  told(visit: Visit): void {
    const session = visit.phase === "idle" ? "" : visit.session;
    this.#apply({ type: "told", visit, room: `${session}@${this.#deps.rooms}` });
  }

  /** Keeps a visitor that nobody has a page of (found after a restart) for the grace time. */
  keepForGrace(): void {
    if (this.#pages.length === 0) this.#apply({ type: "last-tab-closed" });
  }

  /** Asks the workgroup, and believes it. Rejects with StanzaError or LinkDown. */
  async refresh(): Promise<void> {
    await this.#askVisit();
    if (this.#pages.length === 0 && !isOpen(this.#model)) this.#apply({ type: "last-tab-closed" });
  }

  async #askVisit(): Promise<void> {
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
    this.#made?.keeper.abandon();
  }

  // ---- Facts and orders ----

  #hear(fact: VisitFact): void {
    this.#revision += 1;
    this.#apply(fact);
  }

  #apply(fact: VisitFact): void {
    if (this.#gone) return;
    const before = this.#model;
    const waited = this.waits;
    const { visit, effects } = step(before, fact);
    this.#model = visit;
    if (waited !== this.waits) this.#deps.onWaiting(this);
    const [from, to] = [before.state.phase, visit.state.phase];
    if (from !== to) this.#acting.log.info("visit changed", { from, to, session: visit.session });
    // Somebody who was cut off from the room when the talk ended has not heard all of it.
    const conversation = to === "ended" && from !== to ? this.#made?.keeper.conversation : null;
    const lacking = conversation?.lacking(fact.type !== "room-destroyed") ?? [];
    for (const effect of effects) this.#carryOut(effect);
    for (const [page, after] of lacking) this.#showEnded(page, conversation?.session ?? "", after);
    const session = visit.seat.name !== "none" && !this.#gone ? visit.session : null;
    if (session !== null) this.#acting.keeper.follow(session, this.#welcomed());
    else this.#made?.keeper.follow(null, []);
  }

  #carryOut(effect: VisitEffect): void {
    switch (effect.type) {
      case "tell":
        return this.#tell(effect.frame);
      case "take-seat":
        return void this.#acting.keeper.take(effect.room, effect.name);
      case "leave-seat":
        return this.#made?.keeper.leave(effect.room);
      case "catch-up":
        return this.#made?.keeper.catchUp();
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

  #askLater(afterS: number): void {
    clearTimeout(this.#askTimer);
    this.#askTimer = setTimeout(() => {
      // Without the link its return asks for everybody.
      if (!this.#deps.link.online || this.#gone) return;
      this.refresh().catch((error: unknown) => {
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
