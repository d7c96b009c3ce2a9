/** `npm run check`: types, lint and format, and the table of who may import whom. */
import { runMain } from "./cannot-start.ts";
import { runChecks } from "./checks.ts";
import { runVitest } from "./vitest-run.ts";

await runMain(async () => {
  const failed = await runChecks();
  const table = await runVitest(["test/architecture.test.ts"]);
  return failed.length + table.failed === 0 ? 0 : 1;
});
