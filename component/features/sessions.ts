/** Open sessions: an agent asks for the own ones, and either side ends one (`urn:foyer:session:0`). */
import { bareJid } from "../../protocol/jid.ts";
import { NS_SESSION } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import { buildSessions, type OpenSession, parseEndSession } from "../../protocol/workgroup/session.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { shownMetadata } from "../domain/metadata.ts";
import type { Request } from "../domain/model.ts";
import { addressed, addressOf, agentsWorkgroup, type Deps, type Feature, isAgent, refusalError } from "./deps.ts";

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
  // A session of a workgroup that lent this agent cannot be asked for there: who is no agent of it may not ask.
  const lending = deps.workgroups.all.filter((one) => one === workgroup || !isAgent(one, iq.from));
  const all = lending.flatMap((owner) => [...owner.committed.requests.values()].map((request) => ({ owner, request })));
  const own = all.flatMap(({ owner, request }): OpenSession[] => {
    if (!takesPart(request, agent)) return [];
    return [
      {
        session: request.id,
        room: `${request.id}@${deps.rooms}`,
        workgroup: addressOf(owner, deps),
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

/** Who has accepted a handover is one of the session, who only watches is not. */
function takesPart({ phase, handover, handovers = [], monitors = [] }: Request, agent: string): boolean {
  if (handover || monitors.includes(agent)) return false;
  if (handovers.some((one) => one.agent === agent && one.to.type === "workgroup")) return true;
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
