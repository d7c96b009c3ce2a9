/** The component killed at each step of an offer: no visitor is lost on the way, and no agent is asked for two at once. */
import type { Action } from "../../agent-ui/state/actions.ts";
import { strike } from "./servers.ts";
import { type Fault, type Span, sleep, until, type World } from "./world.ts";

const STEPS: { name: string; at: Action["type"] | "joining" }[] = [
  { name: "while a visitor joins", at: "joining" },
  { name: "when the agent has the offer", at: "offer-received" },
  { name: "while the agent accepts", at: "offer-answering" },
  { name: "when the answer was taken", at: "offer-opening" },
  { name: "when the agent is invited", at: "chat-opened" },
  { name: "when the agent sits down", at: "seat-taken" },
];

/** A visitor ends a talk and comes anew; at the given step of the next one the component dies. */
async function killAt(world: World, step: (typeof STEPS)[number]["at"]): Promise<Span> {
  const { people } = world;
  const [visitor] = world.random.some(people.talking, 1);
  if (!visitor) throw new Error("nobody talks");
  visitor.end();
  if (!(await until(() => visitor.phase === "ended", 20_000))) throw new Error("a talk cannot be ended");
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const agent of people.agents)
    agent.onAction = (action) => {
      if (action.type === step) resolve();
    };
  await visitor.join();
  if (step !== "joining") await Promise.race([promise, sleep(10_000)]);
  for (const agent of people.agents) agent.onAction = undefined;
  return strike(world, "component", "SIGKILL");
}

export const offerFaults: Fault[] = STEPS.map(({ name, at }) => ({
  id: "F2",
  name: `component: kill -9 ${name}`,
  rounds: { usual: 1, full: 20 },
  run: (world) => killAt(world, at),
}));
