/**
 * What became of a stored line: a new text in the place of the old one, or nothing but that it was taken back. Only who
 * said a line can change it, by the room's id of the occupant; a nick decides only where the room gives no such ids.
 * All of it can be done again, as after an archive was read anew, and leaves the same.
 */
import type { Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** `of` names the line: the sender's own id of it for a new text, the room's (or that of its last new text) otherwise. */
export type LineChange = {
  session: string;
  /** The change's own id in the room's archive. */
  stanzaId: string;
  nick: string;
  occupant: string;
  of: string;
  at: number;
};

const TARGET = `SELECT id FROM transcript_lines
     WHERE session_id = $1 AND kind = 'line' AND occupant = $2 AND (occupant <> '' OR nick = $3)`;

/** False when there is no such line of that sender: then this is a line by itself. */
export async function editLine(db: Queryable, change: LineChange & { body: string }): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `WITH target AS (${TARGET} AND key = $4 ORDER BY id DESC LIMIT 1),
     changed AS (
       UPDATE transcript_lines SET body = $7, file = NULL, fate = 'edited', fate_at = $5, changed_by = $6
       WHERE id = (SELECT id FROM target) AND fate IS DISTINCT FROM 'retracted'
     )
     SELECT EXISTS (SELECT FROM target) AS found`,
    [...valuesOf(change), storable(change.body)],
  );
  return rows[0]?.found ?? false;
}

/** Takes a line back: its text is gone for good, and a file's name with it, and what stays is who said something, when, and when it was taken back. */
export async function retractLine(db: Queryable, change: LineChange): Promise<void> {
  await db.query(
    `UPDATE transcript_lines SET body = '', file = NULL, fate = 'retracted', fate_at = $5, changed_by = $6
     WHERE id = (${TARGET} AND $4 IN (stanza_id, changed_by, key) ORDER BY id DESC LIMIT 1)
       AND fate IS DISTINCT FROM 'retracted'`,
    valuesOf(change),
  );
}

const valuesOf = ({ session, occupant, nick, of, at, stanzaId }: LineChange): unknown[] => [
  session,
  storable(occupant),
  storable(nick),
  storable(of),
  new Date(at),
  storable(stanzaId),
];
