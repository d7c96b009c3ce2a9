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
  /** Whether a request or a talk is under way, so that a dead connection matters soon. */
  isLive(): boolean;
};

/** From an answer to the next question whether the connection lives: while it matters, and else. */
const PING_MS = { live: 7_000, idle: 25_000 };
/** After something was said that nobody answers. */
const DOUBT_MS = 3_000;
/** Silence for so long after asking: dead. */
const PONG_MS = 5_000;
/** Other things come, and no answer for so long: dead in one direction. With `PING_MS.live` no more than 15 s. */
const LATE_MS = 8_000;
/** How long an open or a greeting may take. */
const OPEN_MS = 15_000;
/** A new attempt takes the place of one that has not come through so long after something changed. */
const STALE_MS = 2_000;
/** Between attempts: while a talk waits for it, and else. */
const LONGEST_WAIT_MS = { live: 10_000, idle: 30_000 };

/** Full jitter: anything up to the limit, which doubles from one second on. Pages cut off together do not come back together. */
export const backOff = (tries: number, random: number, isLive = true): number =>
  random * Math.min(isLive ? LONGEST_WAIT_MS.live : LONGEST_WAIT_MS.idle, 1_000 * 2 ** tries);

/** Only these show that what we say arrives. */
const isAnswer = (frame: ServerFrame): boolean =>
  ["pong", "welcome", "refused"].includes(frame.kind) ||
  (frame.kind === "lines" && !frame.catchUp && frame.lines.some((line) => line.from.kind === "self"));

/** @param address of the socket, ws: or wss: */
export function createLink(address: string, events: LinkEvents): Link {
  let socket: WebSocket | undefined;
  let wanted = false;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What came since the connection was asked whether it lives; -1 while it is not being asked. */
  let heardSince = -1;
  let openedAt = 0;
  /** A question is due soon, for something was said. */
  let doubted = false;

  const after = (ms: number, then: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  };

  function open(): void {
    close();
    events.onConnecting();
    const mine = new WebSocket(address);
    socket = mine;
    heardSince = -1;
    openedAt = Date.now();
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
    if (frame.kind === "welcome") tries = 0;
    if (heardSince >= 0) heardSince += 1;
    events.onFrame(frame);
    if (isAnswer(frame)) rest();
  }

  function rest(): void {
    if (socket?.readyState !== WebSocket.OPEN) return;
    heardSince = -1;
    doubted = false;
    after(events.isLive() ? PING_MS.live : PING_MS.idle, ping);
  }

  function ping(): void {
    heardSince = 0;
    socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ kind: "ping" } satisfies ClientFrame));
    after(PONG_MS, () => (heardSince > 0 ? after(LATE_MS - PONG_MS, again) : again()));
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
    if (heardSince < 0 && !doubted && frame.kind !== "typing") {
      doubted = true;
      after(DOUBT_MS, ping);
    }
    return true;
  }

  /** The page or the network is back: no waiting now. A socket that looks alive is asked at once. */
  function wake(): void {
    if (!wanted || document.hidden) return;
    tries = 0;
    if (socket?.readyState === WebSocket.OPEN) ping();
    else if (socket?.readyState !== WebSocket.CONNECTING || Date.now() - openedAt > STALE_MS) open();
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
