/**
 * Brings a database to the newest schema: the `.sql` steps beside this file, in the order of their numbers, in one
 * transaction. Two processes that start at once wait for one another. A step that has shipped is never edited.
 */
import { runner } from "node-pg-migrate";

/** Returns the names of the steps that ran now; none when the schema was new already. */
export async function migrate(databaseUrl: string, log: (line: string) => void = () => undefined): Promise<string[]> {
  const steps = await runner({
    databaseUrl,
    dir: import.meta.dirname,
    ignorePattern: "(?!.*\\.sql$).*",
    migrationsTable: "schema_steps",
    direction: "up",
    advisoryLockMode: "wait",
    log,
  });
  return steps.map((step) => step.name);
}
