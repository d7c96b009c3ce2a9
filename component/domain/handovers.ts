/**
 * A colleague is asked into a running session, to help or to take it over (reference 4.14).
 *
 * Whose session is it then? It stays, from the visitor's joining to its end, with the workgroup that the visitor came to:
 * its room, transcript, timers and end are decided here and nowhere else, also when somebody from another workgroup goes on
 * with the talk. A workgroup that is asked only lends an agent. It keeps a request of its own while it looks for one
 * (`seeking.ts`), since it alone knows who of its agents is free, and the two tell each other in words (`HandoverNews`) that
 * may be said twice. The same holds when a workgroup asks itself. If a borrowed agent is lost, the visitor is first in the
 * queue it came by.
 *
 * Who hands over stays responsible until somebody has come. Going away before that, on purpose or not, does not end the talk:
 * it ends, or the visitor returns to the queue, when nobody comes.
 */
import { availability, openDevices } from "./availability.ts";
import { loadOf, maxChatsOf } from "./capacity.ts";
import { type Decision, type Of, put, refuse } from "./decision.ts";
import type { HandoverFailure, Refusal } from "./events.ts";
import type { Availability, Handover, HandoverTarget, Occupant, Phase, Request } from "./model.ts";
import { bareOf, isConfigured, isInRoom, occupantsOf, refusalOf, roleOf } from "./people.ts";

/** As long as Fastpath gives somebody who was invited to come (reference 4.14). */
export const COME_MS = 60_000;
/** A workgroup that has not answered by then never will. */
const SEEK_MS = 600_000;

const handoversOf = (request: Request): readonly Handover[] => request.handovers ?? [];

/** Whether somebody is about to take the session over. */
export const isHandedOver = (request: Request): boolean => handoversOf(request).some(({ kind }) => kind === "transfer");

export function requested(d: Decision, event: Of<"handover-requested">): void {
  const { id, by, kind, to, reason } = event;
  const request = d.state.requests.get(event.request);
  if (!request || request.handover || request.phase.name !== "in-session") {
    refuse(d, { code: "no-such-session" });
    return;
  }
  const agent = bareOf(by);
  if (roleOf(d.state, request, by) !== "agent" || !(request.phase.agent === agent || isInRoom(request, agent))) {
    refuse(d, refusalOf(d.state, request, by));
    return;
  }
  const refusal = isPending(request, event) ? ({ code: "handover-pending" } as const) : obstacle(d, request, event);
  if (refusal) {
    refuse(d, refusal);
    return;
  }
  const handover: Handover =
    to.type === "user"
      ? { id, kind, by, to, reason, agent: to.jid, until: d.at + COME_MS }
      : { id, kind, by, to, reason, agent: null, until: d.at + SEEK_MS };
  // Who asks anew has thought better of it: the newer wish counts.
  const replaced = handoversOf(request).filter((one) => bareOf(one.by) === agent && replaces(handover, one));
  for (const one of replaced) recall(d, one, null);
  const others = handoversOf(request).filter((one) => !replaced.includes(one));
  const asking = put(d, { ...request, handovers: [...others, handover] });
  if (to.type === "workgroup") seek(d, asking, handover);
  else if (isInRoom(asking, to.jid)) welcome(d, asking, occupantsOf(asking));
  else d.words.push({ type: "invite-colleague", request: asking, handover });
}

/** One transfer at a time, and nobody is asked twice at once. */
const replaces = (newer: Pick<Handover, "kind" | "to">, older: Handover): boolean =>
  (newer.kind === "transfer" && older.kind === "transfer") || isSame(newer.to, older.to);

const isSame = (a: HandoverTarget, b: HandoverTarget): boolean =>
  a.type === "user" ? b.type === "user" && a.jid === b.jid : b.type === "workgroup" && a.node === b.node;

/** Whether another agent asks the same, or both of them want to give the session away. */
const isPending = (request: Request, event: Of<"handover-requested">): boolean =>
  handoversOf(request).some((one) => bareOf(one.by) !== bareOf(event.by) && replaces(event, one));

