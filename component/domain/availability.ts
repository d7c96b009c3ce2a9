/** Whether visitors are let in. */
import type { Agent, Availability, Device, WorkgroupState } from "./model.ts";

/** Reference 4.1: no show and `chat` take offers; `away`, `xa` and `dnd` do not. */
export const takesOffers = ({ show }: Device): boolean => show === "available" || show === "chat";

/** The clients of an agent that an offer goes to. */
export const openDevices = ({ devices }: Agent): readonly Device[] => devices.filter(takesOffers);

/**
 * `open`: switched on and an agent is there to chat, be it with all hands full. `ready`: switched on, but nobody is
 * there. `closed`: switched off or removed. Whoever waits already is served in any case.
 */
export function availability(state: WorkgroupState): Availability {
  if (state.removed || !state.settings.open) return "closed";
  for (const { devices } of state.agents.values()) if (devices.some(takesOffers)) return "open";
  return "ready";
}
