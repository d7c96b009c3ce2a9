/** How eagerly a page seeks the gateway. */
import "../../faults/page-world.ts";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Chat } from "../../../webchat/widget/chat.ts";

const base = "http://gateway.example/";
let attempts = 0;

beforeEach(() => {
  vi.useFakeTimers();
  attempts = 0;
  vi.spyOn(Math, "random").mockReturnValue(0.999);
  vi.stubGlobal(
    "WebSocket",
    class {
      readyState = 3;
      onclose = (): void => undefined;
      constructor() {
        attempts += 1;
        queueMicrotask(() => this.onclose());
      }
      close = (): void => undefined;
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("a page that is opened again in the middle of a talk tries every five seconds, and not as seldom as an idle one", async () => {
  localStorage.setItem(`foyer:${base}:support`, JSON.stringify({ live: true, had: true }));
  const chat = new Chat({ base, workgroup: "support", lang: "en" });
  chat.resume();
  await vi.advanceTimersByTimeAsync(60_000);
  chat.stop();
  // After 1, 3, 7, 12, 17 seconds and so on.
  expect(attempts).toBe(14);
});
