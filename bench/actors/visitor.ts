/** A visitor's page without a browser: the gateway's WebSocket and its frames, as light as can be. */
import { WebSocket } from "ws";
import type { ClientFrame, LineView, VisitState } from "../../protocol/visitor-api.ts";
import { WORKGROUP } from "../stack.ts";

type Frame =
  | { kind: "welcome"; token: string; state: VisitState }
  | { kind: "state"; state: VisitState }
  | { kind: "lines"; session: string; lines: LineView[]; catchUp: boolean; complete: boolean; reset: boolean }
  | { kind: "refused"; code: string; text: string; key?: string }
  | { kind: "other" };

export class BenchVisitor {
  token: string | undefined;
  state: VisitState = { phase: "idle" };
  /** The id of the last line seen, and its session: what a page tells when it comes back. */
  last: { session: string; after: string } | undefined;
  onState: (state: VisitState) => void = () => undefined;
  onLine: (line: LineView, session: string) => void = () => undefined;
  onLines: (frame: { catchUp: boolean; complete: boolean; lines: LineView[] }) => void = () => undefined;
  onRefused: (frame: { code: string; text: string; key?: string }) => void = () => undefined;
  onClosed: () => void = () => undefined;
  readonly #url: string;
  readonly #localAddress: string | undefined;
  #socket: WebSocket | undefined;

  /** `base` such as `http://localhost:8080`; `localAddress` where it comes from, when that matters. */
  constructor(base: string, localAddress?: string) {
    this.#localAddress = localAddress;
    this.#url = `${base.replace("http://localhost", "ws://127.0.0.1")}/socket`;
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Opens the socket, says hello, and resolves with the welcome. Rejects when it is refused or closed before. */
  connect(): Promise<void> {
    const from = this.#localAddress === undefined ? {} : { localAddress: this.#localAddress };
    const socket = new WebSocket(this.#url, { perMessageDeflate: false, allowSynchronousEvents: false, ...from });
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("close", () => {
        reject(new Error("the socket was closed"));
        if (this.#socket === socket) this.onClosed();
      });
      socket.on("open", () => this.send({ kind: "hello", workgroup: WORKGROUP, token: this.token, ...this.last }));
      socket.on("message", (data) => {
        const frame: Frame = JSON.parse(String(data));
        if (frame.kind === "refused" && this.token === undefined) reject(new Error(frame.text));
        this.#take(frame);
        if (frame.kind === "welcome") resolve();
      });
    });
  }

  send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  join(name: string): void {
    const page = { url: "http://shop.example/", title: "Shop", referrer: "", language: "en", timeZone: "UTC" };
    this.send({ kind: "join", fields: { username: [name], question: ["Where is my parcel?"] }, page });
  }

  say(text: string): string {
    const key = crypto.randomUUID();
    this.send({ kind: "say", key, text });
    return key;
  }

  /** The network is gone: no close frame, nothing. */
  cut(): void {
    this.#socket?.terminate();
  }

  close(): void {
    this.#socket?.close();
  }

  #take(frame: Frame): void {
    switch (frame.kind) {
      case "welcome":
        this.token = frame.token;
        this.state = frame.state;
        return this.onState(frame.state);
      case "state":
        this.state = frame.state;
        return this.onState(frame.state);
      case "lines": {
        for (const line of frame.lines) this.onLine(line, frame.session);
        const last = frame.lines.at(-1);
        if (last) this.last = { session: frame.session, after: last.id };
        return this.onLines(frame);
      }
      case "refused":
        return this.onRefused(frame);
      default:
        return;
    }
  }
}
