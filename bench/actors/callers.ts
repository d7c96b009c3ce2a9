/** People who come and go: each is met, says a line, ends the talk and closes the page. */
import { until } from "../measure/stats.ts";
import type { BenchStack } from "../stack.ts";
import { BenchVisitor } from "./visitor.ts";

export type Callers = {
  /** How many have come, talked and gone. */
  served(): number;
  /** How many were not served. */
  failed(): number;
  /** Nobody comes any more. */
  stop(): void;
};

/** One comes every `everyMs`, unless `mostAtATime` are there already. */
export function receiveCallers(
  stack: BenchStack,
  { everyMs, mostAtATime, say }: { everyMs: number; mostAtATime: number; say(text: string): void },
): Callers {
  let [served, failed, here] = [0, 0, 0];
  const timer = setInterval(() => {
    if (here >= mostAtATime) return;
    here += 1;
    call(stack)
      .then(
        () => {
          served += 1;
        },
        (error: unknown) => {
          failed += 1;
          say(`somebody was not served: ${error instanceof Error ? error.message : String(error)}`);
        },
      )
      .finally(() => {
        here -= 1;
      });
  }, everyMs);
  return { served: () => served, failed: () => failed, stop: () => clearInterval(timer) };
}

async function call(stack: BenchStack): Promise<void> {
  const visitor = new BenchVisitor(stack.url);
  let heard = false;
  visitor.onLine = (line) => {
    heard ||= line.from.kind === "self" && line.text === "Thank you";
  };
  try {
    await visitor.connect();
    visitor.join("Caller");
    await until("an agent", () => visitor.state.phase === "talking", 60_000, 50);
    visitor.say("Thank you");
    await until("the line", () => heard, 60_000, 50);
    visitor.send({ kind: "end" });
    await until("the end", () => visitor.state.phase === "ended", 60_000, 50);
  } finally {
    visitor.close();
  }
}
