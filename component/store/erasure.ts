/**
 * Takes visitors out of what is kept: names, addresses, words, whatever was written about them. Of each request there
 * remains what can be counted (workgroup, times, outcome, the agents and their offers). Only what has ended, with its room
 * closed, can be erased: else the rest would be written after it.
 */
import { type Database, inTransaction, type Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** What is kept of one visitor. `addresses` are all that the visitor came under. */
export type Kept = { addresses: string[]; ended: string[]; open: number; messages: number };

/** See `roomsToClose`: the service has still to see to the others. */
const IS_OVER = `ended_at IS NOT NULL AND erased_at IS NULL AND NOT (room_closed_at IS NULL
  AND (room = 'open' OR phase ->> 'name' IN ('opening-room', 'inviting', 'in-session')))`;

/**
 * `who` is an address (XMPP, or one of e-mail as the visitor entered it) or the id of a chat. Everything is counted that was
 * said under any address found by it.
 */
export async function keptOf(db: Queryable, who: string): Promise<Kept> {
  const name = storable(who.trim().toLowerCase());
  const { rows: found } = await db.query<{ address: string }>(
    `WITH named AS (
       SELECT visitor_bare, user_id FROM requests
       WHERE erased_at IS NULL AND handover IS NULL AND (id = $1 OR visitor_bare = $1 OR lower(user_id) = $1
         OR (strpos($1, '@') > 0 AND EXISTS (
           SELECT FROM jsonb_array_elements(metadata) AS field (pair), jsonb_array_elements_text(pair -> 1) AS entered (text)
           WHERE lower(trim(entered.text)) = $1)))
       UNION
       SELECT visitor, visitor FROM messages WHERE visitor = $1 OR (strpos($1, '@') > 0 AND lower(trim(email)) = $1)
     )
     SELECT visitor_bare AS address FROM named UNION SELECT user_id FROM named`,
    [name],
  );
  const addresses = found.map(({ address }) => address);
  const { rows: requests } = await db.query<{ id: string; is_over: boolean }>(
    `SELECT id, ${IS_OVER} AS is_over FROM requests
     WHERE erased_at IS NULL AND handover IS NULL AND (visitor_bare = ANY ($1) OR user_id = ANY ($1)) ORDER BY id`,
    [addresses],
  );
  const { rows: messages } = await db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM messages WHERE visitor = ANY ($1)",
    [addresses],
  );
  const ended = requests.flatMap(({ id, is_over }) => (is_over ? [id] : []));
  return { addresses, ended, open: requests.length - ended.length, messages: messages[0]?.count ?? 0 };
}

/** All of it, or nothing when that fails. Returns how many requests were erased. */
export function eraseKept(db: Database, { addresses, ended }: Kept, at: number): Promise<number> {
  return inTransaction(db, async (tx) => {
    await tx.query("DELETE FROM messages WHERE visitor = ANY ($1)", [addresses]);
    await tx.query("DELETE FROM blocked_visitors WHERE visitor = ANY ($1)", [addresses]);
    // Agents are asked to be contacts; visitors ask by themselves.
    await tx.query("DELETE FROM contacts WHERE jid = ANY ($1) AND NOT granted AND asked_at IS NULL", [addresses]);
    return eraseRequests(tx, ended, at);
  });
}

/** The requests of a workgroup that ended before an instant and are not erased yet, the oldest first. */
export async function requestsBefore(
  db: Queryable,
  of: { workgroup: string; before: number; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM requests WHERE workgroup = $1 AND ended_at < $2 AND ${IS_OVER} ORDER BY ended_at LIMIT $3`,
    [of.workgroup, new Date(of.before), of.limit],
  );
  return rows.map(({ id }) => id);
}

/** Messages that were left with a workgroup before an instant, answered or not, and who was kept out of it until then. */
export async function eraseMessagesBefore(db: Queryable, workgroup: string, before: number): Promise<number> {
  await db.query("DELETE FROM blocked_visitors WHERE workgroup = $1 AND until < $2", [workgroup, new Date(before)]);
  const { rowCount } = await db.query("DELETE FROM messages WHERE workgroup = $1 AND left_at < $2", [
    workgroup,
    new Date(before),
  ]);
  return rowCount ?? 0;
}

/** The addresses of all files that were sent in these sessions, each once. */
export async function filesOf(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ body: string }>(
    "SELECT DISTINCT body FROM transcript_lines WHERE session_id = ANY ($1) AND file IS NOT NULL AND body <> ''",
    [ids],
  );
  return rows.map(({ body }) => body);
}

/** Erases what is over of these requests, in one statement. Returns how many. */
export async function eraseRequests(tx: Queryable, ids: readonly string[], at: number): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `WITH gone AS (
       UPDATE requests
       SET visitor = 'erased', user_id = 'erased', metadata = '[]', verified = '{}', dialogue = NULL, handovers = '[]',
           phase = jsonb_build_object('name', phase ->> 'name'), erased_at = $2
       WHERE id = ANY ($1) AND ${IS_OVER}
       RETURNING id
     ),
     lines AS (DELETE FROM transcript_lines USING gone WHERE session_id = gone.id),
     noted AS (DELETE FROM notes USING gone WHERE session_id = gone.id),
     words AS (DELETE FROM session_words USING gone WHERE session_id = gone.id),
     mails AS (DELETE FROM mailed_transcripts USING gone WHERE session_id = gone.id),
     stays AS (DELETE FROM participants USING gone WHERE session_id = gone.id AND role = 'visitor')
     SELECT count(*)::int AS count FROM gone`,
    [ids, new Date(at)],
  );
  return rows[0]?.count ?? 0;
}
