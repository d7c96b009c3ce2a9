/** Visitors who are kept out of a workgroup for a time. */
import type { Block } from "../domain/model.ts";
import type { Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** Kept out from now on, or for another time than before. */
export async function saveBlock(tx: Queryable, workgroup: string, block: Block): Promise<void> {
  await tx.query(
    `INSERT INTO blocked_visitors (workgroup, visitor, name, blocked_by, reason, blocked_at, until)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (workgroup, visitor) DO UPDATE
     SET name = excluded.name, blocked_by = excluded.blocked_by, reason = excluded.reason,
         blocked_at = excluded.blocked_at, until = excluded.until`,
    [
      workgroup,
      storable(block.visitor),
      storable(block.name),
      block.by,
      storable(block.reason),
      new Date(block.at),
      new Date(block.until),
    ],
  );
}

export async function deleteBlock(tx: Queryable, workgroup: string, visitor: string): Promise<void> {
  await tx.query("DELETE FROM blocked_visitors WHERE workgroup = $1 AND visitor = $2", [workgroup, storable(visitor)]);
}

/** Those whose time is not over at `at`, by address. */
export async function blocksOf(db: Queryable, workgroup: string, at: number): Promise<Map<string, Block>> {
  const { rows } = await db.query<{
    visitor: string;
    name: string;
    blocked_by: string;
    reason: string;
    blocked_at: Date;
    until: Date;
  }>(
    `SELECT visitor, name, blocked_by, reason, blocked_at, until FROM blocked_visitors
     WHERE workgroup = $1 AND until > $2 ORDER BY visitor`,
    [workgroup, new Date(at)],
  );
  return new Map(
    rows.map((row) => [
      row.visitor,
      {
        visitor: row.visitor,
        name: row.name,
        by: row.blocked_by,
        reason: row.reason,
        at: row.blocked_at.getTime(),
        until: row.until.getTime(),
      },
    ]),
  );
}
