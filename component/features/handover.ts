/**
 * Invite and transfer (reference 4.14): an agent asks a person, or any agent of a workgroup, into a session or hands it over.
 * A result means that somebody is being asked. That nobody is there to be asked is told as an error message, as Fastpath's
 * clients expect it, and so is later that nobody came.
 */
import { bareJid, domainOf, localOf } from "../../protocol/jid.ts";
import { parseDecline } from "../../protocol/muc.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import {
  buildHandoverFailure,
  type HandoverPayload,
  parseHandover,
  queueOf,
} from "../../protocol/workgroup/handover.ts";
import type { Incoming, IqRequest } from "../../runtime/xmpp/features.ts";
import type { HandoverTarget } from "../domain/model.ts";
import { addressed, addressOf, askHandover, type Deps, type Feature, isSignedIn, refusalError } from "./deps.ts";

const NS = [NS_WORKGROUP, NS_JIVE];

export const handover: Feature = {
  iq: [
    { type: "set", ns: NS, name: "invite", handle },
    { type: "set", ns: NS, name: "transfer", handle },
  ],
  message: declined,
};

/** The one queue that a workgroup has. */
const QUEUE_NAME = "default queue";

async function handle(iq: IqRequest, deps: Deps): Promise<void> {
  const workgroup = addressed(iq.to, deps);
  const asked = parseHandover(iq.payload);
  // Not only to the addressed one: Smack addresses the wrong one when an agent is in several.
  if (!deps.workgroups.all.some((one) => isSignedIn(one, iq.from))) {
    throw notFound("You are not signed in to this workgroup.");
  }
  const fail = (text: string): void => {
    const { kind, type, session, invitee } = asked;
    const from = addressOf(deps.workgroups.findRequest(session)?.workgroup ?? workgroup, deps);
    deps.send(buildHandoverFailure(from, { kind, type, session, inviter: iq.from, invitee, text }));
  };
  const queue = queueOf(asked.invitee);
  if (queue !== "" && queue.toLowerCase() !== QUEUE_NAME) return fail("Specified queue was not found.");
  const { session: request, kind, reason } = asked;
  const refusal = await askHandover({ request, by: iq.from, kind, to: targetOf(asked, deps), reason }, deps);
  if (refusal === undefined) return;
  switch (refusal.code) {
    case "no-such-workgroup":
    case "nobody-there":
    case "agent-busy":
      return fail(refusalError(refusal).message);
    default:
      throw refusalError(refusal);
  }
}

/** A workgroup that is named as if it were a person is one all the same. Another service's workgroups are none of ours. */
function targetOf({ type, invitee }: HandoverPayload, { domain }: Deps): HandoverTarget {
  const isOurs = domainOf(invitee) === domain;
  if (type === "user" && !isOurs) return { type: "user", jid: invitee };
  const queue = queueOf(invitee);
  return { type: "workgroup", node: isOurs ? localOf(invitee) : "", ...(queue !== "" && { queue }) };
}

/** Who was invited into a session's room declines, and the room tells the workgroup, in whose name it was. */
function declined({ from, to, stanza }: Incoming, deps: Deps): boolean {
  const decline = parseDecline(stanza);
  if (decline === null || domainOf(from) !== deps.rooms) return false;
  const request = localOf(from);
  const found = deps.workgroups.findRequest(request);
  if (found && addressOf(found.workgroup, deps) === bareJid(to)) {
    const { by, reason } = decline;
    found.workgroup.post({ type: "invitation-declined", at: deps.now(), request, by, reason });
  }
  return true;
}
