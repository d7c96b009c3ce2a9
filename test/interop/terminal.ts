/** profanity in tmux: an agent with nothing but a text terminal, for a day. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../stack/settings.ts";
import { startStack } from "../../stack/testing.ts";
import type { Step } from "./steps.ts";
import { DAY_WORKGROUPS, playDay } from "./terminal/day.ts";

const SCREENS = join(ROOT, "data", "interop-screens");

export const tryTerminal: Step["run"] = async (say) => {
  const folder = await mkdtemp(join(tmpdir(), "foyer-terminal-"));
  // Its own: visitors come by the gateway, and nobody else is on duty.
  const stack = await startStack({ workgroups: DAY_WORKGROUPS });
  try {
    const screens = await playDay(stack, folder, (what) => say(`ok ${what}`));
    await mkdir(SCREENS, { recursive: true });
    for (const { name, text } of screens) await writeFile(join(SCREENS, `${name}.txt`), `${text}\n`);
    say("The screens are in data/interop-screens");
    return true;
  } catch (error) {
    for (const line of String(error instanceof Error ? error.message : error).split("\n")) say(`FAIL ${line}`);
    return false;
  } finally {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
