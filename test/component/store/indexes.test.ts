import { beforeEach, expect, it } from "vitest";
import { agentNames, saveAgentName } from "../../../component/store/agent-names.ts";
import { saveDevices } from "../../../component/store/agents.ts";
import { blocksOf, deleteBlock } from "../../../component/store/blocks.ts";
import { dropCommission, loadCommissions, saveCommission } from "../../../component/store/commissions.ts";
import { loadContacts, removeContact } from "../../../component/store/contacts.ts";
import type { Queryable } from "../../../component/store/db.ts";
import { chatsOfAgent, sessionRecord } from "../../../component/store/history.ts";
import { editLine, retractLine } from "../../../component/store/line-changes.ts";
import { personalMacros, savePersonalMacros } from "../../../component/store/macros.ts";
import { claimMail, releaseMail } from "../../../component/store/mails.ts";
import { markHandled, openMessages, storeMessage } from "../../../component/store/messages.ts";
import { addNote, notesOf, replaceNotes } from "../../../component/store/notes.ts";
import { recordOffer } from "../../../component/store/offers.ts";
import {
  deleteHandover,
  endRequest,
  findLastVisit,
  findRequest,
  loadOpenRequests,
  roomClosed,
  roomsToClose,
  saveRequest,
} from "../../../component/store/requests.ts";
import { indexSession, searchSessions } from "../../../component/store/search.ts";
import {
  lastChatEnds,
  occupantsSeen,
  participantLeft,
  recentWaits,
  startSession,
  transcriptsOf,
} from "../../../component/store/sessions.ts";
import { appendEntries, entriesOf, lastStanzaIds, occupantsOf } from "../../../component/store/transcripts.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, line, offer, request } from "./samples.ts";

const store = useDatabase();
beforeEach(async () => {
  await configure(store.tx, "support");
  // What a small table would be read from end to end for must come by an index all the same.
  await store.tx.query("SET LOCAL enable_seqscan = off");
  await store.tx.query("SET LOCAL enable_bitmapscan = off");
  await store.tx.query("SET LOCAL enable_sort = off");
});

/** The plans of every statement that `work` makes. */
async function plansOf(work: (db: Queryable) => Promise<unknown>): Promise<string> {
  const plans: string[] = [];
  const explaining: Queryable = {
    query: async (text, values) => {
      const { rows } = await store.tx.query<{ "QUERY PLAN": string }>(`EXPLAIN ${text}`, values);
      plans.push(...rows.map((row) => row["QUERY PLAN"]));
      return store.tx.query(text, values);
    },
  };
  await work(explaining);
  return plans.join("\n");
}

async function indexed(db: Queryable): Promise<void> {
  await saveRequest(store.tx, "support", request("r1"));
  await startSession(store.tx, "r1", "anna@localhost", AT);
  await indexSession(db, "r1");
}

const visitor = "v1@webchat.localhost";
const lineChange = { session: "r1", stanzaId: "c", nick: "Anna", occupant: "o", of: "a", at: AT };
const PAGE = { after: "a", limit: 9 };
const by = { kind: "visitor" } as const;
const chats = { workgroups: ["support"], since: 0, limit: 9 };
const note = { author: "anna@localhost", text: "x", at: AT };
const commission = { node: "billing", description: "", members: ["anna@localhost"], by: "root@localhost" };
const mail = { session: "r1", sender: visitor, role: "visitor", recipient: "a@b.c", at: AT } as const;
const bounds = { mostOfSession: 1, mostOfSender: 1, mostOfWorkgroup: 1, since: AT };
const search = { text: "x", workgroups: ["support"], agent: "anna@localhost", limit: 9 };
const mine = { title: "Mine", macros: [], groups: [] };
const message = { workgroup: "support", visitor, key: "k", name: "", email: "", text: "", leftAt: AT };

