/** An agent asks who the others are (reference 4.4); how they are is pushed from then on. */
import { bareJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import { buildAgentRoster } from "../../protocol/workgroup/agent.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { agentsWorkgroup, type Deps, type Feature, isSignedIn } from "./deps.ts";

export const agentRoster: Feature = {
  iq: [{ type: "get", ns: [NS_WORKGROUP, NS_JIVE], name: "agent-status-request", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps);
  if (!isSignedIn(workgroup, iq.from)) throw notFound("You are not signed in to this workgroup.");
  deps.followRoster(workgroup, iq.from);
  const own = bareJid(iq.from);
  return buildAgentRoster(workgroup.committed.settings.agents.filter(({ jid }) => jid !== own));
}
