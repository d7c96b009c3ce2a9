/** CPU profiles of our two services while a row runs. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BenchStack } from "../stack.ts";

/** Begins to profile when there is a folder to write to; the result ends it. */
export async function profiling(
  stack: BenchStack,
  folder: string | undefined,
  name: string,
): Promise<() => Promise<void>> {
  if (folder === undefined) return async () => undefined;
  await mkdir(folder, { recursive: true });
  const running = await Promise.all(
    (["component", "webchat"] as const).map(async (part) => {
      const inspector = await stack.inspect(part);
      return { part, inspector, stop: await inspector.profile() };
    }),
  );
  return async () => {
    for (const { part, inspector, stop } of running) {
      await stop(join(folder, `${name}-${part}.cpuprofile`));
      inspector.close();
    }
  };
}
