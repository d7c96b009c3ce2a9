/** An agent looks back: the chats of one agent (reference 4.15), and what the visitor had entered in one (4.20). */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { fitting } from "../../protocol/size.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import {
  buildAgentHistory,
  buildChatMetadata,
  type PastChat,
  parseAgentHistoryRequest,
  parseChatMetadataRequest,
} from "../../protocol/workgroup/agent-history.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { emailOf, nameOf, questionOf, shownMetadata } from "../domain/metadata.ts";
import { type AgentChat, agentsWorkgroup, type Deps, type Feature } from "./deps.ts";

const NS = [NS_JIVE, NS_WORKGROUP];
const MOST_CHATS = 100;
/** Of a name or a question: a list shows the beginning. */
const LONGEST_TEXT = 500;

export const chatHistory: Feature = {
  iq: [
    { type: "get", ns: NS, name: "chat-sessions", handle: history },
    { type: "get", ns: NS, name: "chat-metadata", handle: metadata },
  ],
};

/** Any agent may ask about any agent, and reads of those workgroups that it serves itself. */
async function history(iq: IqRequest, deps: Deps): Promise<Element> {
  agentsWorkgroup(iq, deps);
  const { agent, most, since } = parseAgentHistoryRequest(iq.payload);
  const limit = Math.min(most, MOST_CHATS);
  const workgroups = deps.workgroups.ofAgent(iq.from).map(({ node }) => node);
  const chats = await deps.stores.history.ofAgent(agent, { workgroups, since, limit });
  return buildAgentHistory(fitting(chats.map(toPastChat), (one) => buildAgentHistory([one])));
}

function toPastChat({ session, metadata: entered, startedAt, endedAt }: AgentChat): PastChat {
  const short = (text: string): string => text.slice(0, LONGEST_TEXT);
  return {
    session,
    at: startedAt,
    durationMs: Math.max(0, endedAt - startedAt),
    visitor: short(nameOf(entered)),
    email: short(emailOf(entered)),
    question: short(questionOf(entered)),
  };
}

async function metadata(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps);
  const { session } = parseChatMetadataRequest(iq.payload);
  const kept = await deps.stores.history.record(session);
  if (kept?.workgroup !== workgroup.node) throw notFound("There is no such chat in this workgroup.");
  return buildChatMetadata({ session, metadata: shownMetadata(kept) });
}
