/** What `npm run test:interop` tries, in order. A new client is a line here. */
import type { PackageName } from "../../stack/packages.ts";
import type { TestStack } from "../../stack/testing.ts";
import { tryFederation } from "./federation.ts";
import { trySlixmpp } from "./slixmpp.ts";
import { trySmack } from "./smack.ts";
import { tryTerminal } from "./terminal.ts";

export type Say = (line: string) => void;

export type Step = {
  name: string;
  /** Programs that npm cannot bring. */
  needs: PackageName[];
  /** Whether it went well. `stack` starts the stack that the steps share, when it does not run yet. */
  run(say: Say, stack: () => Promise<TestStack>): Promise<boolean>;
};

export const STEPS: Step[] = [
  { name: "smack-4.4", needs: ["java"], run: trySmack("4.4") },
  { name: "smack-4.5", needs: ["java"], run: trySmack("4.5") },
  { name: "terminal", needs: ["profanity"], run: tryTerminal },
  { name: "slixmpp", needs: ["slixmpp"], run: trySlixmpp },
  { name: "federation", needs: ["unbound", "openssl"], run: tryFederation },
];
