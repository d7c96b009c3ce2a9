/**
 * Presence sent to a workgroup (reference 2.4 and 4.1, RFC 6121 §3 and §4). Agents sign in, change and sign out: by
 * `agent-status` with clients that speak Fastpath, by being online with any other that has the workgroup among its contacts.
 * Everybody else learns whether the workgroup is open.
 */
import { bareJid, resourceOf } from "../../protocol/jid.ts";
import { NS_CAPS, NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildStanzaError, notAuthorized, StanzaError } from "../../protocol/stanza-error.ts";
import { buildWorkgroupPresence, parseAgentStatus, parseShow } from "../../protocol/workgroup/agent.ts";
import { attr, child, xml } from "../../protocol/xml.ts";
import type { Incoming } from "../../runtime/xmpp/features.ts";
import { availability } from "../domain/dispatcher.ts";
import type { Device } from "../domain/model.ts";
import { addressOf, type Deps, type Feature, isAgent, isSignedIn, type Workgroup } from "./deps.ts";

export const agentPresence: Feature = { presence: handle };

async function handle(presence: Incoming, deps: Deps): Promise<boolean> {
  const workgroup = deps.workgroups.at(presence.to);
  if (workgroup === undefined || workgroup.committed.removed) {
    if (presence.type === "") refuse(presence, notAuthorized("There is no such workgroup."), deps);
    const { from: to, to: from } = presence;
    if (presence.type === "subscribe") deps.send(xml("presence", { from: bareJid(from), to, type: "unsubscribed" }));
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
      deps.contacts.note(workgroup, presence.from, { subscribed: false });
      for (const type of ["unavailable", "unsubscribed"]) {
        deps.send(xml("presence", { from: addressOf(workgroup, deps), to: presence.from, type }));
      }
      return true;
    case "subscribed":
      if (isAgent(workgroup, presence.from)) deps.contacts.note(workgroup, presence.from, { granted: true });
      return true;
    case "unsubscribed":
      deps.contacts.note(workgroup, presence.from, { granted: false });
      for (const { jid } of ordinaryDevices(workgroup, presence.from)) signOut(workgroup, jid, deps);
      return true;
    case "probe":
      deps.send(workgroupPresence(workgroup, presence.from, deps));
      return true;
    default:
      return true;
  }
}

/** Anybody may have a workgroup among the contacts. Of an agent we ask the same: its presence is how it comes on duty. */
function subscribed(workgroup: Workgroup, { from: to }: Incoming, deps: Deps): void {
  const from = addressOf(workgroup, deps);
  deps.contacts.note(workgroup, to, { subscribed: true });
  deps.send(xml("presence", { from, to, type: "subscribed" }));
  deps.send(workgroupPresence(workgroup, to, deps));
  if (!isAgent(workgroup, to) || deps.contacts.isGranted(workgroup.node, to)) return;
  deps.contacts.note(workgroup, to, { askedAt: deps.now() });
  deps.send(xml("presence", { from, to: bareJid(to), type: "subscribe" }));
}

async function available(workgroup: Workgroup, presence: Incoming, deps: Deps): Promise<void> {
  const status = child(presence.stanza, "agent-status", NS_WORKGROUP);
  const device = presence.from;
  // Fastpath lets a stranger believe to be signed in.
  if (status && !isAgent(workgroup, device)) {
    return refuse(presence, notAuthorized("You are not an agent of this workgroup."), deps);
  }
  const signedIn = isSignedIn(workgroup, device);
  const plain = ordinaryDevices(workgroup, device).some(({ jid }) => jid === device);
  if (!status && !signedIn && !comesAsContact(workgroup, device, deps)) return asked(workgroup, device, deps);
  try {
    const { maxChats } = status ? parseAgentStatus(status) : { maxChats: null };
    const show = parseShow(presence.stanza);
    const at = deps.now();
    if (status) deps.duty.forget(workgroup.node, device);
    if (!status && (plain || !signedIn)) {
      await ordinary(workgroup, presence, show, deps);
      return;
    }
    const type = signedIn && !plain ? "agent-changed" : "agent-signed-in";
    const refusal = await workgroup.ask({ type, at, device, show, maxChats });
    // It signed out, and in again before that was decided.
    if (status && refusal?.code === "not-signed-in") {
      await workgroup.ask({ type: "agent-signed-in", at, device, show, maxChats });
    }
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    refuse(presence, error, deps);
  }
}

