/**
 * Properties of a workgroup (reference 3.10). Fastpath tells anybody the name and address of any account; here only agents
 * ask, and learn no more than how a colleague is called.
 */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildProperties, parsePropertiesRequest } from "../../protocol/workgroup/extras.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { agentName, agentsWorkgroup, type Deps, type Feature, isAgent } from "./deps.ts";

export const workgroupProperties: Feature = {
  iq: [{ type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "workgroup-properties", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps);
  const { jid } = parsePropertiesRequest(iq.payload);
  // Visitors need no account here. An account's e-mail address is not known to us.
  const named = jid !== null && isAgent(workgroup, jid);
  return buildProperties({ authRequired: false, ...(named && { name: agentName(workgroup, jid), email: "" }) });
}
