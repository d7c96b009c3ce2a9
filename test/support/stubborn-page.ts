/** A page as it should behave: keeps what it said until it is settled, comes back after every break, and says again what is missing. */
import { WebSocket } from "ws";
import { type ClientFrame, type LineView, parseServerFrame, type ServerFrame } from "../../protocol/visitor-api.ts";

const RETRY_MS = 150;

export class StubbornPage {
  /** Every line shown, in the order shown. */
  readonly lines: LineView[] = [];
  /** What is not settled yet, by key. */
  readonly pending = new Map<string, string>();
  /** Lines that came twice, which none ever should. */
  readonly doubled: string[] = [];
  readonly #url: string;
  readonly #token: string;
  #socket: WebSocket | undefined;
  #session: string | undefined;
  #settled = false;
  #over = false;
  #breaks = 0;

  constructor(base: string, token: string) {
    this.#url = `${base.replace("http", "ws")}/socket`;
    this.#token = token;
    this.#connect();
  }

  get breaks(): number {
    return this.#breaks;
  }

  say(text: string): void {
    const key = crypto.randomUUID();
    this.pending.set(key, text);
    if (this.#settled) this.#send({ kind: "say", key, text });
  }

  /** The network is gone for a moment. */
  cut(): void {
    this.#socket?.terminate();
  }

  stop(): void {
    this.#over = true;
    this.#socket?.terminate();
  }

  #connect(): void {
    if (this.#over) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#settled = false;
    socket.on("open", () => this.#hello());
    socket.on("message", (data) => this.#take(parseServerFrame(String(data))));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#breaks += 1;
      this.#settled = false;
      setTimeout(() => this.#connect(), RETRY_MS);
    });
  }

  #hello(): void {
    const after = this.lines.at(-1)?.id;
    const place = this.#session === undefined || after === undefined ? {} : { session: this.#session, after };
    this.#send({ kind: "hello", workgroup: "support", token: this.#token, ...place });
  }

  #take(frame: ServerFrame): void {
    if (frame.kind === "lines") {
      this.#session = frame.session;
      for (const line of frame.lines) this.#show(line, frame.reset);
      if (!frame.catchUp || !frame.complete) return;
      this.#settled = true;
      for (const [key, text] of this.pending) this.#send({ kind: "say", key, text });
    } else if (frame.kind === "refused") {
      setTimeout(() => this.#again(frame.key), (frame.againS ?? 1) * 1000);
    }
  }

  #again(key: string | undefined): void {
    if (key === undefined) return this.#settled ? undefined : this.#hello();
    const text = this.pending.get(key);
    if (text !== undefined && this.#settled) this.#send({ kind: "say", key, text });
  }

  #show(line: LineView, reset: boolean): void {
    if (line.key !== undefined) this.pending.delete(line.key);
    if (!this.lines.some(({ id }) => id === line.id)) this.lines.push(line);
    else if (!reset && line.key === undefined) this.doubled.push(line.text);
  }

  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}
