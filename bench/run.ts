/** `npm run bench [-- <name> …]`: runs the rows named, or all, prints the table, and writes bench/results/<time>.json. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildBundles } from "../stack/build.ts";
import { CannotStart, runMain } from "../stack/cannot-start.ts";
import { requirePackages } from "../stack/packages.ts";
import { ROOT } from "../stack/settings.ts";
import { type Figure, machine, table } from "./report.ts";
import { EXPERIMENTS, ROWS } from "./rows/index.ts";

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: "string", default: "5" },
      scale: { type: "string", default: "1" },
      profile: { type: "string" },
    },
  });
  const known = [...ROWS, ...EXPERIMENTS];
  const strange = positionals.filter((name) => !known.some((row) => row.name === name));
  if (strange.length > 0)
    throw new CannotStart(`There is no ${strange.join(", ")}. There are: ${known.map((row) => row.name).join(", ")}`);
  const rows = positionals.length === 0 ? ROWS : known.filter((row) => positionals.includes(row.name));
  const options = {
    minutes: Number(values.minutes),
    scale: Number(values.scale),
    ...(values.profile !== undefined && { profileDir: values.profile }),
  };
  await requirePackages(["prosody", "chromium"], console.log);

  console.log(machine());
  const results: { row: string; title: string; figures: Figure[]; error?: string }[] = [];
  for (const row of rows) {
    console.log(`\n${row.title}`);
    const result: (typeof results)[number] = { row: row.name, title: row.title, figures: [] };
    results.push(result);
    const report = {
      figure(figure: Figure) {
        result.figures.push(figure);
        const against = figure.baseline === undefined ? "" : ` against ${figure.baseline}`;
        const ratio = figure.ratio === undefined ? "" : ` = ${figure.ratio.toFixed(2)}`;
        const verdict = figure.met === undefined ? "" : figure.met ? "  met" : "  SHORT";
        console.log(`  ${figure.what}: ${figure.value}${against}${ratio}${verdict}`);
      },
      say: (text: string) => console.log(`  … ${text}`),
    };
    await (row.inBrowser ? buildBundles(console.log) : Promise.resolve())
      .then(() => row.run(report, options))
      .catch((error: unknown) => {
        console.error(error);
        result.error = error instanceof Error ? error.message : String(error);
      });
  }

  console.log(`\n${table(results.flatMap(({ figures }) => figures))}`);
  const folder = join(ROOT, "bench", "results");
  await mkdir(folder, { recursive: true });
  const at = new Date().toISOString();
  const file = join(folder, `${at.replaceAll(/[:.]/g, "-")}.json`);
  await writeFile(file, `${JSON.stringify({ at, machine: machine(), options, results }, null, 2)}\n`);
  console.log(`\n${file}`);
  const failed = results.some(({ error, figures }) => error !== undefined || figures.some(({ met }) => met === false));
  return failed ? 1 : 0;
});
