/** An agent's own finished chats (reference 4.15), and what a visitor had entered in one (4.20). */
import { bareJid, parseBareJid } from "../jid.ts";
import { NS_JIVE } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, child, children, childText, type Element, xml } from "../xml.ts";
import { buildMetadata, type MetadataValues, parseMetadata } from "./metadata.ts";

/** `since` is an instant, 0 for all. `most`: as many are asked for. `agent` is a bare address. */
export type AgentHistoryRequest = { agent: string; most: number; since: number };

export const buildAgentHistoryRequest = ({ agent, most, since }: AgentHistoryRequest): Element =>
  xml("chat-sessions", { xmlns: NS_JIVE, agentJID: agent, maxSessions: most, startDate: since });

/** The agent may be named by a full address. @throws StanzaError `bad-request`, `jid-malformed` */
export function parseAgentHistoryRequest(el: Element): AgentHistoryRequest {
  const agent = attr(el, "agentJID");
  if (agent === undefined) throw badRequest("chat-sessions needs 'agentJID'");
  return {
    agent: parseBareJid(bareJid(agent)),
    most: wholeNumber(attr(el, "maxSessions"), "maxSessions"),
    since: wholeNumber(attr(el, "startDate") ?? "0", "startDate"),
  };
}

function wholeNumber(text: string | undefined, name: string): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw badRequest(`'${name}' must be a whole number`);
  return Number(text);
}

/** One chat: `at` when it began for the agent, and for how long it was there. */
export type PastChat = {
  session: string;
  at: number;
  durationMs: number;
  visitor: string;
  email: string;
  question: string;
};

/** Texts that are not there are empty, never missing. */
export function buildAgentHistory(chats: readonly PastChat[]): Element {
  const items = chats.map((chat) =>
    xml(
      "chat-session",
      {},
      xml("sessionID", {}, chat.session),
      xml("date", {}, chat.at),
      xml("duration", {}, chat.durationMs),
      xml("visitorsName", {}, chat.visitor),
      xml("visitorsEmail", {}, chat.email),
      xml("question", {}, chat.question),
    ),
  );
  return xml("chat-sessions", { xmlns: NS_JIVE }, ...items);
}

/** @throws StanzaError `bad-request` */
export function parseAgentHistory(el: Element): PastChat[] {
  return children(el, "chat-session", NS_JIVE).map((chat) => ({
    session: childText(chat, "sessionID") ?? "",
    at: wholeNumber(childText(chat, "date"), "date"),
    durationMs: wholeNumber(childText(chat, "duration"), "duration"),
    visitor: childText(chat, "visitorsName") ?? "",
    email: childText(chat, "visitorsEmail") ?? "",
    question: childText(chat, "question") ?? "",
  }));
}

export const buildChatMetadataRequest = (session: string): Element =>
  xml("chat-metadata", { xmlns: NS_JIVE }, xml("sessionID", {}, session));

/** @throws StanzaError `bad-request` */
export function parseChatMetadataRequest(el: Element): { session: string } {
  const session = childText(el, "sessionID")?.trim();
  if (!session) throw badRequest("chat-metadata needs a 'sessionID'");
  return { session };
}

export const buildChatMetadata = ({ session, metadata }: { session: string; metadata: MetadataValues }): Element =>
  xml("chat-metadata", { xmlns: NS_JIVE }, xml("sessionID", {}, session), buildMetadata(metadata));

export function parseChatMetadata(el: Element): { session: string; metadata: Record<string, string[]> } {
  const metadata = child(el, "metadata", NS_JIVE);
  return { session: childText(el, "sessionID") ?? "", metadata: metadata ? parseMetadata(metadata) : {} };
}
