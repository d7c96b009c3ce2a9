/** Watching a colleague's session (reference 4.13): who may, and being let into the room. Who may is a setting. */
import { bareJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { forbidden } from "../../protocol/stanza-error.ts";
import { buildMonitorAnswer, parseMonitorRequest } from "../../protocol/workgroup/monitor.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { addressed, type Deps, type Feature, refusalError, type Workgroup } from "./deps.ts";

const NS = [NS_JIVE, NS_WORKGROUP];

export const monitor: Feature = {
  iq: [
    { type: "get", ns: NS, name: "monitor", handle: may },
    { type: "set", ns: NS, name: "monitor", handle: watch },
  ],
};

function isMonitor({ committed }: Workgroup, jid: string): boolean {
  return committed.settings.monitors?.includes(bareJid(jid)) ?? false;
}

function may(iq: IqRequest, deps: Deps): Element {
  return buildMonitorAnswer(isMonitor(addressed(iq.to, deps), iq.from));
}

/** The session may be another workgroup's, as Smack may address the wrong one: what counts is whether one may watch there. */
async function watch(iq: IqRequest, deps: Deps): Promise<void> {
  const workgroup = addressed(iq.to, deps);
  const { session } = parseMonitorRequest(iq.payload);
  const meant = deps.workgroups.findRequest(session)?.workgroup ?? workgroup;
  // Whether there is such a session is for those who may watch it.
  if (!isMonitor(meant, iq.from)) throw forbidden("You may not watch chats of this workgroup.");
  const refusal = await meant.ask({ type: "monitor-requested", at: deps.now(), request: session, by: iq.from });
  if (refusal) throw refusalError(refusal);
}
