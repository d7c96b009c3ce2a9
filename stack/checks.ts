/** The checks that start nothing: types, lint and format, and whether packages are known to be dangerous. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { audit } from "./audit.ts";
import { ROOT } from "./settings.ts";

const CHECKS = [
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "lint and format", command: ["biome", "check", "--error-on-warnings", "."] },
];

/** Runs all of them, prints a line for each, and what a failing one says. Returns the names of those that failed. */
export async function runChecks(): Promise<string[]> {
  const audited = audit();
  const failed: string[] = [];
  for (const { name, command } of CHECKS) {
    const { code, output } = await runTool(command);
    console.log(`${name}: ${code === 0 ? "ok" : "failed"}`);
    if (code === 0) continue;
    failed.push(name);
    console.log(output);
  }
  const { outcome, text } = await audited;
  console.log(`packages: ${outcome}${outcome === "not known" ? `, ${text}` : ""}`);
  if (outcome !== "failed") return failed;
  console.log(text);
  return [...failed, "packages"];
}

async function runTool([name = "", ...args]: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(join(ROOT, "node_modules", ".bin", name), args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  return { code: code ?? 1, output };
}
