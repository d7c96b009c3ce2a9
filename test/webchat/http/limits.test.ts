import { describe, expect, it } from "vitest";
import { createBucket } from "../../../webchat/http/limits.ts";

describe("a bucket", () => {
  it("gives its burst at once, then at its rate, and says when to come again", () => {
    let at = 0;
    const bucket = createBucket({ burst: 3, perS: 0.5 }, () => at);
    expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0, 2]);
    at = 2_000;
    expect([bucket.take(), bucket.take()]).toEqual([0, 2]);
  });

  it("never holds more than its burst", () => {
    let at = 0;
    const bucket = createBucket({ burst: 2, perS: 1 }, () => at);
    at = 1_000_000;
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 1]);
  });
});
