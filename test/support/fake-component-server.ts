/** The server's side of XEP-0114 as bytes on TCP, so that tests can be late, silent, wrong and rude. */
import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { vi } from "vitest";

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='workgroup.test'>";

/** One connection of a component. */
export class FakeConnection {
  /** Everything the component sent. */
  received = "";
  closed = false;
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("utf8").setNoDelay(true);
    socket.on("data", (text: string) => {
      this.received += text;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.closed = true;
    });
  }

  /** Waits until the component has sent something that matches. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    return await vi.waitFor(
      () => {
        const found = pattern.exec(this.received);
        if (!found) throw new Error(`${pattern} is not in: ${this.received}`);
        return found;
      },
      { timeout: 5_000, interval: 5 },
    );
  }

  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** Each byte in a write of its own. */
  async dribble(text: string): Promise<void> {
    for (const byte of Buffer.from(text)) {
      await new Promise<void>((resolve) => this.socket.write(Buffer.of(byte), () => setImmediate(resolve)));
    }
  }

  /** Answers the stream's header. */
  async open(): Promise<void> {
    await this.until(/<stream:stream[^>]*>/);
    this.send(HEADER);
  }

  /** Opens the stream, checks the secret and takes the component in. */
  async accept(secret: string): Promise<void> {
    await this.open();
    const [, digest] = await this.until(/<handshake>(\w+)<\/handshake>/);
    if (digest !== createHash("sha1").update(`s1${secret}`).digest("hex")) throw new Error("wrong handshake");
    this.send("<handshake/>");
  }

  /** Answers the handshake by a stream error and closes. */
  async refuse(condition: string): Promise<void> {
    await this.open();
    await this.until(/<handshake>/);
    this.send(
      `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`,
    );
    this.socket.end();
  }

  /** Answers the component's pings of itself, as a server that passes them through would make it. */
  answerPings(): void {
    const answered = new Set<string>();
    this.socket.on("data", () => {
      for (const [, id, from] of this.received.matchAll(/<iq type="get" id="([^"]+)" from="([^"]+)"[^>]*><ping/g)) {
        if (id === undefined || answered.has(id)) continue;
        answered.add(id);
        this.send(`<iq type='result' id='${id}' from='${from}' to='${from}'/>`);
      }
    });
  }
}

export type FakeServer = {
  service: string;
  port: number;
  /** All that ever connected. */
  connections: FakeConnection[];
  /** Waits for the connection of that number, 0 being the first. */
  connection(number: number): Promise<FakeConnection>;
  stop(): Promise<void>;
};

/** Starts it. `onConnection` is what it does with each connection; nothing at all when absent. */
export async function startFakeServer(
  onConnection: (connection: FakeConnection, number: number) => void | Promise<void> = () => undefined,
  port = 0,
): Promise<FakeServer> {
  const connections: FakeConnection[] = [];
  const server = createServer((socket) => {
    const connection = new FakeConnection(socket);
    connections.push(connection);
    // What fails here shows in the test, which waits for something that does not come.
    Promise.resolve(onConnection(connection, connections.length - 1)).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (!(address instanceof Object)) throw new Error("no port");
  return {
    service: `xmpp://127.0.0.1:${address.port}`,
    port: address.port,
    connections,
    async connection(number) {
      return await vi.waitFor(
        () => {
          const found = connections[number];
          if (!found) throw new Error(`only ${connections.length} connections`);
          return found;
        },
        { timeout: 5_000, interval: 5 },
      );
    },
    async stop() {
      for (const { socket } of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
