/** The order in which visitors wait. */
import type { Request, WorkgroupState } from "./model.ts";

/** Somebody has yet to accept it. */
export const needsAgent = ({ phase }: Request): boolean => phase.name === "queued" || phase.name === "offered";

/** A visitor waits until somebody accepts. What an agent asks of colleagues stands in no queue that anybody is shown. */
export const isWaiting = (request: Request): boolean => request.handover === undefined && needsAgent(request);

const byPlace = (a: Request, b: Request): number =>
  a.rank - b.rank || a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1);

/** All that wait, head of the queue first. */
export const queueOrder = (state: WorkgroupState): Request[] =>
  [...state.requests.values()].filter(isWaiting).sort(byPlace);

/** In which order agents are asked: first for those who are being talked to and are to be handed over, then by the queue. */
export function askingOrder(state: WorkgroupState): Request[] {
  const sought = [...state.requests.values()].filter((request) => request.handover && needsAgent(request));
  return [...sought.sort(byPlace), ...queueOrder(state)];
}

/** Whether anybody is wanted at all. */
export function isAnybodyNeeded(state: WorkgroupState): boolean {
  for (const request of state.requests.values()) if (needsAgent(request)) return true;
  return false;
}

/** How many wait. */
export function queueLength(state: WorkgroupState): number {
  let length = 0;
  for (const request of state.requests.values()) if (isWaiting(request)) length += 1;
  return length;
}

/** Place in the queue, the head being 1; null when this request does not wait. */
export function positionOf(state: WorkgroupState, id: string): number | null {
  const request = state.requests.get(id);
  if (!request || !isWaiting(request)) return null;
  let position = 1;
  for (const other of state.requests.values()) {
    if (other.id !== id && isWaiting(other) && byPlace(other, request) < 0) position += 1;
  }
  return position;
}

/** The rank of one who joins: behind all, those included who are talking and may come back. */
export function lastRank(state: WorkgroupState): number {
  let last = 0;
  for (const { rank } of state.requests.values()) last = Math.max(last, rank);
  return last + 1;
}

/** The rank of one who comes back: before all that wait. */
export function firstRank(state: WorkgroupState, returning: Request): number {
  let first = returning.rank;
  for (const other of state.requests.values()) {
    if (other.id !== returning.id && isWaiting(other)) first = Math.min(first, other.rank - 1);
  }
  return first;
}

/** The open request of a visitor, by full JID. */
export function findByVisitor(state: WorkgroupState, visitor: string): Request | undefined {
  for (const request of state.requests.values()) {
    if (request.visitor === visitor && request.handover === undefined) return request;
  }
  return undefined;
}
