/**
 * All visitors that are here: those with a page open, and those whose request is open while they may still come back.
 * Nothing here outlives the process: a token, the workgroups and the rooms' archives give all of it back.
 */
import { domainOf, localOf } from "../protocol/jid.ts";
import { buildVisitsRequest, parseVisits } from "../protocol/workgroup/visit.ts";
import { attr, type Element } from "../protocol/xml.ts";
import { LinkDown } from "../runtime/xmpp/component-link.ts";
import type { Attached, Hello, Page } from "./domain/page.ts";
import { type Refused, unavailable } from "./domain/refusal.ts";
import type { Directory } from "./xmpp/directory.ts";
import { buildGone, readNews } from "./xmpp/incoming.ts";
import { Visitor, type VisitorDeps } from "./xmpp/visitor.ts";

export type VisitsDeps = Omit<VisitorDeps, "onForget" | "crowded" | "onWaiting"> & {
  directory: Directory;
  /** The workgroups' domain. */
  service: string;
  /** How often the workgroup service is looked at, to notice that it was away. */
  watchMs: number;
  /** How many visitors of one address may wait in one workgroup. */
  mostWaiting: number;
};

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

export class Visits {
  readonly #deps: VisitsDeps;
  readonly #visitors = new Map<string, Visitor>();
  readonly #visitorDeps: VisitorDeps;
  /** Those that wait, by the address of the page that was opened last. */
  readonly #waiting = new Map<string, Set<Visitor>>();
  /** Bare JIDs by name: thousands of visitors share the one. */
  readonly #workgroups = new Map<string, string>();
  /** Why visitors cannot be served; null when they can. */
  #trouble: string | null = "not linked to the XMPP server yet";
  #timer: NodeJS.Timeout | undefined;
  /** Raised whenever what is under way is to be dropped. */
  #epoch = 0;

  constructor(deps: VisitsDeps) {
    this.#deps = deps;
    this.#visitorDeps = {
      ...deps,
      onForget: (gone) => this.#forget(gone),
      crowded: (one) => this.#crowded(one),
      onWaiting: (one) => this.#note(one),
    };
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  get size(): number {
    return this.#visitors.size;
  }

  knows(visit: string): boolean {
    return this.#visitors.has(visit);
  }

  /** Whether a visit waits or talks just now, as far as we know. */
  isLive(visit: string): boolean {
    return this.#visitors.get(visit)?.isLive ?? false;
  }

  /** Whether a visit sits in a room of this workgroup (local part). */
  isTalking(visit: string, workgroup: string): boolean {
    const visitor = this.#visitors.get(visit);
    return visitor?.workgroup === `${workgroup}@${this.#deps.service}` && visitor.talks;
  }

