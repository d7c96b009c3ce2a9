/** Visitors' requests, from join to end. The row of an open request is the request as the domain holds it. */
import type { EndedBy } from "../domain/effects.ts";
import type { EndReason, Handover, HandoverRequest, Metadata, Phase, Request } from "../domain/model.ts";
import type { Queryable } from "./db.ts";
import { jsonOf, type MetadataPairs, metadataJson, readMetadata, storable } from "./values.ts";

/** Inserts or replaces the request as it now stands. `workgroup` is a local part. One that has ended stays ended. */
export async function saveRequest(tx: Queryable, workgroup: string, request: Request): Promise<void> {
  await tx.query(
    `INSERT INTO requests (id, workgroup, visitor, user_id, metadata, joined_at, rank, deadline_at, rejections, room,
                           served, phase, verified, dialogue, handover, handovers, monitors)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     ON CONFLICT (id) DO UPDATE
     SET visitor = excluded.visitor, user_id = excluded.user_id, metadata = excluded.metadata,
         joined_at = excluded.joined_at, rank = excluded.rank, deadline_at = excluded.deadline_at,
         rejections = excluded.rejections, room = excluded.room, served = excluded.served, phase = excluded.phase,
         verified = excluded.verified, dialogue = excluded.dialogue, handover = excluded.handover,
         handovers = excluded.handovers, monitors = excluded.monitors
     WHERE requests.ended_at IS NULL`,
    [
      request.id,
      workgroup,
      storable(request.visitor),
      storable(request.userId),
      metadataJson(request.metadata),
      new Date(request.joinedAt),
      request.rank,
      new Date(request.deadlineAt),
      jsonOf(request.rejections),
      request.room,
      request.served,
      jsonOf(request.phase),
      request.verified ?? [],
      request.dialogue ?? null,
      request.handover ? jsonOf(request.handover) : null,
      jsonOf(request.handovers ?? []),
      request.monitors ?? [],
    ],
  );
}

/** A request that was no visitor's own is decided; with it go the offers that were made for it. */
export async function deleteHandover(tx: Queryable, id: string): Promise<void> {
  await tx.query("DELETE FROM requests WHERE id = $1 AND handover IS NOT NULL", [id]);
}

/** Ends the request, its session if there was one, and the stay of whoever is still in the room. The first end counts. */
export async function endRequest(tx: Queryable, id: string, at: number, reason: EndReason, by: EndedBy): Promise<void> {
  await tx.query(
    `WITH request AS (
       UPDATE requests SET ended_at = $2, end_reason = $3, ended_by = $4, ended_by_jid = $5
       WHERE id = $1 AND ended_at IS NULL
       RETURNING id
     ), session AS (
       UPDATE sessions SET ended_at = $2 FROM request WHERE sessions.id = request.id
     )
     UPDATE participants SET left_at = $2 FROM request
     WHERE participants.session_id = request.id AND participants.left_at IS NULL`,
    [id, new Date(at), reason, by.kind, by.kind === "agent" ? by.jid : null],
  );
}

type RequestRow = {
  id: string;
  workgroup: string;
  visitor: string;
  user_id: string;
  metadata: MetadataPairs;
  joined_at: Date;
  rank: number;
  deadline_at: Date;
  rejections: Record<string, number>;
  room: Request["room"];
  served: string[];
  phase: Phase;
  verified: string[];
  dialogue: string | null;
  handover: HandoverRequest | null;
  handovers: Handover[];
  monitors: string[];
};

/** Every request that has not ended, by workgroup and place in the queue. */
export async function loadOpenRequests(db: Queryable): Promise<{ workgroup: string; request: Request }[]> {
  const { rows } = await db.query<RequestRow>(
    `SELECT id, workgroup, visitor, user_id, metadata, joined_at, rank, deadline_at, rejections, room, served, phase, verified,
            dialogue, handover, handovers, monitors
     FROM requests WHERE ended_at IS NULL ORDER BY workgroup, rank, id`,
  );
  return rows.map((row) => ({ workgroup: row.workgroup, request: readRequest(row) }));
}