function obstacle(d: Decision, request: Request, event: Of<"handover-requested">): Refusal | null {
  const { to, by, kind } = event;
  if (to.type === "workgroup") return standingObstacle(d, request, to.node, event.standing ?? null);
  const { jid } = to;
  if (jid === bareOf(by)) return { code: "already-there" };
  if (jid === bareOf(request.visitor)) return { code: "is-visitor" };
  if (isInRoom(request, jid) && roleOf(d.state, request, `${jid}/`) === "agent") {
    return kind === "invite" ? { code: "already-there" } : null;
  }
  // Somebody who is no agent of this workgroup is asked all the same: whether that person is there, we cannot know.
  if (!isConfigured(d.state, jid)) return null;
  if (!d.state.agents.has(jid)) return { code: "nobody-there" };
  const [here, there] = [loadOf(d.state, jid), d.elsewhere(jid)];
  const isBusy = here.chats + there.chats >= maxChatsOf(d.state, jid);
  // To help for a moment one may be asked with hands full; not to take one more visitor.
  return kind === "transfer" && isBusy ? { code: "agent-busy" } : null;
}

function standingObstacle(d: Decision, request: Request, node: string, other: Availability | null): Refusal | null {
  const own = node === d.state.settings.node;
  const standing = own ? availability(d.state) : other;
  if (standing === null || (own && d.state.removed)) return { code: "no-such-workgroup" };
  if (standing !== "open") return { code: "nobody-there" };
  const inside = insiders(request);
  const isAnybodyElse = [...d.state.agents.values()].some(
    (agent) => openDevices(agent).length > 0 && !inside.includes(agent.jid),
  );
  return own && !isAnybodyElse ? { code: "nobody-there" } : null;
}

/** Who is in the session and so need not be asked. */
function insiders(request: Request): string[] {
  const { phase, visitor } = request;
  const present = occupantsOf(request).flatMap(({ jid }) => (jid === visitor ? [] : [bareOf(jid)]));
  return [...new Set([...("agent" in phase ? [phase.agent] : []), ...present])];
}

function seek(d: Decision, request: Request, handover: Handover): void {
  if (handover.to.type !== "workgroup") return;
  const { id, kind, by, reason } = handover;
  const { visitor, userId, metadata, verified } = request;
  const ignore = [...new Set([bareOf(by), ...insiders(request)])];
  const { queue } = handover.to;
  const about = { kind, session: request.id, owner: d.state.settings.node, by, reason };
  const sought = { ...about, ignore, ...(queue !== undefined && { queue }) };
  const known = { visitor, userId, metadata, ...(verified && { verified }) };
  const news = { type: "handover-sought", at: d.at, id, request: known, handover: sought } as const;
  d.words.push({ type: "tell-workgroup", node: handover.to.node, news });
}

/** Nobody needs to look any more. `joined`: who came, bare. */
function recall(d: Decision, { id, to }: Handover, joined: string | null): void {
  if (to.type !== "workgroup") return;
  d.words.push({ type: "tell-workgroup", node: to.node, news: { type: "handover-closed", at: d.at, id, joined } });
}

/** The session is over, or waits for an agent of its own: nobody is asked into it any more. The caller puts the request. */
export function cancelAll(d: Decision, request: Request): Request {
  if (!request.handovers) return request;
  for (const one of request.handovers) recall(d, one, null);
  const { handovers, ...left } = request;
  return left;
}

const find = (d: Decision, request: string, id: string): { request: Request; handover: Handover } | undefined => {
  const found = d.state.requests.get(request);
  const handover = found && handoversOf(found).find((one) => one.id === id);
  return found && handover && { request: found, handover };
};

function fail(d: Decision, request: Request, handover: Handover, why: HandoverFailure): void {
  const left = put(d, { ...request, handovers: handoversOf(request).filter(({ id }) => id !== handover.id) });
  d.words.push({ type: "tell-handover", request: left, handover, why });
}

/** Time is up. */
export function notJoined(d: Decision, request: Request, id: string): void {
  const handover = handoversOf(request).find((one) => one.id === id);
  if (!handover) return;
  recall(d, handover, null);
  fail(d, request, handover, "not-joined");
}

/** An agent of the workgroup that was asked has accepted, and is invited as any agent who accepts. */
export function accepted(d: Decision, { id, request: session, node, device }: Of<"handover-accepted">): void {
  const found = find(d, session, id);
  if (!found) {
    d.words.push({ type: "tell-workgroup", node, news: { type: "handover-closed", at: d.at, id, joined: null } });
    return;
  }
  const agent = bareOf(device);
  const handovers = handoversOf(found.request).map((one) => (one.id === id ? { ...one, agent } : one));
  const expecting = put(d, { ...found.request, handovers });
  d.words.push({ type: "invite-agent", request: expecting, device });
  // Spark joins in the same moment as it accepts, and the room may have told us first.
  if (isInRoom(expecting, agent)) welcome(d, expecting, occupantsOf(expecting));
}

