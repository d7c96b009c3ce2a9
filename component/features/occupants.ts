/** Who is and was in the room of a session (reference 4.12). */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notAuthorized } from "../../protocol/stanza-error.ts";
import { buildOccupants, parseOccupantsRequest } from "../../protocol/workgroup/monitor.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { agentsWorkgroup, type Deps, type Feature, isSignedIn } from "./deps.ts";

export const occupants: Feature = {
  iq: [{ type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "occupants-info", handle }],
};

/** An unknown room, or another workgroup's, has nobody in it. */
async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps);
  if (!isSignedIn(workgroup, iq.from)) throw notAuthorized("You are not signed in to this workgroup.");
  const { session } = parseOccupantsRequest(iq.payload);
  return buildOccupants(session, await deps.stores.occupants(workgroup.node, session));
}
