import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHeartbeat } from "../../../runtime/xmpp/heartbeat.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

const EVERY_MS = 4_000;
const ANSWER_MS = 5_000;
const LATE_MS = 8_000;

/** A server that answers after `takesMs`, on a link that is taken up again as soon as it is cut. */
function server(takesMs: number, talks: boolean) {
  const world = { takesMs, cutAfterMs: [] as number[] };
  let upAt = performance.now();
  const heartbeat = createHeartbeat({
    everyMs: EVERY_MS,
    answerMs: ANSWER_MS,
    lateMs: LATE_MS,
    ping: (timeoutMs) =>
      new Promise((resolve) => {
        setTimeout(() => resolve(world.takesMs <= timeoutMs), Math.min(world.takesMs, timeoutMs));
        if (talks) setTimeout(heartbeat.heard, 1);
      }),
    onSilence: () => {
      world.cutAfterMs.push(performance.now() - upAt);
      upAt = performance.now();
      heartbeat.start();
    },
  });
  heartbeat.start();
  return world;
}

// A timer of no time takes a millisecond.
describe("a server that does not answer in time", () => {
  it.each([
    ["is silent", false, [9_000, 10_001, 20_001, 20_001]],
    ["says other things", true, [12_000, 16_001, 32_001, 32_001]],
  ])(
    "and %s is asked at once after each cut, and given twice the time, up to four times",
    async (_, talks, expected) => {
      const world = server(Number.POSITIVE_INFINITY, talks);
      await vi.advanceTimersByTimeAsync(expected.reduce((sum, ms) => sum + ms));
      expect(world.cutAfterMs).toEqual(expected);
    },
  );

  it("because it has too much to do is left alone once it has had time", async () => {
    const world = server(12_000, true);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(world.cutAfterMs).toEqual([12_000]);
  });

  it("is given the usual time again once it has answered in it", async () => {
    const world = server(Number.POSITIVE_INFINITY, true);
    await vi.advanceTimersByTimeAsync(12_000);
    world.takesMs = 10;
    await vi.advanceTimersByTimeAsync(100);
    world.takesMs = Number.POSITIVE_INFINITY;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(world.cutAfterMs).toEqual([12_000, 11 + 12_000]);
  });
});
