/** Vitest's global set-up for tests of the whole: the browser bundles are there, and as new as their sources. */
import { buildBundles } from "../../stack/build.ts";

export default async function setup(): Promise<void> {
  // A bundle that is too heavy is a failure of the build, which "npm test" counts; tests of other things go on.
  await buildBundles(console.log).catch((error: Error) => console.error(error.message));
}
