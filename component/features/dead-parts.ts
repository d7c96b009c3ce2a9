/**
 * What Fastpath's protocol names and nobody needs: site tracking, whose pushes no client reads any more (reference 3.12),
 * and private storage on a workgroup, which asked nobody for permission (2.3). The answer is plain, and the same to all.
 */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { addressed, type Deps, type Feature } from "./deps.ts";

const TRACKING = ["site-user", "site-user-history", "site-invite", "tracker"];
const BOTH = ["get", "set"] as const;

export const deadParts: Feature = {
  iq: BOTH.flatMap((type) => [
    ...TRACKING.map((name) => ({
      type,
      ns: [NS_JIVE, NS_WORKGROUP],
      name,
      handle: refuse("Sites are not tracked here."),
    })),
    { type, ns: "jabber:iq:private", name: "query", handle: refuse("A workgroup keeps nothing for anybody.") },
  ]),
};

function refuse(text: string) {
  return async (iq: IqRequest, deps: Deps): Promise<never> => {
    if (iq.to !== deps.domain) addressed(iq.to, deps);
    throw new StanzaError("cancel", "service-unavailable", text);
  };
}
