import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createWatch } from "../../../agent-ui/xmpp/watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watching(answer: () => Promise<unknown>) {
  const asked = vi.fn(answer);
  const dead = vi.fn();
  const watch = createWatch({ everyMs: 5_000, answerMs: 5_000, lateMs: 9_000, ask: asked, dead });
  watch.start();
  return { watch, asked, dead };
}
const never = (): Promise<unknown> => new Promise(() => undefined);

describe("a link", () => {
  it("that answers is asked again and again", async () => {
    const { asked, dead } = watching(() => Promise.resolve());
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked.mock.calls.length, dead.mock.calls.length]).toEqual([12, 0]);
  });

  it("on which nothing comes is dead ten seconds later", async () => {
    const { dead } = watching(never);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(dead).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(dead).toHaveBeenCalledOnce();
  });

  it("that brings things and takes none is dead within fifteen seconds", async () => {
    const { watch, dead } = watching(never);
    const chatter = setInterval(watch.heard, 500);
    await vi.advanceTimersByTimeAsync(13_999);
    expect(dead).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(dead).toHaveBeenCalledOnce();
    clearInterval(chatter);
  });

  it("that is busy with a backlog may be late with its answer", async () => {
    const { watch, asked, dead } = watching(() => new Promise((resolve) => setTimeout(resolve, 25_000)));
    const flood = setInterval(watch.heard, 20);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(dead).not.toHaveBeenCalled();
    expect(asked.mock.calls.length).toBe(2);
    clearInterval(flood);
  });

  it("that is not watched any more is not asked", async () => {
    const { watch, asked, dead } = watching(never);
    await vi.advanceTimersByTimeAsync(6_000);
    watch.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked.mock.calls.length, dead.mock.calls.length]).toEqual([1, 0]);
  });
});
