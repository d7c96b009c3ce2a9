/** Agents' own canned answers. Those of a workgroup are a part of its settings. */
import type { MacroGroup } from "../domain/macros.ts";
import type { Queryable } from "./db.ts";
import { jsonOf } from "./values.ts";

/** Replaces an agent's (bare address) canned answers. */
export async function savePersonalMacros(db: Queryable, agent: string, macros: MacroGroup, at: number): Promise<void> {
  await db.query(
    `INSERT INTO personal_macros (agent, macros, changed_at) VALUES ($1, $2, $3)
     ON CONFLICT (agent) DO UPDATE SET macros = excluded.macros, changed_at = excluded.changed_at`,
    [agent, jsonOf(macros), new Date(at)],
  );
}

/** Null when this agent never saved any. */
export async function personalMacros(db: Queryable, agent: string): Promise<MacroGroup | null> {
  const { rows } = await db.query<{ macros: MacroGroup }>("SELECT macros FROM personal_macros WHERE agent = $1", [
    agent,
  ]);
  return rows[0]?.macros ?? null;
}
