/** What is left of a visitor who is erased: nothing but numbers. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { Erasure } from "../../../component/erasure.ts";
import { saveBlock } from "../../../component/store/blocks.ts";
import { saveContact } from "../../../component/store/contacts.ts";
import { chatsOfAgent, sessionRecord } from "../../../component/store/history.ts";
import { claimMail } from "../../../component/store/mails.ts";
import { storeMessage } from "../../../component/store/messages.ts";
import { addNote } from "../../../component/store/notes.ts";
import { recordOffer } from "../../../component/store/offers.ts";
import { endRequest, findLastVisit, findRequest, roomClosed, saveRequest } from "../../../component/store/requests.ts";
import { indexSession, searchSessions } from "../../../component/store/search.ts";
import {
  occupantsSeen,
  participantJoined,
  participantLeft,
  recentWaits,
  startSession,
  transcriptsOf,
} from "../../../component/store/sessions.ts";
import { appendEntries, entriesOf } from "../../../component/store/transcripts.ts";
import { saveConfiguration } from "../../../component/store/workgroups.ts";
import type { FilesToErase } from "../../../protocol/file-erasure.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { silentLog } from "../../../runtime/log.ts";
import { createTimers } from "../../../runtime/timers.ts";
import { useDatabase } from "../../support/postgres.ts";
import { rowsWith as rowsOf } from "../../support/rows.ts";
import { AT, line, offer, request, settings } from "./samples.ts";

const store = useDatabase();
const DAY = 86_400_000;
const eraseFiles = vi.fn(async (_files: FilesToErase) => undefined);
const forget = vi.fn((_visitors: readonly string[]) => undefined);
let clock = AT;
const erasure = () =>
  new Erasure({ db: store.db, log: silentLog, now: () => clock, timers: createTimers(), eraseFiles, forget });

beforeAll(() => saveConfiguration(store.db, [settings("support", { retentionDays: 30 }), settings("sales")], AT));

type Of = { workgroup?: string; email?: string; userId?: string; at?: number; open?: boolean };

/** A talk with a visitor of this name, with a mark of it in everything that is kept. */
async function talk(id: string, name: string, of: Of = {}): Promise<void> {
  const { workgroup = "support", email = `${name}@shop.example`, at = AT } = of;
  const visitor = `v-${name}@webchat.localhost`;
  const { db } = store;
  const metadata = { username: [name], email: [` ${email.toUpperCase()}`], question: [`${name} asks`] };
  const phase = { name: "in-session", agent: { jid: "anna@localhost/a", nick: "Anna" }, note: name };
  await saveRequest(db, workgroup, {
    ...request(id, { visitor: `${visitor}/web`, userId: of.userId ?? visitor, metadata, room: "open", joinedAt: at }),
    verified: [name],
    phase: JSON.parse(JSON.stringify(phase)),
  });
  await recordOffer(db, id, offer(`offer-${id}`), at + 4_000, "accepted");
  await startSession(db, id, "anna@localhost", at + 5_000);
  await participantJoined(db, id, { jid: `${visitor}/web`, nick: name, role: "visitor", at });
  await participantJoined(db, id, { jid: "anna@localhost/a", nick: "Anna", role: "agent", at });
  await appendEntries(db, [line(id, `l-${id}`, { nick: name, jid: visitor, body: `${name} says` })]);
  await addNote(db, id, { author: "anna@localhost", text: `a note about ${name}`, at });
  const bounds = { mostOfSession: 9, mostOfSender: 9, mostOfWorkgroup: 9, since: 0 };
  await claimMail(db, { session: id, sender: visitor, role: "visitor", recipient: email, at }, bounds);
  await storeMessage(db, { workgroup, visitor, key: id, name, email, text: `${name} writes`, leftAt: at });
  const until = at + 3_600_000;
  await saveBlock(db, workgroup, { visitor, name, by: "anna@localhost", reason: `${name} was rude`, at, until });
  await saveContact(db, {
    workgroup,
    jid: visitor,
    subscribed: true,
    granted: false,
    askedAt: null,
    lang: null,
    maxChats: null,
  });
  await indexSession(db, id);
  if (of.open) return;
  await participantLeft(db, id, "anna@localhost/a", at + 60_000);
  await endRequest(db, id, at + 60_000, "visitor-ended", { kind: "visitor" });
  await roomClosed(db, id, at + 61_000);
}

