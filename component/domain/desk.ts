/** What an agent, or who watches over agents, does out of turn: takes a visitor, watches a talk, keeps somebody out. */
import { loadOf, maxChatsOf } from "./capacity.ts";
import { type Decision, type Of, put, refuse } from "./decision.ts";
import { BY_VISITOR, end } from "./endings.ts";
import { declined as declinedByColleague } from "./handovers.ts";
import type { Block, Request } from "./model.ts";
import { closeForTaker, offersOf } from "./offers.ts";
import { agentOf, bareOf, isConfigured, isInRoom, isSignedIn, occupantsOf, roleOf } from "./people.ts";
import { isWaiting } from "./queue.ts";
import { agentStayedAway } from "./sessions.ts";

/** How many may be kept out at a time; beyond that, who has the least time left is let in again. */
const MOST_BLOCKED = 10_000;

/** An agent takes a waiting visitor out of turn, also one who is being offered to somebody else. */
export function taken(d: Decision, { request: id, device }: Of<"take-requested">): void {
  const agent = bareOf(device);
  if (!isConfigured(d.state, agent)) return refuse(d, { code: "not-an-agent" });
  if (!isSignedIn(d.state, device)) return refuse(d, { code: "not-signed-in" });
  const request = d.state.requests.get(id);
  if (!request || !isWaiting(request)) return refuse(d, { code: "not-waiting" });
  const [here, there] = [loadOf(d.state, agent), d.elsewhere(agent)];
  // The offer of this very visitor is no further burden.
  const own = offersOf(request).some((offer) => offer.agent === agent) ? 1 : 0;
  if (here.chats + here.offers - own + there.chats + there.offers >= maxChatsOf(d.state, agent)) {
    return refuse(d, { code: "agent-busy" });
  }
  closeForTaker(d, request, agent, device);
  const occupants = occupantsOf(request);
  d.words.push({
    type: "open-room",
    request: put(d, { ...request, phase: { name: "opening-room", agent, device, occupants } }),
  });
}

/** Reference 4.13: somebody who may watches a session. Who is one of its agents stays that. */
export function monitored(d: Decision, { request: id, by }: Of<"monitor-requested">): void {
  const jid = bareOf(by);
  if (!d.state.settings.monitors?.includes(jid)) return refuse(d, { code: "not-a-monitor" });
  const request = d.state.requests.get(id);
  if (!request || request.handover || request.room !== "open") return refuse(d, { code: "no-such-session" });
  const isNew = !request.monitors?.includes(jid) && agentOf(request) !== jid && !request.served.includes(jid);
  const watched = isNew ? put(d, { ...request, monitors: [...(request.monitors ?? []), jid] }) : request;
  d.words.push({ type: "admit-monitor", request: watched, jid });
}

/** Somebody does not follow the invitation to the room. Who sits in it already has only shut another window. */
export function declined(d: Decision, { request: id, by }: Of<"invitation-declined">): void {
  const request = d.state.requests.get(id);
  const jid = bareOf(by);
  if (!request || request.handover || occupantsOf(request).some((one) => bareOf(one.jid) === jid)) return;
  if (declinedByColleague(d, request, jid)) return;
  if (request.phase.name === "inviting" && request.phase.agent === jid) agentStayedAway(d, request);
  else if (bareOf(request.visitor) === jid && request.room === "open") end(d, request, "visitor-ended", BY_VISITOR);
}

/**
 * An agent turns a visitor away for a time: whatever it waits for or talks about here ends. It is kept out by its address,
 * so one who comes back with another, as from a browser that forgot everything, is somebody else.
 */
export function blocked(d: Decision, { request: id, by, until, reason }: Of<"block-requested">): void {
  const request = d.state.requests.get(id);
  if (!request || request.handover) return refuse(d, { code: "no-such-session" });
  const agent = bareOf(by);
  const isOwn = roleOf(d.state, request, by) === "agent" && (agentOf(request) === agent || isInRoom(request, agent));
  if (!isOwn && !isConfigured(d.state, agent)) return refuse(d, { code: "no-such-session" });
  if (!isOwn && !isWaiting(request)) return refuse(d, { code: "not-yours" });
  const visitor = bareOf(request.visitor);
  const name = request.metadata.username?.[0]?.trim() ?? "";
  const block: Block = { visitor, name, by: agent, reason, at: d.at, until };
  const kept = [...d.state.blocked.values()].filter((one) => one.until > d.at && one.visitor !== visitor);
  const most = kept.sort((a, b) => b.until - a.until).slice(0, MOST_BLOCKED - 1);
  d.state = { ...d.state, blocked: new Map([...most, block].map((one) => [one.visitor, one])) };
  d.saves.push({ type: "save-blocked", block });
  for (const one of [...d.state.requests.values()]) if (isOf(one, visitor)) turnAway(d, one, agent);
}

const isOf = (request: Request, visitor: string): boolean =>
  request.handover === undefined && bareOf(request.visitor) === visitor;

/** Who waits is told that the workgroup is closed; who talks sees that the agent has ended it. */
function turnAway(d: Decision, request: Request, agent: string): void {
  const reason = request.phase.name === "in-session" ? "agent-ended" : "workgroup-closed";
  end(d, request, reason, { kind: "agent", jid: agent });
}

export function unblocked(d: Decision, { visitor, by }: Of<"unblock-requested">): void {
  if (!isConfigured(d.state, bareOf(by))) return refuse(d, { code: "not-an-agent" });
  const block = d.state.blocked.get(visitor);
  if (!block || block.until <= d.at) return refuse(d, { code: "not-blocked" });
  const left = new Map(d.state.blocked);
  left.delete(visitor);
  d.state = { ...d.state, blocked: left };
  d.saves.push({ type: "save-unblocked", visitor });
}

/** Nothing is remembered of who was here: not that it was kept out, nor that it has just gone. */
export function erased(d: Decision, { visitor }: Of<"visitor-erased">): void {
  const recentlyEnded = d.state.recentlyEnded.filter((one) => bareOf(one.visitor) !== visitor);
  const blocked = new Map(d.state.blocked);
  blocked.delete(visitor);
  d.state = { ...d.state, recentlyEnded, blocked };
}
