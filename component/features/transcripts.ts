/** Earlier chats of a visitor, for agents (reference 4.17). */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { fitting } from "../../protocol/size.ts";
import {
  buildTranscript,
  buildTranscripts,
  parseTranscriptRequest,
  parseTranscriptsRequest,
  type TranscriptEntry,
} from "../../protocol/workgroup/transcript.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { agentsWorkgroup, type Deps, type Entry, type Feature } from "./deps.ts";

const NS = [NS_WORKGROUP, NS_JIVE];
const PAGE = 1_000;
/** What fits into a stanza is far less than this, unless most of the lines are very short. */
const MOST_ENTRIES = 20_000;

export const transcripts: Feature = {
  iq: [
    { type: "get", ns: NS, name: "transcripts", handle: list },
    { type: "get", ns: NS, name: "transcript", handle: one },
  ],
};

async function list(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps);
  const { userId } = parseTranscriptsRequest(iq.payload);
  return buildTranscripts(userId, await deps.stores.transcripts(workgroup.node, userId));
}

async function one(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps);
  const { session } = parseTranscriptRequest(iq.payload);
  const of = { session, room: `${session}@${deps.rooms}`, to: iq.to };
  const found = await deps.stores.session(session);
  // Another workgroup's session is as unknown as none at all, and of an unknown one there is nothing to tell.
  const entries = found?.workgroup === workgroup.node ? await allEntries(session, deps) : [];
  const newest = fitting(entries.map(toEntry).reverse(), (entry) => buildTranscript({ ...of, entries: [entry] }));
  return buildTranscript({ ...of, entries: newest.reverse() });
}

/** Of a talk without end its newest entries, some more than fit. */
async function allEntries(session: string, { stores }: Deps): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let after: string | null = null; ; after = all.at(-1)?.stanzaId ?? null) {
    const page: Entry[] = await stores.entries(session, { after, limit: PAGE, linesOnly: false });
    all.push(...page);
    if (page.length < PAGE || all.length > MOST_ENTRIES) return all;
  }
}

function toEntry({ kind, nick: name, body, at, fate, file }: Entry): TranscriptEntry {
  const nick = resourceOf(name);
  return kind === "joined" || kind === "left"
    ? { kind, nick, at }
    : { kind: "line", nick, text: body, at, ...(fate && { fate }), ...(file && { file: { url: body, ...file } }) };
}

/** Spark reads a name as an address of its own: what has a meaning there gives way to something that looks like it. */
const LOOKALIKES: Record<string, string> = { "'": "\u2019", '"': "\u201D" };

/** a name as a part of an address. A question's name is the visitor's own, and may be anything. */
function resourceOf(name: string): string {
  const legal = name.replace(/\p{C}/gu, "").replace(/["&'/:<>@\\]/g, (one) => LOOKALIKES[one] ?? " ");
  const nick = legal.replace(/\s+/g, " ").trim().slice(0, 100).trimEnd();
  return nick === "" ? "?" : nick;
}
