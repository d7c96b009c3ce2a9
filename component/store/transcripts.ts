/**
 * What was said and who came and went, in the room's own order.
 *
 * The order of a session's rows is the order in which they were stored, and that is the room's order because of one rule
 * the writer keeps: **a session has one writer, and after any absence it reads the archive, from `lastStanzaId` to the
 * end, and stores that, before it stores a line that came live.** Live lines that arrive while it reads are held back;
 * those the archive gave already are passed over here. Archive ids carry no order of their own and archive times are whole
 * seconds, so no other order could be made afterwards.
 */
import type { Queryable } from "./db.ts";
import { jsonOf, storable } from "./values.ts";

export type EntryKind = "line" | "joined" | "left" | "service";

/** What is known of a file whose address is the text of its line; `size` in bytes. */
export type StoredFile = { name: string; type?: string; size?: number };

export type TranscriptRow = {
  session: string;
  /** The room archive's id (XEP-0359, `by` the room); for `joined` and `left`, see `mintEntryId`. */
  stanzaId: string;
  kind: EntryKind;
  speakerKind: "visitor" | "agent" | "service";
  nick: string;
  /** Bare address; empty when it is not known. */
  jid: string;
  /** The room's id of the occupant (XEP-0421); empty when the room gave none. */
  occupant: string;
  /** Message id the sender gave; empty when there was none. */
  key: string;
  body: string;
  at: number;
  /** Its sender gave it this text later, or took it back, which leaves none; when that was. See `line-changes.ts`. */
  fate?: { kind: "edited" | "retracted"; at: number };
  file?: StoredFile;
};

/** An id for a coming or going, which the archive has none for: the same facts give the same id, so a repeated save is one row. */
export function mintEntryId(entry: { kind: "joined" | "left"; jid: string; at: number }): string {
  return `${entry.kind}:${entry.at}:${entry.jid}`;
}

/**
 * Stores entries in the given order, in one statement, each once: those stored before are passed over, and so are those
 * of a session that does not exist (any more). Returns those that are new, in no order.
 */
export async function appendEntries(
  db: Queryable,
  entries: readonly TranscriptRow[],
): Promise<Pick<TranscriptRow, "kind" | "speakerKind">[]> {
  if (entries.length === 0) return [];
  const { rows } = await db.query<Pick<EntryRow, "kind" | "speaker_kind">>(
    `INSERT INTO transcript_lines (session_id, stanza_id, kind, speaker_kind, nick, jid, occupant, key, body, said_at, file)
     SELECT e.session_id, e.stanza_id, e.kind, e.speaker_kind, e.nick, e.jid, e.occupant, e.key, e.body, e.said_at, e.file
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                 $9::text[], $10::timestamptz[], $11::jsonb[])
       WITH ORDINALITY AS e (session_id, stanza_id, kind, speaker_kind, nick, jid, occupant, key, body, said_at, file, place)
     JOIN requests r ON r.id = e.session_id
     ORDER BY e.place
     ON CONFLICT (session_id, stanza_id) DO NOTHING
     RETURNING kind, speaker_kind`,
    [
      entries.map((one) => one.session),
      entries.map((one) => storable(one.stanzaId)),
      entries.map((one) => one.kind),
      entries.map((one) => one.speakerKind),
      entries.map((one) => storable(one.nick)),
      entries.map((one) => storable(one.jid)),
      entries.map((one) => storable(one.occupant)),
      entries.map((one) => storable(one.key)),
      entries.map((one) => storable(one.body)),
      entries.map((one) => new Date(one.at)),
      entries.map((one) => (one.file ? jsonOf(one.file) : null)),
    ],
  );
  return rows.map((row) => ({ kind: row.kind, speakerKind: row.speaker_kind }));
}

/** The archive id of the last stored line: where to go on reading the archive. Null when nothing is stored. */
export async function lastStanzaId(db: Queryable, session: string): Promise<string | null> {
  return (await lastStanzaIds(db, [session])).get(session) ?? null;
}

/** The same for many sessions at once; those without a line are not in the map. */
export async function lastStanzaIds(db: Queryable, sessions: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ session_id: string; stanza_id: string }>(
    `SELECT s.session_id, last.stanza_id
     FROM unnest($1::text[]) AS s (session_id)
     CROSS JOIN LATERAL (
       SELECT stanza_id FROM transcript_lines
       WHERE session_id = s.session_id AND kind IN ('line', 'service')
       ORDER BY id DESC LIMIT 1
     ) AS last`,
    [sessions],
  );
  return new Map(rows.map((row) => [row.session_id, row.stanza_id]));
}

type EntryRow = {
  session_id: string;
  stanza_id: string;
  kind: EntryKind;
  speaker_kind: TranscriptRow["speakerKind"];
  nick: string;
  jid: string;
  occupant: string;
  key: string;
  body: string;
  said_at: Date;
  fate: "edited" | "retracted" | null;
  fate_at: Date | null;
  file: StoredFile | null;
};

const ALL_KINDS: readonly EntryKind[] = ["line", "joined", "left", "service"];

/**
 * Entries in room order, those after the stanza id `after`; from the beginning when it is not given or not known.
 * Ask for one more than a page holds to learn whether there is another page.
 */
export async function entriesOf(
  db: Queryable,
  session: string,
  page: { after?: string | null; limit: number; kinds?: readonly EntryKind[] },
): Promise<TranscriptRow[]> {
  const { rows } = await db.query<EntryRow>(
    `SELECT session_id, stanza_id, kind, speaker_kind, nick, jid, occupant, key, body, said_at, fate, fate_at, file
     FROM transcript_lines
     WHERE session_id = $1 AND kind = ANY ($4::text[])
       AND id > coalesce((SELECT id FROM transcript_lines WHERE session_id = $1 AND stanza_id = $2), 0)
     ORDER BY id LIMIT $3`,
    [session, page.after ?? null, page.limit, page.kinds ?? ALL_KINDS],
  );
  return rows.map((row) => ({
    session: row.session_id,
    stanzaId: row.stanza_id,
    kind: row.kind,
    speakerKind: row.speaker_kind,
    nick: row.nick,
    jid: row.jid,
    occupant: row.occupant,
    key: row.key,
    body: row.body,
    at: row.said_at.getTime(),
    ...(row.fate !== null && row.fate_at !== null && { fate: { kind: row.fate, at: row.fate_at.getTime() } }),
    ...(row.file !== null && { file: row.file }),
  }));
}

/** Who the room's occupant ids stand for, from when they were seen coming. `jid` is bare. */
export async function occupantsOf(
  db: Queryable,
  session: string,
): Promise<Map<string, { jid: string; speakerKind: TranscriptRow["speakerKind"] }>> {
  const { rows } = await db.query<Pick<EntryRow, "occupant" | "jid" | "speaker_kind">>(
    `SELECT DISTINCT occupant, jid, speaker_kind FROM transcript_lines
     WHERE session_id = $1 AND kind = 'joined' AND occupant <> ''`,
    [session],
  );
  return new Map(rows.map((row) => [row.occupant, { jid: row.jid, speakerKind: row.speaker_kind }]));
}
