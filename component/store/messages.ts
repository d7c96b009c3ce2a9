/** Messages that visitors left while nobody was there. */
import type { Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** `visitor` is a bare address, `workgroup` a local part, `key` the sender's id of the message. */
export type NewMessage = {
  workgroup: string;
  visitor: string;
  key: string;
  name: string;
  email: string;
  text: string;
  leftAt: number;
};

/** Stores a message once for each visitor and key. Returns its id, or null when it was there already. */
export async function storeMessage(db: Queryable, message: NewMessage): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO messages (workgroup, visitor, key, name, email, body, left_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (workgroup, visitor, key) DO NOTHING
     RETURNING id`,
    [
      message.workgroup,
      storable(message.visitor),
      storable(message.key),
      storable(message.name),
      storable(message.email),
      storable(message.text),
      new Date(message.leftAt),
    ],
  );
  return rows[0]?.id ?? null;
}

export type OpenMessage = NewMessage & { id: string };

/** Messages nobody has dealt with, newest first. */
export async function openMessages(db: Queryable, workgroup: string, limit: number): Promise<OpenMessage[]> {
  const { rows } = await db.query<{
    id: string;
    visitor: string;
    key: string;
    name: string;
    email: string;
    body: string;
    left_at: Date;
  }>(
    `SELECT id, visitor, key, name, email, body, left_at FROM messages
     WHERE workgroup = $1 AND handled_at IS NULL ORDER BY left_at DESC, id DESC LIMIT $2`,
    [workgroup, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    workgroup,
    visitor: row.visitor,
    key: row.key,
    name: row.name,
    email: row.email,
    text: row.body,
    leftAt: row.left_at.getTime(),
  }));
}

/** Marks a message of this workgroup as dealt with. False when there is none, or somebody was faster. */
export async function markHandled(
  db: Queryable,
  workgroup: string,
  id: string,
  agent: string,
  at: number,
): Promise<boolean> {
  // Ids come from outside: what is no number of ours names no message.
  if (!/^[1-9]\d{0,17}$/.test(id)) return false;
  const { rowCount } = await db.query(
    `UPDATE messages SET handled_at = $4, handled_by = $3 WHERE id = $2 AND workgroup = $1 AND handled_at IS NULL`,
    [workgroup, id, agent, new Date(at)],
  );
  return rowCount === 1;
}
