/** Workgroups as their administrator wrote them, checked; the last good configuration survives a restart. */
import type { WorkgroupSettings } from "../domain/model.ts";
import type { Queryable } from "./db.ts";
import { jsonOf } from "./values.ts";

/** `changedAt` is when these settings came to differ from those before; clients use it as a cache key (reference 2.4). */
export type StoredWorkgroup = { settings: WorkgroupSettings; changedAt: number; removed: boolean };

/** Replaces the whole configuration in one statement. Workgroups that are no longer in it are marked removed. */
export async function saveConfiguration(
  db: Queryable,
  workgroups: readonly WorkgroupSettings[],
  at: number,
): Promise<void> {
  await db.query(
    `WITH configured AS (
       SELECT node, settings::jsonb FROM unnest($1::text[], $2::text[]) AS c (node, settings)
     ), kept AS (
       INSERT INTO workgroups (node, settings, changed_at)
       SELECT node, settings, $3 FROM configured
       ON CONFLICT (node) DO UPDATE SET settings = excluded.settings, changed_at = excluded.changed_at, removed_at = NULL
       WHERE workgroups.settings <> excluded.settings OR workgroups.removed_at IS NOT NULL
     )
     UPDATE workgroups SET removed_at = $3 WHERE removed_at IS NULL AND node <> ALL ($1::text[])`,
    [workgroups.map((one) => one.node), workgroups.map(jsonOf), new Date(at)],
  );
}

/** All workgroups ever configured, by name. */
export async function loadWorkgroups(db: Queryable): Promise<StoredWorkgroup[]> {
  const { rows } = await db.query<{ settings: WorkgroupSettings; changed_at: Date; removed: boolean }>(
    "SELECT settings, changed_at, removed_at IS NOT NULL AS removed FROM workgroups ORDER BY node",
  );
  return rows.map((row) => ({ settings: row.settings, changedAt: row.changed_at.getTime(), removed: row.removed }));
}
