/** Workgroups that administrators made by a command. There are few, and they are always read together. */
import type { Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** `node` is a local part; `members` and `by` are bare addresses. */
export type Commission = { node: string; description: string; members: readonly string[]; by: string };

export const MOST_COMMISSIONS = 1_000;

/** Makes one, or changes the one that has this name. */
export async function saveCommission(
  db: Queryable,
  { node, description, members, by }: Commission,
  at: number,
): Promise<void> {
  await db.query(
    `INSERT INTO commissioned_workgroups (node, description, members, made_by, changed_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (node) DO UPDATE
     SET description = excluded.description, members = excluded.members, made_by = excluded.made_by,
         changed_at = excluded.changed_at`,
    [node, storable(description), members, by, new Date(at)],
  );
}

export async function dropCommission(db: Queryable, node: string): Promise<void> {
  await db.query("DELETE FROM commissioned_workgroups WHERE node = $1", [node]);
}

/** By name. */
export async function loadCommissions(db: Queryable): Promise<Commission[]> {
  const { rows } = await db.query<{ node: string; description: string; members: string[]; made_by: string }>(
    "SELECT node, description, members, made_by FROM commissioned_workgroups ORDER BY node LIMIT $1",
    [MOST_COMMISSIONS],
  );
  return rows.map(({ made_by: by, ...row }) => ({ ...row, by }));
}
