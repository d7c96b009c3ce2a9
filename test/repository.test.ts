/** No secret is in what is handed out: not in sources, not in tests, not in words about them. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
/** What .gitignore keeps out, and what holds names and sums of npm's packages only. */
const LEFT_OUT = /^(\.git|node_modules|data|dist|test-results|bench\/results|\.env$|package-lock\.json$)|\.log$/;
const BINARY = /\.(png|jpg|webp|ico|woff2?|mp3|ogg|wav|jar|class)$/;

const NEVER: [string, RegExp][] = [
  ["a private key", /BEGIN [A-Z ]*PRIVATE KEY/],
  ["a signed token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/],
  ["a key of a known service", /\b(AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[abprs]-\w{10,}|sk_live_\w{10,}|npm_\w{30,})/],
  ["a random number", /(?<![\w/+-])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{32,}(?![\w/+-])/],
];
/** What tests call their secrets says that they are none. */
const TOLD = /test|secret|nobody|baseline|benchmark|chosen|0123456789|from-the|hush|pass.{1,6}word/;
const ASSIGNED = /(?:secret|password|token)\w*["']?\s*[:=]\s*["'`]([^"'`$\s]{8,})["'`]/gi;
const IN_ADDRESS = /\b[a-z]{1,12}:\/\/[^\s/:@"'`]+:([^\s/:@"'`$]{3,})@/g;

async function files(): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(ROOT, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (LEFT_OUT.test(path) || /(^|\/)(target|node_modules)$/.test(path)) continue;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile() && !BINARY.test(path)) found.push(path);
    }
  };
  await walk("");
  return found;
}

/** What in a text looks like a secret that is one. Tests have passwords of their own: short ones, or such as say what they are. */
function suspects(text: string, file = "a source"): string[] {
  const never = NEVER.filter(([, pattern]) => pattern.test(text.replaceAll(/0123456789abcdef/g, ""))).map(
    ([what]) => what,
  );
  const given = [...text.matchAll(ASSIGNED), ...text.matchAll(IN_ADDRESS)].map(([, value = ""]) => value);
  // Names of variables and files.
  const harmless = /^[A-Z_]+$|^[./]|^(password|b|x|…)$/;
  const least = file.startsWith("test/") ? 16 : 0;
  const real = (value: string): boolean => value.length >= least && !TOLD.test(value) && !harmless.test(value);
  return [...never, ...given.filter(real)];
}

it("finds secrets where they are", () => {
  expect(suspects(`password = "${["hunter2", "hunter2"].join("-")}"`)).toEqual(["hunter2-hunter2"]);
  expect(suspects(`postgres://foyer:${["Xk29", "fQ1"].join("")}@db/foyer`)).toEqual(["Xk29fQ1"]);
  expect(suspects(`x ${"a1".repeat(20)} y`)).toEqual(["a random number"]);
  expect(suspects(`-----${"BEGIN"} RSA ${"PRIVATE"} KEY-----`)).toEqual(["a private key"]);
});

it("nothing that is handed out holds one", async () => {
  const found: string[] = [];
  for (const file of await files()) {
    for (const what of suspects(await readFile(join(ROOT, file), "utf8"), file)) found.push(`${file}: ${what}`);
  }
  expect(found).toEqual([]);
  const ignored = (await readFile(join(ROOT, ".gitignore"), "utf8")).split("\n");
  expect(ignored).toEqual(expect.arrayContaining([".env", "data/", "*.log"]));
}, 60_000);
