/** Settings in which agents are called as they wish, where their administrator lets them. */
import type { WorkgroupSettings } from "./domain/model.ts";
import { agentNames } from "./store/agent-names.ts";
import type { Queryable } from "./store/db.ts";

/** The same settings with the names that agents chose for themselves. */
export async function withChosenNames(
  db: Queryable,
  settings: readonly WorkgroupSettings[],
): Promise<WorkgroupSettings[]> {
  const agents = new Set(settings.flatMap((one) => one.agents.map(({ jid }) => jid)));
  const names = await agentNames(db, [...agents]);
  return settings.map((one) => ({
    ...one,
    agents: one.agents.map((agent) => {
      const name = names.get(agent.jid);
      return name === undefined || agent.mayRename === false ? agent : { ...agent, name };
    }),
  }));
}
