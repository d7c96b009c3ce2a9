/** What agents note about a session (reference 4.16). Fastpath's way has one text for each: to set it replaces all notes. */
import { bareJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notAcceptable, notFound } from "../../protocol/stanza-error.ts";
import { buildNotes, parseNotesRequest, parseNotesSet } from "../../protocol/workgroup/notes.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { agentsWorkgroup, type Deps, type Feature } from "./deps.ts";

const NS = [NS_JIVE, NS_WORKGROUP];
const LONGEST = 10_000;

export const notes: Feature = {
  iq: [
    { type: "get", ns: NS, name: "chat-notes", handle: read },
    { type: "set", ns: NS, name: "chat-notes", handle: keep },
  ],
};

async function read(iq: IqRequest, deps: Deps): Promise<Element> {
  const { session } = parseNotesRequest(iq.payload);
  await checkSession(iq, session, deps);
  const texts = (await deps.stores.notes.of(session)).map(({ text }) => text);
  if (texts.length === 0) throw notFound("There are no notes about this chat.");
  return buildNotes({ session, text: texts.join("\n") });
}

async function keep(iq: IqRequest, deps: Deps): Promise<void> {
  const { session, notes: text } = parseNotesSet(iq.payload);
  await checkSession(iq, session, deps);
  if (text.length > LONGEST) throw notAcceptable(`Notes may have ${LONGEST} characters at most.`);
  await deps.stores.notes.replace(session, { author: bareJid(iq.from), text: text.trim(), at: deps.now() });
}

/** Notes are for agents of the workgroup whose chat it was. Whoever asks from outside learns nothing at all. */
async function checkSession(iq: IqRequest, session: string, deps: Deps): Promise<void> {
  const refused = notFound("There is no such chat in this workgroup.");
  const workgroup = agentsWorkgroup(iq, deps, refused);
  if ((await deps.stores.session(session))?.workgroup !== workgroup.node) throw refused;
}
