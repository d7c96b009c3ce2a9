/**
 * The WebSocket at /socket. The first frame is `hello`; it names the workgroup and, with a token, an earlier visit.
 * The token travels in frames only, so neither a cookie nor an address can be used against a visitor from another site.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import Router from "@koa/router";
import { WebSocketServer } from "ws";
import { type ClientFrame, MAX_FRAME_BYTES } from "../../protocol/visitor-api.ts";
import type { Attached, Hello, Page, PageAction } from "../domain/page.ts";
import type { Refused } from "../domain/refusal.ts";
import { HttpError } from "../http/errors.ts";
import { type Bucket, createBucket, MOST_WAITING_LINES, RATES } from "../http/limits.ts";
import { AGAIN_S, refuse } from "../http/refusals.ts";
import { CLOSE, type PageSocket, servePage } from "../http/socket.ts";
import type { Tokens } from "../http/token.ts";
import type { FindWorkgroup } from "./workgroups.ts";

export type SocketDeps = {
  tokens: Tokens;
  /** Gives a page to its visit. */
  open(page: Page, hello: Hello): Promise<Attached | Refused>;
  find: FindWorkgroup;
  newVisitId(): string;
  /** In ms, of a clock that never goes back. */
  now(): number;
  onFailure(error: unknown): void;
  pingMs: number;
  helloMs: number;
};

export type SocketRoute = {
  /** How many pages are connected. */
  readonly size: number;
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

type SayFrame = Extract<ClientFrame, { kind: "say" }>;
type HelloFrame = Extract<ClientFrame, { kind: "hello" }>;

/** Serves upgrades of `server` at `/socket`; every other upgrade is refused. */
export function serveSockets(server: Server, deps: SocketDeps): SocketRoute {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  let closing = false;

  server.on("upgrade", (request, socket: Duplex, head) => {
    socket.on("error", () => socket.destroy());
    if (closing) return refuseUpgrade(socket, "503 Service Unavailable");
    if (pathOf(request) !== "/socket") return refuseUpgrade(socket, "404 Not Found");
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const page = new PageSession(deps);
      page.serve(
        servePage(ws, {
          pingMs: deps.pingMs,
          onFrame: (frame) => page.take(frame),
          onClose: () => page.end(),
        }),
      );
    });
  });

  return {
    get size() {
      return sockets.clients.size;
    },
    close() {
      closing = true;
      for (const ws of sockets.clients) ws.close(CLOSE.goingAway, "the service restarts");
      // Whoever does not answer the close is cut off.
      setTimeout(() => {
        for (const ws of sockets.clients) ws.terminate();
      }, 1_000).unref();
    },
  };
}

const UNAVAILABLE = refuse("unavailable", "The service cannot be reached just now", { againS: AGAIN_S });

const pathOf = (request: IncomingMessage): string => (request.url ?? "").split("?", 1)[0] ?? "";

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** One page from its opening to its end: hello first, then what it does, each kind at its rate. */
class PageSession {
  readonly #deps: SocketDeps;
  readonly #buckets: Record<"say" | "typing" | "act" | "hello", Bucket>;
  #page: PageSocket | null = null;
  #attached: Attached | null = null;
  #greeting = false;
  #ended = false;
  #helloTimer: NodeJS.Timeout | undefined;
  readonly #lines: SayFrame[] = [];
  #lineTimer: NodeJS.Timeout | undefined;

  constructor(deps: SocketDeps) {
    this.#deps = deps;
    const { now } = deps;
    this.#buckets = {
      say: createBucket(RATES.say, now),
      typing: createBucket(RATES.typing, now),
      act: createBucket(RATES.act, now),
      hello: createBucket(RATES.act, now),
    };
  }

  serve(page: PageSocket): void {
    this.#page = page;
    this.#helloTimer = setTimeout(() => {
      if (!this.#attached) page.close(CLOSE.policy, "no hello");
    }, this.#deps.helloMs);
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#helloTimer);
    clearTimeout(this.#lineTimer);
    this.#attached?.detach();
    this.#attached = null;
  }

  take(frame: ClientFrame): void {
    const page = this.#page;
    if (!page || this.#ended || frame.kind === "ping") return;
    if (frame.kind === "hello") return this.#takeHello(page, frame);
    if (!this.#attached) return page.send(refuse("bad-frame", "the first frame must be hello", keyOf(frame)));
    if (frame.kind === "say") return this.#takeLine(page, this.#attached, frame);
    const waitS = this.#buckets[bucketOf(frame)].take();
    if (waitS === 0) return this.#attached.act(frame);
    // Nobody misses a typing notice.
    if (frame.kind !== "typing") page.send(refuse("too-fast", "Too much at once", { ...keyOf(frame), againS: waitS }));
  }

  /** Lines wait rather than being refused: a line that is refused and comes again has lost its place. */
  #takeLine(page: PageSocket, attached: Attached, line: SayFrame): void {
    if (this.#lines.length >= MOST_WAITING_LINES) {
      return page.send(refuse("too-fast", "Too much at once", { key: line.key, againS: AGAIN_S }));
    }
    this.#lines.push(line);
    if (this.#lines.length === 1) this.#sayLines(attached);
  }

  #sayLines(attached: Attached): void {
    for (let next = this.#lines[0]; next; next = this.#lines[0]) {
      const waitS = this.#buckets.say.take();
      if (waitS > 0) {
        this.#lineTimer = setTimeout(() => this.#sayLines(attached), waitS * 1000);
        return;
      }
      attached.act(next);
      this.#lines.shift();
    }
  }

  #takeHello(page: PageSocket, frame: HelloFrame): void {
    if (this.#attached || this.#greeting) return page.send(refuse("bad-frame", "hello was said already"));
    const waitS = this.#buckets.hello.take();
    if (waitS > 0) return page.send(refuse("too-fast", "Too much at once", { againS: waitS }));
    this.#greeting = true;
    this.#greet(page, frame)
      .then(
        (answer) => this.#welcomed(page, answer),
        (error: unknown) => {
          this.#deps.onFailure(error);
          page.send(UNAVAILABLE);
        },
      )
      .finally(() => {
        this.#greeting = false;
      });
  }

  #welcomed(page: PageSocket, answer: Attached | Refused): void {
    if ("kind" in answer) return page.send(answer);
    clearTimeout(this.#helloTimer);
    if (this.#ended) answer.detach();
    else this.#attached = answer;
  }

  async #greet(page: PageSocket, { workgroup: asked, token, session, after }: HelloFrame): Promise<Attached | Refused> {
    const { tokens, find, open, newVisitId } = this.#deps;
    const workgroup = asked.toLowerCase();
    if (token !== undefined) {
      const visit = await tokens.verify(token, workgroup);
      if (visit === null) return refuse("bad-token", "This token is not good here");
      const renewed = await tokens.issue({ visit, workgroup });
      return open(page, { visit, isNew: false, workgroup, token: renewed, session, after });
    }
    const found = await find(workgroup, "");
    if (!found.found) {
      return found.why === "unknown" ? refuse("unknown-workgroup", "There is no such workgroup") : UNAVAILABLE;
    }
    const visit = newVisitId();
    const fresh = await tokens.issue({ visit, workgroup });
    return open(page, { visit, isNew: true, workgroup, token: fresh, session: undefined, after: undefined });
  }
}

const keyOf = (frame: PageAction): { key?: string } => ("key" in frame ? { key: frame.key } : {});

function bucketOf(frame: PageAction): "say" | "typing" | "act" {
  return frame.kind === "say" || frame.kind === "typing" ? frame.kind : "act";
}
