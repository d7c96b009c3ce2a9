/** The rows of the benchmark, in the order in which they run. */
import type { Row } from "../report.ts";
import { agentUi } from "./agent-ui.ts";
import { crash } from "./crash.ts";
import { flood } from "./flood.ts";
import { flow } from "./flow.ts";
import { history } from "./history.ts";
import { memory } from "./memory.ts";
import { offer } from "./offer.ts";
import { oneWay } from "./one-way.ts";
import { queue } from "./queue.ts";
import { settings } from "./settings.ts";
import { signInRow } from "./sign-in.ts";
import { soak } from "./soak.ts";
import { storm } from "./storm.ts";
import { thousand } from "./thousand.ts";
import { widget } from "./widget.ts";

export const ROWS: readonly Row[] = [
  oneWay,
  flow,
  offer,
  queue,
  memory,
  thousand,
  storm,
  flood,
  crash,
  history,
  widget,
  agentUi,
  signInRow,
];

/** What is tried on demand only. */
export const EXPERIMENTS: readonly Row[] = [settings, soak];
