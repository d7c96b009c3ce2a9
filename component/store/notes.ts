/** What agents noted about a talk. */
import type { Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** `author` is a bare address. */
export type NewNote = { author: string; text: string; at: number };
export type NoteRow = NewNote & { id: string };

export const MOST_NOTES = 200;

/** Adds a note to a session's. False when there are as many as may be, or no such session. */
export async function addNote(db: Queryable, session: string, { author, text, at }: NewNote): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO notes (session_id, author, body, written_at)
     SELECT id, $2, $3, $4 FROM requests
     WHERE id = $1 AND (SELECT count(*) FROM notes WHERE session_id = $1 AND replaced_at IS NULL) < $5`,
    [storable(session), author, storable(text), new Date(at), MOST_NOTES],
  );
  return rowCount === 1;
}

/** Puts one note in the place of all that are there; an empty one only takes those away. */
export async function replaceNotes(db: Queryable, session: string, { author, text, at }: NewNote): Promise<void> {
  await db.query(
    `WITH former AS (
       UPDATE notes SET replaced_at = $4 WHERE session_id = $1 AND replaced_at IS NULL
     )
     INSERT INTO notes (session_id, author, body, written_at)
     SELECT id, $2, $3, $4 FROM requests WHERE id = $1 AND $3 <> ''`,
    [storable(session), author, storable(text), new Date(at)],
  );
}

/** A session's notes, oldest first. */
export async function notesOf(db: Queryable, session: string): Promise<NoteRow[]> {
  const { rows } = await db.query<{ id: string; author: string; body: string; written_at: Date }>(
    `SELECT id, author, body, written_at FROM notes
     WHERE session_id = $1 AND replaced_at IS NULL ORDER BY id LIMIT $2`,
    [storable(session), MOST_NOTES],
  );
  return rows.map((row) => ({ id: row.id, author: row.author, text: row.body, at: row.written_at.getTime() }));
}
