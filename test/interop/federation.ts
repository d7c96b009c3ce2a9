/** Agents and visitors of another server: two Prosody servers that find each other over s2s (XEP-0220 is left out: certificates only). */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeAuthority } from "./federation/certificates.ts";
import { runProgram } from "./program.ts";
import type { Step } from "./steps.ts";

export const tryFederation: Step["run"] = async (say) => {
  const folder = await mkdtemp(join(tmpdir(), "foyer-interop-"));
  try {
    await chmod(folder, 0o755); // As root, Prosody runs as somebody else.
    const authority = makeAuthority(folder);
    const script = join(import.meta.dirname, "federation", "main.ts");
    const { code } = await runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], {
      say,
      limitMs: 120_000,
      // Node reads this at its start only, which is why it is a program of its own.
      env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
    });
    return code === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
