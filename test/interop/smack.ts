/** Smack, the library of Spark: a Java program that plays agents and visitors with Smack's own workgroup classes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ROOT } from "../../stack/settings.ts";
import { runProgram } from "./program.ts";
import type { Step } from "./steps.ts";

const SOURCES = join(import.meta.dirname, "smack");

/** @param line of Smack's releases, as the profiles of pom.xml are called */
export function trySmack(line: "4.4" | "4.5"): Step["run"] {
  return async (say, stack) => {
    const classPath = await compile(line, say);
    if (classPath === undefined) return false;
    const { settings, agents } = await stack();
    const accounts = Object.entries(agents).map(([name, { password }]) => `${name}=${password}`);
    const place = ["127.0.0.1", String(settings.ports.c2s), settings.domain];
    // Small, and quick to start: it lives for a minute beside a whole stack.
    const java = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", classPath, "foyer.interop.Main", ...place, ...accounts];
    const { code } = await runProgram("java", java, { say, limitMs: 180_000 });
    return code === 0;
  };
}

/** Has Maven bring Smack and compile the program; gives Java's class path. */
async function compile(line: string, say: (text: string) => void): Promise<string | undefined> {
  const output = join(ROOT, "node_modules", ".cache", `interop-smack-${line}`);
  const paths = join(output, "classpath");
  const goals = ["compile", "dependency:build-classpath", `-Dmdep.outputFile=${paths}`, "-Dmdep.includeScope=runtime"];
  const maven = ["-q", "-B", "-ntp", "-Dstyle.color=never", `-Psmack-${line}`, `-Doutput=${output}`, ...goals];
  // Quiet as it is asked to be, Maven still ends by putting the terminal's colour back.
  const sayWords = (text: string): void => {
    if (stripVTControlCharacters(text) !== "") say(text);
  };
  const { code } = await runProgram("mvn", maven, { cwd: SOURCES, say: sayWords, limitMs: 240_000 });
  if (code !== 0) {
    say(`FAIL Maven could not bring Smack ${line}, or the program does not compile with it`);
    return undefined;
  }
  return `${join(output, "classes")}:${(await readFile(paths, "utf8")).trim()}`;
}
