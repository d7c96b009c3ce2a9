/** Agents: sign-in by presence and what they are told of each other (reference 4.1, 4.2, 4.4). */
import { formatStamp, parseStamp } from "../datetime.ts";
import { parseJid } from "../jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, child, children, childText, type Element, xml } from "../xml.ts";

export type AgentShow = "available" | "chat" | "away" | "xa" | "dnd";

export function buildAgentStatus(status: { maxChats?: number } = {}): Element {
  return xml(
    "agent-status",
    { xmlns: NS_WORKGROUP },
    status.maxChats !== undefined && xml("max-chats", {}, status.maxChats),
  );
}

/**
 * The agent's wish for the most chats at once; null when none is said.
 * COMPAT: Smack 4.2 and later write `max_chats`.
 * @throws StanzaError `bad-request` when it is no whole number
 */
export function parseAgentStatus(el: Element): { maxChats: number | null } {
  const wish = childText(el, "max-chats", NS_WORKGROUP) ?? childText(el, "max_chats", NS_WORKGROUP) ?? "";
  if (wish === "") return { maxChats: null };
  if (!/^\d{1,4}$/.test(wish)) throw badRequest(`max-chats is "${wish.slice(0, 20)}", not a whole number`);
  return { maxChats: Number(wish) };
}

/** The show of an available presence; what is not one of RFC 6121's words reads as `available`. */
export function parseShow(presence: Element): AgentShow {
  const show = presence.getChild("show")?.text();
  return show === "chat" || show === "away" || show === "xa" || show === "dnd" ? show : "available";
}

export const buildWorkgroupsRequest = (agent: string): Element =>
  xml("workgroups", { xmlns: NS_WORKGROUP, jid: agent });

export function buildWorkgroups(agent: string, workgroups: readonly string[]): Element {
  return xml("workgroups", { xmlns: NS_WORKGROUP, jid: agent }, ...workgroups.map((jid) => xml("workgroup", { jid })));
}

/** Addresses of the workgroups an agent serves. @throws StanzaError `jid-malformed` */
export function parseWorkgroups(el: Element): string[] {
  return children(el, "workgroup", NS_WORKGROUP).flatMap((workgroup) => {
    const jid = attr(workgroup, "jid");
    return jid === undefined ? [] : [parseJid(jid)];
  });
}

/** How the workgroup calls the asking agent (reference 4.5). */
export const buildAgentInfoRequest = (): Element => xml("agent-info", { xmlns: NS_JIVE });

export const buildAgentInfo = (agent: RosterAgent): Element =>
  xml("agent-info", { xmlns: NS_JIVE }, xml("jid", {}, agent.jid), xml("name", {}, agent.name));

/** @throws StanzaError `jid-malformed` */
export function parseAgentInfo(el: Element): RosterAgent {
  return { jid: parseJid(childText(el, "jid", NS_JIVE) ?? ""), name: childText(el, "name", NS_JIVE)?.trim() ?? "" };
}

/** Presence payload of a workgroup (2.4). `lastModifiedAt` is when its configuration changed. */
export function buildWorkgroupPresence(lastModifiedAt: number): Element {
  return xml("workgroup", { xmlns: NS_JIVE }, xml("lastModified", {}, formatStamp(lastModifiedAt)));
}

export type RosterAgent = { jid: string; name: string };
export type RunningChat = {
  session: string;
  userId: string;
  startedAt: number;
  question: string;
  username: string;
  email: string;
};

export const buildAgentRosterRequest = (): Element => xml("agent-status-request", { xmlns: NS_WORKGROUP });

export function buildAgentRoster(agents: readonly RosterAgent[]): Element {
  const items = agents.map(({ jid, name }) => xml("agent", { jid }, xml("name", { xmlns: NS_JIVE }, name)));
  return xml("agent-status-request", { xmlns: NS_WORKGROUP }, ...items);
}

export function parseAgentRoster(el: Element): RosterAgent[] {
  return children(el, "agent", NS_WORKGROUP).flatMap((agent) => {
    const jid = attr(agent, "jid");
    return jid === undefined ? [] : [{ jid: parseJid(jid), name: childText(agent, "name", NS_JIVE) ?? "" }];
  });
}

/** The state of a colleague, sent with the colleague's own address as `from`. */
export function buildColleagueStatus(status: { workgroup: string; maxChats: number; chats: RunningChat[] }): Element {
  const chats = status.chats.map((chat) =>
    xml("chat", {
      sessionID: chat.session,
      userID: chat.userId,
      startTime: formatStamp(chat.startedAt),
      question: chat.question,
      username: chat.username,
      email: chat.email,
    }),
  );
  return xml(
    "agent-status",
    { xmlns: NS_WORKGROUP, jid: status.workgroup },
    xml("max-chats", {}, status.maxChats),
    xml("current-chats", { xmlns: NS_JIVE }, ...chats),
  );
}

/** A colleague's client that signed out, in a presence of type `unavailable`: tells it from one that went offline. */
export const buildColleagueGone = (workgroup: string): Element =>
  xml("agent-status", { xmlns: NS_WORKGROUP, jid: workgroup });

export function parseColleagueStatus(el: Element): {
  workgroup: string;
  maxChats: number | null;
  chats: RunningChat[];
} {
  const current = child(el, "current-chats", NS_JIVE);
  const chats = current ? children(current, "chat", NS_JIVE) : [];
  return {
    workgroup: parseJid(attr(el, "jid") ?? ""),
    maxChats: parseAgentStatus(el).maxChats,
    chats: chats.flatMap((chat) => {
      const startedAt = parseStamp(attr(chat, "startTime") ?? "");
      const session = attr(chat, "sessionID");
      if (startedAt === null || session === undefined) return [];
      return [
        {
          session,
          userId: attr(chat, "userID") ?? "",
          startedAt,
          question: attr(chat, "question") ?? "",
          username: attr(chat, "username") ?? "",
          email: attr(chat, "email") ?? "",
        },
      ];
    }),
  };
}
