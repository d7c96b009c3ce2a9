/** Whom a fault may pick. */
import type { Agent } from "./agent.ts";
import type { Visitor } from "./visitor.ts";
import type { World } from "./world.ts";

/** A visitor and the agent of ours who talks with them; not one with an ordinary client. */
export function talkAtDesk({ people, random }: World): [Visitor, Agent] {
  for (const visitor of random.some(people.talking, people.talking.length)) {
    const agent = people.agents.find(
      (one) => one.takes && one.device === "desk" && isOpen(one.chatOf(visitor.session)),
    );
    if (agent) return [visitor, agent];
  }
  throw new Error("nobody talks");
}
const isOpen = (chat: { ended: unknown } | undefined): boolean => chat !== undefined && !chat.ended;
