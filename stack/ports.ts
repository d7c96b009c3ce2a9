/** Ports: whether they are free, before anything starts, and free ones for tests. */
import { createServer } from "node:net";
import { CannotStart } from "./cannot-start.ts";
import type { Settings } from "./settings.ts";

const METRICS = [
  { of: "componentMetrics", setting: "FOYER_COMPONENT_METRICS_PORT", what: "the workgroup service's metrics" },
  { of: "webchatMetrics", setting: "FOYER_WEBCHAT_METRICS_PORT", what: "the gateway's metrics" },
] as const;

/** @throws CannotStart with a line for each port that somebody else holds, naming the setting that changes it. */
export async function requireFreePorts(settings: Settings): Promise<void> {
  const { ports, host } = settings;
  const wanted = [
    { port: ports.http, host, what: "the web gateway", setting: "FOYER_HTTP_PORT" },
    { port: ports.c2s, host, what: "XMPP clients", setting: "FOYER_C2S_PORT" },
    { port: ports.prosodyHttp, host, what: "the agents' WebSocket", setting: "FOYER_PROSODY_HTTP_PORT" },
    { port: ports.component, host: "127.0.0.1", what: "components", setting: "FOYER_COMPONENT_PORT" },
    ...METRICS.map(({ of, setting, what }) => ({ port: ports[of], host: "127.0.0.1", what, setting })),
    ...(settings.databaseUrl === undefined
      ? [{ port: ports.postgres, host: "127.0.0.1", what: "PostgreSQL", setting: "FOYER_POSTGRES_PORT" }]
      : []),
  ];
  const mistakes: string[] = [];
  const seen = new Map<number, string>();
  for (const { port, host, what, setting } of wanted) {
    const other = seen.get(port);
    seen.set(port, setting);
    if (other !== undefined) mistakes.push(`${setting} and ${other} are both ${port}: give one of them another port.`);
    else if (!(await isFree(port, host)))
      mistakes.push(`Port ${port} (${what}) is in use. Stop what uses it, or set ${setting} to another port.`);
  }
  if (mistakes.length > 0) throw new CannotStart(mistakes);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else if (error.code === "EACCES") reject(new CannotStart(`Port ${port} may only be used by root.`, error));
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

// Below those that the kernel gives to outgoing connections: one of these would be taken again by whoever connects next.
const FIRST_FREE = 21_000;
const LAST_FREE = 32_000;
/** Where to look next: tests that run side by side begin at different places, and no port is given twice in a row. */
let next = FIRST_FREE + Math.floor(Math.random() * (LAST_FREE - FIRST_FREE));

/** As many different free ports on the loopback interface. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let tried = 0; found.length < count; tried++) {
    if (tried > LAST_FREE - FIRST_FREE) throw new Error(`there are no ${count} free ports`);
    const port = next;
    next = next >= LAST_FREE ? FIRST_FREE : next + 1;
    if (await isFree(port, "127.0.0.1")) found.push(port);
  }
  return found;
}
