import { describe, expect, it } from "vitest";
import { readTrace } from "../../../bench/measure/main-thread.ts";

const PAGE = { pid: 7, tid: 1 };
const event = (name: string, ts: number, dur: number, args: object = {}, more: object = {}): object => ({
  ...PAGE,
  name,
  ph: "X",
  ts: ts * 1000,
  dur: dur * 1000,
  tdur: (dur * 1000) / 2,
  args,
  ...more,
});
const read = (...events: object[]) => {
  const traced = { ...PAGE, name: "traced", ph: "I", ts: 900_000, args: {} };
  return readTrace(JSON.stringify({ traceEvents: [...events, traced] }), (url) => url.endsWith("/embed.js"));
};
const script = (ts: number, dur: number, url: string) => event("FunctionCall", ts, dur, { data: { url } });
const tool = event("Receive mojo message", 100, 80, {
  chrome_mojo_event_info: { mojo_interface_tag: "blink.mojom.DevToolsSession" },
});

describe("a trace of a page's main thread", () => {
  it("tells the tasks in which our scripts or continuations ran from the page's own", () => {
    const { tasks } = read(
      event("RunTask", 100, 60),
      script(110, 20, "https://shop.example/shop.js"),
      event("RunTask", 200, 30),
      script(205, 10, "https://chat.example/embed.js"),
      event("RunTask", 300, 40),
      event("BlinkScheduler_PerformMicrotaskCheckpoint", 310, 20),
      event("RunTask", 400, 0.5),
    );
    expect(tasks).toEqual([
      { from: 0, ms: 60, scripted: false, ownMs: 60, cpuMs: 30 },
      { from: 100, ms: 30, scripted: true, ownMs: 30, cpuMs: 15 },
      { from: 200, ms: 40, scripted: true, ownMs: 40, cpuMs: 20 },
    ]);
  });

  it("counts of a task of the measuring tool only what ran of ours in it, and that once", () => {
    const embed = "https://chat.example/embed.js";
    const { tasks } = read(event("RunTask", 100, 90), tool, script(120, 10, embed), script(122, 4, embed));
    expect(tasks).toEqual([{ from: 0, ms: 90, scripted: true, ownMs: 10, cpuMs: 5 }]);
  });

  it("is that of the page which was traced, not of the browser's own pages, with its marks", () => {
    const other = { pid: 8, tid: 1 };
    const { tasks, marks } = read(
      event("RunTask", 50, 800, {}, other),
      event("RunTask", 100, 5),
      event("press", 150, 0, {}, { ph: "I" }),
    );
    expect(tasks.map(({ ms }) => ms)).toEqual([5]);
    expect(marks.get("press")).toBe(50);
  });
});
