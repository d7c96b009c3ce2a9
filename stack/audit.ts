/**
 * Whether packages that we ship are known to be dangerous. The registry knows, if it is there and answers such questions;
 * where it does not, that is said, and nothing fails for it.
 */
import { spawn } from "node:child_process";
import { z } from "zod";
import { ROOT } from "./settings.ts";

export type Verdict = { outcome: "ok" | "failed" | "not known"; text: string };

const PATIENCE_MS = 60_000;
const report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string().optional() })),
  metadata: z.object({ vulnerabilities: z.object({ high: z.number(), critical: z.number() }) }),
});
const failure = z.object({ statusCode: z.number().optional(), code: z.string().optional() });

/** Asks about the packages in package-lock.json that are not for development alone. */
export async function audit(): Promise<Verdict> {
  const args = ["audit", "--omit=dev", "--audit-level=high", "--json", "--fetch-retries=0", "--fetch-timeout=20000"];
  const child = spawn("npm", args, { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"], timeout: PATIENCE_MS });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk));
  await new Promise<void>((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
  return judge(output);
}

/** What "npm audit --json" printed, judged: high and critical fail, everything less does not. */
export function judge(output: string): Verdict {
  const value = parsed(output);
  const found = report.safeParse(value);
  if (!found.success) {
    const { statusCode, code } = failure.safeParse(value).data ?? {};
    const why = statusCode ?? code;
    return { outcome: "not known", text: `the registry does not say${why === undefined ? "" : ` (${why})`}` };
  }
  const { high, critical } = found.data.metadata.vulnerabilities;
  if (high + critical === 0) return { outcome: "ok", text: "" };
  const grave = Object.entries(found.data.vulnerabilities).filter(([, { severity }]) =>
    ["high", "critical"].includes(severity),
  );
  const named = grave.map(([name, { severity, range = "" }]) => `${name} ${range} (${severity})`);
  return { outcome: "failed", text: named.join("\n") };
}

function parsed(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined; // No network, no npm, or it took too long: that is the answer.
  }
}
