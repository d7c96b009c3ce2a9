/** Talks, and who was in them when. A session's end is part of its request's (`endRequest`). */
import type { Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** The talk began; or another agent (bare address) answers for it now, and its first beginning stays. */
export async function startSession(tx: Queryable, id: string, agent: string, at: number): Promise<void> {
  await tx.query(
    `INSERT INTO sessions (id, workgroup, agent, started_at)
     SELECT id, workgroup, $2, $3 FROM requests WHERE id = $1
     ON CONFLICT (id) DO UPDATE SET agent = excluded.agent`,
    [id, agent, new Date(at)],
  );
}

/** `jid` is full. One that is in the room already stays as it came, under its newest name. Said again, it changes nothing. */
export async function participantJoined(
  tx: Queryable,
  session: string,
  participant: { jid: string; nick: string; role: "agent" | "visitor"; at: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO participants (session_id, jid, nick, role, joined_at)
     SELECT $1, $2, $3, $4, $5
     WHERE NOT EXISTS (SELECT FROM participants WHERE session_id = $1 AND jid = $2 AND joined_at = $5)
     ON CONFLICT (session_id, jid) WHERE left_at IS NULL DO UPDATE SET nick = excluded.nick`,
    [session, storable(participant.jid), storable(participant.nick), participant.role, new Date(participant.at)],
  );
}

/** Ends the stay that had begun by then: when a step is saved again, a later one stays open. */
export async function participantLeft(tx: Queryable, session: string, jid: string, at: number): Promise<void> {
  await tx.query(
    `UPDATE participants SET left_at = $3
     WHERE session_id = $1 AND jid = $2 AND left_at IS NULL AND joined_at <= $3`,
    [session, storable(jid), new Date(at)],
  );
}

/** Everybody who is or was in a session's room, by full address, under the first name there; who came first first. */
export async function occupantsSeen(
  db: Queryable,
  workgroup: string,
  session: string,
): Promise<{ jid: string; nick: string; joinedAt: number }[]> {
  const { rows } = await db.query<{ jid: string; nick: string; joined_at: Date }>(
    `SELECT p.jid, (array_agg(p.nick ORDER BY p.joined_at))[1] AS nick, min(p.joined_at) AS joined_at
     FROM requests r JOIN participants p ON p.session_id = r.id
     WHERE r.id = $2 AND r.workgroup = $1 AND r.erased_at IS NULL
     GROUP BY p.jid ORDER BY min(p.joined_at), p.jid LIMIT 200`,
    [workgroup, storable(session)],
  );
  return rows.map((row) => ({ jid: row.jid, nick: row.nick, joinedAt: row.joined_at.getTime() }));
}

/** One earlier talk of a visitor, as a list of transcripts shows it (reference 4.17). Both instants are always there. */
export type SessionSummary = {
  session: string;
  joinedAt: number;
  leftAt: number;
  /** Bare addresses, in the order they came; several stays and devices of one agent are one span. */
  agents: { jid: string; joinedAt: number; leftAt: number }[];
};

/** Ended requests of this user in this workgroup that anybody spoke or sat in; newest first. */
export async function transcriptsOf(
  db: Queryable,
  of: { workgroup: string; userId: string; limit?: number },
): Promise<SessionSummary[]> {
  const { rows } = await db.query<{
    id: string;
    joined_at: Date;
    ended_at: Date;
    agents: SessionSummary["agents"];
  }>(
    `SELECT r.id, r.joined_at, r.ended_at, a.agents
     FROM requests r
     CROSS JOIN LATERAL (
       SELECT coalesce(json_agg(span ORDER BY span."joinedAt"), '[]') AS agents
       FROM (
         SELECT bare_jid AS jid, (extract(epoch FROM min(joined_at)) * 1000)::bigint AS "joinedAt",
                (extract(epoch FROM max(coalesce(left_at, r.ended_at))) * 1000)::bigint AS "leftAt"
         FROM participants WHERE session_id = r.id AND role = 'agent' GROUP BY bare_jid
       ) AS span
     ) AS a
     WHERE r.workgroup = $1 AND r.user_id = $2 AND r.ended_at IS NOT NULL AND r.erased_at IS NULL
       AND (EXISTS (SELECT FROM transcript_lines WHERE session_id = r.id)
            OR EXISTS (SELECT FROM participants WHERE session_id = r.id))
     ORDER BY r.ended_at DESC LIMIT $3`,
    [of.workgroup, of.userId, of.limit ?? 100],
  );
  return rows.map((row) => ({
    session: row.id,
    joinedAt: row.joined_at.getTime(),
    leftAt: row.ended_at.getTime(),
    agents: row.agents,
  }));
}

/** When the last chat of each of these agents (bare addresses) ended; who never had one is not in the map. */
export async function lastChatEnds(db: Queryable, agents: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ agent: string; left_at: Date }>(
    `SELECT a.agent, last.left_at
     FROM unnest($1::text[]) AS a (agent)
     CROSS JOIN LATERAL (
       SELECT left_at FROM participants
       WHERE bare_jid = a.agent AND role = 'agent' AND left_at IS NOT NULL
       ORDER BY left_at DESC LIMIT 1
     ) AS last`,
    [agents],
  );
  return new Map(rows.map((row) => [row.agent, row.left_at.getTime()]));
}

/** How long the visitors of the newest sessions had waited, in ms, oldest first: enough to reckon the mean wait anew. */
export async function recentWaits(db: Queryable, workgroup: string, limit = 20): Promise<number[]> {
  const { rows } = await db.query<{ joined_at: Date; started_at: Date }>(
    `SELECT r.joined_at, s.started_at FROM sessions s JOIN requests r ON r.id = s.id
     WHERE s.workgroup = $1 ORDER BY s.started_at DESC LIMIT $2`,
    [workgroup, limit],
  );
  return rows.reverse().map((row) => Math.max(0, row.started_at.getTime() - row.joined_at.getTime()));
}
