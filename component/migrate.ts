/** Brings the database to the newest schema, then ends. Containers run it once, before the service. */
import { migrate } from "../migrations/migrate.ts";
import { SettingsError } from "../runtime/env.ts";
import { readDatabaseUrl } from "./config.ts";

try {
  const steps = await migrate(readDatabaseUrl());
  console.log(steps.length === 0 ? "The schema is up to date." : `Taken: ${steps.join(", ")}`);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 78; // EX_CONFIG
}
