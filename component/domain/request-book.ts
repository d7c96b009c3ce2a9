/**
 * The open requests of a workgroup, as a value that is cheap to change: a step copies the few parts it writes to, and shares
 * all others with the state before it. Ten thousand may wait, and none of them costs anything when another one comes or goes.
 */
import type { Request } from "./model.ts";
import { bareOf } from "./people.ts";

/** Somebody has yet to accept it. */
export const needsAgent = ({ phase }: Request): boolean => phase.name === "queued" || phase.name === "offered";

/** A visitor waits until somebody accepts. What an agent asks of colleagues stands in no queue that anybody is shown. */
export const isWaiting = (request: Request): boolean => request.handover === undefined && needsAgent(request);

/** Stands in the queue, and that is all. */
const isMerelyQueued = ({ phase, handover }: Request): boolean => phase.name === "queued" && handover === undefined;

export const byPlace = (a: Request, b: Request): number =>
  a.rank - b.rank || a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** In how many parts a list is kept: so that one part is quickly copied, and all are quickly gone through. */
const MANY = 128;
const FEW = 8;

/** May be written to until it is forked; from then on it is a value. */
export class RequestBook implements ReadonlyMap<string, Request> {
  #all = new Shelf<Request>(MANY);
  /** By bare JID. */
  #byVisitor = new Shelf<readonly string[]>(MANY);
  /** All but visitors who merely wait: few, even while the queue is long. */
  #engaged = new Shelf<Request>(FEW);
  /** Those that somebody has declined. */
  #declined = new Shelf<Request>(FEW);
  /** Head of the queue first. */
  #waiting: Request[] = [];
  #ownsWaiting = true;

  /** The same requests as a book; those of a book as they are. */
  static of(requests: ReadonlyMap<string, Request>): RequestBook {
    if (requests instanceof RequestBook) return requests;
    const book = new RequestBook();
    for (const request of requests.values()) book.set(request);
    return book;
  }

  /** A book that may be written to. This one must not be any more. */
  fork(): RequestBook {
    const fork = new RequestBook();
    fork.#all = this.#all.fork();
    fork.#byVisitor = this.#byVisitor.fork();
    fork.#engaged = this.#engaged.fork();
    fork.#declined = this.#declined.fork();
    fork.#waiting = this.#waiting;
    fork.#ownsWaiting = false;
    return fork;
  }

  set(request: Request): void {
    const { id, visitor, rejections } = request;
    const person = bareOf(visitor);
    this.#leaveLine(id, person);
    this.#all.set(id, request);
    const ids = this.#byVisitor.get(person) ?? [];
    if (!ids.includes(id)) this.#byVisitor.set(person, [...ids, id]);
    if (isMerelyQueued(request)) this.#engaged.delete(id);
    else this.#engaged.set(id, request);
    if (Object.keys(rejections).length === 0) this.#declined.delete(id);
    else this.#declined.set(id, request);
    if (isWaiting(request)) this.#line().splice(this.#placeOf(request), 0, request);
  }

  delete(id: string): void {
    this.#leaveLine(id, null);
    this.#engaged.delete(id);
    this.#declined.delete(id);
    this.#all.delete(id);
  }

  /** Those who wait, head of the queue first; a list of the caller's own. */
  waiting(): Request[] {
    return this.#waiting.slice();
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** The one at a place among those who wait, the head being 0. */
  waitingAt(index: number): Request | undefined {
    return this.#waiting.at(index);
  }

  /** How many stand before a request that waits. */
  countBefore(request: Request): number {
    return this.#placeOf(request);
  }

  /** All but visitors who merely wait: offered, accepted, talking; and what agents ask of colleagues. */
  engaged(): Iterable<Request> {
    return this.#engaged.values();
  }

  /** Those that some agent has declined, however long ago. */
  declined(): Iterable<Request> {
    return this.#declined.values();
  }

  /** The requests of a visitor by any address, from whichever of its clients they came; oldest first. */
  ofVisitor(visitor: string): Request[] {
    return (this.#byVisitor.get(bareOf(visitor)) ?? []).flatMap((id) => this.#all.get(id) ?? []);
  }

  /** Takes a request as it was from its place, and from its visitor unless that one (bare) keeps it. */
  #leaveLine(id: string, visitor: string | null): void {
    const was = this.#all.get(id);
    if (was === undefined) return;
    if (isWaiting(was)) this.#line().splice(this.#placeOf(was), 1);
    const person = bareOf(was.visitor);
    if (person === visitor) return;
    const ids = (this.#byVisitor.get(person) ?? []).filter((one) => one !== id);
    if (ids.length > 0) this.#byVisitor.set(person, ids);
    else this.#byVisitor.delete(person);
  }

  #line(): Request[] {
    if (!this.#ownsWaiting) this.#waiting = this.#waiting.slice();
    this.#ownsWaiting = true;
    return this.#waiting;
  }

  /** Where it stands among those who wait, or would. Most who come stand last. */
  #placeOf(request: Request): number {
    let [from, to] = [0, this.#waiting.length];
    const last = this.#waiting.at(-1);
    if (last !== undefined && byPlace(last, request) < 0) return to;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const other = this.#waiting[middle];
      if (other !== undefined && byPlace(other, request) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  get size(): number {
    return this.#all.size;
  }

  get(id: string): Request | undefined {
    return this.#all.get(id);
  }

  has(id: string): boolean {
    return this.#all.get(id) !== undefined;
  }

  *entries(): Generator<[string, Request], undefined> {
    for (const request of this.#all.values()) yield [request.id, request];
  }

  *keys(): Generator<string, undefined> {
    for (const { id } of this.#all.values()) yield id;
  }

  values(): Generator<Request, undefined> {
    return this.#all.values();
  }

  [Symbol.iterator](): Generator<[string, Request], undefined> {
    return this.entries();
  }

  forEach(visit: (request: Request, id: string, book: ReadonlyMap<string, Request>) => void): void {
    for (const request of this.#all.values()) visit(request, request.id, this);
  }
}

/** A map in parts, of which a fork copies those that it writes to. In the order of its parts, not of insertion. */
class Shelf<Value> {
  readonly #parts: number;
  #drawers: (Map<string, Value> | undefined)[] = [];
  #own = new Set<number>();
  #size = 0;

  constructor(parts: number) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#size;
  }

  fork(): Shelf<Value> {
    const fork = new Shelf<Value>(this.#parts);
    fork.#drawers = this.#drawers.slice();
    fork.#size = this.#size;
    return fork;
  }

  get(key: string): Value | undefined {
    return this.#drawers[hashOf(key) % this.#parts]?.get(key);
  }

  set(key: string, value: Value): void {
    const drawer = this.#open(hashOf(key) % this.#parts);
    this.#size -= drawer.size;
    drawer.set(key, value);
    this.#size += drawer.size;
  }

  delete(key: string): void {
    const at = hashOf(key) % this.#parts;
    if (!this.#drawers[at]?.has(key)) return;
    this.#open(at).delete(key);
    this.#size -= 1;
  }

  *values(): Generator<Value, undefined> {
    for (const drawer of this.#drawers) if (drawer) yield* drawer.values();
  }

  #open(at: number): Map<string, Value> {
    const known = this.#drawers[at];
    if (known && this.#own.has(at)) return known;
    const drawer = new Map(known);
    this.#drawers[at] = drawer;
    this.#own.add(at);
    return drawer;
  }
}

function hashOf(key: string): number {
  let hash = 0;
  for (let at = 0; at < key.length; at += 1) hash = (hash * 31 + key.charCodeAt(at)) | 0;
  return hash >>> 0;
}
