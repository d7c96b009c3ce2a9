/** `npm run build`: makes the browser bundles anew. */
import { buildBundles } from "./build.ts";
import { runMain } from "./cannot-start.ts";

await runMain(async () => {
  await buildBundles(console.log, true);
  return undefined;
});
