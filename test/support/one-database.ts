/** Vitest's global set-up for tests of the store: one PostgreSQL for all files, each of which makes a database there. */
import { startDatabase } from "../../stack/testing.ts";

export default async function setup(): Promise<() => Promise<void>> {
  const { url, stop } = await startDatabase();
  // The workers are born after this, and inherit it; test/support/postgres.ts reads it.
  process.env.DATABASE_URL = url;
  return stop;
}