function readRequest(row: RequestRow): Request {
  return {
    id: row.id,
    visitor: row.visitor,
    userId: row.user_id,
    metadata: readMetadata(row.metadata),
    ...(row.verified.length > 0 && { verified: row.verified }),
    ...(row.dialogue !== null && { dialogue: row.dialogue }),
    ...(row.handover !== null && { handover: row.handover }),
    ...(row.handovers.length > 0 && { handovers: row.handovers }),
    ...(row.monitors.length > 0 && { monitors: row.monitors }),
    joinedAt: row.joined_at.getTime(),
    rank: row.rank,
    deadlineAt: row.deadline_at.getTime(),
    rejections: row.rejections,
    room: row.room,
    served: row.served,
    phase: row.phase,
  };
}

/** How a visitor's last request ended. `hadSession`: an agent was there, so there is something to read again. */
export type LastVisit = {
  id: string;
  reason: EndReason;
  by: EndedBy;
  endedAt: number;
  hadSession: boolean;
  metadata: Metadata;
};

/** The ended request of this visitor (bare address) in this workgroup that came last, whatever the clock said then. */
export async function findLastVisit(db: Queryable, workgroup: string, visitor: string): Promise<LastVisit | null> {
  const { rows } = await db.query<{
    id: string;
    end_reason: EndReason;
    ended_by: EndedBy["kind"];
    ended_by_jid: string | null;
    ended_at: Date;
    had_session: boolean;
    metadata: MetadataPairs;
  }>(
    `SELECT id, end_reason, ended_by, ended_by_jid, ended_at, metadata,
            EXISTS (SELECT FROM sessions WHERE sessions.id = requests.id) AS had_session
     FROM requests WHERE workgroup = $1 AND visitor_bare = $2 AND ended_at IS NOT NULL
     ORDER BY number DESC LIMIT 1`,
    [workgroup, visitor],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    reason: row.end_reason,
    by: readEndedBy(row.ended_by, row.ended_by_jid),
    endedAt: row.ended_at.getTime(),
    hadSession: row.had_session,
    metadata: readMetadata(row.metadata),
  };
}

function readEndedBy(kind: EndedBy["kind"], jid: string | null): EndedBy {
  return kind === "agent" ? { kind, jid: jid ?? "" } : { kind };
}

/** `isClosing`: the talk is over, and what was said last may not be stored yet. */
export type FoundRequest = { workgroup: string; visitor: string; isClosing: boolean };

/** Its session has ended, and its room was not closed and read to the end. */
const ROOM_TO_CLOSE = `(ended_at IS NOT NULL AND room_closed_at IS NULL
   AND (room = 'open' OR phase ->> 'name' IN ('opening-room', 'inviting', 'in-session')))`;

/** The workgroup and visitor (full address) of a request, open or ended; null when there never was one, or it was erased. */
export async function findRequest(db: Queryable, id: string): Promise<FoundRequest | null> {
  const { rows } = await db.query<FoundRequest>(
    `SELECT workgroup, visitor, ${ROOM_TO_CLOSE} AS "isClosing" FROM requests WHERE id = $1 AND erased_at IS NULL`,
    [storable(id)],
  );
  return rows[0] ?? null;
}

/** A room that outlived its session: the service stopped between the end and the closing. */
export type RoomToClose = { workgroup: string; session: string; by: EndedBy };

export async function roomsToClose(db: Queryable): Promise<RoomToClose[]> {
  const { rows } = await db.query<{
    id: string;
    workgroup: string;
    ended_by: EndedBy["kind"];
    ended_by_jid: string | null;
  }>(
    `SELECT id, workgroup, ended_by, ended_by_jid FROM requests
     WHERE ${ROOM_TO_CLOSE}`,
  );
  return rows.map((row) => ({
    session: row.id,
    workgroup: row.workgroup,
    by: readEndedBy(row.ended_by, row.ended_by_jid),
  }));
}

/** The room is gone, and all it held is stored. */
export async function roomClosed(db: Queryable, session: string, at: number): Promise<void> {
  await db.query("UPDATE requests SET room_closed_at = $2 WHERE id = $1", [session, new Date(at)]);
}