const rowsWith = (mark: string): Promise<string[]> => rowsOf(store.db, mark);
const tablesWith = async (mark: string): Promise<string[]> =>
  [...new Set((await rowsWith(mark)).map((row) => row.slice(0, row.indexOf(":"))))].toSorted();

const EVERYWHERE = [
  "blocked_visitors",
  "contacts",
  "mailed_transcripts",
  "messages",
  "notes",
  "participants",
  "requests",
  "session_words",
  "transcript_lines",
];

describe("a visitor who is erased", () => {
  it.each([
    ["an address of e-mail as it was entered", "quilla", "c1", " Quilla@Shop.example "],
    ["the visitor's address", "quinta", "c2", "v-quinta@webchat.localhost/web"],
    ["the id of a chat", "quadra", "c3", "c3"],
  ])("by %s: stands nowhere any more, and can still be counted", async (_, name, id, who) => {
    await talk(id, name);
    // Later, elsewhere, and by another address of e-mail.
    await talk(`${id}-later`, name, { workgroup: "sales", email: `other-${name}@x.example` });
    await talk(`${id}-other`, `Zoe-of-${name.slice(1)}`);
    expect(await tablesWith(name)).toEqual(EVERYWHERE);
    const others = await rowsWith(`zoe-of-${name.slice(1)}`);

    expect(await erasure().find(who)).toEqual({ chats: 2, messages: 2, open: 0 });
    expect(await tablesWith(name)).toEqual(EVERYWHERE);
    forget.mockClear();
    expect(await erasure().erase(who, "root@localhost")).toEqual({ chats: 2, messages: 2, open: 0 });
    expect(await rowsWith(name)).toEqual([]);
    expect(await rowsWith(`zoe-of-${name.slice(1)}`)).toEqual(others);
    expect(forget.mock.calls).toEqual([[[`v-${name}@webchat.localhost`]]]);
    expect(await erasure().find(who)).toEqual({ chats: 0, messages: 0, open: 0 });

    const { rows } = await store.db.query(
      `SELECT r.workgroup, r.end_reason, r.phase, r.visitor, s.agent,
              extract(epoch FROM s.started_at - r.joined_at)::int AS waited_s, r.ended_at > s.started_at AS lasted,
              (SELECT count(*)::int FROM offers WHERE request_id = r.id) AS offers
       FROM requests r JOIN sessions s ON s.id = r.id WHERE r.id = $1`,
      [id],
    );
    const counted = { workgroup: "support", end_reason: "visitor-ended", agent: "anna@localhost", waited_s: 5 };
    expect(rows).toEqual([{ ...counted, phase: { name: "in-session" }, visitor: "erased", lasted: true, offers: 1 }]);
    expect(await recentWaits(store.db, "support", 1)).toEqual([5_000]);
  });

  it("is nobody for whoever asks by an id that was noted", async () => {
    const { db } = store;
    const of = { workgroups: ["support"], since: 0, limit: 100 };
    await talk("chat-asked", "quorra");
    expect((await chatsOfAgent(db, "anna@localhost", of)).map(({ session }) => session)).toContain("chat-asked");
    await erasure().erase("chat-asked", "root@localhost");
    expect(await sessionRecord(db, "chat-asked")).toBeNull();
    expect(await findRequest(db, "chat-asked")).toBeNull();
    expect(await entriesOf(db, "chat-asked", { limit: 10 })).toEqual([]);
    expect(await occupantsSeen(db, "support", "chat-asked")).toEqual([]);
    expect(await findLastVisit(db, "support", "v-quorra@webchat.localhost")).toBeNull();
    expect(await findLastVisit(db, "support", "erased")).toMatchObject({ metadata: {} });
    for (const userId of ["v-quorra@webchat.localhost", "erased"]) {
      expect(await transcriptsOf(db, { workgroup: "support", userId })).toEqual([]);
    }
    expect((await chatsOfAgent(db, "anna@localhost", of)).map(({ session }) => session)).not.toContain("chat-asked");
    expect(await searchSessions(db, { text: "quorra", workgroups: ["support"], limit: 10 })).toEqual([]);
  });

  it("takes its files along: those of the chats, and all the visitor sent unless it goes on talking", async () => {
    const sent = (slot: string) => `https://chat.example/files/${slot}/a%20b.png`;
    const bodies = [sent("slot-1"), sent("slot_2"), "https://elsewhere.example/x.png", "/files/slot-3/x"];
    await talk("with-files", "qadir");
    await appendEntries(
      store.db,
      bodies.map((body, i) => line("with-files", `f${i}`, { body, file: { name: "x.png" } })),
    );
    // Only talked about.
    await appendEntries(store.db, [line("with-files", "f9", { body: sent("slot-4") })]);
    await talk("files-later", "qadir", { open: true });
    eraseFiles.mockClear();
    await erasure().erase("v-qadir@webchat.localhost", "root@localhost");
    await endRequest(store.db, "files-later", AT, "visitor-ended", { kind: "visitor" });
    await roomClosed(store.db, "files-later", AT);
    await appendEntries(store.db, [line("files-later", "g1", { body: sent("slot-5"), file: { name: "x.png" } })]);
    eraseFiles.mockRejectedValueOnce(new StanzaError("wait", "internal-server-error", "Not now."));
    await expect(erasure().erase("files-later", "root@localhost")).rejects.toThrow("Not now.");
    expect(await findRequest(store.db, "files-later")).not.toBeNull();
    await erasure().erase("files-later", "root@localhost");
    const last = { slots: ["slot-5"], uploaders: ["v-qadir@webchat.localhost"] };
    expect(eraseFiles.mock.calls.map(([one]) => ({ ...one, slots: one.slots.toSorted() }))).toEqual([
      { slots: ["slot-1", "slot_2"], uploaders: [] },
      last,
      last,
    ]);
  });

  it("keeps a chat that is not over, and is told of", async () => {
    await talk("chat-over", "quby");
    await talk("chat-running", "quby", { open: true });
    expect(await erasure().erase("v-quby@webchat.localhost", "root@localhost")).toMatchObject({ chats: 1, open: 1 });
    expect(await findRequest(store.db, "chat-running")).toMatchObject({ workgroup: "support" });
    await endRequest(store.db, "chat-running", AT, "visitor-ended", { kind: "visitor" });
    // Its room still holds lines that are to be read.
    expect(await erasure().find("chat-running")).toEqual({ chats: 0, messages: 0, open: 1 });
    await roomClosed(store.db, "chat-running", AT);
    expect(await erasure().erase("chat-running", "root@localhost")).toMatchObject({ chats: 1, open: 0 });
  });

  it.each(["", " ", "%", "erased", "quilla", "'; DROP TABLE requests; --", "a\0b@c", "@"])(
    "is not found by %j",
    async (who) => {
      expect(await erasure().find(who)).toEqual({ chats: 0, messages: 0, open: 0 });
      expect(await erasure().erase(who, "root@localhost")).toEqual({ chats: 0, messages: 0, open: 0 });
    },
  );
});

