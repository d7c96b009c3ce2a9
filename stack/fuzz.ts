/** `npm run test:fuzz`: the fuzz tests, for as many seconds each as FUZZ_S says; all of them together take some minutes. */
import { runMain } from "./cannot-start.ts";
import { runVitest } from "./vitest-run.ts";

const SECONDS = "30";

await runMain(async () => {
  const env = { ...process.env, FUZZ_S: process.env.FUZZ_S ?? SECONDS };
  const { passed, failed, skipped } = await runVitest(["test/fuzz"], { env });
  console.log(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
  return failed === 0 ? 0 : 1;
});
