/** Where a visitor stands, for a gateway or client that lost its memory (`urn:foyer:visit:0`). */
import { bareJid, domainOf, localOf } from "../../protocol/jid.ts";
import { NS_VISIT } from "../../protocol/ns.ts";
import { fitting } from "../../protocol/size.ts";
import { forbidden, notFound } from "../../protocol/stanza-error.ts";
import { buildIdentity, parseIdentityClaim } from "../../protocol/workgroup/identity.ts";
import type { SessionEnd } from "../../protocol/workgroup/session.ts";
import {
  buildHistory,
  buildVisit,
  buildVisits,
  type HistoryLine,
  parseHistoryRequest,
  parseVisitsRequest,
  type Visit,
} from "../../protocol/workgroup/visit.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { expectedWaitMs, findByVisitor, positionOf } from "../domain/dispatcher.ts";
import { nameOf, questionOf } from "../domain/metadata.ts";
import type { Request } from "../domain/model.ts";
import { addressed, agentName, type Deps, type Entry, type Feature, type LastVisit, type Workgroup } from "./deps.ts";

const PAGE = 200;
const MOST_VISITS = 500;

export const visits: Feature = {
  disco: { features: [NS_VISIT] },
  iq: [
    { type: "get", ns: NS_VISIT, name: "visit", handle: one },
    { type: "get", ns: NS_VISIT, name: "visits", handle: ofGateway },
    { type: "get", ns: NS_VISIT, name: "history", handle: history },
    { type: "get", ns: NS_VISIT, name: "identity", handle: identity },
  ],
};

async function one(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = addressed(iq.to, deps);
  const request = findByVisitor(workgroup.committed, iq.from);
  if (request) return buildVisit(openVisit(workgroup, request, deps));
  const last = await deps.stores.lastVisit(workgroup.node, bareJid(iq.from));
  return buildVisit(last === null ? { phase: "idle" } : endedVisit(workgroup, last));
}

/** A gateway is a domain, and asks about its own visitors only. */
async function ofGateway(iq: IqRequest, deps: Deps): Promise<Element> {
  if (localOf(iq.from) !== "") throw forbidden("Only a gateway may ask that.");
  const workgroup = addressed(iq.to, deps);
  const { after } = parseVisitsRequest(iq.payload);
  const [gateway, requests] = [domainOf(iq.from), [...workgroup.committed.requests.values()]];
  const isOwn = ({ visitor, handover }: Request): boolean => domainOf(visitor) === gateway && handover === undefined;
  const rest = requests.filter((request) => request.id > after && isOwn(request));
  rest.sort((a, b) => (a.id < b.id ? -1 : 1));
  const shown = rest
    .slice(0, MOST_VISITS)
    .map((request) => ({ jid: request.visitor, visit: openVisit(workgroup, request, deps) }));
  const visits = fitting(shown, ({ jid, visit }) => buildVisit(visit, jid));
  return buildVisits({ visits, complete: visits.length === rest.length });
}

/** Whether a site's word on its visitor is believed, before the visitor joins. */
async function identity(iq: IqRequest, deps: Deps): Promise<Element> {
  return buildIdentity(await deps.verifyIdentity(addressed(iq.to, deps), parseIdentityClaim(iq.payload)));
}

async function history(iq: IqRequest, deps: Deps): Promise<Element> {
  const { node } = addressed(iq.to, deps);
  const { session, after } = parseHistoryRequest(iq.payload);
  const found = await deps.stores.session(session);
  // Whether it exists is nobody else's business either.
  const isOwn = found?.workgroup === node && bareJid(found.visitor) === bareJid(iq.from);
  if (!isOwn) throw notFound("There is no such chat of yours.");
  // One more than a page tells whether there is another.
  const lines = await deps.stores.entries(session, { after, limit: PAGE + 1, linesOnly: true });
  return buildHistory(lines.slice(0, PAGE).map(historyLine), lines.length <= PAGE && !found.isClosing);
}

function historyLine({ kind, stanzaId, key, speakerKind, nick, body, at, fate, file }: Entry): HistoryLine {
  const isOwn = speakerKind === "visitor";
  const said = { id: stanzaId, key: isOwn ? key : "", speaker: speakerKind, name: nick, text: body, at };
  const line: HistoryLine = {
    ...said,
    ...(fate && { fate: fate.kind }),
    ...(file && { file: { url: body, ...file } }),
  };
  return isOwn && kind === "service" ? { ...line, service: "question" } : line;
}

function openVisit({ committed }: Workgroup, request: Request, { rooms }: Deps): Visit {
  const about = { session: request.id, name: nameOf(request.metadata), question: questionOf(request.metadata) };
  const { phase } = request;
  // Once there is a room the visitor belongs in it, also while the next agent is sought.
  if (request.room === "open" || phase.name === "in-session" || phase.name === "inviting") {
    const startedAt = phase.name === "in-session" ? phase.startedAt : request.joinedAt;
    return { phase: "talking", ...about, room: `${request.id}@${rooms}`, startedAt };
  }
  const position = positionOf(committed, request.id) ?? 1;
  const waitS = Math.ceil(expectedWaitMs(committed, position) / 1000);
  return { phase: "waiting", ...about, position, waitS, joinedAt: request.joinedAt };
}

function endedVisit(workgroup: Workgroup, last: LastVisit): Visit {
  const about = { session: last.id, name: nameOf(last.metadata), question: questionOf(last.metadata) };
  if (last.hadSession) return { phase: "ended", ...about, endedAt: last.endedAt, end: sessionEnd(workgroup, last) };
  if (last.reason === "visitor-cancelled") return { phase: "idle" };
  const reason =
    last.reason === "workgroup-closed" ? "closed" : last.reason === "visitor-lost" ? "away" : "nobody-took-it";
  return { phase: "unserved", ...about, endedAt: last.endedAt, reason };
}

function sessionEnd(workgroup: Workgroup, { by, metadata }: LastVisit): SessionEnd {
  if (by.kind === "agent") return { by: "agent", name: agentName(workgroup, by.jid) };
  if (by.kind === "visitor") return { by: "visitor", name: nameOf(metadata) };
  return { by: "service", name: "" };
}
