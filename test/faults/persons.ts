/** Faults on the side of people: their networks, their tabs, their browsers. The order is part of what a seed means. */
import { agentFaults, longAway } from "./person-agent.ts";
import { visitorFaults } from "./person-visitor.ts";
import { vanishing } from "./vanishing.ts";
import type { Fault } from "./world.ts";

export const personFaults: Fault[] = [...visitorFaults, ...agentFaults, ...longAway, ...vanishing];
