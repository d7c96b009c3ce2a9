/** What no log may hold after any test of the whole: a word that actors said or entered, a token of theirs, a secret. */
import type { TestStack } from "../../stack/testing.ts";

const said = new Set<string>();

/** Notes what somebody said. A short text may stand in a log by chance, and one word may be a name. */
export function wasSaid(text: string): void {
  if (text.length >= 12 && text.includes(" ")) said.add(text);
}

/** Notes what opens a door. */
export function wasToken(token: string): void {
  said.add(token);
}

/** Where a log of this stack holds any of it: "part: line". */
export async function indiscretions(stack: Pick<TestStack, "log" | "secrets">): Promise<string[]> {
  const { passwords, accountsMade: _, ...keys } = stack.secrets;
  const hidden = [...said, ...Object.values(keys), ...Object.values(passwords)];
  const found: string[] = [];
  for (const part of ["postgres", "prosody", "component", "webchat"] as const) {
    // A part that was never started has written nothing.
    const log = await stack.log(part).catch(() => "");
    for (const one of hidden) {
      if (log.includes(one))
        found.push(`${part}: ${log.split("\n").find((line) => line.includes(one.split("\n")[0] ?? one))}`);
    }
  }
  return found;
}
