/**
 * Presence sent to a workgroup (reference 2.4 and 4.1): agents sign in, change and sign out; everybody else learns
 * whether the workgroup is open.
 */
import { bareJid } from "../../protocol/jid.ts";
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildStanzaError, notAuthorized, StanzaError } from "../../protocol/stanza-error.ts";
import { buildWorkgroupPresence, parseAgentStatus, parseShow } from "../../protocol/workgroup/agent.ts";
import { child, xml } from "../../protocol/xml.ts";
import type { Incoming } from "../../runtime/xmpp/features.ts";
import { availability } from "../domain/dispatcher.ts";
import { addressOf, type Deps, type Feature, isAgent, isSignedIn, type Workgroup } from "./deps.ts";

export const agentPresence: Feature = { presence: handle };

async function handle(presence: Incoming, deps: Deps): Promise<boolean> {
  const workgroup = deps.workgroups.at(presence.to);
  if (workgroup === undefined || workgroup.committed.removed) {
    if (presence.type === "") refuse(presence, notAuthorized("There is no such workgroup."), deps);
    return true;
  }
  switch (presence.type) {
    case "":
      await available(workgroup, presence, deps);
      return true;
    case "unavailable":
    case "error":
      gone(workgroup, presence, deps);
      return true;
    case "subscribe":
      subscribed(workgroup, presence, deps);
      return true;
    case "unsubscribe":
      for (const type of ["unavailable", "unsubscribed"]) {
        deps.send(xml("presence", { from: addressOf(workgroup, deps), to: presence.from, type }));
      }
      return true;
    case "probe":
      deps.send(workgroupPresence(workgroup, presence.from, deps));
      return true;
    default:
      return true;
  }
}

/** Anybody may have a workgroup among the contacts. R-34: of an agent we ask the same, to learn of every change of show. */
function subscribed(workgroup: Workgroup, { from: to }: Incoming, deps: Deps): void {
  const from = addressOf(workgroup, deps);
  deps.send(xml("presence", { from, to, type: "subscribed" }));
  deps.send(workgroupPresence(workgroup, to, deps));
  if (isAgent(workgroup, to)) deps.send(xml("presence", { from, to: bareJid(to), type: "subscribe" }));
}

async function available(workgroup: Workgroup, presence: Incoming, deps: Deps): Promise<void> {
  const status = child(presence.stanza, "agent-status", NS_WORKGROUP);
  const device = presence.from;
  // Fastpath lets a stranger believe to be signed in.
  if (status && !isAgent(workgroup, device)) {
    return refuse(presence, notAuthorized("You are not an agent of this workgroup."), deps);
  }
  const signedIn = isSignedIn(workgroup, device);
  if (!status && !signedIn) return asked(workgroup, device, deps);
  try {
    const { maxChats } = status ? parseAgentStatus(status) : { maxChats: null };
    const show = parseShow(presence.stanza);
    await workgroup.ask({
      type: signedIn ? "agent-changed" : "agent-signed-in",
      at: deps.now(),
      device,
      show,
      maxChats,
    });
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    refuse(presence, error, deps);
  }
}

/** Somebody wants to know whether the workgroup is open: R-13, agents who are not signed in as much as visitors. */
function asked(workgroup: Workgroup, jid: string, deps: Deps): void {
  deps.subscribers.add(workgroup.node, jid);
  workgroup.post({ type: "visitor-reachable", at: deps.now(), visitor: jid });
  deps.send(workgroupPresence(workgroup, jid, deps));
}

function gone(workgroup: Workgroup, { from }: Incoming, deps: Deps): void {
  deps.subscribers.remove(workgroup.node, from);
  if (isAgent(workgroup, from)) workgroup.post({ type: "agent-signed-out", at: deps.now(), device: from });
  // An agent may be trying the service as a visitor.
  workgroup.post({ type: "visitor-unreachable", at: deps.now(), visitor: from });
}

function refuse(presence: Incoming, error: StanzaError, deps: Deps): void {
  const { from: to, to: from, id } = presence;
  deps.send(xml("presence", { from, to, id, type: "error" }, buildStanzaError(error)));
}

/** Whether the workgroup is open, as it tells those who ask (reference 2.4). */
export function workgroupPresence(workgroup: Workgroup, to: string, deps: Deps): ReturnType<typeof xml> {
  const type = availability(workgroup.committed) === "open" ? undefined : "unavailable";
  const payload = buildWorkgroupPresence(workgroup.changedAt);
  return xml("presence", { from: addressOf(workgroup, deps), to, type }, payload);
}
