/** Talks that are over, as their agents look back on them, and what is kept of one. */
import type { Metadata } from "../domain/model.ts";
import type { Queryable } from "./db.ts";
import { type MetadataPairs, readMetadata, storable } from "./values.ts";

/** One agent's part in a talk, from its first coming to its last going. */
export type AgentChat = {
  session: string;
  workgroup: string;
  userId: string;
  metadata: Metadata;
  startedAt: number;
  endedAt: number;
};

/**
 * The talks that an agent (bare address) had in these workgroups and is out of, the one left last first. `since`: only
 * those it left at or after then; `before`: only those left earlier, for the next page.
 */
export async function chatsOfAgent(
  db: Queryable,
  agent: string,
  of: { workgroups: readonly string[]; since: number; before?: number | undefined; limit: number },
): Promise<AgentChat[]> {
  const { rows } = await db.query<{
    id: string;
    workgroup: string;
    user_id: string;
    metadata: MetadataPairs;
    started_at: Date;
    left_at: Date;
  }>(
    `SELECT r.id, r.workgroup, r.user_id, r.metadata, stay.started_at, last.left_at
     FROM participants AS last
     JOIN requests AS r ON r.id = last.session_id AND r.workgroup = ANY ($2::text[])
     CROSS JOIN LATERAL (
       SELECT min(joined_at) AS started_at FROM participants
       WHERE session_id = last.session_id AND bare_jid = last.bare_jid
     ) AS stay
     WHERE last.bare_jid = $1 AND last.role = 'agent' AND last.left_at IS NOT NULL AND r.erased_at IS NULL
       AND last.left_at >= $3 AND ($4::timestamptz IS NULL OR last.left_at < $4)
       AND NOT EXISTS (
         SELECT FROM participants AS later
         WHERE later.session_id = last.session_id AND later.bare_jid = last.bare_jid
           AND (later.left_at IS NULL OR (later.left_at, later.id) > (last.left_at, last.id))
       )
     ORDER BY last.left_at DESC LIMIT $5`,
    [agent, of.workgroups, new Date(of.since), of.before === undefined ? null : new Date(of.before), of.limit],
  );
  return rows.map((row) => ({
    session: row.id,
    workgroup: row.workgroup,
    userId: row.user_id,
    metadata: readMetadata(row.metadata),
    startedAt: row.started_at.getTime(),
    endedAt: row.left_at.getTime(),
  }));
}

/** What is kept of a request, open or ended, beside its transcript. `visitor` is a full address. */
export type SessionRecord = {
  workgroup: string;
  visitor: string;
  userId: string;
  metadata: Metadata;
  joinedAt: number;
  /** Null while it is open. */
  endedAt: number | null;
  /** An agent was there. */
  hadSession: boolean;
};

/** Null when there never was such a session, or it was erased. */
export async function sessionRecord(db: Queryable, id: string): Promise<SessionRecord | null> {
  const { rows } = await db.query<{
    workgroup: string;
    visitor: string;
    user_id: string;
    metadata: MetadataPairs;
    joined_at: Date;
    ended_at: Date | null;
    had_session: boolean;
  }>(
    `SELECT workgroup, visitor, user_id, metadata, joined_at, ended_at,
            EXISTS (SELECT FROM sessions WHERE sessions.id = requests.id) AS had_session
     FROM requests WHERE id = $1 AND erased_at IS NULL`,
    [storable(id)],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    workgroup: row.workgroup,
    visitor: row.visitor,
    userId: row.user_id,
    metadata: readMetadata(row.metadata),
    joinedAt: row.joined_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
    hadSession: row.had_session,
  };
}
