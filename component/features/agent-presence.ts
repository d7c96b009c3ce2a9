/**
 * Presence sent to a workgroup (reference 2.4 and 4.1): agents sign in, change and sign out; everybody else learns
 * whether the workgroup is open.
 */
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildStanzaError, notAuthorized, StanzaError } from "../../protocol/stanza-error.ts";
import { buildWorkgroupPresence, parseAgentStatus, parseShow } from "../../protocol/workgroup/agent.ts";
import { child, xml } from "../../protocol/xml.ts";
import type { Incoming } from "../../runtime/xmpp/features.ts";
import { availability } from "../domain/dispatcher.ts";
import { addressOf, type Deps, type Feature, isAgent, type Workgroup } from "./deps.ts";

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
      deps.send(xml("presence", { from: addressOf(workgroup, deps), to: presence.from, type: "subscribed" }));
      deps.send(workgroupPresence(workgroup, presence.from, deps));
      return true;
    case "unsubscribe":
      deps.send(xml("presence", { from: addressOf(workgroup, deps), to: presence.from, type: "unsubscribed" }));
      return true;
    case "probe":
      deps.send(workgroupPresence(workgroup, presence.from, deps));
      return true;
    default:
      return true;
  }
}

async function available(workgroup: Workgroup, presence: Incoming, deps: Deps): Promise<void> {
  const status = child(presence.stanza, "agent-status", NS_WORKGROUP);
  const device = presence.from;
  if (!isAgent(workgroup, device)) {
    // Fastpath lets a stranger believe to be signed in.
    if (status) return refuse(presence, notAuthorized("You are not an agent of this workgroup."), deps);
    deps.subscribers.add(workgroup.node, device);
    workgroup.post({ type: "visitor-reachable", at: deps.now(), visitor: device });
    return deps.send(workgroupPresence(workgroup, device, deps));
  }
  const signedIn = isSignedIn(workgroup, device);
  // an agent who is not signed in asks like anybody else whether the workgroup is open.
  if (!status && !signedIn) return deps.send(workgroupPresence(workgroup, device, deps));
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

function isSignedIn({ committed }: Workgroup, device: string): boolean {
  return committed.agents.values().some(({ devices }) => devices.some(({ jid }) => jid === device));
}

function gone(workgroup: Workgroup, { from }: Incoming, deps: Deps): void {
  deps.subscribers.remove(workgroup.node, from);
  if (isAgent(workgroup, from)) workgroup.post({ type: "agent-signed-out", at: deps.now(), device: from });
  else workgroup.post({ type: "visitor-unreachable", at: deps.now(), visitor: from });
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
