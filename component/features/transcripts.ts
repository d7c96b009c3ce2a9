/** Earlier chats of a visitor, for agents (reference 4.17). */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
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
const MOST_ENTRIES = 5_000;

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
  const found = await deps.stores.session(session);
  // Another workgroup's session is as unknown as none at all.
  if (found?.workgroup !== workgroup.node) throw notFound("There is no such chat in this workgroup.");
  const entries = await deps.stores.entries(session, { after: null, limit: MOST_ENTRIES, linesOnly: false });
  return buildTranscript({
    session,
    room: `${session}@${deps.rooms}`,
    to: iq.to,
    entries: entries.map(toEntry),
  });
}

function toEntry({ kind, nick: name, body, at }: Entry): TranscriptEntry {
  const nick = resourceOf(name);
  return kind === "joined" || kind === "left" ? { kind, nick, at } : { kind: "line", nick, text: body, at };
}

/** a name as a part of an address. A question's name is the visitor's own, and may be anything. */
function resourceOf(name: string): string {
  const nick = name.replace(/\p{C}/gu, "").trim().slice(0, 100).trimEnd();
  return nick === "" ? "?" : nick;
}
