/** The stores as features ask them: the few questions of `Deps`, on one database. */
import { StanzaError } from "../protocol/stanza-error.ts";
import type { Stores } from "./features/deps.ts";
import { type Database, isAway } from "./store/db.ts";
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

/** While the database is away, whoever asks is told to wait; a mistake of ours stays one. */
export function createStores(db: Database): Stores {
  return patient(storesOn(db));
}

function patient<T extends object>(stores: T): T {
  return new Proxy(stores, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === "object" && value !== null) return patient(value);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => Promise.resolve(Reflect.apply(value, target, args)).catch(waitIfAway);
    },
  });
}

function waitIfAway(error: unknown): never {
  if (!isAway(error)) throw error;
  throw new StanzaError("wait", "internal-server-error", "Nothing can be read or kept just now.", { cause: error });
}

function storesOn(db: Database): Stores {
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
