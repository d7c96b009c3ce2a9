/** What a mediated invitation carries besides the invitation itself (reference 3.6 and 4.9); the rest is `protocol/muc.ts`. */
import { NS_JIVE, NS_WORKGROUP } from "../ns.ts";
import { attr, child, type Element, xml } from "../xml.ts";

/** Extra children for the agent's invitation. The reason of the invitation itself must be the session id. */
export function buildAgentInvitation(of: {
  visitor: string;
  userId: string;
  session: string;
  workgroup: string;
}): Element[] {
  return [
    xml("offer", { xmlns: NS_WORKGROUP, jid: of.visitor }),
    xml("session", { xmlns: NS_JIVE, workgroup: of.workgroup, id: of.session }),
    xml("user", { xmlns: NS_JIVE, id: of.userId }),
  ];
}

/** Extra children for the visitor's invitation. */
export function buildVisitorInvitation(of: { session: string; workgroup: string }): Element[] {
  return [
    xml("workgroup", { xmlns: NS_WORKGROUP, jid: of.workgroup }),
    xml("session", { xmlns: NS_JIVE, id: of.session }),
  ];
}

/** The session an invitation message belongs to; undefined when it is an ordinary invitation. */
export function parseInvitationSession(message: Element): { session: string; role: "agent" | "visitor" } | undefined {
  const el = child(message, "session", NS_JIVE);
  const session = el && attr(el, "id");
  if (session === undefined) return undefined;
  return { session, role: child(message, "offer", NS_WORKGROUP) ? "agent" : "visitor" };
}
