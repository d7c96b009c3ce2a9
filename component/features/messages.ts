/** Messages left while nobody could talk: stored, then shown to agents (`urn:foyer:messages:0`). */
import { bareJid } from "../../protocol/jid.ts";
import { NS_MESSAGES } from "../../protocol/ns.ts";
import { notAcceptable, notFound } from "../../protocol/stanza-error.ts";
import {
  buildMessages,
  type LeftMessage,
  parseLeaveMessage,
  parseMessageHandled,
  type StoredMessage,
} from "../../protocol/workgroup/messages.ts";
import { type Element, xml } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { looksLikeEmail } from "../domain/metadata.ts";
import { addressed, addressOf, agentsWorkgroup, type Deps, type Feature, type Workgroup } from "./deps.ts";

export const messages: Feature = {
  disco: { features: [NS_MESSAGES] },
  iq: [
    { type: "set", ns: NS_MESSAGES, name: "leave", handle: leave },
    { type: "get", ns: NS_MESSAGES, name: "messages", handle: list },
    { type: "set", ns: NS_MESSAGES, name: "handled", handle: handled },
  ],
};

async function leave(iq: IqRequest, deps: Deps): Promise<void> {
  await keepMessage(addressed(iq.to, deps), complete(parseLeaveMessage(iq.payload)), bareJid(iq.from), deps);
}

/** Keeps a message that a visitor (bare address) leaves, and tells the agents who are there. @throws StanzaError `wait` */
export async function keepMessage(
  workgroup: Workgroup,
  message: LeftMessage,
  visitor: string,
  deps: Deps,
): Promise<void> {
  deps.admission.admit("messages", visitor);
  const stored = await deps.stores.leaveMessage({ ...message, workgroup: workgroup.node, visitor, at: deps.now() });
  // A repeat, as after a lost answer: it is stored already, and nobody needs to hear twice.
  if (stored !== null) tellAgents(workgroup, stored, deps);
}

function complete(message: LeftMessage): LeftMessage {
  const missing = (["name", "email", "text"] as const).filter((part) => message[part].trim() === "");
  if (missing.length > 0) throw notAcceptable(`missing: ${missing.join(", ")}`);
  if (!looksLikeEmail(message.email)) throw notAcceptable("invalid: email");
  return message;
}

function tellAgents(workgroup: Workgroup, message: StoredMessage, deps: Deps): void {
  const from = addressOf(workgroup, deps);
  const body = `${message.name} (${message.email}) left a message: ${message.text}`;
  for (const { devices } of workgroup.committed.agents.values()) {
    for (const { jid } of devices) {
      deps.send(xml("message", { from, to: jid, type: "headline" }, xml("body", {}, body), shown(message, from)));
    }
  }
}

const shown = (message: StoredMessage, workgroup: string): Element => buildMessages([{ ...message, workgroup }]);

async function list(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps);
  const open = await deps.stores.openMessages(workgroup.node);
  return buildMessages(open.map((message) => ({ ...message, workgroup: addressOf(workgroup, deps) })));
}

async function handled(iq: IqRequest, deps: Deps): Promise<void> {
  const workgroup = agentsWorkgroup(iq, deps);
  const { id } = parseMessageHandled(iq.payload);
  const done = await deps.stores.markHandled(workgroup.node, id, bareJid(iq.from), deps.now());
  if (!done) throw notFound("There is no such open message.");
}