export function failed(d: Decision, { id, request: session, why }: Of<"handover-failed">): void {
  const found = find(d, session, id);
  if (found) fail(d, found.request, found.handover, why);
}

/** A workgroup still looks, as it says after a start. Whether we want somebody still is in our own record. */
export function held(d: Decision, { id, request: session, node }: Of<"handover-held">): void {
  if (find(d, session, id)) return;
  d.words.push({ type: "tell-workgroup", node, news: { type: "handover-closed", at: d.at, id, joined: null } });
}

/** Somebody who was asked into the session does not want to. False when nobody of that address was. */
export function declined(d: Decision, request: Request, agent: string): boolean {
  const handover = handoversOf(request).find((one) => one.agent === agent);
  if (!handover) return false;
  const { id, to } = handover;
  if (to.type === "user") {
    fail(d, request, handover, "declined");
    return true;
  }
  const handovers = handoversOf(request).map((one) => (one === handover ? { ...one, agent: null } : one));
  put(d, { ...request, handovers });
  d.words.push({ type: "tell-workgroup", node: to.node, news: { type: "handover-declined", at: d.at, id, agent } });
  return true;
}

/**
 * Whoever was asked and is among `occupants` is one of the session from now on. Who handed over leaves the room, and the talk
 * is the other's. Returns the request as it then is.
 */
export function welcome(d: Decision, request: Request, occupants: readonly Occupant[]): Request {
  let welcomed = request;
  for (const handover of handoversOf(request)) {
    const { agent } = handover;
    const seat = occupants.find(({ jid }) => jid !== request.visitor && bareOf(jid) === agent);
    if (agent !== null && seat) welcomed = arrived(d, welcomed, handover, agent, occupants);
  }
  return welcomed === request ? request : put(d, welcomed);
}

function arrived(
  d: Decision,
  request: Request,
  handover: Handover,
  agent: string,
  occupants: readonly Occupant[],
): Request {
  recall(d, handover, agent);
  for (const { jid, nick } of occupantsOf(request)) {
    // Was there before as somebody we did not know, or who only watched.
    if (bareOf(jid) !== agent || roleOf(d.state, request, jid) !== null) continue;
    d.saves.push({ type: "save-participant-joined", request: request.id, jid, nick, role: "agent", at: d.at });
  }
  const phase = handover.kind === "transfer" ? handedTo(d, request, handover, agent, occupants) : request.phase;
  const left: Request = {
    ...request,
    served: request.served.includes(agent) ? request.served : [...request.served, agent],
    ...(request.monitors && { monitors: request.monitors.filter((one) => one !== agent) }),
    handovers: handoversOf(request).filter(({ id }) => id !== handover.id),
    phase: phase.name === "in-session" ? { ...phase, agentAwayAt: null, agentLeft: null } : phase,
  };
  d.words.push({ type: "tell-handover", request: left, handover, why: null });
  return left;
}

function handedTo(
  d: Decision,
  request: Request,
  { by }: Handover,
  agent: string,
  occupants: readonly Occupant[],
): Phase {
  const { phase } = request;
  const giver = bareOf(by);
  const nicks = occupants.filter(({ jid }) => jid !== request.visitor && bareOf(jid) === giver).map(({ nick }) => nick);
  for (const nick of new Set(nicks)) {
    d.words.push({ type: "remove-occupant", request, nick, reason: "Transfer was successful" });
  }
  // A helper who hands over the own part leaves the talk with whom it is.
  if (phase.name !== "in-session" || (phase.agent !== giver && isInRoom(request, phase.agent))) return phase;
  d.saves.push({ type: "save-session-started", request: request.id, agent, at: d.at });
  return { ...phase, agent };
}

/** After a restart: who was invited gets time anew, and workgroups are asked anew. */
export function restored(d: Decision, request: Request): Request {
  if (!request.handovers) return request;
  const handovers = request.handovers.map((one) => ({ ...one, until: Math.max(one.until, d.at + COME_MS) }));
  const left = { ...request, handovers };
  for (const one of handovers) seek(d, left, one);
  return left;
}
