/**
 * Full-text search over what was said. A talk's words are written once, when its transcript is complete, so that lines cost
 * nothing while people talk. What a word is, is decided here and not by the database, whose locale may be any.
 */
import type { Metadata } from "../domain/model.ts";
import type { Queryable } from "./db.ts";
import { type MetadataPairs, readMetadata } from "./values.ts";

const MOST_LINES = 5_000;
/** A tsvector has at most 1 MB of words; this much text stays below it in any script. */
const MOST_CHARACTERS = 200_000;
const MOST_WORDS = 10;
/** Of each workgroup so many of the newest talks that fit are weighed against each other. */
const MOST_WEIGHED = 500;

// Scripts that put no blanks between words: each sign is a word of its own.
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}`;
const WORDS = new RegExp(String.raw`[${UNSPACED}]|(?:(?![${UNSPACED}])[\p{L}\p{N}\p{M}])+`, "gu");

/** Words as they are kept and sought: lower case, compatible forms made one, no punctuation. */
export function wordsOf(text: string): string[] {
  return text.normalize("NFKC").toLowerCase().match(WORDS) ?? [];
}

/** Makes a talk's words anew from its transcript and from what the visitor had entered. None where no agent was. */
export async function indexSession(db: Queryable, session: string): Promise<void> {
  const { rows: found } = await db.query<{ metadata: MetadataPairs }>(
    "SELECT r.metadata FROM requests r JOIN sessions s ON s.id = r.id WHERE r.id = $1",
    [session],
  );
  const metadata = found[0] && readMetadata(found[0].metadata);
  if (metadata === undefined) return;
  const { rows } = await db.query<{ body: string }>(
    "SELECT body FROM transcript_lines WHERE session_id = $1 AND kind IN ('line', 'service') ORDER BY id LIMIT $2",
    [session, MOST_LINES],
  );
  const entered = Object.values(metadata).flat();
  const text = wordsOf([...entered, ...rows.map(({ body }) => body)].join("\n").slice(0, MOST_CHARACTERS)).join(" ");
  await db.query(
    `INSERT INTO session_words (session_id, workgroup, started_at, words)
     SELECT id, workgroup, started_at, to_tsvector('simple', $2) FROM sessions WHERE id = $1
     ON CONFLICT (session_id) DO UPDATE SET words = excluded.words`,
    [session, text.slice(0, MOST_CHARACTERS)],
  );
}

export type Hit = {
  session: string;
  workgroup: string;
  startedAt: number;
  /** Bare addresses, in the order they came. */
  agents: string[];
  metadata: Metadata;
  /** From 0 to 100, the best of all hits 100. */
  relevance: number;
};

/** Only in these workgroups; `from` and `to` bound when a talk began; `agent` is a bare address. */
export type Search = {
  text: string;
  workgroups: readonly string[];
  from?: number | undefined;
  to?: number | undefined;
  agent?: string | undefined;
  limit: number;
  /** How many of the first are passed over, for the next page. */
  offset?: number | undefined;
};

/** Talks in which every word, or one that begins so, was said: the most relevant first, then the newest. */
export async function searchSessions(db: Queryable, search: Search): Promise<Hit[]> {
  const words = [...new Set(wordsOf(search.text))].slice(0, MOST_WORDS);
  if (words.length === 0) return [];
  const { rows } = await db.query<{
    session_id: string;
    workgroup: string;
    started_at: Date;
    metadata: MetadataPairs;
    agents: string[];
    rank: number;
    best: number;
  }>(
    `SELECT hit.session_id, hit.workgroup, hit.started_at, hit.rank, hit.best, r.metadata, who.agents
     FROM (
       SELECT newest.session_id, w.node AS workgroup, newest.started_at, ts_rank(newest.words, q.query) AS rank,
              max(ts_rank(newest.words, q.query)) OVER () AS best
       FROM to_tsquery('simple', $1) AS q (query)
       CROSS JOIN unnest($2::text[]) AS w (node)
       CROSS JOIN LATERAL (
         SELECT session_id, started_at, words FROM session_words
         WHERE workgroup = w.node AND words @@ q.query
           AND started_at >= coalesce($3::timestamptz, '-infinity') AND started_at <= coalesce($4::timestamptz, 'infinity')
           AND ($5::text IS NULL OR EXISTS (
             SELECT FROM participants p
             WHERE p.session_id = session_words.session_id AND p.role = 'agent' AND p.bare_jid = $5))
         ORDER BY started_at DESC, session_id LIMIT $6
       ) AS newest
       ORDER BY rank DESC, newest.started_at DESC, newest.session_id LIMIT $7 OFFSET $8
     ) AS hit
     JOIN requests r ON r.id = hit.session_id
     JOIN sessions s ON s.id = hit.session_id
     CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(came.bare_jid ORDER BY came.at), ARRAY[s.agent]) AS agents
       FROM (
         SELECT bare_jid, min(joined_at) AS at FROM participants
         WHERE session_id = hit.session_id AND role = 'agent' GROUP BY bare_jid
       ) AS came
     ) AS who
     ORDER BY hit.rank DESC, hit.started_at DESC, hit.session_id`,
    [
      words.map(asPrefix).join(" & "),
      search.workgroups,
      instant(search.from),
      instant(search.to),
      search.agent ?? null,
      MOST_WEIGHED,
      search.limit,
      search.offset ?? 0,
    ],
  );
  return rows.map((row) => ({
    session: row.session_id,
    workgroup: row.workgroup,
    startedAt: row.started_at.getTime(),
    agents: row.agents,
    metadata: readMetadata(row.metadata),
    relevance: Math.round((row.rank / Math.max(row.best, Number.MIN_VALUE)) * 100),
  }));
}

/** A single letter begins too many words. */
const asPrefix = (word: string): string => `'${word.slice(0, 100)}'${word.length > 1 ? ":*" : ""}`;

const instant = (at: number | undefined): Date | null => (at === undefined ? null : new Date(at));
