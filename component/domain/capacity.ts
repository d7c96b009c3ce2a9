/** How much an agent has to do, and may have. Capacity belongs to the person: bare JIDs throughout. */

import type { Request, WorkgroupState } from "./model.ts";
import { bareOf } from "./people.ts";
import { RequestBook } from "./request-book.ts";

export type Load = { chats: number; offers: number };

/** The agents a request occupies from the accepted offer on: who answers for it, and colleagues in the room who do not merely watch. */
export function occupiedAgents({ phase, visitor, monitors = [] }: Request): ReadonlySet<string> {
  if (phase.name === "queued" || phase.name === "offered") return new Set();
  const idle = [bareOf(visitor), ...monitors];
  const others = (phase.occupants ?? []).map(({ jid }) => bareOf(jid)).filter((jid) => !idle.includes(jid));
  return new Set([phase.agent, ...others]);
}

/** The agents who hold an undecided offer of a request. */
export const askedAgents = ({ phase }: Request): ReadonlySet<string> =>
  new Set(phase.name === "offered" ? phase.offers.map(({ agent }) => agent) : []);

/** Everybody's load in this workgroup, in one pass; who has none is not in it. */
export function loads(state: WorkgroupState): Map<string, Load> {
  const found = new Map<string, Load>();
  const of = (agent: string): Load => {
    const load = found.get(agent) ?? { chats: 0, offers: 0 };
    found.set(agent, load);
    return load;
  };
  for (const request of RequestBook.of(state.requests).engaged()) {
    for (const agent of occupiedAgents(request)) of(agent).chats += 1;
    for (const agent of askedAgents(request)) of(agent).offers += 1;
  }
  return found;
}

/** What this workgroup demands of an agent: what other workgroups see as `Elsewhere`. */
export function loadOf(state: WorkgroupState, agent: string): Load {
  const load = { chats: 0, offers: 0 };
  // Most of a long queue is merely queued, and colleagues ask often.
  for (const request of RequestBook.of(state.requests).engaged()) {
    if (occupiedAgents(request).has(agent)) load.chats += 1;
    if (askedAgents(request).has(agent)) load.offers += 1;
  }
  return load;
}

/** How many sessions occupy an agent, from the accepted offer on. */
export const chatsOf = (state: WorkgroupState, agent: string): number => loadOf(state, agent).chats;

/** How many chats an agent may have at once: the highest wish of its devices within the bounds, else the default. */
export function maxChatsOf({ settings, agents }: WorkgroupState, agent: string): number {
  const wishes = (agents.get(agent)?.devices ?? []).flatMap(({ maxChats }) => (maxChats === null ? [] : [maxChats]));
  if (wishes.length === 0) return settings.maxChats;
  return Math.min(settings.maxChats, Math.max(settings.minChats, ...wishes));
}
