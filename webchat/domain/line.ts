/** A line of the room as a page shows it. */
import type { LineView } from "../../protocol/visitor-api.ts";
import type { ServiceLine } from "../../protocol/workgroup/session.ts";
import type { HistoryLine } from "../../protocol/workgroup/visit.ts";

/** What tells whose a line is. Occupant ids stay the same in a room whatever the nickname. */
export type Voices = {
  own: { nick: string; occupantId: string | null };
  /** The workgroup's own seat, as far as it was seen; it may be away while we read what it said. */
  service: { nicks: ReadonlySet<string>; occupantIds: ReadonlySet<string> };
};

export type SaidLine = {
  nick: string;
  id: string | null;
  stanzaId: string | null;
  occupantId: string | null;
  text: string;
  at: number | null;
};

/**
 * Null for a line without a stanza id: the room has not archived it, so it has no place in the order yet.
 * `payload` is the service's mark on the line, if it bears one.
 */
export function viewLine(
  line: SaidLine,
  payload: ServiceLine | undefined,
  voices: Voices,
  now: number,
): LineView | null {
  if (line.stanzaId === null) return null;
  const base = { id: line.stanzaId, at: line.at ?? now };
  if (isOwn(line, voices)) {
    const key = line.id === null ? {} : { key: line.id };
    return { ...base, ...key, from: { kind: "self", name: line.nick }, text: line.text };
  }
  if (!isService(line, payload, voices)) {
    return { ...base, from: { kind: "agent", name: line.nick }, text: line.text };
  }
  if (payload?.kind === "question") {
    // The workgroup says it in the visitor's stead, with a few words more.
    return { ...base, from: { kind: "self", name: payload.name }, text: payload.text, service: "question" };
  }
  const service = payload === undefined ? {} : { service: payload.kind };
  return { ...base, from: { kind: "service", name: line.nick }, text: line.text, ...service };
}

export function isOwn(line: { nick: string; occupantId: string | null }, { own }: Voices): boolean {
  if (line.occupantId !== null && own.occupantId !== null) return line.occupantId === own.occupantId;
  return line.nick === own.nick;
}

function isService(line: SaidLine, payload: ServiceLine | undefined, { service }: Voices): boolean {
  if (line.nick === "") return true;
  if (line.occupantId !== null && service.occupantIds.has(line.occupantId)) return true;
  if (service.nicks.has(line.nick)) return true;
  // Nobody but agents and the workgroup are with the visitor; when the workgroup is away its mark must do.
  return service.occupantIds.size === 0 && payload !== undefined;
}

/** A line of the workgroup's transcript, for a talk whose room is gone. */
export function viewHistory({ id, key, speaker, name, text, at, service }: HistoryLine): LineView {
  if (speaker !== "visitor") return { id, from: { kind: speaker, name }, text, at };
  const marks = { ...(key === "" ? {} : { key }), ...(service === undefined ? {} : { service }) };
  return { id, ...marks, from: { kind: "self", name }, text, at };
}