/** Online, and we see it because the agent let us: on duty. A client that has left Fastpath by its own word is not. */
function comesAsContact(workgroup: Workgroup, device: string, { contacts, duty }: Deps): boolean {
  if (!isAgent(workgroup, device) || resourceOf(device) === "") return false;
  return contacts.isGranted(workgroup.node, device) && !duty.hasLeft(workgroup.node, device);
}

async function ordinary(workgroup: Workgroup, presence: Incoming, shown: Device["show"], deps: Deps): Promise<void> {
  const { from: device, stanza } = presence;
  const { node } = workgroup;
  const takesChats = shown === "available" || shown === "chat";
  if (!takesChats) deps.duty.forget(node, device);
  const show = deps.duty.isPaused(node, device) ? "away" : shown;
  const caps = child(stanza, "c", NS_CAPS);
  deps.duty.is(device, caps && attr(caps, "node"));
  const lang = attr(stanza, "xml:lang");
  const contact = deps.contacts.find(node, device);
  // A guess until the agent says something: clients write the language of their surface.
  if (lang !== undefined && contact?.lang === null) deps.contacts.note(workgroup, device, { lang: `~${lang}` });
  const maxChats = contact?.maxChats ?? null;
  const how = { at: deps.now(), device, show, maxChats };
  const signedIn = isSignedIn(workgroup, device);
  const refusal = signedIn ? await workgroup.ask({ type: "agent-changed", ...how }) : undefined;
  // Not signed in, or no longer: it went, and came again before that was decided.
  if (!signedIn || refusal?.code === "not-signed-in") {
    await workgroup.ask({ type: "agent-signed-in", ...how, plain: true });
  }
}

/** Somebody wants to know whether the workgroup is open: R-13, agents who are not signed in as much as visitors. */
function asked(workgroup: Workgroup, jid: string, deps: Deps): void {
  deps.subscribers.add(workgroup.node, jid);
  workgroup.post({ type: "visitor-reachable", at: deps.now(), visitor: jid });
  deps.send(workgroupPresence(workgroup, jid, deps));
}

function gone(workgroup: Workgroup, { from, stanza }: Incoming, deps: Deps): void {
  const { node } = workgroup;
  deps.subscribers.remove(node, from);
  if (isAgent(workgroup, from)) {
    // From the bare address: the server says that no client of this account is online.
    const devices = resourceOf(from) === "" ? ordinaryDevices(workgroup, from).map(({ jid }) => jid) : [from];
    for (const device of devices) signOut(workgroup, device, deps);
    // The word of a client that speaks Fastpath and stays online; when it goes, its server says so without one.
    if (child(stanza, "agent-status", NS_WORKGROUP) && deps.contacts.isGranted(node, from)) deps.duty.leave(node, from);
  }
  // An agent may be trying the service as a visitor.
  workgroup.post({ type: "visitor-unreachable", at: deps.now(), visitor: from });
}

function signOut(workgroup: Workgroup, device: string, deps: Deps): void {
  deps.duty.gone(workgroup.node, device);
  workgroup.post({ type: "agent-signed-out", at: deps.now(), device });
}

/** Those clients of an agent, by any of its addresses, that do not speak Fastpath. */
const ordinaryDevices = ({ committed }: Workgroup, jid: string): Device[] =>
  (committed.agents.get(bareJid(jid))?.devices ?? []).filter(({ plain }) => plain);

function refuse(presence: Incoming, error: StanzaError, deps: Deps): void {
  const { from: to, to: from, id } = presence;
  deps.send(xml("presence", { from, to, id, type: "error" }, buildStanzaError(error)));
}

/**
 * Whether the workgroup is open, as it tells those who ask (reference 2.4). To an agent who has it among the contacts it is
 * there in any case, since it can be spoken to.
 */
export function workgroupPresence(workgroup: Workgroup, to: string, deps: Deps): ReturnType<typeof xml> {
  const isOpen = availability(workgroup.committed) === "open";
  const isColleague = isAgent(workgroup, to) && deps.contacts.isGranted(workgroup.node, to);
  const type = isOpen || isColleague ? undefined : "unavailable";
  const show = !isOpen && isColleague && xml("show", {}, "xa");
  const payload = buildWorkgroupPresence(workgroup.changedAt);
  return xml("presence", { from: addressOf(workgroup, deps), to, type }, show, payload);
}
