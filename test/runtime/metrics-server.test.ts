import { afterEach, describe, expect, it } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { createMetrics, watchProcess } from "../../runtime/metrics.ts";
import { createMetricsServer, type MetricsServer } from "../../runtime/metrics-server.ts";
import { createFakeLink } from "../support/fake-link.ts";
import { samplesOf } from "../support/open-metrics.ts";

const running: MetricsServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function start(parts: Record<string, boolean> = { link: true }, port = 0) {
  const link = createFakeLink();
  const metrics = createMetrics(link);
  const warned: string[] = [];
  const log = { ...silentLog, warn: (phrase: string) => void warned.push(phrase) };
  const server = createMetricsServer({ metrics, health: async () => parts, log });
  running.push(server);
  const found = await server.start("127.0.0.1", port);
  return { link, metrics, warned, port: found, url: `http://127.0.0.1:${found}` };
}

describe("the port for monitoring", () => {
  it("gives metrics in OpenMetrics, the link's state among them", async () => {
    const { url, link, metrics } = await start();
    watchProcess(metrics);
    link.setOnline(false);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get("content-type")).toContain("application/openmetrics-text");
    const text = await answer.text();
    expect(text).toMatch(/# EOF\n$/);
    const values = Object.fromEntries(samplesOf(text).map(({ name, labels, value }) => [name + labels, value]));
    expect(values).toMatchObject({ foyer_link_up: 0, foyer_link_breaks_total: 1 });
    // Nothing that counts sockets one by one.
    expect(Object.keys(values).filter((name) => /active_(handles|resources|requests)/.test(name))).toEqual([]);
    expect(await (await fetch(`${url}/metrics`, { method: "HEAD" })).text()).toBe("");
  });

  it("tells how late the event loop was since it was last asked", async () => {
    const { url, metrics } = await start();
    watchProcess(metrics);
    const late = async (): Promise<number> => {
      const samples = samplesOf(await (await fetch(`${url}/metrics`)).text());
      return samples.find(({ name }) => name === "nodejs_eventloop_lag_max_seconds")?.value ?? 0;
    };
    await late();
    // It measures from one turn of the loop to the next, and begins anew when it was asked.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const until = performance.now() + 300;
    while (performance.now() < until);
    await expect.poll(late).toBeGreaterThan(0.25);
  });

  it("says which part is not well, and with one that is not, all is not", async () => {
    const well = await start({ database: true, link: true });
    expect((await fetch(`${well.url}/health`)).status).toBe(200);
    const ill = await start({ database: false, link: true });
    const answer = await fetch(`${ill.url}/health`);
    expect([answer.status, await answer.json()]).toEqual([503, { database: false, link: true }]);
  });

  it("answers nothing else", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/../etc/passwd`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: "POST", body: "x" })).status).toBe(405);
  });

  it("that somebody else has is told, and stops nobody", async () => {
    const first = await start();
    const second = await start({}, first.port ?? 0);
    expect(second.port).toBeNull();
    expect(second.warned).toEqual([expect.stringContaining("METRICS_PORT")]);
  });
});
