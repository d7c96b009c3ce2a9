/** A throw-away Prosody that agents sign in to by WebSocket, and a wire to it that can be cut, silenced and read. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../stack/settings.ts";

export type ChatServer = {
  /** Through the wire. */
  websocket: string;
  /** Past the wire. */
  direct: string;
  /** For ordinary clients, through the same wire. */
  tcp: string;
  wire: Wire;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** From now on accounts cannot be read, as when a database is away; or they can again. */
  blind(isBlind: boolean): Promise<void>;
};
export type Wire = {
  /** Ends every connection at once. */
  cut(): void;
  /** Ends every connection at once; the server has got these bytes last. */
  tear(last: Uint8Array): void;
  /** Nothing passes either way any more, and nobody is told; later connections are as usual. */
  silence(): void;
  /** Everything agents sent, as it went over the wire. */
  readonly heard: string;
};

/** Accounts such as `anna@localhost` with the password "secret". `scram: false`: a server that knows PLAIN only. */
export async function startChatServer({ scram = true, accounts = ["anna"] } = {}): Promise<ChatServer> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-agent-"));
  await mkdir(join(folder, "localhost", "accounts"), { recursive: true });
  const blind = async (isBlind: boolean): Promise<void> => {
    for (const name of accounts) {
      const account = isBlind ? "return {" : 'return { password = "secret" };';
      await writeFile(join(folder, "localhost", "accounts", `${name}.dat`), account);
    }
  };
  await blind(false);
  const port = await freePort();
  const c2s = await freePort();
  await writeFile(join(folder, "prosody.cfg.lua"), configuration(folder, { port, c2s, scram }));
  let process: ChildProcess | undefined;

  async function start(): Promise<void> {
    process = spawn("prosody", ["-F", "--config", join(folder, "prosody.cfg.lua")], { stdio: "ignore" });
    while (!(await answers(port))) await new Promise((done) => setTimeout(done, 50));
  }
  async function kill(): Promise<void> {
    const child = process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
  }

  await start();
  const { wire, close, through } = await layWire({ port, c2s });
  return {
    websocket: `ws://localhost:${through.port}/xmpp-websocket`,
    tcp: `xmpp://127.0.0.1:${through.c2s}`,
    direct: `ws://localhost:${port}/xmpp-websocket`,
    wire,
    kill,
    start,
    blind,
    async stop() {
      await kill();
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A text frame of a hundred bytes (RFC 6455 §5.2), of which nine are on the way. */
export const HALF_A_FRAME = Buffer.concat([Buffer.from([0x81, 0xe4, 0, 0, 0, 0]), Buffer.from("<message ")]);

type Doors<T> = { port: T; c2s: T };

/** One wire to both doors, of servers on this machine. */
export async function layWire(
  to: Doors<number>,
): Promise<{ wire: Wire; through: Doors<number>; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const upstreams = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  let heard = "";
  const lay = async (port: number): Promise<{ server: Server; through: number }> => {
    const server = createServer((client) => {
      const upstream = connect(port, "127.0.0.1");
      upstreams.add(upstream);
      const pass = (from: Socket, to: Socket): void => {
        open.add(from);
        from.on("data", (data) => {
          if (from === client) heard += unmasked(data);
          if (!silent.has(from)) to.write(data);
        });
        from.on("error", () => undefined);
        from.on("close", () => {
          open.delete(from);
          upstreams.delete(from);
          to.destroy();
        });
      };
      pass(client, upstream);
      pass(upstream, client);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    if (!address || typeof address === "string") throw new Error("the wire has no port");
    return { server, through: address.port };
  };
  const [port, c2s] = await Promise.all([lay(to.port), lay(to.c2s)]);
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    through: { port: port.through, c2s: c2s.through },
    wire: {
      cut,
      tear(last) {
        for (const upstream of upstreams) upstream.end(last);
        for (const socket of open) if (!upstreams.has(socket)) socket.resetAndDestroy();
      },
      silence() {
        for (const socket of open) silent.add(socket);
      },
      get heard() {
        return heard;
      },
    },
    async close() {
      cut();
      for (const { server } of [port, c2s]) await new Promise((done) => server.close(done));
    },
  };
}

/** The text of client frames (RFC 6455 §5.3), as far as whole frames come in one piece, which ours do. */
function unmasked(data: Buffer): string {
  let text = "";
  for (let at = 0; at + 6 <= data.length; ) {
    const short = (data[at + 1] ?? 0) & 0x7f;
    const head = short === 126 ? 4 : 2;
    const length = short === 126 ? data.readUInt16BE(at + 2) : short;
    const mask = data.subarray(at + head, at + head + 4);
    const body = data.subarray(at + head + 4, at + head + 4 + length);
    text += Buffer.from(body.map((byte, i) => byte ^ (mask[i % 4] ?? 0))).toString();
    at += head + 4 + length;
  }
  return text;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (!address || typeof address === "string") throw new Error("no free port");
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

const configuration = (folder: string, { port, c2s, scram }: { port: number; c2s: number; scram: boolean }): string => `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}"
interfaces = { "127.0.0.1" }
c2s_ports = { ${c2s} }
s2s_ports = {}
http_ports = { ${port} }
http_interfaces = { "127.0.0.1" }
https_ports = {}
plugin_paths = { "${join(ROOT, "prosody", "modules")}" }
modules_enabled = { "saslauth", "foyer_sign_in", "websocket", "smacks", "foyer_resumption", "ping", "disco", "roster" }
modules_disabled = { "s2s", "tls" }
storage = "internal"
authentication = "internal_plain"
consider_websocket_secure = true
cross_domain_websocket = true
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
${scram ? "" : 'disable_sasl_mechanisms = { "SCRAM-SHA-1", "SCRAM-SHA-256", "OAUTHBEARER", "DIGEST-MD5" }'}
log = { error = "*console" }
VirtualHost "localhost"
`;
