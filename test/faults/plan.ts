/** All faults, in the order in which they are played. */
import { clockFaults } from "./clocks.ts";
import { databaseFaults } from "./databases.ts";
import { linkFaults } from "./links.ts";
import { offerFaults } from "./offers.ts";
import { pageFaults } from "./pages.ts";
import { personFaults } from "./persons.ts";
import { poisonFaults } from "./poison.ts";
import { requeueFaults } from "./requeued.ts";
import { serverFaults } from "./servers.ts";
import { upgradeFaults } from "./upgrades.ts";
import type { Fault } from "./world.ts";

export const allFaults: Fault[] = [
  ...serverFaults,
  ...offerFaults,
  ...databaseFaults,
  ...linkFaults,
  ...personFaults,
  ...requeueFaults,
  ...pageFaults,
  ...clockFaults,
  ...poisonFaults,
  ...upgradeFaults,
];

const COMMON = [
  /^(gateway|component|Prosody|PostgreSQL): (kill -9|stop -m immediate)$/,
  /^component–Prosody: reset$/,
  /^visitor: /,
  /^agent: (connection cut|tab killed|goes while one waits)/,
  /^clocks .* an hour ahead$/,
  /^browser: .* tab is closed/,
];

/** What goes wrong with everybody some day; the short run plays these alone. */
export const isCommon = ({ name }: Pick<Fault, "name">): boolean => COMMON.some((one) => one.test(name));
