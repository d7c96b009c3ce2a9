import { EventEmitter } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { type Closer, shutdownOnSignals } from "../../runtime/shutdown.ts";

function stopping(closers: Closer[], limitMs?: number) {
  const exit = vi.fn();
  const signals = new EventEmitter();
  return { exit, signals, shutdown: shutdownOnSignals({ closers, log: silentLog, limitMs, exit, signals }) };
}

describe("stopping", () => {
  it("closes one after the other in the order given, then exits", async () => {
    const done: string[] = [];
    const closer = (name: string): Closer => ({
      name,
      close: async () => {
        done.push(`${name} begins`);
        await Promise.resolve();
        done.push(`${name} ends`);
      },
    });
    const { exit, signals } = stopping([closer("socket"), closer("link")]);
    signals.emit("SIGTERM");
    await vi.waitFor(() => expect(exit).toHaveBeenCalledExactlyOnceWith(0));
    expect(done).toEqual(["socket begins", "socket ends", "link begins", "link ends"]);
  });

  it("happens once, however often it is asked", async () => {
    const close = vi.fn();
    const { exit, signals, shutdown } = stopping([{ name: "link", close }]);
    signals.emit("SIGINT");
    signals.emit("SIGINT");
    signals.emit("SIGTERM");
    await shutdown("again", 3);
    expect(close).toHaveBeenCalledOnce();
    expect(exit).toHaveBeenCalledExactlyOnceWith(0);
  });

  it("goes on when a closer fails", async () => {
    const close = vi.fn();
    const { exit, shutdown } = stopping([
      { name: "bad", close: () => Promise.reject(new Error("no")) },
      { name: "good", close },
    ]);
    await shutdown("a conflict", 2);
    expect(close).toHaveBeenCalledOnce();
    expect(exit).toHaveBeenCalledExactlyOnceWith(2);
  });

  it("gives up when it takes too long", async () => {
    const { exit, shutdown } = stopping([{ name: "stuck", close: () => new Promise(() => undefined) }], 10);
    void shutdown("test");
    await vi.waitFor(() => expect(exit).toHaveBeenCalledExactlyOnceWith(1));
  });
});
