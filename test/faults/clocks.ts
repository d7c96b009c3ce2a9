/** Clocks that jump. Nothing is ordered by a clock, and no timer runs by one. */
import { type Fault, sleep } from "./world.ts";

const HOUR_MS = 3_600_000;

export const clockFaults: Fault[] = [
  { name: "an hour ahead", ms: HOUR_MS },
  { name: "an hour back", ms: -HOUR_MS },
  { name: "400 days ahead", ms: 400 * 24 * HOUR_MS },
].map(({ name, ms }) => ({
  id: "F11",
  name: `clocks of component and gateway jump ${name}`,
  rounds: { usual: 1, full: 3 },
  async run({ house }) {
    const from = performance.now();
    await house.setClock(ms);
    await sleep(5_000);
    await house.setClock(0);
    return { from, cured: from };
  },
}));
