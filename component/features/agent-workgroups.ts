/** Which workgroups an agent serves (reference 4.2), asked of the service. */
import { bareJid, parseJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notAuthorized, notFound } from "../../protocol/stanza-error.ts";
import { buildWorkgroups } from "../../protocol/workgroup/agent.ts";
import { attr, type Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { addressOf, type Deps, type Feature } from "./deps.ts";

export const agentWorkgroups: Feature = {
  iq: [{ type: "get", ns: [NS_WORKGROUP, NS_JIVE], name: "workgroups", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  if (deps.workgroups.ofAgent(iq.from).length === 0) throw notAuthorized("You are not an agent of any workgroup.");
  const agent = bareJid(parseJid(attr(iq.payload, "jid") ?? iq.from));
  const served = deps.workgroups.ofAgent(agent);
  if (served.length === 0) throw notFound("There is no such agent.");
  const byTitle = served.toSorted((a, b) => a.committed.settings.title.localeCompare(b.committed.settings.title));
  return buildWorkgroups(
    agent,
    byTitle.map((workgroup) => addressOf(workgroup, deps)),
  );
}
