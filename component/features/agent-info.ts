/** How the workgroup calls the agent who asks, and another name if that agent may choose it (reference 4.5). */
import { bareJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notAcceptable, notFound, StanzaError } from "../../protocol/stanza-error.ts";
import { buildAgentInfo } from "../../protocol/workgroup/agent.ts";
import { parseAgentRename } from "../../protocol/workgroup/extras.ts";
import { type Element, legalText } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { agentName, agentsWorkgroup, type Deps, type Feature, type Workgroup } from "./deps.ts";

const NS = [NS_JIVE, NS_WORKGROUP];
const LONGEST = 100;

export const agentInfo: Feature = {
  iq: [
    { type: "get", ns: NS, name: "agent-info", handle: tell },
    { type: "set", ns: NS, name: "agent-info", handle: rename },
  ],
};

const unknown = (): StanzaError => notFound("You are not an agent of this workgroup.");

async function tell(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps, unknown());
  return buildAgentInfo({ jid: bareJid(iq.from), name: agentName(workgroup, iq.from) });
}

async function rename(iq: IqRequest, deps: Deps): Promise<void> {
  const workgroup = agentsWorkgroup(iq, deps, unknown());
  const { name } = parseAgentRename(iq.payload);
  const agent = bareJid(iq.from);
  if (!mayRename(workgroup, agent)) {
    throw new StanzaError("cancel", "service-unavailable", "Names are given by the administrator.");
  }
  if (name === "" || name.length > LONGEST || /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) || legalText(name) !== name) {
    throw notAcceptable(`A name is one line of 1 to ${LONGEST} characters.`);
  }
  // Visitors know agents by their names alone: nobody may pass for a colleague.
  if (isTaken(name, agent, deps)) throw new StanzaError("cancel", "conflict", "A colleague has this name.");
  await deps.renameAgent(agent, name);
}

function mayRename({ committed }: Workgroup, agent: string): boolean {
  return committed.settings.agents.find(({ jid }) => jid === agent)?.mayRename !== false;
}

function isTaken(name: string, agent: string, { workgroups }: Deps): boolean {
  const colleagues = workgroups.ofAgent(agent).flatMap(({ committed }) => committed.settings.agents);
  return colleagues.some((one) => one.jid !== agent && one.name.toLowerCase() === name.toLowerCase());
}
