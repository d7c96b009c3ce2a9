/**
 * `npm run test:containers`: builds the images, brings docker-compose.yml up with Prosody 0.12 and with 13, and runs the
 * tests of the whole against each. Finds what it needs, or brings it where that is allowed; stops what it started.
 */
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { runMain } from "./cannot-start.ts";
import { requireBases } from "./containers/bases.ts";
import { type Environment, run } from "./containers/command.ts";
import { requireCompose } from "./containers/compose.ts";
import { openEngine } from "./containers/engine.ts";
import { buildImages } from "./containers/images.ts";
import { lockData } from "./lock.ts";
import { requirePackages } from "./packages.ts";
import { ROOT } from "./settings.ts";
import { isRoot } from "./users.ts";
import { runVitest } from "./vitest-run.ts";

const say = (line: string): void => console.log(line);

await runMain(async () => {
  const cache = process.env.FOYER_CACHE ?? (isRoot() ? "/var/cache/foyer" : join(homedir(), ".cache", "foyer"));
  await mkdir(cache, { recursive: true });
  const unlock = await lockData(cache);
  // Ctrl-C reaches whatever runs here, and that ends; a signal to us alone is passed on. Then all is stopped in order.
  const stopping = new AbortController();
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
  try {
    await requirePackages(["chromium"], say);
    const engine = await openEngine(cache, say);
    stopping.signal.addEventListener("abort", () => void engine.close());
    try {
      const withCompose = await requireCompose(engine.env, cache, say);
      const bases = await requireBases(process.env.FOYER_BASES, withCompose, say);
      const env = await buildImages(bases, withCompose, say);
      const config = join(ROOT, "test", "containers", "vitest.config.ts");
      const { passed, failed, skipped } = await runVitest(process.argv.slice(2), {
        config,
        env,
        signal: stopping.signal,
      });
      if (engine.isOurs) await tidy(env);
      console.log(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
      return failed === 0 ? 0 : 1;
    } finally {
      await engine.close();
    }
  } finally {
    await unlock();
  }
});

/** Takes away what earlier builds left without a name, and old layers beyond what a build can use. */
async function tidy(env: Environment): Promise<void> {
  await run("docker", ["image", "prune", "--force"], { env });
  await run("docker", ["builder", "prune", "--force", "--keep-storage", "4GB"], { env });
}
