/** Who has a workgroup among the contacts, and what is known of agents who write to it. */
import type { Queryable } from "./db.ts";

/** `jid` is bare. `askedAt`: when the workgroup asked for its presence by itself; null: never. */
export type Contact = {
  workgroup: string;
  jid: string;
  subscribed: boolean;
  granted: boolean;
  askedAt: number | null;
  lang: string | null;
  maxChats: number | null;
};

/** Inserts or replaces; one of a workgroup that was never configured is passed over. */
export async function saveContact(db: Queryable, contact: Contact): Promise<void> {
  await db.query(
    `INSERT INTO contacts (workgroup, jid, subscribed, granted, asked_at, lang, max_chats)
     SELECT node, $2, $3, $4, $5, $6, $7 FROM workgroups WHERE node = $1
     ON CONFLICT (workgroup, jid) DO UPDATE
     SET subscribed = excluded.subscribed, granted = excluded.granted, asked_at = excluded.asked_at,
         lang = excluded.lang, max_chats = excluded.max_chats`,
    [
      contact.workgroup,
      contact.jid,
      contact.subscribed,
      contact.granted,
      contact.askedAt === null ? null : new Date(contact.askedAt),
      contact.lang,
      contact.maxChats,
    ],
  );
}

export async function removeContact(db: Queryable, workgroup: string, jid: string): Promise<void> {
  await db.query("DELETE FROM contacts WHERE workgroup = $1 AND jid = $2", [workgroup, jid]);
}

/** All of them, by workgroup and address. */
export async function loadContacts(db: Queryable): Promise<Contact[]> {
  const { rows } = await db.query<{
    workgroup: string;
    jid: string;
    subscribed: boolean;
    granted: boolean;
    asked_at: Date | null;
    lang: string | null;
    max_chats: number | null;
  }>(
    `SELECT workgroup, jid, subscribed, granted, asked_at, lang, max_chats FROM contacts
     ORDER BY workgroup, jid`,
  );
  return rows.map((row) => ({
    workgroup: row.workgroup,
    jid: row.jid,
    subscribed: row.subscribed,
    granted: row.granted,
    askedAt: row.asked_at?.getTime() ?? null,
    lang: row.lang,
    maxChats: row.max_chats,
  }));
}
