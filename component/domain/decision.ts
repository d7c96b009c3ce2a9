/**
 * A step in the making: what has been decided so far. It lives for one step only and never leaves the domain. States and
 * requests in it are values as everywhere; what follows from a change (saves, timers, news) is reckoned at the end, by
 * comparing before and after, so that no rule can forget it.
 */
import type { SaveEffect, SpeakEffect } from "./effects.ts";
import type { Refusal, Timer, WorkgroupEvent } from "./events.ts";
import type { Agent, Elsewhere, Request, WorkgroupState } from "./model.ts";
import { RequestBook } from "./request-book.ts";

export type Of<Type extends WorkgroupEvent["type"]> = Extract<WorkgroupEvent, { type: Type }>;

export type Decision = {
  readonly at: number;
  readonly elsewhere: Elsewhere;
  readonly before: WorkgroupState;
  state: WorkgroupState;
  refusal: Refusal | null;
  /** The timer that led to this step: it is no longer running. */
  fired: Timer | null;
  /** No timer is running yet, as after a restart. */
  unarmed: boolean;
  /** Ids of requests that may have changed. */
  readonly touched: Set<string>;
  /** Agents whose devices are to be saved. */
  readonly signed: Set<string>;
  readonly saves: SaveEffect[];
  readonly words: SpeakEffect[];
  /** The copy of the requests that this step may write to. */
  requests: RequestBook | null;
};

export function begin(before: WorkgroupState, at: number, elsewhere: Elsewhere): Decision {
  return {
    at,
    elsewhere,
    before,
    state: before,
    refusal: null,
    fired: null,
    unarmed: false,
    touched: new Set(),
    signed: new Set(),
    saves: [],
    words: [],
    requests: null,
  };
}

function writable(d: Decision, id: string): RequestBook {
  d.touched.add(id);
  d.requests ??= RequestBook.of(d.state.requests).fork();
  if (d.state.requests !== d.requests) d.state = { ...d.state, requests: d.requests };
  return d.requests;
}

/** The request as it now stands; returned again for the caller's ease. */
export function put(d: Decision, request: Request): Request {
  writable(d, request.id).set(request);
  return request;
}

/** The request leaves the state. */
export function drop(d: Decision, id: string): void {
  writable(d, id).delete(id);
}

/** An agent as it now is; without devices it is signed out. */
export function putAgent(d: Decision, agent: Agent): void {
  const agents = new Map(d.state.agents);
  if (agent.devices.length > 0) agents.set(agent.jid, agent);
  else agents.delete(agent.jid);
  d.state = { ...d.state, agents };
  d.signed.add(agent.jid);
}

export const refuse = (d: Decision, refusal: Refusal): void => {
  d.refusal = refusal;
};