it.each<[question: string, index: string, work: (db: Queryable) => Promise<unknown>]>([
  ["open requests", "requests_open", loadOpenRequests],
  ["contacts", "contacts_pkey", loadContacts],
  ["a contact", "contacts_pkey", (db) => removeContact(db, "support", "anna@localhost")],
  ["rooms to close", "requests_room_to_close", roomsToClose],
  ["a visitor's last visit", "requests_of_visitor", (db) => findLastVisit(db, "support", visitor)],
  ["a request", "requests_pkey", (db) => findRequest(db, "r1")],
  ["the end of a request", "participants_present", (db) => endRequest(db, "r1", AT, "visitor-left", by)],
  ["a handover that is decided", "requests_pkey", (db) => deleteHandover(db, "r1")],
  ["who was in a room", "participants_of_session", (db) => occupantsSeen(db, "support", "r1")],
  ["who is kept out", "blocked_visitors_pkey", (db) => blocksOf(db, "support", AT)],
  ["one who is let in again", "blocked_visitors_pkey", (db) => deleteBlock(db, "support", visitor)],
  ["the closing of a room", "requests_pkey", (db) => roomClosed(db, "r1", AT)],
  ["the end of an offer", "requests_pkey", (db) => recordOffer(db, "r1", offer("o1"), AT, "expired")],
  ["a participant's leaving", "participants_present", (db) => participantLeft(db, "r1", "anna@localhost/a", AT)],
  ["earlier chats", "requests_of_user", (db) => transcriptsOf(db, { workgroup: "support", userId: visitor })],
  ["their agents", "participants_of_session", (db) => transcriptsOf(db, { workgroup: "support", userId: visitor })],
  ["agents' last chats", "participants_of_agent", (db) => lastChatEnds(db, ["anna@localhost"])],
  ["the last waits", "sessions_of_workgroup", (db) => recentWaits(db, "support")],
  ["where archives were read to", "transcript_lines_in_order", (db) => lastStanzaIds(db, ["r1"])],
  ["a page of lines", "transcript_lines_in_order", (db) => entriesOf(db, "r1", PAGE)],
  ["a line that is changed", "transcript_lines_", (db) => editLine(db, { ...lineChange, body: "x" })],
  ["a line that is taken back", "transcript_lines_", (db) => retractLine(db, lineChange)],
  ["who occupants are", "transcript_lines_occupants", (db) => occupantsOf(db, "r1")],
  ["an agent's old devices", "agent_devices_pkey", (db) => saveDevices(db, "support", "anna@localhost", [])],
  ["open messages", "messages_open", (db) => openMessages(db, "support", 9)],
  ["a message that is dealt with", "messages_", (db) => markHandled(db, "support", "1", "anna@localhost", AT)],
  ["notes", "notes_of_session", (db) => notesOf(db, "r1")],
  ["a note in the place of others", "notes_of_session", (db) => replaceNotes(db, "r1", note)],
  ["personal canned answers", "personal_macros_pkey", (db) => personalMacros(db, "anna@localhost")],
  ["names agents chose", "agent_names_pkey", (db) => agentNames(db, ["anna@localhost"])],
  ["commissioned workgroups", "commissioned_workgroups_pkey", loadCommissions],
  ["one taken away", "commissioned_workgroups_pkey", (db) => dropCommission(db, "billing")],
  ["mails of a session", "mailed_transcripts_of_se", (db) => claimMail(db, mail, bounds)],
  ["mails of a workgroup", "mailed_transcripts_of_workgroup", (db) => claimMail(db, mail, bounds)],
  ["a mail that was not sent", "mailed_transcripts_pkey", (db) => releaseMail(db, "1")],
  ["what was said in a talk", "transcript_lines_in_order", indexed],
  ["talks by words", "session_words_newest", (db) => searchSessions(db, search)],
  ["an agent's talks", "participants_of_agent", (db) => chatsOfAgent(db, "anna@localhost", chats)],
  ["when they began", "participants_of_session", (db) => chatsOfAgent(db, "anna@localhost", chats)],
  ["what is kept of a session", "requests_pkey", (db) => sessionRecord(db, "r1")],
])("%s: by the index %s", async (_, index, work) => {
  const plans = await plansOf(work);
  expect(plans).toContain(index);
  expect(plans).not.toContain("Seq Scan");
});

it.each<[save: string, work: (db: Queryable) => Promise<unknown>]>([
  ["request", (db) => saveRequest(db, "support", request("r1"))],
  ["record of an offer", (db) => recordOffer(db, "r1", offer("o1"), AT, "expired")],
  ["group of lines", (db) => appendEntries(db, [line("r1", "a"), line("r1", "b")])],
  ["message", (db) => storeMessage(db, message)],
  ["name an agent chose", (db) => saveAgentName(db, "anna@localhost", "Anna", AT)],
  ["commissioned workgroup", (db) => saveCommission(db, commission, AT)],
  ["note", (db) => addNote(db, "r1", note)],
  ["tree of canned answers", (db) => savePersonalMacros(db, "anna@localhost", mine, AT)],
])("a %s is saved in one statement that reads no table from end to end", async (_, work) => {
  await saveRequest(store.tx, "support", request("r1"));
  let statements = 0;
  const plans = await plansOf((db) =>
    work({
      query: (text, values) => {
        statements += 1;
        return db.query(text, values);
      },
    }),
  );
  expect(statements).toBe(1);
  expect(plans).not.toContain("Seq Scan");
});
