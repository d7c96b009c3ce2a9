import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts, requireFreePorts } from "../../stack/ports.ts";
import { readSettings } from "../../stack/settings.ts";

const NAMES = [
  "FOYER_HTTP_PORT",
  "FOYER_C2S_PORT",
  "FOYER_PROSODY_HTTP_PORT",
  "FOYER_COMPONENT_PORT",
  "FOYER_POSTGRES_PORT",
  "FOYER_COMPONENT_METRICS_PORT",
  "FOYER_WEBCHAT_METRICS_PORT",
];
let holder: Server | undefined;
afterEach(() => new Promise((resolve) => (holder ? holder.close(resolve) : resolve(undefined))));

async function settingsWithFreePorts(changes: Record<string, string> = {}) {
  const ports = await freePorts(NAMES.length);
  const env = Object.fromEntries(NAMES.map((name, i) => [name, String(ports[i])]));
  return readSettings({ ...env, ...changes });
}

describe("a port that somebody else has", () => {
  it("is one line that names the port and the setting", async () => {
    const settings = await settingsWithFreePorts();
    const { c2s } = settings.ports;
    holder = createServer();
    await new Promise<void>((resolve) => holder?.listen(c2s, "127.0.0.1", resolve));
    await expect(requireFreePorts(settings)).rejects.toThrow(
      `Port ${c2s} (XMPP clients) is in use. Stop what uses it, or set FOYER_C2S_PORT to another port.`,
    );
  });

  it("does not matter when it is PostgreSQL's and another server is used", async () => {
    const settings = await settingsWithFreePorts({ DATABASE_URL: "postgresql://a:b@127.0.0.1:5432/foyer" });
    holder = createServer();
    await new Promise<void>((resolve) => holder?.listen(settings.ports.postgres, "127.0.0.1", resolve));
    await expect(requireFreePorts(settings)).resolves.toBeUndefined();
  });
});

describe("two settings with one port", () => {
  it("are named both", async () => {
    const settings = await settingsWithFreePorts({ FOYER_HTTP_PORT: "18081", FOYER_C2S_PORT: "18081" });
    await expect(requireFreePorts(settings)).rejects.toThrow("FOYER_C2S_PORT and FOYER_HTTP_PORT are both 18081");
  });
});
