/**
 * The WebSocket at /socket. The first frame is `hello`; it names the workgroup and, with a token, an earlier visit.
 * The token travels in frames only, so neither a cookie nor an address can be used against a visitor from another site.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import Router from "@koa/router";
import { WebSocketServer } from "ws";
import { MAX_FRAME_BYTES } from "../../protocol/visitor-api.ts";
import type { AddressOf } from "../http/address.ts";
import { HttpError } from "../http/errors.ts";
import type { Asking } from "../http/origins.ts";
import { AGAIN_S, type Refused, tooFast, UNAVAILABLE } from "../http/refusals.ts";
import { Rounds } from "../http/rounds.ts";
import { PageSocket, type PageSocketDeps, type PageWatch, PageWebSocket } from "../http/socket.ts";
import { PageSession, type PageSessionDeps } from "./page-session.ts";

export type SocketDeps = Omit<PageSessionDeps, "renewals"> & {
  addressOf: AddressOf;
  /** How many sockets one address may have open. */
  mostSockets: number;
  /** An address has as many open as it may. */
  onTooMany(): void;
  watch: PageWatch;
  /** How often a page's browser is pinged. */
  pingMs: number;
  /** How often an open page gets a new token. */
  renewMs: number;
};

export type SocketRoute = {
  /** How many pages are connected. */
  readonly size: number;
  /** How much was sent to them that they have not taken yet, in bytes. */
  readonly waitingBytes: number;
  /** Tells every page to come back later, and takes no more. */
  close(): void;
};

/** GET /socket by something that speaks no WebSocket. */
export function socketHintRoutes(): Router {
  const router = new Router();
  router.get("/socket", () => {
    throw new HttpError(426, "upgrade-required", "This address speaks WebSocket", { Upgrade: "websocket" });
  });
  return router;
}

/** Serves upgrades of `server` at `/socket`; every other upgrade is refused. */
export function serveSockets(server: Server, deps: SocketDeps): SocketRoute {
  const { addressOf, limits, mostSockets, onTooMany, watch, now } = deps;
  const upgrades = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
    WebSocket: PageWebSocket,
  });
  const pages = new Set<PageSocket>();
  const held = new Map<string, number>();
  let closing = false;

  const sessionDeps: PageSessionDeps = {
    ...deps,
    renewals: new Rounds<PageSession>(deps.renewMs, (session) => session.renew()),
  };
  const pageDeps: PageSocketDeps = {
    watch,
    pings: new Rounds<PageSocket>(deps.pingMs, (page) => page.ping()),
    now,
    onClose(page) {
      pages.delete(page);
      release(page.address);
    },
  };

  // Not a closure of the request: it would keep all of it for as long as the page is open.
  function serve(ws: PageWebSocket, address: string, asking: Asking): void {
    held.set(address, (held.get(address) ?? 0) + 1);
    const session = new PageSession(asking, sessionDeps);
    const page = new PageSocket(ws, address, session, pageDeps);
    pages.add(page);
    session.serve(page);
  }

  server.on("upgrade", (request, socket: Duplex, head) => {
    socket.on("error", destroy);
    if (closing) return refuseUpgrade(socket, "503 Service Unavailable", UNAVAILABLE);
    if (pathOf(request) !== "/socket") return refuseUpgrade(socket, "404 Not Found");
    const address = addressOf(request);
    const tooMany = (held.get(address) ?? 0) >= mostSockets;
    if (tooMany) onTooMany();
    const waitS = tooMany ? AGAIN_S : limits.take("connections", { address });
    if (waitS > 0) return refuseUpgrade(socket, "429 Too Many Requests", tooFast(waitS));
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      // The library has a listener of its own from here on.
      socket.off("error", destroy);
      const { origin, host } = request.headers;
      serve(ws, address, { origin, host });
    });
  });

  function release(address: string): void {
    const left = (held.get(address) ?? 1) - 1;
    if (left > 0) held.set(address, left);
    else held.delete(address);
  }

  return {
    get size() {
      return pages.size;
    },
    get waitingBytes() {
      return [...pages].reduce((sum, { waitingBytes }) => sum + waitingBytes, 0);
    },
    close() {
      closing = true;
      for (const page of pages) page.sendAway();
      // Whoever does not answer the close is cut off.
      setTimeout(() => {
        for (const page of pages) page.terminate();
      }, 1_000).unref();
    },
  };
}

function destroy(this: Duplex): void {
  this.destroy();
}

const pathOf = (request: IncomingMessage): string => (request.url ?? "").split("?", 1)[0] ?? "";

/** A browser keeps this answer from its page, which comes back by itself in good time; others can read it. */
function refuseUpgrade(socket: Duplex, status: string, refusal?: Refused): void {
  const { code = "", text = "", againS = AGAIN_S } = refusal ?? {};
  const body = refusal ? JSON.stringify({ error: { code, text, againS } }) : "";
  const lines = [
    `HTTP/1.1 ${status}`,
    "Connection: close",
    ...(refusal ? [`Retry-After: ${againS}`, "Content-Type: application/json; charset=utf-8"] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