describe("chats older than their workgroup keeps them", () => {
  it("are erased when their day has come, and others are not", async () => {
    await talk("old", "quondam", { at: AT });
    await talk("young", "quick", { at: AT + 2 * DAY });
    await talk("kept", "quiet", { at: AT, workgroup: "sales" });
    await talk("going", "quasi", { at: AT, open: true });
    // Whether other tests have left something that is as old is not what is asked here.
    clock = AT + 29 * DAY;
    await erasure().eraseOld();
    expect(await findRequest(store.db, "old")).not.toBeNull();

    clock = AT + 31 * DAY;
    await erasure().eraseOld();
    // Who has the workgroup among the contacts has it still.
    expect(await tablesWith("quondam")).toEqual(["contacts"]);
    for (const mark of ["quick", "quiet"]) expect(await tablesWith(mark)).toEqual(EVERYWHERE);
    expect(await findRequest(store.db, "going")).not.toBeNull();
    // Once more changes nothing.
    const before = await rowsWith("");
    await erasure().eraseOld();
    expect(await rowsWith("")).toEqual(before);
  });

  it("are so too when the workgroup itself was taken away, and by the timer", async () => {
    await saveConfiguration(store.db, [settings("sales")], AT);
    clock = AT + 33 * DAY;
    const due: number[] = [];
    let fire = (): void => undefined;
    const timers = {
      ...createTimers(),
      start(_key: string, at: number, fn: () => void) {
        due.push(at - clock);
        fire = fn;
      },
    };
    new Erasure({ db: store.db, log: silentLog, now: () => clock, timers, eraseFiles, forget }).start();
    fire();
    await expect.poll(() => due).toHaveLength(2);
    expect(due).toEqual([60_000, 3_600_000]);
    expect(await tablesWith("quick")).toEqual(["contacts"]);
    expect(await tablesWith("quiet")).toEqual(EVERYWHERE);
  });
});
