/**
 * One page's WebSocket: frames in and out, pings both ways, and bounds on what a slow or broken page may cost.
 * Most pages stand open and say nothing, by the thousand: what listens and what waits is shared by all of them.
 */
import { type RawData, WebSocket } from "ws";
import { type ClientFrame, FrameError, parseClientFrame, type ServerFrame } from "../../protocol/visitor-api.ts";
import { owedMs, takeOne } from "../../runtime/buckets.ts";
import type { Page } from "../domain/page.ts";
import { FRAMES, MOST_BAD_FRAMES } from "./limits.ts";
import type { Place, Rounds } from "./rounds.ts";

/** Hears what happens on the sockets of pages, for counting. */
export type PageWatch = {
  opened(): void;
  heard(page: Page, frame: ClientFrame): void;
  told(page: Page, frame: ServerFrame): void;
  /** We closed it: the page takes nothing, answers no ping, sends what is no frame, or never said hello. */
  cut(reason: "slow" | "silent" | "bad-frames" | "no-hello"): void;
};

/** What all pages share. */
export type PageSocketDeps = {
  watch: PageWatch;
  /** Who pings the pages' browsers; one that missed two pings in a row is gone. */
  pings: Rounds<PageSocket>;
  /** In ms, of a clock that never goes back. */
  now(): number;
  onClose(page: PageSocket): void;
};

/** Who hears the page's frames, pings left out, and its end. */
export type PageOwner = { take(frame: ClientFrame): void; end(): void };

/** Above it, what is worth nothing later is left out. */
const SLOW_BYTES = 256 * 1024;
/** Above it the page is cut off: it comes back and asks from the last line it saw. */
const DROWNED_BYTES = 1024 * 1024;

const CLOSE = { goingAway: 1001, policy: 1008 } as const;

/** A WebSocket that knows its page: so its listeners can be the same for all. */
export class PageWebSocket extends WebSocket {
  page: PageSocket | undefined;
}

export class PageSocket implements Page {
  /** What its limits go by; not to be logged. */
  readonly address: string;
  readonly #ws: PageWebSocket;
  readonly #owner: PageOwner;
  readonly #deps: PageSocketDeps;
  readonly #pinging: Place<PageSocket>;
  #badFrames = 0;
  #unanswered = 0;
  /** When its bucket of frames is full again. */
  #paceAt = 0;
  #resuming: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] | undefined;

  /** Takes care of a socket that was just opened. */
  constructor(ws: PageWebSocket, address: string, owner: PageOwner, deps: PageSocketDeps) {
    this.address = address;
    this.#ws = ws;
    this.#owner = owner;
    this.#deps = deps;
    this.#pinging = deps.pings.join(this);
    ws.page = this;
    ws.on("message", onMessage);
    ws.on("pong", onPong);
    ws.on("ping", onPing);
    ws.on("error", onError);
    ws.on("close", onClose);
    deps.watch.opened();
  }

  get open(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  /** How much was sent that the page has not taken yet, in bytes. */
  get waitingBytes(): number {
    return this.#ws.bufferedAmount;
  }

  send(frame: ServerFrame): void {
    if (!this.open) return;
    const waiting = this.#ws.bufferedAmount;
    if (frame.kind === "typing" && waiting > SLOW_BYTES) return;
    if (waiting > DROWNED_BYTES) return this.#cut("slow");
    this.#deps.watch.told(this, frame);
    this.#ws.send(JSON.stringify(frame), () => this.#release());
  }

  drained(): Promise<void> {
    if (!this.open || this.#ws.bufferedAmount <= SLOW_BYTES) return Promise.resolve();
    this.#waiting ??= [];
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    return promise;
  }

  /** Closes the socket of a page that never said who it is. */
  dismiss(): void {
    this.#deps.watch.cut("no-hello");
    this.#ws.close(CLOSE.policy, "no hello");
  }

  /** Tells the page to come back later. */
  sendAway(): void {
    this.#ws.close(CLOSE.goingAway, "the service restarts");
  }

  /** Cuts the connection. */
  terminate(): void {
    this.#ws.terminate();
  }

  /** Asks whether anybody is there still. For the rounds. */
  ping(): void {
    if (this.#unanswered >= 2) return this.#cut("silent");
    this.#unanswered += 1;
    this.#ws.ping();
  }

  // ---- For the listeners below ----

  isThere(): void {
    this.#unanswered = 0;
  }

  /** A page that says too much is not listened to for a while: what it says waits on its own side. */
  keepPace(): void {
    const now = this.#deps.now();
    this.#paceAt = takeOne(FRAMES, this.#paceAt, now);
    const pauseMs = owedMs(FRAMES, this.#paceAt, now);
    if (pauseMs === 0 || !this.open) return;
    this.#ws.pause();
    clearTimeout(this.#resuming);
    this.#resuming = setTimeout(() => this.#ws.resume(), pauseMs);
  }

  message(data: RawData, isBinary: boolean): void {
    this.keepPace();
    // Whoever speaks is there, even if its pongs are late.
    this.isThere();
    if (!this.open) return;
    if (isBinary) return this.#refuse("a frame must be text");
    let frame: ClientFrame;
    try {
      frame = parseClientFrame(data.toString());
    } catch (error) {
      if (error instanceof FrameError) return this.#refuse(error.message);
      throw error;
    }
    if (frame.kind === "ping") return this.send({ kind: "pong" });
    this.#deps.watch.heard(this, frame);
    this.#owner.take(frame);
  }

  closed(): void {
    this.#pinging.delete(this);
    clearTimeout(this.#resuming);
    this.#release();
    this.#deps.onClose(this);
    this.#owner.end();
  }

  #release(): void {
    if (this.#waiting === undefined || (this.open && this.#ws.bufferedAmount > SLOW_BYTES)) return;
    const ready = this.#waiting;
    this.#waiting = undefined;
    for (const resolve of ready) resolve();
  }

  #refuse(text: string): void {
    this.#badFrames += 1;
    this.send({ kind: "refused", code: "bad-frame", text });
    if (this.#badFrames !== MOST_BAD_FRAMES) return;
    this.#deps.watch.cut("bad-frames");
    this.#ws.close(CLOSE.policy, "too many frames that cannot be read");
  }

  #cut(reason: "slow" | "silent"): void {
    this.#deps.watch.cut(reason);
    this.#ws.terminate();
  }
}

const pageOf = (ws: WebSocket): PageSocket | undefined => (ws instanceof PageWebSocket ? ws.page : undefined);

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  pageOf(this)?.message(data, isBinary);
}

function onPong(this: WebSocket): void {
  pageOf(this)?.isThere();
}

/** Answered by the library, but not for nothing. */
function onPing(this: WebSocket): void {
  pageOf(this)?.keepPace();
}

function onError(): void {
  // An oversized or malformed frame: ws closes with the right code by itself, "close" follows.
}

function onClose(this: WebSocket): void {
  pageOf(this)?.closed();
}
