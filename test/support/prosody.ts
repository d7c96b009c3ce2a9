/** A throw-away Prosody in a folder of its own, for tests of the link and of seats: one component, rooms with an archive, no database. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MODULES = join(import.meta.dirname, "../../prosody/modules");

export type TestProsody = {
  /** `xmpp://127.0.0.1:<port>` of the component port. */
  service: string;
  c2sPort: number;
  secret: string;
  /** Kills it without warning; the folder and the ports stay. */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** Components `workgroup.localhost` and `webchat.localhost`, rooms at `conference.localhost`, accounts at `localhost`. */
export async function startProsody(): Promise<TestProsody> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-prosody-"));
  const [componentPort, c2sPort] = await Promise.all([freePort(), freePort()]);
  const secret = "a-secret-for-tests-only";
  const config = join(folder, "prosody.cfg.lua");
  await writeFile(config, configuration({ folder, componentPort, c2sPort, secret }));
  let process = await launch(config);
  const kill = async (): Promise<void> => {
    if (process.exitCode !== null || process.signalCode !== null) return;
    const gone = new Promise((resolve) => process.once("exit", resolve));
    process.kill("SIGKILL");
    await gone;
  };
  return {
    service: `xmpp://127.0.0.1:${componentPort}`,
    c2sPort,
    secret,
    kill,
    async restart() {
      process = await launch(config);
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when Prosody says that it listens for components. */
async function launch(config: string): Promise<ChildProcess> {
  const child = spawn("prosody", ["--config", config, "-F"], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes("Activated service 'component'")) resolve();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`Prosody did not start:\n${said}`)));
  });
  return child;
}

function configuration(of: { folder: string; componentPort: number; c2sPort: number; secret: string }): string {
  return `
run_as_root = true
daemonize = false
pidfile = "${of.folder}/prosody.pid"
data_path = "${of.folder}/data"
log = { { levels = { min = "info" }, to = "console" } }
plugin_paths = { ${JSON.stringify(MODULES)} }
storage = "internal"
authentication = "internal_hashed"
modules_enabled = { "saslauth", "roster", "disco", "presence", "message", "iq", "ping", "smacks" }
modules_disabled = { "s2s", "tls" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${of.c2sPort} }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
component_ports = { ${of.componentPort} }
component_interfaces = { "127.0.0.1" }
component_stanza_size_limit = 262144
VirtualHost "localhost"
Component "conference.localhost" "muc"
  modules_enabled = { "muc_mam", "foyer_rooms" }
  muc_room_locking = false
  muc_room_default_members_only = true
  muc_room_default_public = false
  muc_room_cache_size = 20000
  muc_tombstones = false
Component "workgroup.localhost"
  component_secret = "${of.secret}"
  component_conflict_resolve = "kick_old"
  validate_from_addresses = false
Component "webchat.localhost"
  component_secret = "${of.secret}"
`;
}

/** A port that nobody listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address instanceof Object ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
