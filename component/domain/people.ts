/** Who is who in a session, told by address. Pure text work: addresses were checked at the edge. */
import type { Elsewhere, Occupant, Request, WorkgroupState } from "./model.ts";

/** The address without its resource. */
export function bareOf(jid: string): string {
  const slash = jid.indexOf("/");
  return slash < 0 ? jid : jid.slice(0, slash);
}

export const isConfigured = (state: WorkgroupState, agent: string): boolean =>
  state.settings.agents.some(({ jid }) => jid === agent);

/** The agent a request is with, from the accepted offer on; null while it waits. Bare JID. */
export function agentOf({ phase }: Request): string | null {
  return phase.name === "queued" || phase.name === "offered" ? null : phase.agent;
}

/**
 * What somebody by full JID is to a request; null for a stranger, and for one who only watches. A visitor may enter the room by another client than
 * the one that joined the queue. An agent who tries the service as a visitor is told apart by the full JID.
 */
export function roleOf(state: WorkgroupState, request: Request, jid: string): "agent" | "visitor" | null {
  if (jid === request.visitor) return "visitor";
  const bare = bareOf(jid);
  if (agentOf(request) === bare || request.served.includes(bare)) return "agent";
  if (request.monitors?.includes(bare)) return null;
  if (isConfigured(state, bare)) return "agent";
  return bare === bareOf(request.visitor) ? "visitor" : null;
}

/** How those are refused who may not do this to a session: to whoever has no business in it, there is no such session. */
export function refusalOf(
  state: WorkgroupState,
  request: Request,
  jid: string,
): { code: "not-yours" } | { code: "no-such-session" } {
  const isKnown = roleOf(state, request, jid) !== null || request.monitors?.includes(bareOf(jid));
  return { code: isKnown ? "not-yours" : "no-such-session" };
}

/** Who sits in the room of a request, as far as is known. */
export const occupantsOf = (request: Request): readonly Occupant[] => request.phase.occupants ?? [];

/** Whether this agent, by bare JID, sits in the room. */
export const isInRoom = (request: Request, agent: string): boolean =>
  occupantsOf(request).some(({ jid }) => jid !== request.visitor && bareOf(jid) === agent);

/** Whether this very client, by full JID, is signed in. */
export const isSignedIn = (state: WorkgroupState, device: string): boolean =>
  state.agents.get(bareOf(device))?.devices.some(({ jid }) => jid === device) ?? false;

/** The same in any workgroup: a colleague whom another workgroup lent is signed in there, and perhaps nowhere else. */
export function isSignedInAnywhere(of: { state: WorkgroupState; elsewhere: Elsewhere }, device: string): boolean {
  return isSignedIn(of.state, device) || (of.elsewhere(bareOf(device)).isSignedIn?.(device) ?? false);
}
