/**
 * A gateway that does as it is told: serves the widget and the sample shop, and speaks the visitor API about one visit.
 * For tests of the widget alone; the real gateway is tested with the real server.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, resolve } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import {
  type ClientFrame,
  type LineChange,
  type LineView,
  parseClientFrame,
  type ServerFrame,
  type VisitState,
  type WorkgroupView,
} from "../../protocol/visitor-api.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
/** The strictest policy under which a page can embed us: scripts of this host alone, no inline style, Trusted Types. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types lit-html";

const JOHN: LineView["from"] = { kind: "self", name: "John" };

export const SESSION = "0123456789abcdefghij";

/** A workgroup that asks for name, e-mail, topic and question. */
export function sampleView(change: Partial<WorkgroupView> = {}): WorkgroupView {
  const field = { required: false, options: [], values: [] };
  return {
    name: "support",
    title: "Support",
    description: "",
    availability: "open",
    waitS: null,
    form: {
      title: "How can we help?",
      instructions: "Tell us who you are and what it is about. Somebody will be with you in a moment.",
      fields: [
        { ...field, name: "name", type: "text-single", label: "Your name", required: true },
        { ...field, name: "email", type: "text-single", label: "E-mail" },
        {
          ...field,
          name: "topic",
          type: "list-single",
          label: "What is it about?",
          required: true,
          options: [
            { label: "An order", value: "order" },
            { label: "A repair", value: "repair" },
            { label: "Something else", value: "other" },
          ],
        },
        { ...field, name: "question", type: "text-multi", label: "Your question", required: true },
        { ...field, name: "campaign", type: "hidden", label: "", values: ["spring"] },
      ],
    },
    texts: {},
    ...change,
  };
}

export class FakeGateway {
  view: WorkgroupView = sampleView();
  state: VisitState = { phase: "idle" };
  lines: LineView[] = [];
  changes: LineChange[] = [];
  /** Every frame of every page, in order. */
  received: ClientFrame[] = [];
  /** While true a line is taken but not shown by the room. */
  silent = false;
  /** While false sockets are refused. */
  reachable = true;
  /** The policy of every page. */
  policy = POLICY;
  /** What becomes of a page of the shop on its way out. */
  rewrite = (html: string): string => html;
  /** What becomes of a file that is sent: it is taken, waits for ever, or is refused in this way. */
  files: "taken" | "held" | { status: number; code: string; again?: number } = "taken";
  /** Paths asked for over HTTP. */
  requests: string[] = [];
  #http: Server;
  #sockets = new WebSocketServer({ noServer: true });
  #pages = new Set<WebSocket>();
  #count = 0;

