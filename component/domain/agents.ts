/** Agents come, change and go; each of them on one or several devices. */
import { type Decision, type Of, put, putAgent, refuse } from "./decision.ts";
import { backToHead } from "./endings.ts";
import type { Agent, Device, OfferOutcome, Request } from "./model.ts";
import { closeOffer, offersOf } from "./offers.ts";
import { bareOf, isConfigured, isInRoom, isSignedIn } from "./people.ts";

/** A device signs in, or does so anew. R-31: it is told of the queue at once. */
export function signedIn(d: Decision, { device, show, maxChats, plain }: Of<"agent-signed-in">): void {
  if (d.state.removed || !isConfigured(d.state, bareOf(device))) {
    refuse(d, { code: "not-an-agent" });
    return;
  }
  const wasPlain = findDevice(d, device)?.plain === true;
  putDevice(d, { jid: device, show, maxChats, since: d.at, ...(plain && { plain }) });
  if (wasPlain && !plain) showOffersAnew(d, device);
  d.words.push({ type: "tell-queue", device });
}

/** A signed-in device says how it is now. An agent who goes away keeps a pending offer (reference 5.5). */
export function changed(d: Decision, { device, show, maxChats }: Of<"agent-changed">): void {
  const old = findDevice(d, device);
  if (!old) {
    refuse(d, { code: isConfigured(d.state, bareOf(device)) ? "not-signed-in" : "not-an-agent" });
    return;
  }
  putDevice(d, { ...old, show, maxChats: maxChats ?? old.maxChats });
  d.words.push({ type: "tell-queue", device });
}

function putDevice(d: Decision, device: Device): void {
  const jid = bareOf(device.jid);
  const old = d.state.agents.get(jid)?.devices ?? [];
  const known = old.find((one) => one.jid === device.jid);
  if (known && (["show", "maxChats", "plain"] as const).every((name) => known[name] === device[name])) return;
  const devices = known
    ? old.map((one) => (one === known ? { ...device, since: known.since } : one))
    : [...old, device];
  putAgent(d, { jid, name: nameOf(d, jid), devices });
}

const findDevice = ({ state }: Decision, device: string): Device | undefined =>
  state.agents.get(bareOf(device))?.devices.find(({ jid }) => jid === device);

/** A client shows first that it is there, then that it speaks Fastpath: what it was written meanwhile it does not draw. */
function showOffersAnew(d: Decision, device: string): void {
  for (const request of d.state.requests.values()) {
    const offer = offersOf(request).find(({ devices }) => devices.includes(device));
    if (offer) d.words.push({ type: "send-offer", request, offer: { ...offer, devices: [device] } });
  }
}

const nameOf = (d: Decision, agent: string): string =>
  d.state.settings.agents.find(({ jid }) => jid === agent)?.name ?? agent;

/** A device is gone. One that was not signed in may still be on record from before our own absence. */
export function signedOut(d: Decision, { device }: Of<"agent-signed-out">): void {
  if (isSignedIn(d.state, device)) signOutDevice(d, device, "agent-gone");
  else if (isConfigured(d.state, bareOf(device))) d.signed.add(bareOf(device));
}

/**
 * A device is gone: offers are no longer held by it, and end with `outcome` when no other device holds them. A session
 * of the agent is left to the room's word, but an agent without any device does not come to one that has not begun.
 */
export function signOutDevice(d: Decision, device: string, outcome: OfferOutcome): void {
  const agent = d.state.agents.get(bareOf(device));
  if (!agent) return;
  const devices = agent.devices.filter(({ jid }) => jid !== device);
  putAgent(d, { ...agent, devices });
  for (const request of d.state.requests.values()) loseDevice(d, request, device, outcome);
  if (devices.length === 0) for (const request of d.state.requests.values()) loseAgent(d, request, agent.jid);
}

function loseDevice(d: Decision, request: Request, device: string, outcome: OfferOutcome): void {
  const { phase } = request;
  // It left the room because it was going, not because the talk was over.
  if (phase.name === "in-session" && phase.agentLeft === device) {
    put(d, { ...request, phase: { ...phase, agentLeft: null } });
  }
  if (phase.name !== "offered") return;
  const offer = phase.offers.find(({ devices }) => devices.includes(device));
  if (!offer) return;
  const devices = offer.devices.filter((jid) => jid !== device);
  if (devices.length === 0) {
    closeOffer(d, request, offer, outcome, { showing: [] });
    return;
  }
  const offers = phase.offers.map((one) => (one === offer ? { ...offer, devices } : one));
  put(d, { ...request, phase: { ...phase, offers } });
}

function loseAgent(d: Decision, request: Request, agent: string): void {
  const { phase } = request;
  if (phase.name !== "opening-room" && phase.name !== "inviting") return;
  if (phase.agent === agent && !isInRoom(request, agent)) backToHead(d, request);
}

/** The administrator took this agent off the list: signed out everywhere, offers withdrawn; running sessions go on. */
export function dismiss(d: Decision, agent: Agent): void {
  for (const request of d.state.requests.values()) {
    if (request.phase.name !== "offered") continue;
    const offer = request.phase.offers.find((one) => one.agent === agent.jid);
    if (offer) closeOffer(d, request, offer, "agent-gone");
  }
  for (const { jid } of agent.devices) signOutDevice(d, jid, "agent-gone");
}
