/** `npm test`: sets up what tests need, builds, checks, and runs every test. Arguments are passed to Vitest as filters. */
import { buildBundles } from "./build.ts";
import { runMain } from "./cannot-start.ts";
import { runChecks } from "./checks.ts";
import { requirePackages } from "./packages.ts";
import { runVitest } from "./vitest-run.ts";

await runMain(async () => {
  const filters = process.argv.slice(2);
  await requirePackages(["prosody", "chromium"], console.log);
  const failedBuilds = await buildBundles(console.log).then(
    () => [],
    (error: Error) => {
      console.error(error.message);
      return ["build"];
    },
  );
  const failedChecks = [...failedBuilds, ...(filters.length === 0 ? await runChecks() : [])];
  const { passed, failed, skipped } = await runVitest(filters);

  for (const name of failedChecks) console.log(`failed: ${name}, see above`);
  // One plain line at the end, for people and for continuous integration. A failed check counts like a failed test.
  const allFailed = failed + failedChecks.length;
  console.log(`${passed} passed, ${allFailed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
  return allFailed === 0 ? 0 : 1;
});
