import { describe, expect, it, vi } from "vitest";
import { type Clock, createTimers } from "../../runtime/timers.ts";

/** A clock that moves when told. `jump` sets it like an administrator does: no time passes. */
function handClock(start = 1_000_000) {
  let now = start;
  let elapsed = 0;
  const waiting = new Set<{ due: number; ms: number; fn: () => void }>();
  const clock: Clock = {
    now: () => now,
    after(ms, fn) {
      const one = { due: elapsed + ms, ms, fn };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
  };
  const pass = (ms: number): void => {
    const end = elapsed + ms;
    for (;;) {
      const next = [...waiting].sort((a, b) => a.due - b.due)[0];
      if (!next || next.due > end) break;
      now += next.due - elapsed;
      elapsed = next.due;
      waiting.delete(next);
      next.fn();
    }
    now += end - elapsed;
    elapsed = end;
  };
  const jump = (ms: number): void => {
    now += ms;
  };
  return { clock, pass, jump, longest: () => Math.max(...[...waiting].map(({ ms }) => ms)) };
}

const DAY = 86_400_000;

describe("a timer", () => {
  it("fires once at its time", () => {
    const { clock, pass } = handClock();
    const timers = createTimers({ clock });
    const fn = vi.fn();
    timers.start("a", clock.now() + 100, fn);
    pass(99);
    expect(fn).not.toHaveBeenCalled();
    pass(1);
    pass(1_000);
    expect(fn).toHaveBeenCalledOnce();
    expect(timers.size).toBe(0);
  });

  it("that is overdue fires soon, not at once", () => {
    const { clock, pass } = handClock();
    const fn = vi.fn();
    createTimers({ clock }).start("a", clock.now() - 5_000, fn);
    expect(fn).not.toHaveBeenCalled();
    pass(0);
    expect(fn).toHaveBeenCalledOnce();
  });

  it("started again under its key is moved", () => {
    const { clock, pass } = handClock();
    const timers = createTimers({ clock });
    const [first, second] = [vi.fn(), vi.fn()];
    timers.start("a", clock.now() + 100, first);
    timers.start("a", clock.now() + 200, second);
    expect(timers.size).toBe(1);
    pass(150);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 0]);
    pass(50);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  });

  it("does not fire when stopped, by itself or with all", () => {
    const { clock, pass } = handClock();
    const timers = createTimers({ clock });
    const fn = vi.fn();
    for (const key of ["a", "b", "c"]) timers.start(key, clock.now() + 100, fn);
    timers.stop("a");
    timers.stop("never started");
    timers.stopAll();
    pass(1_000);
    expect(fn).not.toHaveBeenCalled();
  });

  it("months away neither fires at once nor is forgotten", () => {
    const { clock, pass, longest } = handClock();
    const fn = vi.fn();
    createTimers({ clock }).start("a", clock.now() + 60 * DAY, fn);
    expect(longest()).toBeLessThan(2 ** 31);
    pass(60 * DAY - 1);
    expect(fn).not.toHaveBeenCalled();
    pass(1);
    expect(fn).toHaveBeenCalledOnce();
  });

  it.each([
    ["back", -3_600_000],
    ["forward", 3_600_000],
  ])("waits as long as it was told when the clock is set %s meanwhile", (_, ms) => {
    const { clock, pass, jump } = handClock();
    const fn = vi.fn();
    createTimers({ clock }).start("a", clock.now() + 1_000, fn);
    jump(ms);
    pass(999);
    expect(fn).not.toHaveBeenCalled();
    pass(1);
    expect(fn).toHaveBeenCalledOnce();
  });

  it("may be started again by its own function, and one that throws harms no other", () => {
    const { clock, pass } = handClock();
    const onFailure = vi.fn();
    const timers = createTimers({ clock, onFailure });
    let rounds = 0;
    const round = (): void => {
      rounds += 1;
      timers.start("round", clock.now() + 10, round);
      throw new Error("a bug");
    };
    timers.start("round", clock.now() + 10, round);
    pass(35);
    expect(rounds).toBe(3);
    expect(onFailure).toHaveBeenCalledWith(new Error("a bug"), "round");
  });

  it("runs on the system's clock by default", async () => {
    const fn = vi.fn();
    const timers = createTimers();
    timers.start("a", Date.now() + 5, fn);
    timers.start("b", Date.now() + 60_000, fn);
    await vi.waitFor(() => expect(fn).toHaveBeenCalledOnce());
    timers.stopAll();
  });
});
