/**
 * Epoch milliseconds of a clock that nobody sets: the wall clock's when the process began, and from there the monotonic
 * one's. For what must neither end early nor last too long because the wall clock was put right.
 */
export const steadyNow = (): number => performance.timeOrigin + performance.now();
