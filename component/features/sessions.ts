/** Open sessions: an agent asks for the own ones, and either side ends one (`urn:foyer:session:0`). */
import { bareJid } from "../../protocol/jid.ts";
import { NS_SESSION } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import { buildSessions, type OpenSession, parseEndSession } from "../../protocol/workgroup/session.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { shownMetadata } from "../domain/metadata.ts";
import type { Request } from "../domain/model.ts";
import { addressed, addressOf, agentsWorkgroup, type Deps, type Feature, refusalError } from "./deps.ts";

export const sessions: Feature = {
  disco: { features: [NS_SESSION] },
  iq: [
    { type: "get", ns: NS_SESSION, name: "sessions", handle: list },
    { type: "set", ns: NS_SESSION, name: "end", handle: end },
  ],
};

async function list(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps);
  const agent = bareJid(iq.from);
  const own = [...workgroup.committed.requests.values()].flatMap((request): OpenSession[] => {
    if (!takesPart(request, agent)) return [];
    return [
      {
        session: request.id,
        room: `${request.id}@${deps.rooms}`,
        workgroup: addressOf(workgroup, deps),
        visitor: request.visitor,
        userId: request.userId,
        startedAt: request.phase.name === "in-session" ? request.phase.startedAt : request.joinedAt,
        metadata: shownMetadata(request),
        ...(request.verified && { verified: request.verified }),
      },
    ];
  });
  return buildSessions(own);
}

function takesPart({ phase }: Request, agent: string): boolean {
  if (phase.name === "queued" || phase.name === "offered" || phase.name === "opening-room") return false;
  return phase.agent === agent || phase.occupants.some(({ jid }) => bareJid(jid) === agent);
}

async function end(iq: IqRequest, deps: Deps): Promise<void> {
  const { session } = parseEndSession(iq.payload);
  addressed(iq.to, deps);
  const found = deps.workgroups.findRequest(session);
  if (found === undefined) throw notFound("There is no such open chat.");
  const refusal = await found.workgroup.ask({ type: "end-requested", at: deps.now(), request: session, by: iq.from });
  if (refusal) throw refusalError(refusal);
}
