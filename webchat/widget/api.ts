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
};

const PING_MS = 15_000;
const PONG_MS = 10_000;
/** How long an open or a greeting may take. */
const OPEN_MS = 15_000;
const LONGEST_WAIT_MS = 30_000;

/** Full jitter: anything up to the limit, which doubles from one second to thirty. Pages cut off together do not come back together. */
export const backOff = (tries: number, random: number): number =>
  random * Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** tries);

/** @param address of the socket, ws: or wss: */
export function createLink(address: string, events: LinkEvents): Link {
  let socket: WebSocket | undefined;
  let wanted = false;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

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
    after(PING_MS, ping);
    let frame: ServerFrame;
    try {
      frame = parseServerFrame(data);
    } catch {
      return; // Of a newer gateway than this page: it can do without.
    }
    if (frame.kind === "welcome") tries = 0;
    events.onFrame(frame);
  }

  function ping(): void {
    send({ kind: "ping" });
    after(PONG_MS, again);
  }

  function again(): void {
    close();
    events.onConnecting();
    after(backOff(tries++, Math.random()), open);
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
    return true;
  }

  /** The page or the network is back: no waiting now. A socket that looks alive is asked at once. */
  function wake(): void {
    if (!wanted || document.hidden) return;
    tries = 0;
    if (socket?.readyState === WebSocket.OPEN) ping();
    else if (socket?.readyState !== WebSocket.CONNECTING) open();
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
