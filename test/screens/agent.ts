/** Pictures of every state of the agent's workspace. `node test/screens/agent.ts [folder] [scene …]`; without a folder into test-results/agent. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serveDemo } from "./agent-demo.ts";

const [folder = "test-results/agent", ...wanted] = process.argv.slice(2);
const SIZES = [
  { name: "1280", width: 1280, height: 800 },
  { name: "1920", width: 1920, height: 1080 },
  { name: "900", width: 900, height: 700 },
  { name: "390", width: 390, height: 844 },
];
const SCENES = [
  "sign-in",
  "sign-in-refused",
  "signing-in",
  "idle",
  "menu",
  "offer",
  "offers",
  "handed-over",
  "talking",
  "writing",
  "changed",
  "files",
  "editing",
  "offline",
  "service-away",
  "ended",
  "earlier",
  "queue",
  "queue-empty",
  "messages",
  "messages-empty",
  "hard",
  "rtl",
  "many",
];

await mkdir(folder, { recursive: true });
const demo = await serveDemo();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  for (const { name, width, height } of SIZES) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        locale: "en-GB",
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(error));
      page.on("requestfailed", (request) => console.error("not loaded:", request.url()));
      await page.goto(demo.url);
      await page.waitForFunction(() => typeof globalThis.foyerShow === "function");
      for (const scene of SCENES) {
        if (wanted.length > 0 && !wanted.includes(scene)) continue;
        await page.evaluate((one) => globalThis.foyerShow(one), scene === "menu" ? "idle" : scene);
        if (scene === "menu") await page.getByRole("button", { name: "Change your status" }).click();
        if (scene === "offer") await page.getByText("View more information").click();
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await page.screenshot({ path: join(folder, `agent-${scene}-${name}-${colorScheme}.png`) });
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await demo.stop();
}
