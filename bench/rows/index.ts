/** The rows of the benchmark, in the order in which they run. */
import type { Row } from "../report.ts";
import { flow } from "./flow.ts";
import { oneWay } from "./one-way.ts";

export const ROWS: readonly Row[] = [oneWay, flow];

/** What is tried on demand only. */
export const EXPERIMENTS: readonly Row[] = [];
