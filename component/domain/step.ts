/** The shape of a decision: state and event in, next state and orders out. */
import type { Effect } from "./effects.ts";
import type { Refusal } from "./events.ts";
import type { WorkgroupState } from "./model.ts";

export type Step = { state: WorkgroupState; effects: Effect[]; refusal?: Refusal };

/** Nothing happens: the normal answer to what is late, doubled or unexpected. */
export const unchanged = (state: WorkgroupState): Step => ({ state, effects: [] });

/** Nothing happens, and whoever asked is told why. */
export const refused = (state: WorkgroupState, refusal: Refusal): Step => ({ state, effects: [], refusal });
