/** The agent UI as static files for the gateway to serve below /agent/. */
import { resolve } from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/agent/",
  build: {
    outDir: resolve(import.meta.dirname, "../dist/agent-ui"),
    emptyOutDir: true,
    target: "es2022",
    // Inlined scripts and styles would not get past the page's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 300,
  },
});
