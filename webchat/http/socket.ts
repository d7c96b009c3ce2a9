/** One page's WebSocket: frames in and out, pings both ways, and bounds on what a slow or broken page may cost. */
import type { WebSocket } from "ws";
import { type ClientFrame, FrameError, parseClientFrame, type ServerFrame } from "../../protocol/visitor-api.ts";
import type { Page } from "../domain/page.ts";
import { createPace, FRAMES, MOST_BAD_FRAMES } from "./limits.ts";

export type PageSocket = Page & {
  /** Closes the socket of a page that never said who it is. */
  dismiss(): void;
};

/** Hears what happens on a socket, for counting. */
export type PageWatch = {
  heard(frame: ClientFrame): void;
  told(frame: ServerFrame): void;
  /** We closed it: the page takes nothing, answers no ping, sends what is no frame, or never said hello. */
  cut(reason: "slow" | "silent" | "bad-frames" | "no-hello"): void;
};

export type PageSocketOptions = {
  watch: PageWatch;
  onFrame(frame: ClientFrame): void;
  onClose(): void;
  /** How often the page's browser is pinged; one that missed two pings in a row is gone. */
  pingMs: number;
  /** In ms, of a clock that never goes back. */
  now(): number;
};

/** Above it, what is worth nothing later is left out. */
const SLOW_BYTES = 256 * 1024;
/** Above it the page is cut off: it comes back and asks from the last line it saw. */
const DROWNED_BYTES = 1024 * 1024;

export const CLOSE = { goingAway: 1001, policy: 1008 } as const;

/** Takes care of a socket that was just opened. */
export function servePage(ws: WebSocket, { watch, onFrame, onClose, pingMs, now }: PageSocketOptions): PageSocket {
  let badFrames = 0;
  let unanswered = 0;
  let waiting: (() => void)[] = [];
  const pace = createPace(FRAMES, now);
  let resuming: NodeJS.Timeout | undefined;

  const release = (): void => {
    if (ws.readyState === ws.OPEN && ws.bufferedAmount > SLOW_BYTES) return;
    const ready = waiting;
    waiting = [];
    for (const resolve of ready) resolve();
  };

  const page: PageSocket = {
    get open() {
      return ws.readyState === ws.OPEN;
    },
    send(frame) {
      if (ws.readyState !== ws.OPEN) return;
      if (frame.kind === "typing" && ws.bufferedAmount > SLOW_BYTES) return;
      if (ws.bufferedAmount > DROWNED_BYTES) {
        watch.cut("slow");
        return ws.terminate();
      }
      watch.told(frame);
      ws.send(JSON.stringify(frame satisfies ServerFrame), release);
    },
    drained() {
      if (ws.readyState !== ws.OPEN || ws.bufferedAmount <= SLOW_BYTES) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    dismiss() {
      watch.cut("no-hello");
      ws.close(CLOSE.policy, "no hello");
    },
  };

  function refuse(text: string): void {
    badFrames += 1;
    page.send({ kind: "refused", code: "bad-frame", text });
    if (badFrames !== MOST_BAD_FRAMES) return;
    watch.cut("bad-frames");
    ws.close(CLOSE.policy, "too many frames that cannot be read");
  }

  /** A page that says too much is not listened to for a while: what it says waits on its own side. */
  function keepPace(): void {
    const pauseMs = pace.spend();
    if (pauseMs === 0 || ws.readyState !== ws.OPEN) return;
    ws.pause();
    clearTimeout(resuming);
    resuming = setTimeout(() => ws.resume(), pauseMs);
  }

  const pinging = setInterval(() => {
    if (unanswered >= 2) {
      watch.cut("silent");
      return ws.terminate();
    }
    unanswered += 1;
    ws.ping();
  }, pingMs);

  ws.on("pong", () => {
    unanswered = 0;
  });
  // Answered by the library, but not for nothing.
  ws.on("ping", keepPace);
  ws.on("message", (data, isBinary) => {
    keepPace();
    // Whoever speaks is there, even if its pongs are late.
    unanswered = 0;
    if (ws.readyState !== ws.OPEN) return;
    if (isBinary) return refuse("a frame must be text");
    let frame: ClientFrame;
    try {
      frame = parseClientFrame(data.toString());
    } catch (error) {
      if (error instanceof FrameError) return refuse(error.message);
      throw error;
    }
    if (frame.kind === "ping") return page.send({ kind: "pong" });
    watch.heard(frame);
    onFrame(frame);
  });
  // An oversized or malformed frame: ws closes with the right code by itself, "close" follows.
  ws.on("error", () => undefined);
  ws.on("close", () => {
    clearInterval(pinging);
    clearTimeout(resuming);
    release();
    onClose();
  });
  return page;
}
