import { runner } from "node-pg-migrate";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { migrate } from "../../../migrations/migrate.ts";
import { createTestDatabase } from "../../support/postgres.ts";

it("the schema goes up once, down again, and up anew", async () => {
  const database = await createTestDatabase({ migrated: false });
  onTestFinished(() => database.stop());
  const client = new pg.Client(database.url);
  await client.connect();
  onTestFinished(() => client.end());
  const tables = async () => {
    const { rows } = await client.query(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_steps'",
    );
    return rows.length;
  };

  // Two processes that start at the same time: one does the work, the other waits and finds it done.
  const both = await Promise.all([migrate(database.url), migrate(database.url)]);
  const steps = both.flat();
  expect(steps.length).toBeGreaterThan(0);
  expect(new Set(steps).size).toBe(steps.length);
  expect(await tables()).toBeGreaterThan(0);
  expect(await migrate(database.url)).toEqual([]);

  await runner({
    databaseUrl: database.url,
    dir: "migrations",
    ignorePattern: "(?!.*\\.sql$).*",
    migrationsTable: "schema_steps",
    direction: "down",
    count: steps.length,
    log: () => undefined,
  });
  expect(await tables()).toBe(0);
  expect(await migrate(database.url)).toEqual(steps);
}, 30_000);
