/** Sessions as people have them: visitors over the gateway's WebSocket, agents over XMPP, the bot in between. */
import { until } from "../measure/stats.ts";
import type { BenchStack } from "../stack.ts";
import { type BenchAgent, signInAgent } from "./agents.ts";
import type { Hearer, Talk } from "./talk.ts";
import { BenchVisitor } from "./visitor.ts";

const HEARERS: readonly Hearer[] = ["sender", "other"];

export type FoyerTalk = Talk & {
  readonly visitors: readonly BenchVisitor[];
  readonly agents: readonly BenchAgent[];
  /** Session ids, by room. */
  readonly sessions: readonly string[];
  /** Closes every socket and signs everybody out. */
  stop(): Promise<void>;
};

/** Signs in all agents of the stack and brings so many visitors into a talk. Each agent has at most 100. */
export async function openFoyerTalks(stack: BenchStack, rooms: number): Promise<FoyerTalk> {
  const agents = await Promise.all(stack.agentNames.map((name) => signInAgent(stack, name)));
  const visitors = Array.from({ length: rooms }, () => new BenchVisitor(stack.url));
  const sessions: string[] = [];
  const agentOf = new Map<string, BenchAgent>();
  const talk: FoyerTalk = {
    rooms,
    visitors,
    agents,
    sessions,
    hearers: HEARERS,
    onLine: () => undefined,
    say(room, side, text) {
      if (side === 0) visitors[room]?.say(text);
      else {
        const session = sessions[room] ?? "";
        agentOf.get(session)?.say(session, text);
      }
    },
    async stop() {
      for (const visitor of visitors) visitor.close();
      for (const agent of agents) agent.client.stop();
    },
  };
  for (const agent of agents) {
    agent.onEntered = (session) => agentOf.set(session, agent);
    agent.onLine = (_session, nick, text) => talk.onLine(nick === agent.name ? "sender" : "other", text);
  }
  for (const visitor of visitors) {
    visitor.onLine = (line) => talk.onLine(line.from.kind === "self" ? "sender" : "other", line.text);
  }

  // Some at a time: what is measured comes later.
  let next = 0;
  const isTalking = (visitor: BenchVisitor): boolean =>
    visitor.state.phase === "talking" && agentOf.has(visitor.state.session);
  let talking = 0;
  while (next < rooms || talking < rooms) {
    talking = visitors.filter(isTalking).length;
    while (next < rooms && next - talking < 20) {
      const [visitor, name] = [visitors[next], `Visitor ${next}`];
      next += 1;
      await visitor?.connect();
      visitor?.join(name);
    }
    const before = talking;
    await until(
      "a visitor to be met",
      () => {
        talking = visitors.filter(isTalking).length;
        return talking > before || talking === rooms;
      },
      60_000,
      5,
    );
  }
  for (const { state } of visitors) sessions.push(state.phase === "talking" ? state.session : "");
  return talk;
}
