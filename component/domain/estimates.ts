/** How long a visitor will wait, as Fastpath reckons it (reference 3.3, 5.5). */
import type { WorkgroupState } from "./model.ts";

/** What a place in the queue is taken to cost while nobody has been served yet. */
const FIRST_GUESS_MS = 15_000;

/** Expected wait at a place in the queue, the head being 1; in ms. */
export const expectedWaitMs = (state: WorkgroupState, position: number): number =>
  (state.averageWaitMs ?? FIRST_GUESS_MS) * position;

/** The average after one more visitor was served; the first wait stands for itself. */
export const averageWith = (average: number | null, waitedMs: number): number =>
  average === null ? waitedMs : (average + waitedMs) / 2;
