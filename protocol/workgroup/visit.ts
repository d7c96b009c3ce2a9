/** Where a visitor stands, for a gateway or client that lost its memory (`urn:foyer:visit:0`). */
import { formatDateTime, parseDateTime } from "../datetime.ts";
import { NS_VISIT } from "../ns.ts";
import { buildFileFacts, parseFileFacts, type SharedFile } from "../shared-file.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, children, childText, type Element, xml } from "../xml.ts";
import type { SessionEnd } from "./session.ts";

/** `room` is the bare address of the session's room. Positions count from 1; `waitS` is null when nothing is known. */
export type Visit =
  | { phase: "idle" }
  | {
      phase: "waiting";
      session: string;
      position: number;
      waitS: number | null;
      joinedAt: number;
      name: string;
      question: string;
    }
  | { phase: "talking"; session: string; room: string; startedAt: number; name: string; question: string }
  | { phase: "ended"; session: string; endedAt: number; end: SessionEnd; name: string; question: string }
  | {
      phase: "unserved";
      session: string;
      endedAt: number;
      reason: "nobody-took-it" | "closed" | "away";
      name: string;
      question: string;
    };

/** IQ get from the visitor's JID to the workgroup. */
export const buildVisitRequest = (): Element => xml("visit", { xmlns: NS_VISIT });

export function buildVisit(visit: Visit, jid?: string): Element {
  const about = visit.phase === "idle" ? "" : visit.question;
  return xml("visit", { xmlns: NS_VISIT, jid, ...visitAttrs(visit) }, about !== "" && xml("question", {}, about));
}

function visitAttrs(visit: Visit): Record<string, string | number | undefined> {
  const { phase } = visit;
  if (phase === "idle") return { phase };
  const common = { phase, session: visit.session, name: visit.name };
  switch (visit.phase) {
    case "waiting":
      return {
        ...common,
        position: visit.position,
        wait: visit.waitS ?? undefined,
        at: formatDateTime(visit.joinedAt),
      };
    case "talking":
      return { ...common, room: visit.room, at: formatDateTime(visit.startedAt) };
    case "ended":
      return { ...common, at: formatDateTime(visit.endedAt), by: visit.end.by, "by-name": visit.end.name };
    case "unserved":
      return { ...common, at: formatDateTime(visit.endedAt), reason: visit.reason };
  }
}

/** @throws StanzaError `bad-request` when it lacks what its phase needs */
export function parseVisit(el: Element): Visit {
  const phase = attr(el, "phase");
  if (phase === "idle") return { phase };
  const session = attr(el, "session");
  const at = parseDateTime(attr(el, "at") ?? "");
  if (session === undefined || at === null) throw badRequest("visit needs 'session' and 'at'");
  const common = { session, name: attr(el, "name") ?? "", question: childText(el, "question", NS_VISIT) ?? "" };
  switch (phase) {
    case "waiting": {
      const wait = attr(el, "wait");
      const waitS = wait === undefined ? null : Number(wait);
      return { phase, ...common, position: Number(attr(el, "position") ?? 1), waitS, joinedAt: at };
    }
    case "talking":
      return { phase, ...common, room: attr(el, "room") ?? "", startedAt: at };
    case "ended": {
      const by = attr(el, "by");
      const name = attr(el, "by-name") ?? "";
      return { phase, ...common, endedAt: at, end: { by: by === "visitor" || by === "agent" ? by : "service", name } };
    }
    case "unserved": {
      const reason = attr(el, "reason");
      const known = reason === "closed" || reason === "away" ? reason : "nobody-took-it";
      return { phase, ...common, endedAt: at, reason: known };
    }
    default:
      throw badRequest(`visit has the unknown phase "${phase?.slice(0, 20)}"`);
  }
}

/** Some of a gateway's visits, in the order of their sessions' ids; `complete`: none come after these. */
export type Visits = { visits: { jid: string; visit: Visit }[]; complete: boolean };

/** IQ get from a gateway's domain to a workgroup: the waiting and talking visits of that domain, after the session `after`. */
export const buildVisitsRequest = (after?: string): Element => xml("visits", { xmlns: NS_VISIT, after });

export const parseVisitsRequest = (el: Element): { after: string } => ({ after: attr(el, "after") ?? "" });

export function buildVisits({ visits, complete }: Visits): Element {
  const items = visits.map(({ jid, visit }) => buildVisit(visit, jid));
  return xml("visits", { xmlns: NS_VISIT, complete: complete ? "true" : "false" }, ...items);
}

export function parseVisits(el: Element): Visits {
  const visits = children(el, "visit", NS_VISIT).flatMap((one) => {
    const jid = attr(one, "jid");
    return jid === undefined ? [] : [{ jid, visit: parseVisit(one) }];
  });
  return { visits, complete: attr(el, "complete") === "true" };
}

/**
 * A stored line of an ended session, for its own visitor. `key` is the message id the sender gave. `service`: the service
 * said it for the visitor; the text is the visitor's own.
 */
export type HistoryLine = {
  id: string;
  key: string;
  speaker: "visitor" | "agent" | "service";
  name: string;
  text: string;
  at: number;
  service?: "question";
  /** The text is a later one; or the line was taken back, and there is no text. */
  fate?: "edited" | "retracted";
  /** The text is the address of this file. */
  file?: SharedFile;
};

/**
 * IQ get from the visitor: the lines of an own session after the stanza id `after`, oldest first, at most 200 a page. An
 * answer that is not complete and has no lines: the last ones are being stored just now, ask again in a moment.
 */
export const buildHistoryRequest = (session: string, after?: string): Element =>
  xml("history", { xmlns: NS_VISIT, session, after });

/** @throws StanzaError `bad-request` */
export function parseHistoryRequest(el: Element): { session: string; after: string | null } {
  const session = attr(el, "session");
  if (session === undefined) throw badRequest("history needs 'session'");
  return { session, after: attr(el, "after") ?? null };
}

export function buildHistory(lines: readonly HistoryLine[], complete: boolean): Element {
  const items = lines.map((line) =>
    xml(
      "line",
      {
        id: line.id,
        key: line.key === "" ? undefined : line.key,
        speaker: line.speaker,
        name: line.name,
        at: formatDateTime(line.at),
        service: line.service,
        fate: line.fate,
      },
      line.text,
      line.file && buildFileFacts(line.file),
    ),
  );
  return xml("history", { xmlns: NS_VISIT, complete: complete ? "true" : "false" }, ...items);
}

export function parseHistory(el: Element): { lines: HistoryLine[]; complete: boolean } {
  const lines = children(el, "line", NS_VISIT).flatMap((line): HistoryLine[] => {
    const id = attr(line, "id");
    const at = parseDateTime(attr(line, "at") ?? "");
    if (id === undefined || at === null) return [];
    const speaker = attr(line, "speaker");
    const known = speaker === "visitor" || speaker === "agent" ? speaker : "service";
    const [key, name] = [attr(line, "key") ?? "", attr(line, "name") ?? ""];
    const fate = attr(line, "fate");
    const changed: Pick<HistoryLine, "fate"> = fate === "edited" || fate === "retracted" ? { fate } : {};
    const file = parseFileFacts(line);
    const said: HistoryLine = {
      id,
      key,
      speaker: known,
      name,
      text: line.text(),
      at,
      ...changed,
      ...(file && { file }),
    };
    return [attr(line, "service") === "question" ? { ...said, service: "question" } : said];
  });
  return { lines, complete: attr(el, "complete") === "true" };
}
