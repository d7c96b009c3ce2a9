/** The widget's socket to the gateway, which comes back by itself. */
import { type ClientFrame, parseServerFrame, type ServerFrame } from "../../protocol/visitor-api.ts";

export type Link = {
  /** Opens the socket and keeps it open until `stop`. */
  start(): void;
  stop(): void;
  /** False when there is no open socket: the caller says it again after the next welcome. */
  send(frame: ClientFrame): boolean;
  /** Closes the socket and opens another, as when the gateway does not answer. */
  retry(): void;
};

export type LinkEvents = {
  /** The first frame of each connection. */
  hello(): ClientFrame;
  onFrame(frame: ServerFrame): void;
  onConnecting(): void;
  /** Whether a request or a talk is under way or wanted, so that a dead connection matters soon. */
  isLive(): boolean;
};

/** From an answer to the next question whether the connection lives: while it matters, and else. */
const PING_MS = 7_000;
const IDLE_PING_MS = 25_000;
/** After something was said that nobody answers. */
const DOUBT_MS = 3_000;
/** Silence for so long after asking: dead. */
const PONG_MS = 5_000;
/** Other things come, and no answer for so long: dead in one direction. With `PING_MS` no more than 15 s. */
const LATE_MS = 8_000;
/** How long an open or a greeting may take. With the wait after it less than 15 s: one may hang just as all is well again. */
const OPEN_MS = 9_000;
/** Between attempts: while a talk waits for it, and else. */
const LONGEST_WAIT_MS = 5_000;
const IDLE_WAIT_MS = 30_000;

/** Full jitter: anything up to the limit, which doubles from one second on. Pages cut off together do not come back together. */
export const backOff = (tries: number, random: number, isLive = true): number =>
  random * Math.min(isLive ? LONGEST_WAIT_MS : IDLE_WAIT_MS, 1_000 * 2 ** tries);

/** @param address of the socket, ws: or wss: */
export function createLink(address: string, events: LinkEvents): Link {
  let socket: WebSocket | undefined;
  let wanted = false;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether anything came since the connection was asked whether it lives. */
  let came = false;
  /** A question is due soon, for something was said, or has been asked. */
  let asking = false;

  const after = (ms: number, then: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  };

  function open(): void {
    close();
    events.onConnecting();
    const mine = new WebSocket(address);
    socket = mine;
    after(OPEN_MS, again);
    mine.onopen = () => mine.send(JSON.stringify(events.hello()));
    mine.onclose = () => mine === socket && again();
    mine.onmessage = ({ data }) => mine === socket && heard(String(data));
  }

  function heard(data: string): void {
    let frame: ServerFrame;
    try {
      frame = parseServerFrame(data);
    } catch {
      return; // Of a newer gateway than this page: it can do without.
    }
    const greeted = frame.kind === "welcome";
    if (greeted) tries = 0;
    came = true;
    events.onFrame(frame);
    // Only these show that what we say arrives.
    if (socket && (greeted || frame.kind === "pong")) {
      asking = false;
      after(events.isLive() ? PING_MS : IDLE_PING_MS, ping);
    }
  }

  function ping(): void {
    asking = true;
    came = false;
    send({ kind: "ping" });
    after(PONG_MS, () => (came ? after(LATE_MS - PONG_MS, again) : again()));
  }

  function again(): void {
    close();
    events.onConnecting();
    after(backOff(tries++, Math.random(), events.isLive()), open);
  }

  function close(): void {
    clearTimeout(timer);
    const old = socket;
    socket = undefined;
    old?.close();
  }

  function send(frame: ClientFrame): boolean {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    // Said into a dead connection, it would wait for long.
    if (!asking) {
      asking = true;
      after(DOUBT_MS, ping);
    }
    return true;
  }

  /** The page or the network is back: no waiting now. A socket that looks alive is asked at once. */
  function wake(): void {
    if (!wanted || document.hidden) return;
    tries = 0;
    if (socket?.readyState === WebSocket.OPEN) ping();
    else open();
  }

  const listen = (change: "addEventListener" | "removeEventListener"): void => {
    globalThis[change]("online", wake);
    globalThis[change]("pageshow", wake);
    document[change]("visibilitychange", wake);
  };

  return {
    start() {
      if (wanted) return;
      wanted = true;
      listen("addEventListener");
      open();
    },
    stop() {
      wanted = false;
      listen("removeEventListener");
      close();
    },
    send,
    retry: again,
  };
}
