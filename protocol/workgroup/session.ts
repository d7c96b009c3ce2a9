/** Our own words about sessions (`urn:foyer:session:0`): an agent's open sessions, their end, and the service's lines in a room. */
import { formatDateTime, parseDateTime } from "../datetime.ts";
import { NS_JIVE, NS_SESSION } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, child, children, type Element, xml } from "../xml.ts";
import { buildVerified, parseVerified } from "./identity.ts";
import { buildMetadata, type MetadataValues, parseMetadata } from "./metadata.ts";

/** One open session of the asking agent: what an offer told, for a client that was not there or forgot. */
export type OpenSession = {
  session: string;
  room: string;
  workgroup: string;
  visitor: string;
  userId: string;
  startedAt: number;
  metadata: MetadataValues;
  /** Names of the metadata that the site vouches for. */
  verified?: readonly string[];
};

export const buildSessionsRequest = (): Element => xml("sessions", { xmlns: NS_SESSION });

export function buildSessions(list: readonly OpenSession[]): Element {
  const items = list.map((one) =>
    xml(
      "session",
      {
        id: one.session,
        room: one.room,
        workgroup: one.workgroup,
        visitor: one.visitor,
        user: one.userId,
        started: formatDateTime(one.startedAt),
      },
      buildMetadata(one.metadata),
      buildVerified(one.verified),
    ),
  );
  return xml("sessions", { xmlns: NS_SESSION }, ...items);
}

export function parseSessions(el: Element): OpenSession[] {
  return children(el, "session", NS_SESSION).flatMap((one) => {
    const [session, room, workgroup] = [attr(one, "id"), attr(one, "room"), attr(one, "workgroup")];
    const startedAt = parseDateTime(attr(one, "started") ?? "");
    if (session === undefined || room === undefined || workgroup === undefined || startedAt === null) return [];
    const metadata = child(one, "metadata", NS_JIVE);
    const visitor = attr(one, "visitor") ?? "";
    const userId = attr(one, "user") ?? visitor;
    const facts = { metadata: metadata ? parseMetadata(metadata) : {}, ...parseVerified(one) };
    return [{ session, room, workgroup, visitor, userId, startedAt, ...facts }];
  });
}

/** Ends a session for everybody; from its visitor or one of its agents. */
export const buildEndSession = (session: string): Element => xml("end", { xmlns: NS_SESSION, session });

/** @throws StanzaError `bad-request` */
export function parseEndSession(el: Element): { session: string } {
  const session = attr(el, "session");
  if (session === undefined) throw badRequest("end needs 'session'");
  return { session };
}

/** Marks a line that the service itself says in a room, so that a UI can say it in its reader's language. */
export type ServiceLine =
  /** The visitor's question, said for the visitor before anybody was there; `name` is the visitor's, `text` its own words. */
  | { kind: "question"; name: string; text: string }
  /** Said for an agent who has no other way to say it, as a canned answer: `text` is the agent's, the body names the agent. */
  | { kind: "spoken"; name: string; text: string }
  /** The agent was lost; the visitor is first in the queue again. */
  | { kind: "requeued" };

export function buildServiceLine(line: ServiceLine): Element {
  if (line.kind === "requeued") return xml("service", { xmlns: NS_SESSION, kind: line.kind });
  return xml("service", { xmlns: NS_SESSION, kind: line.kind, name: line.name }, line.text);
}

/** Trust it only on a line of the workgroup's own seat. */
export function parseServiceLine(message: Element): ServiceLine | undefined {
  const el = child(message, "service", NS_SESSION);
  const kind = el && attr(el, "kind");
  if (el === undefined) return undefined;
  if (kind === "question" || kind === "spoken") return { kind, name: attr(el, "name") ?? "", text: el.text() };
  return kind === "requeued" ? { kind } : undefined;
}

/** Who ended a session, and its wire form: the reason of the room's destruction, read by UIs and plain clients alike. */
export type SessionEnd = { by: "visitor" | "agent" | "service"; name: string };

const ENDINGS: Record<SessionEnd["by"], string> = {
  visitor: "The visitor ended the chat",
  agent: "The agent ended the chat",
  service: "The chat was closed",
};

export function formatSessionEnd(end: SessionEnd): string {
  return end.name === "" ? `${ENDINGS[end.by]}.` : `${ENDINGS[end.by]}: ${end.name}`;
}

/** A reason that is none of ours reads as the service's. */
export function parseSessionEnd(reason: string): SessionEnd {
  for (const by of ["visitor", "agent", "service"] as const) {
    if (reason.startsWith(ENDINGS[by])) return { by, name: reason.slice(ENDINGS[by].length + 2) };
  }
  return { by: "service", name: "" };
}
