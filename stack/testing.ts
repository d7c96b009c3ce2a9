/** The stack for tests: the same assembly as `npm start`, on free ports and in a folder of its own that is removed again. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./ports.ts";
import { createPostgres, superuserUrl } from "./postgres.ts";
import { readSettings } from "./settings.ts";
import { type Stack, type StackOptions, startStack as startWhole } from "./stack.ts";

export type TestStackOptions = {
  /** The whole of workgroups.cfg.lua; without it the demo's `support` (anna, ben) and `sales` (anna). */
  workgroups?: string;
  /** Further variables for the workgroup service and the gateway, such as short graces. */
  env?: StackOptions["env"];
  /** False leaves the gateway unstarted; `webchat.start()` starts it later. */
  gateway?: boolean;
  /** The accounts to make, instead of anna and ben. */
  agents?: string[];
  /** Settings as in `.env.example`; ports and folder are given already. */
  settings?: Record<string, string>;
};

export type TestStack = Stack & {
  /** `http://localhost:<port>` of the gateway, without a slash at the end. */
  url: string;
  chatUrl(workgroup: string): string;
  agentUrl: string;
  /** For XMPP libraries: plain TCP, and the WebSocket. */
  c2sService: string;
  websocketUrl: string;
  databaseUrl: string;
  agents: Record<string, { jid: string; password: string }>;
  /** Writes workgroups.cfg.lua and has Prosody read it: what came of it, line by line; the last begins "N taken over" or "not taken over". */
  reloadWorkgroups(lua: string): Promise<string[]>;
  /** What a part wrote to its log so far. */
  log(part: "postgres" | "prosody" | "component" | "webchat"): Promise<string>;
  dataDir: string;
};

/** Starts everything and waits until it serves. `stop()` ends it all and removes the folder; call it in `afterAll`. */
export async function startStack(options: TestStackOptions = {}): Promise<TestStack> {
  const dataDir = await temporaryFolder();
  const names = [
    "FOYER_HTTP_PORT",
    "FOYER_C2S_PORT",
    "FOYER_PROSODY_HTTP_PORT",
    "FOYER_COMPONENT_PORT",
    "FOYER_POSTGRES_PORT",
    "FOYER_COMPONENT_METRICS_PORT",
    "FOYER_WEBCHAT_METRICS_PORT",
  ];
  const ports = await freePorts(names.length);
  const given = Object.fromEntries(names.map((name, i) => [name, String(ports[i])]));
  const settings = readSettings({ ...given, FOYER_DATA: dataDir, ...options.settings });
  if (options.workgroups !== undefined) {
    await mkdir(join(dataDir, "prosody"), { mode: 0o755 });
    await writeFile(join(dataDir, "prosody", "workgroups.cfg.lua"), options.workgroups, { mode: 0o644 });
  }

  let stack: Stack;
  try {
    stack = await startWhole(settings, {
      hasty: true,
      env: options.env ?? {},
      gateway: options.gateway ?? true,
      ...(options.agents && { agents: options.agents }),
    });
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  const url = `http://localhost:${settings.ports.http}`;
  return {
    ...stack,
    url,
    chatUrl: (workgroup) => `${url}/chat/${workgroup}`,
    agentUrl: `${url}/agent/`,
    c2sService: `xmpp://127.0.0.1:${settings.ports.c2s}`,
    websocketUrl: settings.websocketUrl,
    databaseUrl: stack.databases.foyer,
    agents: Object.fromEntries(
      Object.entries(stack.secrets.passwords).map(([name, password]) => [
        name,
        { jid: `${name}@${settings.domain}`, password },
      ]),
    ),
    async reloadWorkgroups(lua) {
      await writeFile(stack.prosody.workgroupsFile, lua, { mode: 0o644 });
      return stack.prosody.reload();
    },
    log: (part) => readFile(join(dataDir, "logs", `${part}.log`), "utf8"),
    dataDir,
    async stop() {
      await stack.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL alone. `url` is the superuser's: make databases at will, they go when `stop` removes the folder. */
export async function startDatabase(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await temporaryFolder();
  const [port = 0] = await freePorts(1);
  const options = { dataDir, logDir: dataDir, port, password: "for-tests-only", hasty: true };
  const server = await createPostgres(options);
  await server.start();
  return {
    url: superuserUrl(options),
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** As root, PostgreSQL and Prosody run as others, who must get through to their folders below. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-test-"));
  await chmod(folder, 0o755);
  return folder;
}
