import { describe, expect, it, vi } from "vitest";
import { createMailbox } from "../../runtime/mailbox.ts";

describe("a mailbox", () => {
  it("hands over together what was posted together, and next what came meanwhile", async () => {
    const batches: number[][] = [];
    const gate = Promise.withResolvers<void>();
    const mailbox = createMailbox<number>(async (events) => {
      batches.push(events);
      if (batches.length === 1) await gate.promise;
    });
    mailbox.post(1);
    mailbox.post(2);
    await vi.waitFor(() => expect(batches).toEqual([[1, 2]]));
    mailbox.post(3);
    mailbox.post(4);
    expect(batches).toHaveLength(1);
    gate.resolve();
    await mailbox.idle();
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("lets a handler try its batch again, and nothing overtakes it", async () => {
    const done: string[] = [];
    let failures = 3;
    const mailbox = createMailbox<string>(async (events) => {
      while (failures-- > 0) await Promise.resolve();
      done.push(...events);
    });
    mailbox.post("a");
    await Promise.resolve();
    mailbox.post("b");
    await mailbox.idle();
    expect(done).toEqual(["a", "b"]);
  });

  it("goes on after a batch that failed, and says so", async () => {
    const failed = vi.fn();
    const done: string[] = [];
    const mailbox = createMailbox<string>(async ([event]) => {
      if (event === "bad") throw new Error("a bug");
      if (event !== undefined) done.push(event);
    }, failed);
    mailbox.post("bad");
    await mailbox.idle();
    mailbox.post("good");
    await mailbox.idle();
    expect(done).toEqual(["good"]);
    expect(failed).toHaveBeenCalledWith(new Error("a bug"));
  });

  it("may be posted to by its own handler", async () => {
    const done: number[] = [];
    const mailbox = createMailbox<number>(async (events) => {
      done.push(...events);
      if (done.length < 3) mailbox.post(done.length);
    });
    mailbox.post(0);
    await mailbox.idle();
    expect(done).toEqual([0, 1, 2]);
  });

  it("is idle when it never had anything", () => createMailbox(async () => undefined).idle());
});
