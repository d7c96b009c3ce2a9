/** What follows from a step's change of state: saves, timers and news, each reckoned from before and after. */
import { availability } from "./availability.ts";
import { askedAgents, occupiedAgents } from "./capacity.ts";
import type { Decision } from "./decision.ts";
import type { SaveEffect, SpeakEffect } from "./effects.ts";
import type { Request, WorkgroupState } from "./model.ts";
import { isWaiting } from "./queue.ts";
import type { Step } from "./step.ts";
import { type Armed, timerKey, timersOf } from "./timers.ts";

type Change = { was: Request | undefined; is: Request | undefined };

const changes = ({ touched, before, state, unarmed }: Decision): Change[] =>
  [...touched]
    .map((id) => ({ was: before.requests.get(id), is: state.requests.get(id) }))
    .filter(({ was, is }) => was !== is || unarmed);

const NONE: ReadonlySet<string> = new Set();
const without = (all: ReadonlySet<string>, some: ReadonlySet<string>): string[] =>
  [...all].filter((one) => !some.has(one));
const occupied = (request: Request | undefined): ReadonlySet<string> => (request ? occupiedAgents(request) : NONE);
const asked = (request: Request | undefined): ReadonlySet<string> => (request ? askedAgents(request) : NONE);

/** Notes for every agent who is through with a chat that it is rested from now on. Before anybody is chosen. */
export function noteChatsEnded(d: Decision): void {
  let rested: Map<string, number> | null = null;
  for (const { was, is } of changes(d)) {
    if (was?.phase.name !== "in-session") continue;
    for (const agent of without(occupied(was), occupied(is))) {
      rested ??= new Map(d.state.lastChatEndedAt);
      rested.set(agent, d.at);
    }
  }
  if (rested) d.state = { ...d.state, lastChatEndedAt: rested };
}

/** The finished step: saves first, then timers that stop, what is said, timers that start, and news. */
export function conclude(d: Decision): Step {
  const changed = changes(d);
  const requests = changed.flatMap(({ was, is }): SaveEffect[] =>
    is && is !== was ? [{ type: "save-request", request: is }] : [],
  );
  const devices = [...d.signed].map((agent): SaveEffect => ({ type: "save-devices", agent }));
  const { stopped, started } = timerChanges(d, changed);
  const effects = [...requests, ...d.saves, ...devices, ...stopped, ...d.words, ...started, ...news(d, changed)];
  return { state: d.state, effects };
}

function timerChanges(d: Decision, changed: Change[]): { stopped: SpeakEffect[]; started: SpeakEffect[] } {
  const running = new Map<string, Armed>();
  const needed = new Map<string, Armed>();
  const add = (all: Map<string, Armed>, state: WorkgroupState, request: Request | undefined): void => {
    if (request) for (const [key, armed] of timersOf(request, state.settings)) all.set(key, armed);
  };
  const concerned = [...changed];
  // A timer that came too early is started again, though nothing changed.
  if (d.fired && d.fired.kind !== "dispatch") {
    const id = d.fired.request;
    concerned.push({ was: d.before.requests.get(id), is: d.state.requests.get(id) });
  }
  for (const { was, is } of concerned) {
    if (!d.unarmed) add(running, d.before, was);
    add(needed, d.state, is);
  }
  const dispatch = ({ dispatchAt }: WorkgroupState, all: Map<string, Armed>): void => {
    if (dispatchAt !== null) all.set("dispatch", { timer: { kind: "dispatch" }, fireAt: dispatchAt });
  };
  if (!d.unarmed) dispatch(d.before, running);
  dispatch(d.state, needed);
  const fired = d.fired ? timerKey(d.fired) : null;
  return {
    stopped: [...running]
      .filter(([key]) => key !== fired && !needed.has(key))
      .map(([, { timer }]) => ({ type: "stop-timer", timer })),
    started: [...needed]
      .filter(([key, { fireAt }]) => key === fired || running.get(key)?.fireAt !== fireAt)
      .map(([, armed]) => ({ type: "start-timer", ...armed })),
  };
}

function news(d: Decision, changed: Change[]): SpeakEffect[] {
  const effects: SpeakEffect[] = [];
  if (availability(d.before) !== availability(d.state)) effects.push({ type: "availability-changed" });
  const loads = loadChanges(changed);
  for (const agent of new Set([...agentsChanged(d), ...loads.keys(), ...talkersChanged(changed)]))
    effects.push({ type: "agent-changed", agent });
  for (const [agent, { chats, offers }] of loads) {
    if (chats < 0 || offers < 0) effects.push({ type: "capacity-freed", agent });
  }
  if (changed.some(queueDiffers)) effects.push({ type: "queue-changed" });
  return effects;
}

function agentsChanged({ before, state }: Decision): string[] {
  if (before.agents === state.agents) return [];
  const all = new Set([...before.agents.keys(), ...state.agents.keys()]);
  return [...all].filter((jid) => before.agents.get(jid) !== state.agents.get(jid));
}

/** Agents of talks that began; with the end of a talk their load changes. */
const talkersChanged = (changed: Change[]): string[] =>
  changed.flatMap(({ was, is }) =>
    is?.phase.name === "in-session" && was?.phase.name !== "in-session" ? [...occupied(is)] : [],
  );

/** For every agent whose chats or offers are not the same ones as before: by how many they are more or fewer. */
function loadChanges(changed: Change[]): Map<string, { chats: number; offers: number }> {
  const found = new Map<string, { chats: number; offers: number }>();
  const count = (was: ReadonlySet<string>, is: ReadonlySet<string>, what: "chats" | "offers"): void => {
    for (const agent of [...without(was, is), ...without(is, was)]) {
      const load = found.get(agent) ?? { chats: 0, offers: 0 };
      load[what] += is.has(agent) ? 1 : -1;
      found.set(agent, load);
    }
  };
  for (const { was, is } of changed) {
    count(occupied(was), occupied(is), "chats");
    count(asked(was), asked(is), "offers");
  }
  return found;
}

function queueDiffers({ was, is }: Change): boolean {
  const wasWaiting = was !== undefined && isWaiting(was);
  const isStillWaiting = is !== undefined && isWaiting(is);
  return wasWaiting !== isStillWaiting || (wasWaiting && isStillWaiting && was.rank !== is.rank);
}
