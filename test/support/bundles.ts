/** Vitest's global set-up for tests of the whole: the browser bundles are there, and as new as their sources. */
import { buildBundles } from "../../stack/build.ts";

export default async function setup(): Promise<void> {
  // Another project's set-up may have named its own PostgreSQL; a stack under test runs one for itself.
  delete process.env.DATABASE_URL;
  await buildBundles(console.log);
}
