/** Serves the workspace with scenes, for pictures and for tests in a browser: bundled as in earnest, under the gateway's policy. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Foyer</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page.css"></head>
<body><script type="module" src="/page.js"></script></body></html>`;

/** What our real page is served with, so that what it forbids shows here too. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'";

/** @returns the address of the page, and how to end it */
export async function serveDemo(): Promise<{ url: string; stop(): Promise<void> }> {
  const files = new Map([
    ["/", { type: "text/html; charset=utf-8", text: PAGE }],
    ["/page.js", { type: "text/javascript", text: await bundle() }],
    ["/page.css", { type: "text/css", text: await readFile(join(ROOT, "agent-ui/styles/page.css"), "utf8") }],
  ]);
  const picture = await readFile(join(ROOT, "docs/visitor-waiting.png"));
  const server = createServer((req, res) => {
    if (req.url?.startsWith("/files/")) {
      res.writeHead(200, { "Content-Type": "image/png" }).end(picture);
      return;
    }
    const file = files.get(req.url ?? "");
    res.writeHead(file ? 200 : 404, { "Content-Type": file?.type ?? "text/plain", "Content-Security-Policy": POLICY });
    res.end(file?.text ?? "not here");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("the demo has no port");
  const stop = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${address.port}/`, stop };
}

async function bundle(): Promise<string> {
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      minify: false,
      modulePreload: false,
      rolldownOptions: { input: join(import.meta.dirname, "agent-page.ts") },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const one of outputs) {
    if (!("output" in one)) continue;
    const chunk = one.output.find((file) => file.type === "chunk" && file.isEntry);
    if (chunk?.type === "chunk") return chunk.code;
  }
  throw new Error("the demo could not be bundled");
}
