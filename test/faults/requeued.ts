/** Whose agent vanishes is back at the head of the queue after the grace, told so, and the next agent sees what was said. */
import type { Agent } from "./agent.ts";
import type { Visitor } from "./visitor.ts";
import { type Fault, type Span, sleep, until, type World } from "./world.ts";

/** The workgroup's, in ms; an agent's client that is closed in order is gone at once. */
const AGENT_GRACE_MS = 10_000;

type Place = { position: number } | undefined;
const placeOf = ({ tabs }: Visitor): Place => {
  const visit = tabs[0]?.chat.state.visit;
  return visit?.phase === "waiting" && visit.position !== null ? { position: visit.position } : undefined;
};

/** The requests that wait in the workgroup, head first, as the service has stored them. */
async function waiting({ house }: World): Promise<string[]> {
  const { rows } = await house.db.query<{ id: string }>(
    `SELECT id FROM requests WHERE ended_at IS NULL AND workgroup = 'support' AND handover IS NULL
       AND phase ->> 'name' IN ('queued', 'offered') ORDER BY rank, joined_at, id`,
  );
  return rows.map(({ id }) => id);
}

async function must(what: string, ready: () => boolean, limitMs: number): Promise<void> {
  if (!(await until(ready, limitMs))) throw new Error(what);
}

/** Nobody takes offers; one who waits already; then an agent goes, and those of that agent must come before the other. */
async function leaveWhileOneWaits(world: World): Promise<Span> {
  const { people, random } = world;
  const busy = people.agents.filter(({ device, chats }) => device === "desk" && chats.some(({ ended }) => !ended));
  const gone: Agent = random.pick(busy);
  const theirs = people.talking.filter(({ session }) => people.agentOf(session) === gone);
  const other = random.pick(people.talking.filter((one) => one.workgroup === "support" && !theirs.includes(one)));
  for (const agent of people.agents) agent.accepts = false;
  try {
    other.end();
    await must("a talk cannot be ended", () => other.phase === "ended", 20_000);
    await other.join();
    await must("the other visitor does not wait", () => placeOf(other) !== undefined, 10_000);
    const sessions = theirs.map(({ session }) => session);
    const from = performance.now();
    await gone.leave();
    gone.takes = false;
    const early = (): Visitor[] => theirs.filter(({ phase }) => phase !== "talking");
    await sleep(AGENT_GRACE_MS - 2_000);
    if (early().length > 0)
      throw new Error(`${early().length} visitors are back in the queue before the grace is over`);
    await must("not all visitors are back in the queue after the grace", () => theirs.every(placeOf), 15_000);
    // What the service holds to be the queue's order is in its table; each page must say the place it has there.
    const queue = await waiting(world);
    const heads = queue.slice(0, theirs.length);
    if (queue.length <= theirs.length || !sessions.every((session) => heads.includes(session)))
      throw new Error(
        `those who came back are not at the head of the queue: ${queue.map((id) => sessions.indexOf(id))}`,
      );
    const places = (): (number | undefined)[] => theirs.map((one) => placeOf(one)?.position);
    const right = sessions.map((session) => queue.indexOf(session) + 1);
    if (!(await until(() => `${places()}` === `${right}`, 5_000)))
      throw new Error(`those who are back in the queue have the places ${right} and are told ${places()}`);
    const untold = theirs.filter((one) => !one.tabs[0]?.chat.state.lines.some(({ service }) => service === "requeued"));
    if (untold.length > 0) throw new Error(`${untold.length} visitors were not told that they wait again`);
    return { from, cured: performance.now() };
  } finally {
    for (const agent of people.agents) agent.accepts = true;
  }
}

export const requeueFaults: Fault[] = [
  {
    id: "F8",
    name: "agent: goes while one waits; theirs come first, and the next agent sees all",
    rounds: { usual: 1, full: 5 },
    run: leaveWhileOneWaits,
    async after({ people }) {
      for (const agent of people.agents) {
        if (agent.takes) continue;
        agent.takes = true;
        agent.open();
      }
      await until(() => people.agents.every(({ online }) => online), 30_000);
    },
  },
];
