/** A visitor without a browser: speaks the visitor API over the gateway's WebSocket, and does only what a test tells it to. */
import { type ClientOptions, WebSocket } from "ws";
import {
  type ClientFrame,
  type LineView,
  parseServerFrame,
  type ServerFrame,
  type VisitState,
} from "../../protocol/visitor-api.ts";
import { wasSaid, wasToken } from "./discretion.ts";
import { Inbox } from "./inbox.ts";

const PAGE = { url: "http://shop.example/router", title: "Routers", referrer: "", language: "en", timeZone: "UTC" };

type Of<K extends ServerFrame["kind"]> = Extract<ServerFrame, { kind: K }>;

export class VisitorSocket {
  readonly inbox = new Inbox<ServerFrame>("visitor");
  readonly workgroup: string;
  token: string | undefined;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket, workgroup: string) {
    this.#socket = socket;
    this.workgroup = workgroup;
  }

  /** `base` such as `http://127.0.0.1:8080`. Says hello and waits for the welcome. */
  static async connect(
    base: string,
    workgroup: string,
    hello: { token?: string; identity?: string; session?: string; after?: string } = {},
    as: ClientOptions = {},
  ): Promise<VisitorSocket> {
    const visitor = await VisitorSocket.open(base, workgroup, as);
    visitor.send({ kind: "hello", workgroup, ...hello });
    const welcome = await visitor.frame("welcome");
    visitor.token = welcome.token;
    wasToken(welcome.token);
    return visitor;
  }

  /** Opens the socket and says nothing. `as` may give headers, or an address of this machine to come from. */
  static async open(base: string, workgroup: string, as: ClientOptions = {}): Promise<VisitorSocket> {
    const socket = new WebSocket(`${base.replace("http", "ws")}/socket`, as);
    const visitor = new VisitorSocket(socket, workgroup);
    socket.on("message", (data) => visitor.inbox.put(parseServerFrame(String(data))));
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return visitor;
  }

  send(frame: ClientFrame): void {
    if (frame.kind === "say" || frame.kind === "leave-message") wasSaid(frame.text);
    if (frame.kind === "join") for (const answer of Object.values(frame.fields).flat()) wasSaid(answer);
    this.sendText(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  frame<K extends ServerFrame["kind"]>(kind: K, from = 0): Promise<Of<K>> {
    return this.inbox.first(`a frame ${kind}`, (frame) => (isKind(frame, kind) ? frame : undefined), from);
  }

  join(fields: Record<string, string>): void {
    const lists = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
    this.send({ kind: "join", fields: lists, page: PAGE });
  }

  /** Says a line and returns its key. */
  say(text: string, key: string = crypto.randomUUID()): string {
    this.send({ kind: "say", key, text });
    return key;
  }

  /** Where the visit stands, by the last frame that said so. */
  get state(): VisitState | undefined {
    return this.inbox.all.findLast((frame) => isKind(frame, "state") || isKind(frame, "welcome"))?.state;
  }

  async phase<P extends VisitState["phase"]>(phase: P): Promise<Extract<VisitState, { phase: P }>> {
    return this.inbox.until(`the phase ${phase}`, () => {
      const { state } = this;
      return state !== undefined && isPhase(state, phase) ? state : undefined;
    });
  }

  /** Every line shown, in the order a page would show them. */
  get lines(): LineView[] {
    let shown: LineView[] = [];
    for (const frame of this.inbox.all) {
      if (!isKind(frame, "lines")) continue;
      if (frame.reset) shown = [];
      shown.push(...frame.lines.filter(({ id }) => !shown.some((line) => line.id === id)));
    }
    return shown;
  }

  async line(text: string): Promise<LineView> {
    return this.inbox.until(`the line "${text}"`, () => this.lines.find((line) => line.text === text));
  }

  /** Resolves with the code the gateway closed with. */
  closed(): Promise<number> {
    if (this.#socket.readyState === WebSocket.CLOSED) return Promise.resolve(1006);
    return new Promise((resolve) => this.#socket.once("close", resolve));
  }

  close(): void {
    this.#socket.close();
  }

  /** Reads nothing more of what comes. */
  pause(): void {
    this.#socket.pause();
  }

  /** The network is gone: no close frame, nothing. */
  vanish(): void {
    this.#socket.terminate();
  }
}

function isKind<K extends ServerFrame["kind"]>(frame: ServerFrame, kind: K): frame is Of<K> {
  return frame.kind === kind;
}

function isPhase<P extends VisitState["phase"]>(
  state: VisitState,
  phase: P,
): state is Extract<VisitState, { phase: P }> {
  return state.phase === phase;
}
