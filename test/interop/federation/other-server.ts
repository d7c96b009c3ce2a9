/** Somebody else's server: a plain Prosody with accounts, which knows nothing of Foyer. */
import { spawn, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export type OtherServer = { c2sService: string; domain: string; password: string; stop(): Promise<void> };

export type OtherServerOptions = {
  folder: string;
  domain: string;
  /** A loopback address of its own, since servers find each other at one port. */
  address: string;
  c2sPort: number;
  accounts: string[];
  /** How it finds other servers, who it is, and whom it trusts: Lua. */
  settings: string;
};

const PASSWORD = "for-tests-only";

/** Resolves when it serves. */
export async function startOtherServer(options: OtherServerOptions): Promise<OtherServer> {
  const { folder, domain, address, c2sPort } = options;
  await mkdir(folder, { recursive: true });
  const config = join(folder, "prosody.cfg.lua");
  await writeFile(config, configuration(options));
  for (const name of options.accounts) {
    const args = ["--root", "--config", config, "register", name, domain, PASSWORD];
    const { status, stdout, stderr } = spawnSync("prosodyctl", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`no account ${name}: ${stdout}${stderr}`);
  }

  const child = spawn("prosody", ["--config", config, "-F"], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes("Activated service 's2s'") && said.includes("Activated service 'c2s'")) resolve();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the other server did not start:\n${said}`)));
  });
  return {
    c2sService: `xmpp://${address}:${c2sPort}`,
    domain,
    password: PASSWORD,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL"); // Its folder goes too.
      await gone;
    },
  };
}

function configuration({ folder, domain, address, c2sPort, settings }: OtherServerOptions): string {
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
log = { { levels = { min = "info" }, to = "console" } }
plugin_paths = {}
storage = "internal"
authentication = "internal_hashed"
modules_enabled = { "saslauth", "tls", "roster", "disco", "presence", "message", "iq", "ping", "smacks" }
interfaces = { "${address}" }
c2s_ports = { ${c2sPort} }
s2s_ports = { 5269 }
s2s_secure_auth = true
${settings}
VirtualHost "${domain}"
`;
}
