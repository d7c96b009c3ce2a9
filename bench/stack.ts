/**
 * The stack the benchmark runs on: the same as `npm start`, with agents by the dozen, limits lifted, and, on the same
 * Prosody, three plain components and two room services for the raw baseline.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "../stack/ports.ts";
import { superuserUrl } from "../stack/postgres.ts";
import { ROOT } from "../stack/settings.ts";
import { startStack, type TestStack } from "../stack/testing.ts";
import { MOST, RATES } from "../webchat/http/limits.ts";
import { type Inspector, inspect } from "./measure/inspect.ts";

/** Room services for the raw baseline: with the very settings of Foyer's rooms, and the same without an archive. */
export const RAW_ROOMS = { archived: "raw-rooms.localhost", plain: "raw-plain.localhost" };
export const RAW_COMPONENTS = ["raw-a.localhost", "raw-b.localhost", "raw-c.localhost"];
export const RAW_SECRET = "only-for-the-raw-baseline-of-the-benchmark";

/** The workgroup everything is measured in. */
export const WORKGROUP = "bench";
export const WORKGROUP_JID = "bench@workgroup.localhost";

export type BenchStack = TestStack & {
  componentService: string;
  agentNames: string[];
  /** PostgreSQL's superuser. */
  superuserUrl: string;
  /** The processes, by name, for their CPU. */
  pids(): Record<"prosody" | "postgres" | "component" | "webchat", number>;
  inspect(part: "component" | "webchat"): Promise<Inspector>;
};

export type BenchStackOptions = {
  /** Accounts; each may have 100 chats at once. */
  agents?: number;
  /** More Lua for Prosody's configuration, as for trying other settings. */
  prosody?: string;
  /** Settings of the workgroup, in Lua. */
  workgroup?: string;
  env?: { component?: Record<string, string>; webchat?: Record<string, string> };
};

const running = new Set<TestStack>();

/** Stops whatever still runs: the way out when a row fails where nobody waits. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((stack) => stack.stop().catch(() => undefined)));
}

export async function startBenchStack(options: BenchStackOptions = {}): Promise<BenchStack> {
  const agentNames = Array.from({ length: options.agents ?? 4 }, (_, i) => `agent${i}`);
  const [component = 0, webchat = 0] = await freePorts(2);
  const ports = { component, webchat };
  const inspectable = (port: number): Record<string, string> => ({ NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` });
  const stack = await startStack({
    agents: agentNames,
    workgroups: [workgroup(agentNames, options.workgroup ?? ""), await rawHosts(), options.prosody ?? ""].join("\n"),
    env: {
      component: { ...inspectable(component), ...options.env?.component },
      webchat: { ...inspectable(webchat), LIMITS: noLimits(), ...options.env?.webchat },
    },
  });
  running.add(stack);
  const pid = (part: { pid(): number | undefined } | undefined): number => part?.pid() ?? -1;
  return {
    ...stack,
    async stop() {
      running.delete(stack);
      await stack.stop();
    },
    componentService: `xmpp://127.0.0.1:${stack.settings.ports.component}`,
    agentNames,
    superuserUrl: superuserUrl({
      port: stack.settings.ports.postgres,
      password: stack.secrets.postgresPassword,
    }),
    pids: () => ({
      prosody: pid(stack.prosody),
      postgres: pid(stack.postgres),
      component: pid(stack.component),
      webchat: pid(stack.webchat),
    }),
    inspect: (part) => inspect(pid(stack[part]), ports[part]),
  };
}

/** All the load comes from one address and into one workgroup, which no crowd of people does: the gateway's limits are lifted. */
function noLimits(): string {
  const rates = Object.entries(RATES).flatMap(([doing, by]) => Object.keys(by).map((who) => `${doing}.${who}`));
  const most = Object.keys(MOST).map((name) => `${name}=1000000`);
  return [...rates.map((name) => `${name}=1000000:1000000`), ...most].join(",");
}

function workgroup(agents: string[], more: string): string {
  return `workgroups = {
  ${WORKGROUP} = {
    name = "Bench";
    agents = { ${agents.map((name) => `["${name}@localhost"] = { name = "${name}" }`).join("; ")} };
    form = { title = "Bench"; fields = {
      { name = "username", label = "Name", type = "text-single", required = true };
      { name = "question", label = "Question", type = "text-multi" };
    } };
    max_chats = 100; request_timeout = 3600; offer_timeout = 300; max_queue = 100000; agent_join_timeout = 300;
    ${more}
  };
}`;
}

/** Foyer's own section of the rooms, word for word, for the baseline; only the rule who may make rooms is left out. */
async function rawHosts(): Promise<string> {
  const template = await readFile(join(ROOT, "prosody", "prosody.cfg.lua.template"), "utf8");
  const section = /Component\(\{\{rooms_domain\}\}\) "muc"\n([\s\S]*?)\n-{3,}/.exec(template)?.[1];
  if (section === undefined) throw new Error("the template has no section of the rooms");
  const settings = section
    .split("\n")
    .filter((line) => !/foyer_rooms|room_creator|^\tadmins|component_admins/.test(line))
    .join("\n");
  return [
    ...RAW_COMPONENTS.map((domain) => `Component "${domain}" component_secret = "${RAW_SECRET}"`),
    `Component "${RAW_ROOMS.archived}" "muc"\n${settings}`,
    `Component "${RAW_ROOMS.plain}" "muc"\n${settings.replace(/"muc_mam";.*/, "")}`,
    `VirtualHost "*"`,
  ].join("\n");
}