  /** Gives a page to its visitor. */
  async open(page: Page, hello: Hello): Promise<Attached | Refused> {
    if (!this.#deps.link.online) return unavailable();
    const visitor = this.#visitor(hello.visit, this.#workgroup(hello.workgroup));
    this.#place(visitor, hello.address);
    return visitor.open(page, hello);
  }

  /** Takes every message and presence that is not a room's. */
  take(stanza: Element): void {
    const { service, rooms, link, log } = this.#deps;
    const told = readNews(stanza, { service, rooms });
    if (!told) return;
    const visitor = this.#visitors.get(told.visit);
    if (!visitor) {
      // Before we know who is here, nobody is gone.
      if (told.news.kind !== "queue" || this.#trouble !== null) return;
      link.send(buildGone(stanza)).catch((error: unknown) => log.debug("news could not be sent back", { error }));
      return;
    }
    if (visitor.workgroup !== told.workgroup) {
      log.warn("news from a stranger", { visit: told.visit, from: attr(stanza, "from") });
      return;
    }
    const { news } = told;
    if (news.kind === "queue") visitor.queueNews(news);
    else if (news.kind === "departed") visitor.departed(news.reason);
    else visitor.invited(news.session, news.room);
  }

  linkUp(): void {
    this.#trouble = "the workgroup service does not answer yet";
    this.#restart(FIRST_RETRY_MS);
  }

  linkDown(): void {
    this.#trouble = "no link to the XMPP server";
    this.#stopWatching();
    for (const visitor of this.#visitors.values()) visitor.linkLost();
  }

  /** The process stops. Seats and places stay as they are: the next process finds them. */
  stop(): void {
    this.#trouble = "stopping";
    this.#stopWatching();
    for (const visitor of this.#visitors.values()) visitor.dispose();
    this.#visitors.clear();
    this.#waiting.clear();
  }

  #stopWatching(): void {
    this.#epoch += 1;
    clearTimeout(this.#timer);
  }

  #restart(retryMs: number): void {
    this.#stopWatching();
    const mine = this.#epoch;
    const { log } = this.#deps;
    this.#restore().then(
      (found) => {
        if (mine !== this.#epoch) return;
        this.#trouble = null;
        log.info("ready for visitors", { found, visits: this.#visitors.size });
        this.#watch();
      },
      (error: unknown) => {
        if (mine !== this.#epoch || error instanceof LinkDown) return;
        log.warn("the workgroup service does not answer", { error });
        this.#timer = setTimeout(() => this.#restart(Math.min(retryMs * 2, LONGEST_RETRY_MS)), retryMs);
      },
    );
  }

  /** A service that was away may have told things that nobody heard: then everything is asked anew. */
  #watch(): void {
    const mine = this.#epoch;
    this.#timer = setTimeout(() => {
      this.#deps.directory.workgroups().then(
        () => mine === this.#epoch && this.#watch(),
        (error: unknown) => {
          if (mine !== this.#epoch || error instanceof LinkDown) return;
          this.#trouble = "the workgroup service does not answer";
          this.#restart(FIRST_RETRY_MS);
        },
      );
    }, this.#deps.watchMs);
  }

  /** Asks every workgroup for our visitors, and for those we hold how they stand. Resolves with how many were new to us. */
  async #restore(): Promise<number> {
    const { directory, gate } = this.#deps;
    const held = [...this.#visitors.values()];
    const workgroups = (await directory.workgroups()).filter((jid) => domainOf(jid) === this.#deps.service);
    const found = await Promise.all(workgroups.map((workgroup) => gate(() => this.#restoreWorkgroup(workgroup))));
    await Promise.all(
      held.map((visitor) =>
        gate(async () => {
          if (!visitor.gone) await visitor.refresh();
        }),
      ),
    );
    return found.reduce((sum, one) => sum + one, 0);
  }

  async #restoreWorkgroup(workgroup: string): Promise<number> {
    const { link } = this.#deps;
    let unknown = 0;
    // A page at a time: all visits of a busy gateway do not fit into one stanza.
    let after: string | undefined;
    do {
      const payload = buildVisitsRequest(after);
      const answer = await link.request({ from: link.domain, to: workgroup, type: "get", payload });
      if (!answer) break;
      const { visits, complete } = parseVisits(answer);
      for (const { jid, visit } of visits) {
        if (domainOf(jid) !== link.domain || this.#visitors.has(localOf(jid))) continue;
        const visitor = this.#visitor(localOf(jid), workgroup);
        visitor.told(visit);
        visitor.keepForGrace();
        unknown += 1;
      }
      const last = visits.at(-1)?.visit;
      after = !complete && last && last.phase !== "idle" ? last.session : undefined;
    } while (after !== undefined);
    return unknown;
  }

  #visitor(id: string, workgroup: string): Visitor {
    const known = this.#visitors.get(id);
    if (known && !known.gone) return known;
    const visitor = new Visitor({ id, workgroup }, this.#visitorDeps);
    this.#visitors.set(id, visitor);
    return visitor;
  }

  #workgroup(name: string): string {
    const jid = this.#workgroups.get(name) ?? `${name}@${this.#deps.service}`;
    this.#workgroups.set(name, jid);
    return jid;
  }

  /** The visitor is at this address from now on. */
  #place(visitor: Visitor, address: string): void {
    this.#unnote(visitor);
    visitor.address = address;
    this.#note(visitor);
  }

  #note(visitor: Visitor): void {
    const { address, waits, gone } = visitor;
    if (!waits || gone) return this.#unnote(visitor);
    if (address === "") return;
    const there = this.#waiting.get(address) ?? new Set();
    this.#waiting.set(address, there.add(visitor));
  }

  #unnote(visitor: Visitor): void {
    const there = this.#waiting.get(visitor.address);
    if (there?.delete(visitor) && there.size === 0) this.#waiting.delete(visitor.address);
  }

  /** Takes the visitors of an address out of the queues they wait in, and tells them. Returns how many. */
  putOut(address: string): number {
    const waiting = [...(this.#waiting.get(address) ?? [])];
    for (const visitor of waiting) visitor.putOut();
    return waiting.length;
  }

  /** Some few addresses must not fill a workgroup's queue. */
  #crowded(visitor: Visitor): boolean {
    const there = [...(this.#waiting.get(visitor.address) ?? [])];
    const waiting = there.filter((one) => one !== visitor && one.workgroup === visitor.workgroup);
    return waiting.length >= this.#deps.mostWaiting;
  }

  #forget(visitor: Visitor): void {
    this.#unnote(visitor);
    if (this.#visitors.get(visitor.id) === visitor) this.#visitors.delete(visitor.id);
  }
}
