/** slixmpp, a library of Python that shares nothing with ours: an agent and a visitor, with messages alone and by XEP-0142. */
import { join } from "node:path";
import { runProgram } from "./program.ts";
import type { Step } from "./steps.ts";

/** What the library prints by itself. */
const NOISE = /^<delay |slower stringprep/;

export const trySlixmpp: Step["run"] = async (say, stack) => {
  const { settings, agents } = await stack();
  const accounts = Object.entries(agents).map(([name, { password }]) => `${name}=${password}`);
  const place = ["127.0.0.1", String(settings.ports.c2s), settings.domain];
  // Debian's own Python, which has Debian's slixmpp. It leaves no compiled files among the sources (-B).
  const script = join(import.meta.dirname, "slixmpp", "main.py");
  const sayOurs = (line: string): void => {
    if (!NOISE.test(line)) say(line);
  };
  const args = ["-B", script, ...place, ...accounts];
  const { code } = await runProgram("/usr/bin/python3", args, { say: sayOurs, limitMs: 120_000 });
  return code === 0;
};
