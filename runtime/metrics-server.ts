/**
 * A port for those who watch over us, apart from the one for the world: GET /metrics (OpenMetrics), and GET /health, which
 * is 200 when all is well and 503 when not, with what is and what is not.
 */
import { createServer, type Server } from "node:http";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** What must be so for the process to do its work, each with whether it is. Must not throw, and not wait for long. */
export type Health = () => Promise<Record<string, boolean>>;

export type MetricsServer = {
  /** Resolves with the port once it listens; with null when it cannot: nobody's chat shall fail for that. */
  start(host: string, port: number): Promise<number | null>;
  stop(): Promise<void>;
};

export function createMetricsServer({
  metrics,
  health,
  log,
}: {
  metrics: Metrics;
  health: Health;
  log: Log;
}): MetricsServer {
  const server = createServer((request, response) => {
    answerTo(request.method ?? "", request.url ?? "").then(
      ({ status, type, body }) => {
        response.writeHead(status, {
          "Content-Type": type,
          "Cache-Control": "no-store",
          "X-Content-Type-Options": "nosniff",
        });
        response.end(request.method === "HEAD" ? undefined : body);
      },
      (error: unknown) => {
        log.error("a question of the monitoring could not be answered", { error });
        response.writeHead(500).end();
      },
    );
  });

  async function answerTo(method: string, url: string): Promise<{ status: number; type: string; body: string }> {
    const [path] = url.split("?", 1);
    if (method !== "GET" && method !== "HEAD") return { status: 405, ...plain("GET or HEAD") };
    if (path === "/metrics") return { status: 200, type: metrics.contentType, body: await metrics.metrics() };
    if (path === "/health") {
      const parts = await health();
      const well = Object.values(parts).every((one) => one);
      return { status: well ? 200 : 503, type: "application/json; charset=utf-8", body: JSON.stringify(parts) };
    }
    return { status: 404, ...plain("There are /metrics and /health") };
  }

  return {
    start: (host, port) =>
      listen(server, host, port).catch((error: unknown) => {
        log.warn(`metrics cannot be served on ${host}:${port} (METRICS_HOST, METRICS_PORT)`, { error });
        return null;
      }),
    async stop() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const plain = (text: string): { type: string; body: string } => ({
  type: "text/plain; charset=utf-8",
  body: `${text}\n`,
});

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
