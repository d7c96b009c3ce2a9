/** `npm start` as a person has it: the process, its words, its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withClient } from "../../stack/databases.ts";
import { freePorts, requireFreePorts } from "../../stack/ports.ts";
import { createPostgres } from "../../stack/postgres.ts";
import { ROOT, readSettings } from "../../stack/settings.ts";
import { startDatabase } from "../../stack/testing.ts";

let folder = "";
let env: Record<string, string> = {};
const running = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "foyer-test-"));
  const [http, c2s, web, component, postgres, ours, gateways] = (await freePorts(7)).map(String);
  env = {
    FOYER_DATA: join(folder, "data"),
    FOYER_HTTP_PORT: http ?? "",
    FOYER_C2S_PORT: c2s ?? "",
    FOYER_PROSODY_HTTP_PORT: web ?? "",
    FOYER_COMPONENT_PORT: component ?? "",
    FOYER_POSTGRES_PORT: postgres ?? "",
    FOYER_COMPONENT_METRICS_PORT: ours ?? "",
    FOYER_WEBCHAT_METRICS_PORT: gateways ?? "",
  };
});
afterEach(async () => {
  for (const child of running) child.kill("SIGTERM");
  await Promise.all([...running].map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
  running.clear();
  await expect.poll(portsAreFree, { timeout: 20_000 }).toBe(true);
  await rm(folder, { recursive: true, force: true });
});

const portsAreFree = () =>
  requireFreePorts(readSettings(env)).then(
    () => true,
    () => false,
  );

function start(
  changes: Record<string, string> = {},
): ChildProcess & { said: () => string; opened: Promise<void>; ended: Promise<number | null> } {
  const child = spawn(process.execPath, ["stack/bootstrap.mjs", "stack/start.ts"], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: "", npm_lifecycle_event: "", ...env, ...changes },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let said = "";
  const opened = new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk;
      if (said.includes("Ctrl-C stops everything.")) resolve();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", () => reject(new Error(`it ended before it was open:\n${said}`)));
  });
  opened.catch(() => undefined); // Whoever waits for it hears; others do not care.
  const ended = once(child, "exit").then(() => child.exitCode);
  return Object.assign(child, { said: () => said, opened, ended });
}

const passwords = (said: string) => [...said.matchAll(/password (\S+)/g)].map((found) => found[1]);

describe("the first start and the second", () => {
  it("say where everything is, and keep accounts, secrets and workgroups", async () => {
    const first = start();
    await first.opened;
    expect(first.said()).toContain(`http://localhost:${env.FOYER_HTTP_PORT}/chat/support`);
    expect(first.said()).toContain("anna@localhost");
    const secrets = await readFile(join(folder, "data", "secrets.json"), "utf8");
    expect((await stat(join(folder, "data", "secrets.json"))).mode & 0o777).toBe(0o600);
    first.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    expect(await portsAreFree()).toBe(true);
    expect(existsSync(join(folder, "data", "foyer.pid"))).toBe(false);

    const second = start();
    await second.opened;
    expect(passwords(second.said())).toEqual(passwords(first.said()));
    expect(await readFile(join(folder, "data", "secrets.json"), "utf8")).toBe(secrets);
  });
});

describe("killed without a word", () => {
  it("leaves no process behind, and starts again", async () => {
    const first = start();
    await first.opened;
    const pid = Number((await readFile(join(folder, "data", "foyer.pid"), "utf8")).split(" ")[0]);
    process.kill(pid, "SIGKILL");
    await first.ended;
    await expect.poll(portsAreFree, { timeout: 20_000 }).toBe(true);
    await start().opened;
  });
});

describe("with a PostgreSQL server of somebody else's", () => {
  it("starts none of its own, and makes a database for Prosody beside", async () => {
    const server = await startDatabase();
    const child = start({ DATABASE_URL: server.url });
    await child.opened;
    expect(existsSync(join(folder, "data", "postgres"))).toBe(false);
    const { rows } = await withClient(server.url.replace(/postgres$/, "prosody"), (client) =>
      client.query(`SELECT DISTINCT "user" FROM prosody WHERE store = 'accounts' ORDER BY "user"`),
    );
    expect(rows).toEqual([{ user: "anna" }, { user: "ben" }]);
    child.kill("SIGTERM");
    await child.ended;
    await server.stop();
  });
});

describe("what prevents a start", () => {
  it("is one line for a busy port, before anything is made", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(Number(env.FOYER_C2S_PORT), "127.0.0.1", resolve));
    const child = start();
    expect(await child.ended).toBe(1);
    await new Promise((resolve) => holder.close(resolve));
    expect(child.said().trim()).toBe(
      `Port ${env.FOYER_C2S_PORT} (XMPP clients) is in use. Stop what uses it, or set FOYER_C2S_PORT to another port.`,
    );
    expect(existsSync(join(folder, "data", "postgres"))).toBe(false);
  });

  it("is one line for a database that cannot be reached", async () => {
    const [nobody] = await freePorts(1);
    const child = start({ DATABASE_URL: `postgresql://foyer:secret@127.0.0.1:${nobody}/foyer` });
    expect(await child.ended).toBe(1);
    expect(child.said()).toContain(`DATABASE_URL: the database at 127.0.0.1:${nobody}/foyer cannot be reached`);
    expect(child.said()).not.toContain("secret");
  });

  it("is one line for each mistaken setting", async () => {
    const child = start({ FOYER_HTTP_PORT: "0", FOYER_LOG_LEVEL: "loud" });
    expect(await child.ended).toBe(1);
    expect(child.said().trim().split("\n")).toHaveLength(2);
  });
});

describe("PostgreSQL's folder", () => {
  const serve = async () => {
    const [port = 0] = await freePorts(1);
    return createPostgres({ dataDir: folder, logDir: folder, port, password: "for-tests-only", hasty: true });
  };

  it("is used again when a crash left the number of a process that is another's by now", async () => {
    await chmod(folder, 0o755);
    const first = await serve();
    await first.start();
    await first.kill();
    const lock = join(folder, "postgres", "postmaster.pid");
    const [, ...rest] = (await readFile(lock, "utf8")).split("\n");
    await writeFile(lock, [process.pid, ...rest].join("\n"));
    const second = await serve();
    await second.start();
    expect(second.isRunning()).toBe(true);
    await second.stop();
  });

  it("may lie where only root can enter", async () => {
    await chmod(folder, 0o700);
    const server = await serve();
    await server.start();
    expect(server.isRunning()).toBe(true);
    await server.stop();
  });
});
