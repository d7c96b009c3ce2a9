/** Who may be asked, and who is asked first (reference 5.4). */
import { openDevices } from "./availability.ts";
import { loads, maxChatsOf } from "./capacity.ts";
import type { Agent, Elsewhere, Request, WorkgroupState } from "./model.ts";
import { askingOrder } from "./queue.ts";

/**
 * An agent who can take an offer now. `restedSince` is when the last chat ended; before all time when there was none.
 * `awaitedSince`: since when another workgroup's visitor waits for this agent; after all time when none does.
 */
export type Candidate = { agent: Agent; chats: number; restedSince: number; awaitedSince: number };

/** Agents who are there, have room for one more chat, and hold no undecided offer in this or another workgroup. */
export function freeAgents(state: WorkgroupState, elsewhere: Elsewhere, at: number): Candidate[] {
  const here = loads(state);
  return [...state.agents.values()].flatMap((agent): Candidate[] => {
    if (openDevices(agent).length === 0) return [];
    const load = here.get(agent.jid) ?? { chats: 0, offers: 0 };
    const there = elsewhere(agent.jid);
    const chats = load.chats + there.chats;
    if (load.offers + there.offers > 0 || chats >= maxChatsOf(state, agent.jid)) return [];
    const restedSince = state.lastChatEndedAt.get(agent.jid) ?? Number.NEGATIVE_INFINITY;
    return [{ agent, chats, restedSince, awaitedSince: there.waitingSince?.(at, chats) ?? Number.POSITIVE_INFINITY }];
  });
}

/** When the visitor joined who is next for this agent; null when none is. What other workgroups see as `Elsewhere`. */
export function waitingSince(state: WorkgroupState, jid: string, at: number, chats: number): number | null {
  const agent = state.agents.get(jid);
  if (!agent || openDevices(agent).length === 0 || chats >= maxChatsOf(state, jid)) return null;
  const next = askingOrder(state).find((request) => isNext(request, at) && mayBeAsked(request, jid, at));
  return next?.joinedAt ?? null;
}

/** Waits without an offer, and in time. */
const isNext = ({ phase, deadlineAt }: Request, at: number): boolean => phase.name === "queued" && deadlineAt > at;

const remembered = ({ rejections }: Request, agent: string): number | undefined =>
  Object.hasOwn(rejections, agent) ? rejections[agent] : undefined;

/** Whether this agent declined the request once, however long ago. */
export const hasRejected = (request: Request, agent: string): boolean => remembered(request, agent) !== undefined;

/** Whether no rejection is in memory, and the agent is not in the session already. What a visitor writes into `agent` or `ignore` counts for nothing. */
export const mayBeAsked = (request: Request, agent: string, at: number): boolean =>
  (remembered(request, agent) ?? Number.NEGATIVE_INFINITY) <= at && !request.handover?.ignore.includes(agent);

/** Best first: fewest chats, then who never declined this request, then who has rested longest, then by name. */
export const byMerit =
  (request: Request) =>
  (a: Candidate, b: Candidate): number =>
    a.chats - b.chats ||
    Number(hasRejected(request, a.agent.jid)) - Number(hasRejected(request, b.agent.jid)) ||
    compare(a.restedSince, b.restedSince) ||
    compare(a.agent.name, b.agent.name) ||
    compare(a.agent.jid, b.agent.jid);

// Not by subtraction: two who never had a chat are both at minus infinity.
const compare = <Value extends string | number>(a: Value, b: Value): number => (a < b ? -1 : a > b ? 1 : 0);
