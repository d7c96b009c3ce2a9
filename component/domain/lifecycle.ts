/** What happens to the workgroup as a whole. */
import { dismiss } from "./agents.ts";
import { type Decision, type Of, put, putAgent } from "./decision.ts";
import { BY_SERVICE, end } from "./endings.ts";
import type { Request, WorkgroupSettings, WorkgroupState } from "./model.ts";
import { closeOffers, interrupted } from "./offers.ts";
import { isConfigured } from "./people.ts";
import { isWaiting, needsAgent } from "./queue.ts";
import { failSought, waitAnew } from "./seeking.ts";

/** A workgroup nobody has come to yet. */
export const initialState = (settings: WorkgroupSettings): WorkgroupState => ({
  settings,
  removed: false,
  agents: new Map(),
  requests: new Map(),
  lastChatEndedAt: new Map(),
  averageWaitMs: null,
  offersMade: 0,
  dispatchAt: null,
  recentlyEnded: [],
  blocked: new Map(),
});

/** New settings, also for a workgroup that was removed before. Who waits already is served even when it is closed now. */
export function settingsChanged(d: Decision, { settings }: Of<"settings-changed">): void {
  const old = d.state.settings;
  d.state = { ...d.state, settings, removed: false };
  const isOtherCapacity = old.minChats !== settings.minChats || old.maxChats !== settings.maxChats;
  for (const agent of d.state.agents.values()) {
    if (!isConfigured(d.state, agent.jid)) {
      dismiss(d, agent);
      continue;
    }
    const name = settings.agents.find(({ jid }) => jid === agent.jid)?.name ?? agent.jid;
    if (name !== agent.name || isOtherCapacity) putAgent(d, { ...agent, name });
  }
}

/** No queue any more; sessions, and those that are about to begin, come to their own end. */
export function removed(d: Decision): void {
  d.state = { ...d.state, removed: true };
  for (const request of d.state.requests.values()) {
    if (isWaiting(request)) end(d, request, "workgroup-closed", BY_SERVICE);
    else if (request.handover && needsAgent(request)) failSought(d, request, "no-such-workgroup");
  }
}

/**
 * Nobody's presence is known any more, and nobody can be told anything. Offers return to the queue, accepted requests wait
 * for `link-established`, sessions for `occupants-known`: until then nobody is called absent. Devices stay on record, to be
 * asked for then.
 */
export function linkLost(d: Decision): void {
  d.state = { ...d.state, agents: new Map() };
  for (const request of d.state.requests.values()) {
    closeOffers(d, request, "agent-gone", []);
    if (request.handover) {
      waitAnew(d, request);
      continue;
    }
    const { phase } = request;
    switch (phase.name) {
      case "queued":
        if (request.unreachable) put(d, { ...request, unreachable: null });
        break;
      case "offered":
        put(d, interrupted(request));
        break;
      case "opening-room":
      case "inviting":
        awaitRoom(d, request);
        break;
      case "in-session":
        put(d, { ...request, phase: { ...phase, agentAwayAt: null, agentLeft: null, visitorAwayAt: null } });
    }
  }
}

/** What was accepted is taken up again: its rooms are opened, or our seats in them taken, and both sides invited anew. */
export function linkEstablished(d: Decision): void {
  for (const request of d.state.requests.values()) {
    if (request.handover) {
      if (request.phase.name !== "offered") waitAnew(d, request);
      continue;
    }
    awaitRoom(d, request);
    const waiting = d.state.requests.get(request.id);
    if (waiting?.phase.name === "opening-room") d.words.push({ type: "open-room", request: waiting });
  }
}

/**
 * An accepted request whose session did not begin, while the link was down: it waits for its room. The agent may be in it
 * already, or the invitation may never have left, so nobody else is asked and both are invited again.
 */
export function awaitRoom(d: Decision, request: Request): void {
  const { phase } = request;
  if (phase.name === "opening-room" && !request.unreachable) return;
  if (phase.name !== "opening-room" && phase.name !== "inviting") return;
  const { agent, device, offer, occupants } = phase;
  put(d, { ...request, unreachable: null, phase: { name: "opening-room", agent, device, offer, occupants } });
}
