/** The invitations into a session's room: mediated ones, so that whoever is invited becomes a member (XEP-0045 §7.8.2). */
import { buildDirectInvitation, buildInvitation } from "../../protocol/muc.ts";
import { ASKS, buildColleagueInvitation } from "../../protocol/workgroup/handover.ts";
import { buildAgentInvitation, buildVisitorInvitation } from "../../protocol/workgroup/invite.ts";
import type { Element } from "../../protocol/xml.ts";
import { nameOf, questionOf, shownMetadata } from "../domain/metadata.ts";
import type { Handover, Request } from "../domain/model.ts";

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

/** Who the visitor is and what it asks, in one line of at most 300 characters: subject of the room, reason of invitations. */
export function headline({ metadata }: Pick<Request, "metadata">): string {
  const [name, question] = [nameOf(metadata), questionOf(metadata)];
  const line = (question === "" ? name : `${name}: ${question}`).replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299).toWellFormed()}…` : line;
}

/** XEP-0249, for an ordinary client of somebody whom the mediated invitation has made a member. */
export const directInvitation = ({ workgroup, room }: Place, to: string, reason: string): Element =>
  buildDirectInvitation({ from: workgroup, to, room, reason });

/** a person who is asked into a session by name; `to` is bare. The reason is the inviter's words, if there are any. */
export function colleagueInvitation(
  { workgroup, room }: Place,
  request: Request,
  { kind, by, reason }: Handover,
  { to, inviter }: { to: string; inviter: string },
): Element {
  const metadata = shownMetadata(request);
  const extra = buildColleagueInvitation({ session: request.id, workgroup, inviter: by, kind, metadata });
  return buildInvitation({ from: workgroup, room, to, reason: reasonFor(request, { kind, reason, inviter }), extra });
}

/** What somebody who was asked by name reads. */
export function reasonFor(
  request: Request,
  { kind, reason, inviter }: Pick<Handover, "kind" | "reason"> & { inviter: string },
): string {
  if (reason !== "") return reason;
  return `${inviter} ${ASKS[kind]} ${headline(request)}`;
}
