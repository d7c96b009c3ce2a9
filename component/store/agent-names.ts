/** Names that agents chose for themselves. Agents are bare addresses. */
import type { Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** Names an agent anew. */
export async function saveAgentName(db: Queryable, agent: string, name: string, at: number): Promise<void> {
  await db.query(
    `INSERT INTO agent_names (agent, name, changed_at) VALUES ($1, $2, $3)
     ON CONFLICT (agent) DO UPDATE SET name = excluded.name, changed_at = excluded.changed_at`,
    [agent, storable(name), new Date(at)],
  );
}

/** The names of those among these agents who chose one. */
export async function agentNames(db: Queryable, agents: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ agent: string; name: string }>(
    "SELECT agent, name FROM agent_names WHERE agent = ANY ($1::text[])",
    [agents],
  );
  return new Map(rows.map((row) => [row.agent, row.name]));
}
