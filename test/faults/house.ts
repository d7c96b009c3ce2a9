/** The whole of Foyer with a breakable link wherever two processes talk: the same assembly as `npm start`, supervised. */
import { appendFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { makeDatabases } from "../../stack/databases.ts";
import type { Part } from "../../stack/part.ts";
import { freePorts } from "../../stack/ports.ts";
import { createPostgres, type PostgresOptions } from "../../stack/postgres.ts";
import { loadSecrets } from "../../stack/secrets.ts";
import { createWebchat } from "../../stack/services.ts";
import { readSettings } from "../../stack/settings.ts";
import { type Stack, startStack } from "../../stack/stack.ts";
import { createSmallDisk, type SmallDisk } from "./small-disk.ts";
import { Wire } from "./wire.ts";

export type House = {
  readonly dataDir: string;
  readonly domain: string;
  readonly ports: {
    http: number;
    c2s: number;
    prosodyHttp: number;
    component: number;
    postgres: number;
    elsewhere: number;
  };
  readonly parts: Record<"gateway" | "component" | "prosody" | "postgres", Part>;
  /** The links between servers. */
  readonly wires: Record<"gatewayProsody" | "componentProsody" | "componentPostgres" | "prosodyPostgres", Wire>;
  /** The browsers' agent reaches Prosody over this one. */
  readonly agentPageWire: Wire;
  /** The small disk that PostgreSQL stands on; not there when we have no right to make one. */
  readonly disk: SmallDisk | undefined;
  /** Another gateway beside the first, at the port `elsewhere`; not started yet. */
  newGateway(): Part;
  /** Foyer's database, past all wires. */
  readonly databaseUrl: string;
  /** The same cluster, to be served at another port. */
  cluster(port: number): PostgresOptions;
  /** Past all wires. */
  readonly db: pg.Pool;
  readonly archive: pg.Pool;
  passwordOf(agent: string): string;
  secretOf(component: "workgroup" | "webchat"): string;
  /** How far off the clocks of component and gateway stand, in ms. */
  setClock(offsetMs: number): Promise<void>;
  log(part: "component" | "webchat" | "prosody" | "postgres"): Promise<string>;
  stop(): Promise<void>;
};

export type HouseOptions = { agents: string[]; workgroups: string; keep: boolean };

export async function openHouse({ agents, workgroups, keep }: HouseOptions): Promise<House> {
  const dataDir = await mkdtemp(join(tmpdir(), "foyer-faults-"));
  await chmod(dataDir, 0o755);
  const [http = 0, c2s = 0, prosodyHttp = 0, component = 0, postgresPort = 0, elsewhere = 0] = await freePorts(6);
  const [componentMetrics = 0, webchatMetrics = 0] = await freePorts(2);
  const logDir = join(dataDir, "logs");
  await mkdir(logDir);
  await mkdir(join(dataDir, "prosody"), { mode: 0o755 });
  await writeFile(join(dataDir, "prosody", "workgroups.cfg.lua"), workgroups, { mode: 0o644 });
  const supervise = (line: string): void => appendFileSync(join(logDir, "supervisor.log"), `${line}\n`);

  const secrets = await loadSecrets(dataDir, agents);
  const cluster = { dataDir, logDir, port: postgresPort, password: secrets.postgresPassword };
  const disk = await createSmallDisk(dataDir, "postgres");
  const postgres = await createPostgres({ ...cluster, hasty: true }, supervise);
  await postgres.start();
  const direct = await makeDatabases(cluster, secrets);

  const wires = {
    gatewayProsody: await Wire.open("gateway–Prosody", { port: component }),
    componentProsody: await Wire.open("component–Prosody", { port: component }),
    componentPostgres: await Wire.open("component–PostgreSQL", { port: postgresPort }),
    prosodyPostgres: await Wire.open("Prosody–PostgreSQL", { port: postgresPort }),
  };
  const agentPageWire = await Wire.open("agent's page–Prosody", { port: prosodyHttp });
  const over = (url: string, wire: Wire): string => {
    const address = new URL(url);
    address.port = String(wire.port);
    return address.href;
  };
  const settings = readSettings({
    FOYER_DATA: dataDir,
    FOYER_HTTP_PORT: String(http),
    FOYER_C2S_PORT: String(c2s),
    FOYER_PROSODY_HTTP_PORT: String(prosodyHttp),
    FOYER_COMPONENT_PORT: String(component),
    FOYER_POSTGRES_PORT: String(postgresPort),
    FOYER_COMPONENT_METRICS_PORT: String(componentMetrics),
    FOYER_WEBCHAT_METRICS_PORT: String(webchatMetrics),
    FOYER_WEBSOCKET_URL: `ws://localhost:${agentPageWire.port}/xmpp-websocket`,
    DATABASE_URL: over(direct.foyer, wires.componentPostgres),
    PROSODY_DATABASE_URL: over(direct.prosody, wires.prosodyPostgres),
  });
  const clock = join(dataDir, "clock");
  const shifted = {
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "clock-shift.mjs")).href}`,
    FAULT_CLOCK: clock,
  };
  const gatewayEnv = {
    XMPP_SERVICE: `xmpp://127.0.0.1:${wires.gatewayProsody.port}`,
    VISITOR_GRACE_S: "20",
    ...shifted,
  };
  let stack: Stack;
  try {
    stack = await startStack(settings, {
      supervise,
      agents,
      env: {
        component: { XMPP_SERVICE: `xmpp://127.0.0.1:${wires.componentProsody.port}`, ...shifted },
        webchat: gatewayEnv,
      },
    });
  } catch (error) {
    await postgres.stop();
    await disk?.remove();
    throw error;
  }
  const pool = (url: string): pg.Pool => {
    const made = new pg.Pool({ connectionString: url, max: 2 });
    made.on("error", () => undefined); // The server is killed under it.
    return made;
  };
  const [db, archive] = [pool(direct.foyer), pool(direct.prosody)];

  return {
    dataDir,
    domain: settings.domain,
    ports: { http, c2s, prosodyHttp, component, postgres: postgresPort, elsewhere },
    databaseUrl: direct.foyer,
    cluster: (port) => ({ ...cluster, port, hasty: true }),
    parts: { gateway: stack.webchat, component: stack.component, prosody: stack.prosody, postgres },
    wires,
    agentPageWire,
    disk,
    newGateway() {
      const ports = { ...settings.ports, http: elsewhere, webchatMetrics: 0 };
      const env = { ...gatewayEnv, METRICS_PORT: "0" };
      return createWebchat({ settings: { ...settings, ports }, secrets: stack.secrets, logDir, env });
    },
    db,
    archive,
    passwordOf: (agent) => secrets.passwords[agent] ?? "",
    secretOf: (which) => (which === "workgroup" ? secrets.componentSecret : secrets.webchatSecret),
    setClock: (offsetMs) => writeFile(clock, String(offsetMs)),
    log: (part) => readFile(join(logDir, `${part}.log`), "utf8"),
    async stop() {
      await Promise.all([db.end(), archive.end()]).catch(() => undefined);
      for (const wire of [...Object.values(wires), agentPageWire]) await wire.heal();
      await stack.stop();
      await postgres.stop();
      await disk?.remove();
      for (const wire of [...Object.values(wires), agentPageWire]) await wire.close();
      if (!keep) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
