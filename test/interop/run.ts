/**
 * `npm run test:interop`: clients of other people's making against a whole stack. Arguments name the steps to try, such
 * as "smack-4.5"; without one all are tried. After a failure the servers' logs are kept.
 */
import { cp, readFile, rm } from "node:fs/promises";
import { setPriority } from "node:os";
import { join } from "node:path";
import { CannotStart, runMain } from "../../stack/cannot-start.ts";
import { requirePackages } from "../../stack/packages.ts";
import { ROOT } from "../../stack/settings.ts";
import { startStack, type TestStack } from "../../stack/testing.ts";
import { STEPS, type Step } from "./steps.ts";

const KEPT_LOGS = join(ROOT, "data", "interop-logs");
/** Accounts of each step's stack: two agents, and a visitor who has an account. */
const ACCOUNTS = ["anna", "ben", "carol"];
const say = (line: string): void => console.log(line);

await runMain(async () => {
  setPriority(19); // And with us everything that we start: others work on this machine too.
  await requirePackages(["prosody"], say);
  const named = process.argv.slice(2);
  const wanted = STEPS.filter(({ name }) => named.length === 0 || named.some((part) => name.includes(part)));
  if (wanted.length === 0)
    throw new CannotStart(`There is no such step. They are: ${STEPS.map(({ name }) => name).join(", ")}`);

  await rm(KEPT_LOGS, { recursive: true, force: true });
  const failed: string[] = [];
  for (const step of wanted) if (!(await attempt(step))) failed.push(step.name);
  if (failed.length > 0) say("The servers' logs are in data/interop-logs");
  say(`${wanted.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
});

async function openStack(): Promise<TestStack> {
  const workgroups = await readFile(join(import.meta.dirname, "workgroups.cfg.lua"), "utf8");
  // There is no mail server: it is only looked whether the service says that it has one.
  const env = { component: { SMTP_URL: "smtp://127.0.0.1:9", MAIL_FROM: "desk@example.org" } };
  return startStack({ workgroups, agents: ACCOUNTS, gateway: false, env });
}

/**
 * One step, on a stack of its own: one person may not join without end. What stops it, a program that is missing included,
 * is its failure and not the others'.
 */
async function attempt(step: Step): Promise<boolean> {
  const began = performance.now();
  say(`== ${step.name}`);
  let opened: Promise<TestStack> | undefined;
  const stack = (): Promise<TestStack> => {
    opened ??= openStack();
    return opened;
  };
  let well = false;
  try {
    await requirePackages(step.needs, say);
    well = await step.run((line) => say(`   ${line}`), stack);
  } catch (error) {
    const lines = error instanceof CannotStart ? error.lines : [String(error instanceof Error ? error.stack : error)];
    for (const line of lines) say(`   FAIL ${line}`);
  }
  const running = await opened?.catch(() => undefined); // It did not start: that is said above.
  if (running && !well) await cp(join(running.dataDir, "logs"), join(KEPT_LOGS, step.name), { recursive: true });
  await running?.stop();
  say(`== ${step.name}: ${well ? "all well" : "FAILED"}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return well;
}
