/** The browser bundles, made by Vite when they are missing or older than their sources. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CannotStart } from "./cannot-start.ts";
import type { Report } from "./part.ts";
import { ROOT } from "./settings.ts";

type Bundle = { name: string; config: string; sources: string[] };

const BUNDLES: Bundle[] = [
  { name: "widget", config: "webchat/widget/vite.config.ts", sources: ["webchat/widget", "design", "protocol"] },
  { name: "agent-ui", config: "agent-ui/vite.config.ts", sources: ["agent-ui", "design", "protocol"] },
];

/** Builds what is out of date, one after the other; silent when nothing is. @param force builds all. */
export async function buildBundles(say: Report, force = false): Promise<void> {
  for (const bundle of BUNDLES) {
    if (!existsSync(join(ROOT, bundle.config))) continue;
    const hash = await hashOf([...bundle.sources, "package-lock.json"]);
    const stamp = join(ROOT, "dist", `.${bundle.name}.built-from`);
    const built = await readFile(stamp, "utf8").catch(() => ""); // Never built.
    if (!force && built === hash && existsSync(join(ROOT, "dist", bundle.name))) continue;
    say(`Building ${bundle.name} …`);
    await build(bundle);
    await mkdir(join(ROOT, "dist"), { recursive: true });
    await writeFile(stamp, hash);
  }
}

async function build(bundle: Bundle): Promise<void> {
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--config", bundle.config, "--logLevel", "warn"];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code !== 0) throw new CannotStart([`The bundle "${bundle.name}" could not be built:`, output.trimEnd()]);
}

/** One hash over names and contents of all files below the given paths. */
async function hashOf(paths: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of await filesBelow(path))
      hash
        .update(`${file}\0`)
        .update(await readFile(join(ROOT, file)))
        .update("\0");
  }
  return hash.digest("hex");
}

async function filesBelow(path: string): Promise<string[]> {
  if (!existsSync(join(ROOT, path))) return [];
  if (path.includes(".")) return [path];
  const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort();
}
