/** Serves the workspace with scenes, for pictures and for tests in a browser. */
import { join } from "node:path";
import { createServer } from "vite";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Foyer</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/agent-ui/styles/page.css"></head>
<body><script type="module" src="/test/screens/agent-page.ts"></script></body></html>`;

/** Everything our real page is served with, so that what it forbids shows here too. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'";

/** @returns the address of the page, and how to end it. `strict`: under the gateway's policy (Vite's own client does not load then) */
export async function serveDemo({ strict = false } = {}): Promise<{ url: string; stop(): Promise<void> }> {
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    appType: "custom",
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    plugins: [
      {
        name: "scenes",
        configureServer(vite) {
          vite.middlewares.use((req, res, next) => {
            if (req.url !== "/") return next();
            res.setHeader("Content-Type", "text/html; charset=utf-8");
            if (strict) res.setHeader("Content-Security-Policy", POLICY);
            res.end(PAGE);
          });
        },
      },
    ],
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (!address || typeof address === "string") throw new Error("the demo has no port");
  return { url: `http://127.0.0.1:${address.port}/`, stop: () => server.close() };
}
