/** One row in a process of its own, started by `run.ts`: prints what it finds, and tells it to its parent. */
import { parseArgs } from "node:util";
import { buildBundles } from "../stack/build.ts";
import type { Figure } from "./report.ts";
import { EXPERIMENTS, ROWS } from "./rows/index.ts";
import { stopAll } from "./stack.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string" }, scale: { type: "string" }, profile: { type: "string" } },
});
const row = [...ROWS, ...EXPERIMENTS].find(({ name }) => name === positionals[0]);

const tell = (message: Figure | string): Promise<void> =>
  new Promise((resolve) => {
    if (process.send) process.send(message, undefined, undefined, () => resolve());
    else resolve();
  });

async function fail(error: unknown): Promise<never> {
  console.error(error);
  await tell(error instanceof Error ? error.message : String(error));
  await stopAll();
  process.exit(1);
}
// Of a listener, whom nobody waits for: the servers are stopped all the same.
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
// Nobody is left to tell.
process.on("disconnect", () => void fail(new Error("the run was ended")));

const report = {
  figure(figure: Figure): void {
    void tell(figure);
    const against = figure.baseline === undefined ? "" : ` against ${figure.baseline}`;
    const ratio = figure.ratio === undefined ? "" : ` = ${figure.ratio.toFixed(2)}`;
    const verdict = figure.met === undefined ? "" : figure.met ? "  met" : "  SHORT";
    console.log(`  ${figure.what}: ${figure.value}${against}${ratio}${verdict}`);
  },
  say: (text: string): void => console.log(`  … ${text}`),
};

try {
  if (row === undefined) throw new Error(`there is no ${positionals[0]}`);
  if (row.inBrowser) await buildBundles(console.log);
  await row.run(report, {
    scale: Number(values.scale ?? 1),
    ...(values.minutes !== undefined && { minutes: Number(values.minutes) }),
    ...(values.profile !== undefined && { profileDir: values.profile }),
  });
  process.exit(0);
} catch (error) {
  await fail(error);
}
