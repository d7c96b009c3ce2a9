/** Earlier chats of a visitor and their transcripts, as agents ask for them (reference 4.17). */
import { formatDateTime, formatStamp, parseDateTime, parseStamp } from "../datetime.ts";
import { bareJid, parseBareJid } from "../jid.ts";
import { NS_DELAY_OLD, NS_JIVE, NS_RETRACT, NS_SESSION, NS_WORKGROUP } from "../ns.ts";
import { buildSharedFile, parseSharedFile, type SharedFile } from "../shared-file.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, child, children, childText, type Element, elements, xml } from "../xml.ts";

export type TranscriptAgent = { jid: string; joinedAt: number; leftAt: number };
/** both instants are always given, Spark trips over a missing one. */
export type TranscriptSummary = { session: string; joinedAt: number; leftAt: number; agents: TranscriptAgent[] };

export const buildTranscriptsRequest = (userId: string): Element =>
  xml("transcripts", { xmlns: NS_WORKGROUP, userID: userId });

/** A resource is passed over. @throws StanzaError `bad-request`, `jid-malformed` */
export function parseTranscriptsRequest(el: Element): { userId: string } {
  const userId = attr(el, "userID");
  if (userId === undefined) throw badRequest("transcripts needs 'userID'");
  return { userId: parseBareJid(bareJid(userId)) };
}

/** asked in one namespace, answered in the other. */
export function buildTranscripts(userId: string, list: readonly TranscriptSummary[]): Element {
  return xml("transcripts", { xmlns: NS_JIVE, userID: userId }, ...list.map(buildSummary));
}

function buildSummary(one: TranscriptSummary): Element {
  const agents = one.agents.map((agent) =>
    xml("agent", {}, xml("agentJID", {}, agent.jid), ...buildSpan(agent.joinedAt, agent.leftAt)),
  );
  return xml(
    "transcript",
    { sessionID: one.session },
    xml("agents", {}, ...agents),
    ...buildSpan(one.joinedAt, one.leftAt),
  );
}

function buildSpan(joinedAt: number, leftAt: number): Element[] {
  return [xml("joinTime", {}, formatStamp(joinedAt)), xml("leftTime", {}, formatStamp(leftAt))];
}

export function parseTranscripts(el: Element): TranscriptSummary[] {
  return children(el, "transcript", NS_JIVE).flatMap((one) => {
    const session = attr(one, "sessionID");
    const span = parseSpan(one);
    if (session === undefined || span === null) return [];
    const agents = child(one, "agents", NS_JIVE);
    return [
      {
        session,
        ...span,
        agents: (agents ? children(agents, "agent", NS_JIVE) : []).flatMap((agent) => {
          const times = parseSpan(agent);
          return times === null ? [] : [{ jid: childText(agent, "agentJID", NS_JIVE) ?? "", ...times }];
        }),
      },
    ];
  });
}

function parseSpan(el: Element): { joinedAt: number; leftAt: number } | null {
  const joinedAt = parseStamp(childText(el, "joinTime", NS_JIVE) ?? "");
  const leftAt = parseStamp(childText(el, "leftTime", NS_JIVE) ?? "");
  return joinedAt === null || leftAt === null ? null : { joinedAt, leftAt };
}

/** A line's sender gave it its text later, or took it back, which leaves no text; `at` is when. */
export type LineFate = { kind: "edited" | "retracted"; at: number };

/** What clients that do not know of it show in place of a line that was taken back. */
export const TAKEN_BACK = "(taken back by its sender)";

/** A line as it reads where nothing can be drawn beside it. */
export function plainText(text: string, fate: LineFate | undefined): string {
  if (fate?.kind === "retracted") return TAKEN_BACK;
  return fate ? `${text} (edited)` : text;
}

/** One thing that happened in a session: a line, or somebody coming or going. `nick` is the name in the room. */
export type TranscriptEntry =
  | { kind: "line"; nick: string; text: string; at: number; fate?: LineFate; file?: SharedFile }
  | { kind: "joined" | "left"; nick: string; at: number };

export const buildTranscriptRequest = (session: string): Element =>
  xml("transcript", { xmlns: NS_WORKGROUP, sessionID: session });

/** @throws StanzaError `bad-request` */
export function parseTranscriptRequest(el: Element): { session: string } {
  const session = attr(el, "sessionID");
  if (session === undefined) throw badRequest("transcript needs 'sessionID'");
  return { session };
}

/** nested stanzas in `jabber:client`, each with an old-style delay and a `from` with a resource. */
export function buildTranscript(of: {
  session: string;
  room: string;
  to: string;
  entries: readonly TranscriptEntry[];
}): Element {
  const stanzas = of.entries.map((entry) => {
    const common = { xmlns: "jabber:client", from: `${of.room}/${entry.nick}`, to: of.to };
    const delay = xml("x", { xmlns: NS_DELAY_OLD, stamp: formatStamp(entry.at) });
    if (entry.kind === "line") {
      const text = entry.fate?.kind === "retracted" ? TAKEN_BACK : entry.text;
      const marks = [buildFate(entry.fate), ...(entry.file ? buildSharedFile(entry.file) : [])];
      return xml("message", { ...common, type: "groupchat" }, xml("body", {}, text), delay, ...marks);
    }
    return xml("presence", { ...common, type: entry.kind === "left" ? "unavailable" : undefined }, delay);
  });
  return xml("transcript", { xmlns: NS_JIVE, sessionID: of.session }, ...stanzas);
}

export function parseTranscript(el: Element): TranscriptEntry[] {
  return elements(el).flatMap((stanza): TranscriptEntry[] => {
    const delay = child(stanza, "x", NS_DELAY_OLD);
    const at = parseStamp((delay && attr(delay, "stamp")) ?? "");
    const from = attr(stanza, "from") ?? "";
    if (at === null || !from.includes("/")) return [];
    const nick = from.slice(from.indexOf("/") + 1);
    if (stanza.name === "message") {
      const fate = parseFate(stanza);
      const text = fate?.kind === "retracted" ? "" : (childText(stanza, "body", "jabber:client") ?? "");
      const file = parseSharedFile(stanza, text);
      return [{ kind: "line", nick, text, at, ...(fate && { fate }), ...(file && { file }) }];
    }
    return [{ kind: attr(stanza, "type") === "unavailable" ? "left" : "joined", nick, at }];
  });
}

/** XEP-0424's tombstone; XEP-0308 has nothing for an archive that keeps the last text only. */
function buildFate(fate: LineFate | undefined): Element | undefined {
  const stamp = fate && formatDateTime(fate.at);
  if (fate?.kind === "retracted") return xml("retracted", { xmlns: NS_RETRACT, stamp });
  return fate && xml("edited", { xmlns: NS_SESSION, stamp });
}

function parseFate(stanza: Element): LineFate | undefined {
  const [retracted, edited] = [child(stanza, "retracted", NS_RETRACT), child(stanza, "edited", NS_SESSION)];
  const el = retracted ?? edited;
  const at = el ? parseDateTime(attr(el, "stamp") ?? "") : null;
  return at === null ? undefined : { kind: retracted ? "retracted" : "edited", at };
}