  private constructor() {
    this.#http = createServer((request, response) => {
      if (request.method === "POST") return this.#takeFile(request, response);
      this.#answer(request.url ?? "/", response).catch(() => response.writeHead(404).end());
    });
    this.#http.on("upgrade", (request, socket, head) => {
      if (!this.reachable || request.url !== "/socket") return void socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (page) => this.#serve(page));
    });
  }

  static async start(): Promise<FakeGateway> {
    const gateway = new FakeGateway();
    gateway.#http.listen(0, "127.0.0.1");
    await once(gateway.#http, "listening");
    return gateway;
  }

  get base(): string {
    const address = this.#http.address();
    return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  }

  get connected(): number {
    return this.#pages.size;
  }

  async stop(): Promise<void> {
    this.drop();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, "close");
  }

  /** Cuts every page off. */
  drop(): void {
    for (const page of this.#pages) page.terminate();
    this.#pages.clear();
  }

  send(frame: ServerFrame): void {
    for (const page of this.#pages) page.send(JSON.stringify(frame));
  }

  /** Moves the visit on and tells the pages. */
  become(state: VisitState): void {
    this.state = state;
    this.send({ kind: "state", state });
  }

  waiting(position: number | null, waitS: number | null, question = "My lamp flickers when I turn it on."): void {
    this.become({ phase: "waiting", position, waitS, question, since: Date.now() });
  }

  talking(...agents: string[]): void {
    const question = this.state.phase === "idle" ? "" : this.state.question;
    this.become({ phase: "talking", session: SESSION, agents, question, since: Date.now() });
  }

  ended(kind: "visitor" | "agent" | "service", name = ""): void {
    const question = this.state.phase === "idle" ? "" : this.state.question;
    this.become({ phase: "ended", session: SESSION, by: { kind, name }, question, at: Date.now() });
  }

  /** Somebody says a line in the room. */
  line(from: LineView["from"], text: string, more: Partial<LineView> = {}): LineView {
    const line = { id: `line-${++this.#count}`, from, text, at: Date.now(), ...more };
    this.lines.push(line);
    this.#show([line], false);
    return line;
  }

  agentSays(name: string, text: string, more: Partial<LineView> = {}): LineView {
    return this.line({ kind: "agent", name }, text, more);
  }

  /** Somebody changes a line, or has read it; pages that come later get it too. */
  change(from: LineView["from"], change: LineChange["change"], of: string, more: Partial<LineChange> = {}): LineChange {
    const one = { id: `change-${++this.#count}`, from, text: "", at: Date.now(), change, of, ...more };
    this.changes.push(one);
    this.#show([], false, undefined, [one]);
    return one;
  }

  #show(lines: LineView[], catchUp: boolean, to?: WebSocket, changes: LineChange[] = []): void {
    const frame: ServerFrame = {
      kind: "lines",
      session: SESSION,
      lines,
      changes,
      catchUp,
      complete: true,
      reset: false,
    };
    if (to) to.send(JSON.stringify(frame));
    else this.send(frame);
  }

  #serve(page: WebSocket): void {
    page.on("close", () => this.#pages.delete(page));
    page.on("message", (data) => {
      const frame = parseClientFrame(String(data));
      this.received.push(frame);
      this.#take(page, frame);
    });
  }

  #take(page: WebSocket, frame: ClientFrame): void {
    switch (frame.kind) {
      case "hello": {
        this.#pages.add(page);
        const welcome: ServerFrame = { kind: "welcome", token: "token-1", state: this.state };
        page.send(JSON.stringify(welcome));
        const after = this.lines.findIndex((line) => line.id === frame.after) + 1;
        if ("session" in this.state) this.#show(this.lines.slice(after), true, page, this.changes);
        return;
      }
      case "say":
        if (this.silent || [...this.lines, ...this.changes].some((line) => line.key === frame.key)) return;
        if (frame.file) this.line(JOHN, "", { key: frame.key, ...fileOfTicket(frame.file) });
        else if (frame.of === undefined) this.line(JOHN, frame.text, { key: frame.key });
        else this.change(JOHN, frame.text ? "edited" : "gone", frame.of, { key: frame.key, text: frame.text });
        return;
      case "end":
        return this.ended("visitor", "John");
      case "cancel":
        return this.become({ phase: "idle" });
      case "leave-message":
        return this.send({ kind: "message-stored", key: frame.key });
      case "ping":
        return page.send(JSON.stringify({ kind: "pong" } satisfies ServerFrame));
      case "join":
      case "seen":
      case "typing":
        return;
    }
  }

  #takeFile(request: IncomingMessage, response: ServerResponse): void {
    request.resume().once("end", () => {
      if (this.files === "held") return;
      const headers = { "content-type": "application/json" };
      if (this.files !== "taken") {
        const { status, code, again } = this.files;
        response.writeHead(status, { ...headers, ...(again && { "retry-after": String(again) }) });
        return response.end(JSON.stringify({ error: { code, text: "It cannot be taken" } }));
      }
      const name = new URL(request.url ?? "", this.base).searchParams.get("name") ?? "";
      const size = Number(request.headers["content-length"]);
      const file = { url: `${this.base}/files/slot-0001/${encodeURIComponent(name)}`, name, size };
      const ticket = `${Buffer.from(JSON.stringify(file)).toString("base64url")}.signature`;
      response.writeHead(201, headers).end(JSON.stringify({ ticket, file }));
    });
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    this.requests.push(pathname);
    if (pathname === `/workgroups/${this.view.name}`) {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(this.view));
      return;
    }
    if (pathname.startsWith("/files/")) {
      const picture = await readFile(join(ROOT, "docs", "visitor-waiting.png"));
      response.writeHead(200, { "content-type": "image/png" }).end(picture);
      return;
    }
    const file = fileOf(pathname);
    // A shop in another language, as far as the widget can tell.
    const lang = searchParams.get("page-lang");
    const text = extname(file) === ".html" ? await readFile(file, "utf8") : undefined;
    const body = text ? this.rewrite(lang ? text.replace('lang="en"', `lang="${lang}"`) : text) : await readFile(file);
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "text/plain",
      "content-security-policy": this.policy,
    });
    response.end(body);
  }
}

function fileOfTicket(ticket: string): Pick<LineView, "text" | "file"> {
  const file: { url: string; name: string; size: number } = JSON.parse(
    Buffer.from(ticket.split(".")[0] ?? "", "base64url").toString(),
  );
  return { text: file.url, file: { path: new URL(file.url).pathname.slice(1), name: file.name, size: file.size } };
}

/** @throws Error for what is no file of ours */
function fileOf(pathname: string): string {
  if (pathname.includes("..")) throw new Error("no such file");
  if (pathname.startsWith("/chat/")) return join(ROOT, "dist/widget/chat.html");
  if (pathname === "/embed.js") return join(ROOT, "dist/widget/embed.js");
  if (pathname.startsWith("/widget/")) return join(ROOT, "dist", pathname);
  if (pathname === "/demo/") return join(ROOT, "webchat/demo/index.html");
  if (pathname.startsWith("/demo/")) return join(ROOT, "webchat", pathname);
  throw new Error("no such file");
}
