/** The order in which visitors wait. */
import type { Request, WorkgroupState } from "./model.ts";
import { byPlace, isWaiting, needsAgent, RequestBook } from "./request-book.ts";

export { isWaiting, needsAgent } from "./request-book.ts";

/** All that wait, head of the queue first. */
export const queueOrder = (state: WorkgroupState): Request[] => RequestBook.of(state.requests).waiting();

/**
 * In which order agents are asked: first for those who are being talked to and are to be handed over, then by the queue. One
 * by one: however many wait, most of the time only the first few are looked at.
 */
export function* askingOrder(state: WorkgroupState): Generator<Request, void> {
  const book = RequestBook.of(state.requests);
  yield* [...book.engaged()].filter((one) => one.handover && needsAgent(one)).sort(byPlace);
  // An offer that is made meanwhile changes nobody's place.
  for (let index = 0; index < book.waitingCount; index += 1) {
    const one = book.waitingAt(index);
    if (one) yield one;
  }
}

/** Whether anybody is wanted at all. */
export function isAnybodyNeeded(state: WorkgroupState): boolean {
  if (queueLength(state) > 0) return true;
  for (const request of RequestBook.of(state.requests).engaged()) if (needsAgent(request)) return true;
  return false;
}

/** How many wait. */
export const queueLength = (state: WorkgroupState): number => RequestBook.of(state.requests).waitingCount;

/** Place in the queue, the head being 1; null when this request does not wait. */
export function positionOf(state: WorkgroupState, id: string): number | null {
  const request = state.requests.get(id);
  return request && isWaiting(request) ? RequestBook.of(state.requests).countBefore(request) + 1 : null;
}

/** The rank of one who joins: behind all, those included who are talking and may come back. */
export function lastRank(state: WorkgroupState): number {
  const book = RequestBook.of(state.requests);
  let last = Math.max(0, book.waitingAt(-1)?.rank ?? 0);
  for (const { rank } of book.engaged()) last = Math.max(last, rank);
  return last + 1;
}

/** The rank of one who comes back: before all that wait, but those who came back too and joined earlier. */
export function firstRank(state: WorkgroupState, returning: Request): number {
  const book = RequestBook.of(state.requests);
  let before: Request | undefined;
  for (let index = 0; ; index += 1) {
    const one = book.waitingAt(index);
    if (one?.id === returning.id) continue;
    // Of one rank who joined first stands first.
    if (one && cameBack(one) && joinedBefore(one, returning)) before = one;
    else if (before) return before.rank;
    else return one ? Math.min(returning.rank, cameBack(one) ? one.rank : one.rank - 1) : returning.rank;
  }
}

/** It was taken by somebody before, who was lost or never came. */
const cameBack = ({ room, returns = 0 }: Request): boolean => room === "open" || returns > 0;

const joinedBefore = (a: Request, b: Request): boolean => byPlace({ ...a, rank: 0 }, { ...b, rank: 0 }) < 0;

/** The open request of a visitor, by full JID. */
export const findByVisitor = (state: WorkgroupState, visitor: string): Request | undefined =>
  RequestBook.of(state.requests)
    .ofVisitor(visitor)
    .find((one) => one.handover === undefined && one.visitor === visitor);

/** The open request of a visitor by any address, from whichever of its clients it came. */
export const findByPerson = (state: WorkgroupState, visitor: string): Request | undefined =>
  RequestBook.of(state.requests)
    .ofVisitor(visitor)
    .find(({ handover }) => handover === undefined);
