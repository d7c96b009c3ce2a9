/** docker-compose.yml, brought up by testcontainers for one test file, on free ports and with secrets of its own. */
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerComposeEnvironment, PullPolicy, type StartedDockerComposeEnvironment, Wait } from "testcontainers";
import { run } from "../../stack/containers/command.ts";
import { freePorts } from "../../stack/ports.ts";
import { ROOT } from "../../stack/settings.ts";
import { AGENTS } from "../../stack/stack.ts";
import type { TestStackOptions } from "../../stack/testing.ts";
import type { Running } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";

/** One at a time: whatever an earlier run left behind has this name too, and is taken away before the next. */
const PROJECT = "foyer-test";
export const PARTS = ["postgres", "prosody", "component", "webchat"] as const;
export type Part = (typeof PARTS)[number];

export type Containers = Running & {
  /** A part's container, for commands within it and for its logs. */
  container(part: Part): ReturnType<StartedDockerComposeEnvironment["getContainer"]>;
  /** Every secret that was given to them. */
  secrets: string[];
  /** What Prosody reads when it gets SIGHUP. */
  workgroupsFile: string;
  /** Takes all containers away, but not what they keep, and makes them anew. */
  recreate(): Promise<void>;
};

export async function startContainers(options: TestStackOptions = {}): Promise<Containers> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-containers-"));
  await chmod(folder, 0o755); // Others read the workgroups in it.
  const [http = 0, c2s = 0, websocket = 0, postgres = 0] = await freePorts(4);
  const password = secret();
  const secrets = {
    POSTGRES_PASSWORD: secret(),
    FOYER_DATABASE_PASSWORD: secret(),
    PROSODY_DATABASE_PASSWORD: secret(),
    COMPONENT_SECRET: secret(),
    WEBCHAT_SECRET: secret(),
    TOKEN_SECRET: secret(),
  };
  const settings = {
    FOYER_HTTP_PORT: http,
    FOYER_C2S_PORT: c2s,
    FOYER_PROSODY_HTTP_PORT: websocket,
    FOYER_URL: `http://localhost:${http}`,
    FOYER_WEBSOCKET_URL: `ws://localhost:${websocket}/xmpp-websocket`,
    FOYER_WORKGROUPS: join(folder, "workgroups"),
    FOYER_DEMO_PASSWORD: password,
    ...secrets,
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, "env"), lines.join(""), { mode: 0o600 });
  await mkdir(join(folder, "workgroups"), { mode: 0o755 });
  const workgroups = options.workgroups ?? (await readFile(join(ROOT, "prosody", "workgroups.cfg.lua"), "utf8"));
  await writeFile(join(folder, "workgroups", "workgroups.cfg.lua"), workgroups, { mode: 0o644 });
  // JSON is YAML too.
  await writeFile(join(folder, "tests.yml"), JSON.stringify(forTests(options, postgres)));

  const compose = new DockerComposeEnvironment(ROOT, ["docker-compose.yml", join(folder, "tests.yml")])
    .withProjectName(PROJECT)
    .withEnvironmentFile(join(folder, "env"))
    .withPullPolicy(PullPolicy.neverPull()) // The images are there: built just now, or named by whoever runs this.
    .withAutoCleanup(false) // Without a helper container that would have to come from a registry.
    .withDefaultWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(180_000);
  const url = `http://localhost:${http}`;
  const up = async () => {
    try {
      const started = await compose.up();
      // Healthy is not configured: the workgroups come a moment later.
      await eventually("the workgroups", async () => (await fetch(`${url}/workgroups/support`)).ok);
      return started;
    } catch (cause) {
      const { stdout } = await run("docker", ["compose", "--project-name", PROJECT, "logs", "--no-color", "--tail=25"]);
      await removeAll();
      await rm(folder, { recursive: true, force: true });
      throw new Error(`the containers did not come up:\n${stdout}`, { cause });
    }
  };

  await removeAll();
  let started = await up();
  return {
    url,
    agentUrl: `${url}/agent/`,
    c2sService: `xmpp://127.0.0.1:${c2s}`,
    databaseUrl: `postgresql://foyer:${secrets.FOYER_DATABASE_PASSWORD}@127.0.0.1:${postgres}/foyer`,
    agents: Object.fromEntries(AGENTS.map((name) => [name, { jid: `${name}@localhost`, password }])),
    prosody: { restart: () => started.getContainer("prosody-1").restart() },
    secrets: Object.values(secrets),
    workgroupsFile: join(folder, "workgroups", "workgroups.cfg.lua"),
    container: (part) => started.getContainer(`${part}-1`),
    async recreate() {
      await started.down({ removeVolumes: false });
      started = await up();
    },
    async stop() {
      await started.down({ removeVolumes: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Also what a run that was cut short left behind. */
async function removeAll(): Promise<void> {
  await run("docker", ["compose", "--project-name", PROJECT, "down", "--volumes", "--timeout=5"]);
}

/** What tests add to the compose file: a way to the database, the two services' further variables, and no long waiting. */
function forTests(options: TestStackOptions, postgres: number): object {
  const often = { healthcheck: { interval: "1s" } };
  return {
    services: {
      postgres: { ...often, ports: [`127.0.0.1:${postgres}:5432`] },
      prosody: often,
      component: { ...often, environment: options.env?.component ?? {} },
      webchat: { ...often, environment: options.env?.webchat ?? {} },
    },
  };
}

const secret = (): string => randomBytes(24).toString("base64url");
