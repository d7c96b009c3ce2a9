/** The invitations into a session's room: mediated ones, so that whoever is invited becomes a member (XEP-0045 §7.8.2). */
import { buildInvitation } from "../../protocol/muc.ts";
import { buildAgentInvitation, buildVisitorInvitation } from "../../protocol/workgroup/invite.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Request } from "../domain/model.ts";

/** Bare addresses of the workgroup that invites and of the room. */
export type Place = { workgroup: string; room: string };

/** To the client that accepted. R-42: the reason is the session's id and nothing else, or Spark does not join by itself. */
export function agentInvitation({ workgroup, room }: Place, request: Request, device: string): Element {
  const { id, visitor, userId } = request;
  const extra = buildAgentInvitation({ visitor, userId, session: id, workgroup });
  return buildInvitation({ from: workgroup, room, to: device, reason: id, extra });
}

export function visitorInvitation({ workgroup, room }: Place, { id, visitor }: Request): Element {
  const extra = buildVisitorInvitation({ session: id, workgroup });
  return buildInvitation({ from: workgroup, room, to: visitor, reason: "Please join me for a chat.", extra });
}
