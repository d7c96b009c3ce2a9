import { describe, expect, it } from "vitest";
import { Buckets, owedMs, takeOne, waitS } from "../../runtime/buckets.ts";

describe("a bucket", () => {
  it("gives its burst at once, then at its rate, and says when to come again", () => {
    const rate = { burst: 3, perS: 0.5 };
    let fullAt = 0;
    const take = (now: number): number => {
      const againS = waitS(rate, fullAt, now);
      if (againS === 0) fullAt = takeOne(rate, fullAt, now);
      return againS;
    };
    expect([take(0), take(0), take(0), take(0)]).toEqual([0, 0, 0, 2]);
    expect([take(2_000), take(2_000)]).toEqual([0, 2]);
    expect([1, 2, 3, 4].map(() => take(1_000_000))).toEqual([0, 0, 0, 2]);
  });

  it.each([0.05, 0.1, 0.3, 1 / 3, 7, 50])("of %d a second is not mistaken by rounding", (perS) => {
    const rate = { burst: 20, perS };
    let fullAt = 0;
    for (let i = 0; i < 20; i++) {
      expect(waitS(rate, fullAt, 123.456)).toBe(0);
      fullAt = takeOne(rate, fullAt, 123.456);
    }
    expect(waitS(rate, fullAt, 123.456)).toBe(Math.ceil(1 / perS));
  });

  it("can be owed to: the longer, the more was taken that was not there", () => {
    const rate = { burst: 2, perS: 10 };
    let fullAt = 0;
    const spend = (now: number): number => {
      fullAt = takeOne(rate, fullAt, now);
      return owedMs(rate, fullAt, now);
    };
    expect([spend(0), spend(0), spend(0), spend(0)]).toEqual([0, 0, 100, 200]);
    expect(spend(150)).toBe(150);
    expect(spend(10_000)).toBe(0);
  });
});

describe("many buckets", () => {
  it("are forgotten when they are full again: who asked a while ago costs nothing", () => {
    const buckets = new Buckets(1_000_000);
    for (let at = 0; at < 10_000; at++) buckets.keep(`visit ${at}`, at + 5, at);
    expect(buckets.size).toBeLessThan(200);
    expect(buckets.of("visit 9999")).toBe(10_004);
    expect(buckets.of("visit 1")).toBe(0);
  });

  it("are forgotten least lately asked first when there are too many", () => {
    const buckets = new Buckets(2);
    for (const name of ["a", "b", "a", "c"]) buckets.keep(name, 100, 0);
    expect(["a", "b", "c"].map((name) => buckets.of(name))).toEqual([100, 0, 100]);
  });
});
