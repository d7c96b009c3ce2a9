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
/** Accounts of the stack that the steps share: two agents, and a visitor who has an account. */
const ACCOUNTS = ["anna", "ben", "carol"];
const say = (line: string): void => console.log(line);

await runMain(async () => {
  setPriority(19); // And with us everything that we start: others work on this machine too.
  await requirePackages(["prosody"], say);
  const named = process.argv.slice(2);
  const wanted = STEPS.filter(({ name }) => named.length === 0 || named.some((part) => name.includes(part)));
  if (wanted.length === 0)
    throw new CannotStart(`There is no such step. They are: ${STEPS.map(({ name }) => name).join(", ")}`);

  let shared: Promise<TestStack> | undefined;
  const stack = (): Promise<TestStack> => {
    shared ??= openStack();
    return shared;
  };
  const failed: string[] = [];
  for (const step of wanted) if (!(await attempt(step, stack))) failed.push(step.name);
  const running = await shared?.catch(() => undefined); // It did not start: the step that asked for it said so.
  if (running && failed.length > 0) {
    await rm(KEPT_LOGS, { recursive: true, force: true });
    await cp(join(running.dataDir, "logs"), KEPT_LOGS, { recursive: true });
    say("The servers' logs are in data/interop-logs");
  }
  await running?.stop();
  say(`${wanted.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
});

async function openStack(): Promise<TestStack> {
  const workgroups = await readFile(join(import.meta.dirname, "workgroups.cfg.lua"), "utf8");
  // There is no mail server: it is only looked whether the service says that it has one.
  const env = { component: { SMTP_URL: "smtp://127.0.0.1:9", MAIL_FROM: "desk@example.org" } };
  return startStack({ workgroups, agents: ACCOUNTS, gateway: false, env });
}

/** One step; what stops it, a program that is missing included, is its failure and not the others'. */
async function attempt(step: Step, stack: () => Promise<TestStack>): Promise<boolean> {
  const began = performance.now();
  say(`== ${step.name}`);
  let well = false;
  try {
    await requirePackages(step.needs, say);
    well = await step.run((line) => say(`   ${line}`), stack);
  } catch (error) {
    const lines = error instanceof CannotStart ? error.lines : [String(error instanceof Error ? error.stack : error)];
    for (const line of lines) say(`   FAIL ${line}`);
  }
  say(`== ${step.name}: ${well ? "all well" : "FAILED"}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return well;
}
