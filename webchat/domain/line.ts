/** What is said in the room, as a page shows it: lines, and what becomes of lines. */
import type { RoomEntry } from "../../protocol/room-message.ts";
import type { SharedFile } from "../../protocol/shared-file.ts";
import type { FileView, LineChange, LineView } from "../../protocol/visitor-api.ts";
import type { ServiceLine } from "../../protocol/workgroup/session.ts";
import type { HistoryLine } from "../../protocol/workgroup/visit.ts";

/** What tells whose a line is. Occupant ids stay the same in a room whatever the nickname. */
export type Voices = {
  own: { nick: string; occupantId: string | null };
  /** The workgroup's own seat, as far as it was seen; it may be away while we read what it said. */
  service: { nicks: ReadonlySet<string>; occupantIds: ReadonlySet<string> };
};

/** How a page finds a file, when it is one of ours; a page loads nothing from elsewhere. */
export type ViewFile = (file: SharedFile) => FileView | null;

export type SaidLine = {
  nick: string;
  id: string | null;
  stanzaId: string | null;
  occupantId: string | null;
  text: string;
  at: number | null;
  file?: SharedFile;
};

/** What stands in the room's one order. */
export type Entry = LineView | LineChange;

export const isChange = (entry: Entry): entry is LineChange => "of" in entry;

/** Null for what no page has to know. A marker that the room did not archive has the id "". */
export function viewEntry(
  entry: RoomEntry,
  payload: ServiceLine | undefined,
  voices: Voices,
  now: number,
  viewFile: ViewFile = () => null,
): Entry | null {
  if (entry.kind === "line") return viewSaid(entry, payload, voices, now, viewFile);
  if (entry.kind === "retraction" && entry.stanzaId === null) return null;
  const own = isOwn(entry, voices);
  // Whether the visitor has read is the agents' business, and the service reads nothing.
  if (isService({ ...entry, text: "" }, undefined, voices) || (own && entry.kind === "marker")) return null;
  const who = own ? ownOf(entry) : { from: { kind: "agent" as const, name: entry.nick }, by: authorOf(entry) };
  const change = entry.kind === "retraction" ? "gone" : entry.marker === "displayed" ? "read" : "delivered";
  return { id: entry.stanzaId ?? "", ...who, text: "", at: entry.at ?? now, change, of: entry.of };
}

function viewSaid(
  { replaces, ...line }: Extract<RoomEntry, { kind: "line" }>,
  payload: ServiceLine | undefined,
  voices: Voices,
  now: number,
  viewFile: ViewFile,
): Entry | null {
  const view = viewLine(line, payload, voices, now, viewFile);
  if (view === null || replaces === undefined || view.service || view.from.kind === "service") return view;
  const { ref: _, file: __, ...change } = view;
  return { ...change, change: "edited", of: replaces };
}

/**
 * Null for a line without a stanza id: the room has not archived it, so it has no place in the order yet.
 * `payload` is the service's mark on the line, if it bears one.
 */
export function viewLine(
  line: SaidLine,
  payload: ServiceLine | undefined,
  voices: Voices,
  now: number,
  viewFile: ViewFile = () => null,
): LineView | null {
  if (line.stanzaId === null) return null;
  const shared = line.file && viewFile(line.file);
  const file = shared ? { file: shared } : {};
  const base = { id: line.stanzaId, at: line.at ?? now };
  if (isOwn(line, voices)) {
    return { ...base, ...ownOf(line), text: line.text, ...file };
  }
  if (!isService(line, payload, voices)) {
    const ref = line.id === null ? {} : { ref: line.id };
    return { ...base, from: { kind: "agent", name: line.nick }, by: authorOf(line), ...ref, text: line.text, ...file };
  }
  if (payload?.kind === "question") {
    // The workgroup says it in the visitor's stead, with a few words more.
    return { ...base, from: { kind: "self", name: payload.name }, text: payload.text, service: "question" };
  }
  if (payload?.kind === "spoken") {
    return { ...base, from: { kind: "agent", name: payload.name }, by: payload.name, text: payload.text };
  }
  const service = payload === undefined ? {} : { service: payload.kind };
  return { ...base, from: { kind: "service", name: line.nick }, text: line.text, ...service };
}

const ownOf = ({ id, nick }: Pick<SaidLine, "id" | "nick">): Pick<LineView, "key" | "from"> => ({
  ...(id === null ? {} : { key: id }),
  from: { kind: "self", name: nick },
});

/** A nick may pass to somebody else; it must do where a room gives no ids. */
const authorOf = ({ occupantId, nick }: Pick<SaidLine, "occupantId" | "nick">): string => occupantId ?? nick;

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
export function viewHistory(
  { id, key, speaker, name, text, at, service, fate, file: shared }: HistoryLine,
  viewFile: ViewFile = () => null,
): LineView {
  const file = shared && fate !== "retracted" ? viewFile(shared) : null;
  const now: Pick<LineView, "edited" | "gone"> =
    fate === "edited" ? { edited: "" } : fate === "retracted" ? { gone: true } : {};
  const more = { ...now, ...(file && { file }) };
  if (speaker !== "visitor") return { id, from: { kind: speaker, name }, text, at, ...more };
  const marks = { ...(key === "" ? {} : { key }), ...(service === undefined ? {} : { service }), ...more };
  return { id, ...marks, from: { kind: "self", name }, text, at };
}
