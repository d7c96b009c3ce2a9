/** The stores as features ask them: the few questions of `Deps`, on one database. */
import type { Stores } from "./features/deps.ts";
import type { Database } from "./store/db.ts";
import { chatsOfAgent, sessionRecord } from "./store/history.ts";
import { personalMacros, savePersonalMacros } from "./store/macros.ts";
import { claimMail, releaseMail } from "./store/mails.ts";
import { markHandled, openMessages, storeMessage } from "./store/messages.ts";
import { addNote, notesOf, replaceNotes } from "./store/notes.ts";
import { findLastVisit, findRequest } from "./store/requests.ts";
import { searchSessions } from "./store/search.ts";
import { occupantsSeen, transcriptsOf } from "./store/sessions.ts";
import { entriesOf } from "./store/transcripts.ts";

const MESSAGES_SHOWN = 100;

export function createStores(db: Database): Stores {
  return {
    lastVisit: (workgroup, visitor) => findLastVisit(db, workgroup, visitor),
    transcripts: (workgroup, userId) => transcriptsOf(db, { workgroup, userId }),
    session: (id) => findRequest(db, id),
    occupants: (workgroup, session) => occupantsSeen(db, workgroup, session),
    entries: (session, { after, limit, linesOnly }) =>
      entriesOf(db, session, { after, limit, kinds: linesOnly ? ["line", "service"] : undefined }),
    async leaveMessage({ at, ...message }) {
      const id = await storeMessage(db, { ...message, leftAt: at });
      return id === null ? null : { ...message, id, leftAt: at, handledBy: "" };
    },
    async openMessages(workgroup) {
      const open = await openMessages(db, workgroup, MESSAGES_SHOWN);
      return open.map((message) => ({ ...message, handledBy: "" }));
    },
    markHandled: (workgroup, id, agent, at) => markHandled(db, workgroup, id, agent, at),
    notes: {
      of: (session) => notesOf(db, session),
      add: (session, note) => addNote(db, session, note),
      replace: (session, note) => replaceNotes(db, session, note),
    },
    macros: {
      personal: (agent) => personalMacros(db, agent),
      savePersonal: (agent, macros, at) => savePersonalMacros(db, agent, macros, at),
    },
    search: { find: (search) => searchSessions(db, search) },
    mails: { claim: (mail, bounds) => claimMail(db, mail, bounds), release: (id) => releaseMail(db, id) },
    history: {
      ofAgent: (agent, of) => chatsOfAgent(db, agent, of),
      record: (session) => sessionRecord(db, session),
    },
  };
}
