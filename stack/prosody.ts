/** Prosody with its folder under data/prosody: configuration, our modules, and the administrators' workgroups. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withClient } from "./databases.ts";
import { createPart, type Part, type Report } from "./part.ts";
import { passwordFile, passwordLine, prosodyConfig } from "./prosody-config.ts";
import { type Secrets, saveSecrets } from "./secrets.ts";
import { localAddress, ROOT, type Settings } from "./settings.ts";
import { canReach, giveTo, serviceUser, type User } from "./users.ts";

/** See postgres.ts: how a user without rights reaches a folder whose parents are closed to it. */
const HERE = "/proc/self/cwd";

export type Prosody = Part & {
  /** The administrators' file, read at start and at `reload`. */
  readonly workgroupsFile: string;
  /** Has it read its configuration again, and returns what it then said about the workgroups, line by line. */
  reload(): Promise<string[]>;
};

/** Writes the folder anew (save the administrators' file), makes missing accounts, and returns the server, not yet started. */
export async function createProsody(
  settings: Settings,
  secrets: Secrets,
  sqlUrl: string,
  logDir: string,
  supervise?: Report,
): Promise<Prosody> {
  const user = serviceUser("prosody");
  const folder = join(settings.dataDir, "prosody");
  await writeFolder(folder, user, (here) => prosodyConfig(settings, secrets, sqlUrl, here), settings.domain);
  await keep(user, passwordFile(folder), passwordLine(sqlUrl));
  await makeAccounts(settings, secrets, sqlUrl, folder, user);

  const part = createPart(
    {
      name: "Prosody",
      plan: () => ({
        name: "prosody",
        command: "/usr/bin/prosody",
        args: ["-F", "--config", configName(folder, user)],
        cwd: folder,
        // Freed memory is joined at once: glibc would put it off, and then stand still over all of it (bench/README.md).
        env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", HOME: folder, GLIBC_TUNABLES: "glibc.malloc.mxfast=0" },
        user,
        logFile: join(logDir, "prosody.log"),
        stopSignal: "SIGTERM",
      }),
      ready: (_, signal) => untilAnswering(settings, signal),
      readyWithinMs: 30_000,
      stopWithinMs: 20_000,
    },
    supervise,
  );
  return {
    ...part,
    workgroupsFile: join(folder, "workgroups.cfg.lua"),
    async reload() {
      const verdict = readVerdict(part, AbortSignal.timeout(20_000));
      part.signal("SIGHUP");
      return verdict.catch((cause) => {
        throw new Error("Prosody read its configuration again and said nothing about the workgroups", { cause });
      });
    },
  };
}

/**
 * What the module says about the workgroups, up to the line that closes the matter: taken over, refused, or nobody there.
 * Also ends at a configuration that Prosody itself cannot read.
 */
export async function readVerdict(part: Pick<Part, "nextLine">, signal: AbortSignal): Promise<string[]> {
  const said: string[] = [];
  await part.nextLine((line) => {
    const text = verdictText(line);
    if (text !== undefined) said.push(text);
    return text !== undefined && isLastWord(text);
  }, signal);
  return said;
}

/** What a line of Prosody's log says about the workgroups, without time and module. */
export function verdictText(line: string): string | undefined {
  return /\t(?:Workgroups: )(.*)$|\t(There was an error parsing the configuration file: .*)$/
    .exec(line)
    ?.slice(1)
    .find(Boolean);
}

/** Whether nothing more about this reload will follow. */
export function isLastWord(text: string): boolean {
  return /^\d+ taken over|^not taken over|^the service does not answer|^There was an error/.test(text);
}

/** Whether the workgroups are in force. */
export function isAccepted(said: string[]): boolean {
  return /^\d+ taken over/.test(said.at(-1) ?? "");
}

function configName(folder: string, user: User | undefined): string {
  // The plain name where it can be used: then "prosodyctl --config" works from anywhere.
  return join(canReach(user, folder) ? folder : HERE, "prosody.cfg.lua");
}

async function writeFolder(
  folder: string,
  user: User | undefined,
  config: (here: string) => Promise<string>,
  domain: string,
) {
  const modules = join(folder, "modules");
  await mkdir(modules, { recursive: true, mode: 0o755 });
  await mkdir(join(folder, "certs"), { recursive: true, mode: 0o755 }); // Empty on one machine, but looked for.
  // Prosody writes its process id here, and needs to reach it all; the configuration holds secrets, so nobody else may.
  await giveTo(user, folder);
  await chmod(folder, 0o700);
  await chmod(modules, 0o755);
  const source = join(ROOT, "prosody", "modules");
  for (const name of await readdir(source)) await put(join(modules, name), await readFile(join(source, name)), 0o644);

  const workgroups = join(folder, "workgroups.cfg.lua");
  if (!existsSync(workgroups)) {
    const sample = await readFile(join(ROOT, "prosody", "workgroups.cfg.lua"), "utf8");
    await put(workgroups, sample.replaceAll("@localhost", `@${domain}`), 0o644);
  }
  const configFile = join(folder, "prosody.cfg.lua");
  await keep(user, configFile, await config(canReach(user, folder) ? folder : HERE));
}

/** Writes what only Prosody may read. */
async function keep(user: User | undefined, file: string, content: string): Promise<void> {
  await put(file, content, 0o600);
  await giveTo(user, file);
}

async function put(file: string, content: string | Buffer, mode: number): Promise<void> {
  await writeFile(file, content, { mode });
  await chmod(file, mode); // Whatever the umask says.
}

/** Makes the accounts that are missing, all in one call of prosodyctl; a second start finds them and makes none. */
async function makeAccounts(
  settings: Settings,
  secrets: Secrets,
  sqlUrl: string,
  folder: string,
  user: User | undefined,
) {
  const { domain } = settings;
  const there = await accountsInDatabase(sqlUrl, domain);
  const names = Object.keys(secrets.passwords);
  const missing = names.filter((name) => !there.has(name) || !secrets.accountsMade.includes(name));
  if (missing.length === 0) return;

  const identity = user && { uid: user.uid, gid: user.gid };
  const config = configName(folder, user);
  const child = spawn("/usr/bin/prosodyctl", ["--config", config, "mod_foyer_accounts"], {
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", HOME: folder },
    ...identity,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  child.stdin.end(missing.map((name) => `${name} ${domain} ${secrets.passwords[name]}\n`).join(""));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code !== 0) throw new Error(`the agents' accounts could not be made:\n${output}`);
  secrets.accountsMade = names;
  await saveSecrets(settings.dataDir, secrets);
}

async function accountsInDatabase(sqlUrl: string, domain: string): Promise<Set<string>> {
  return withClient(sqlUrl, async (client) => {
    const table = await client.query("SELECT FROM pg_tables WHERE tablename = 'prosody'");
    if (table.rowCount === 0) return new Set();
    const { rows } = await client.query<{ user: string }>(
      `SELECT DISTINCT "user" FROM prosody WHERE host = $1 AND store = 'accounts'`,
      [domain],
    );
    return new Set(rows.map((row) => row.user));
  });
}

/**
 * Resolves when Prosody answers on its HTTP port: only then does its event loop turn, and signals find their handlers.
 * The ports themselves accept connections earlier.
 */
async function untilAnswering({ host, ports }: Settings, signal: AbortSignal): Promise<void> {
  const url = `http://${localAddress(host)}:${ports.prosodyHttp}/`;
  for (;;) {
    const response = await fetch(url, { signal }).catch(() => undefined); // Not listening yet.
    await response?.body?.cancel();
    if (response !== undefined) return;
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
