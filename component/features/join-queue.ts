/** The visitor's way in and out: XEP-0142 §4.3, reference 3.2 to 3.5. */
import { bareJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import { buildQueueStatus, parseJoinQueue } from "../../protocol/workgroup/join.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { expectedWaitMs, findByVisitor, positionOf } from "../domain/dispatcher.ts";
import { cleanMetadata, vouchedMetadata } from "../domain/metadata.ts";
import { addressed, addressOf, type Deps, type Feature, refusalError, type Workgroup } from "./deps.ts";

const NS = [NS_WORKGROUP, NS_JIVE];

export const joinQueue: Feature = {
  disco: { features: [NS_WORKGROUP] },
  iq: [
    { type: "set", ns: NS, name: "join-queue", handle: join },
    { type: "set", ns: NS, name: "depart-queue", handle: depart },
    { type: "get", ns: NS, name: "queue-status", handle: poll },
  ],
};

async function join(iq: IqRequest, deps: Deps): Promise<void> {
  const workgroup = addressed(iq.to, deps);
  const { metadata, answers, identity } = parseJoinQueue(iq.payload);
  deps.admission.admit("joins", iq.from);
  const vouched = identity === undefined ? {} : vouchedMetadata(await deps.verifyIdentity(workgroup, identity));
  const id = deps.newId();
  const refusal = await workgroup.ask({
    type: "join-requested",
    at: deps.now(),
    id,
    visitor: iq.from,
    // Not the id that the client may claim (`user/@id`): anybody could name somebody else's, and pass for that person.
    userId: bareJid(iq.from),
    metadata: { ...cleanMetadata(metadata, answers), ...vouched },
    verified: Object.keys(vouched),
  });
  if (refusal) throw refusalError(refusal);
  // Before the result, as Fastpath does it.
  deps.tellVisitor(workgroup, id);
}

async function depart(iq: IqRequest, deps: Deps): Promise<void> {
  const refusal = await addressed(iq.to, deps).ask({ type: "depart-requested", at: deps.now(), visitor: iq.from });
  if (refusal) throw refusalError(refusal);
}

async function poll(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup: Workgroup = addressed(iq.to, deps);
  const request = findByVisitor(workgroup.committed, iq.from);
  const position = request && positionOf(workgroup.committed, request.id);
  if (request === undefined || !position) throw notFound("You are not in this queue.");
  const waitS = Math.ceil(expectedWaitMs(workgroup.committed, position) / 1000);
  return buildQueueStatus({ position, waitS, session: request.id, workgroup: addressOf(workgroup, deps) });
}
