/**
 * Takes a picture of every state of the visitor's widget: phone and desktop, light and dark, German and right to left.
 * `node test/screens/visitor.ts [folder] [part of a name]`; needs the built widget (`npm run build`).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { FakeGateway, sampleView } from "../support/fake-gateway.ts";
import { converse, fill, received, STATES, type State } from "../support/widget-states.ts";

const folder = process.argv[2] ?? "data/screens";
const only = process.argv[3] ?? "";
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

type Look = { theme: "light" | "dark"; size: "phone" | "desktop"; lang?: string };

async function shoot(browser: Browser, name: string, state: State, path: string, look: Look): Promise<void> {
  const file = `visitor-${name}-${look.size}-${look.theme}${look.lang ? `-${look.lang}` : ""}.png`;
  if (!file.includes(only)) return;
  const gateway = await FakeGateway.start();
  gateway.view = sampleView();
  const phone = look.size === "phone";
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESKTOP,
    colorScheme: look.theme,
    locale: look.lang ?? "en-GB",
    timezoneId: "Europe/Berlin",
    hasTouch: phone,
    isMobile: phone,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" && !/WebSocket|ERR_/.test(message.text())) console.log(file, message.text());
  });
  page.on("pageerror", (error) => console.log(file, error));
  page.setDefaultTimeout(8_000);
  try {
    await page.goto(`${gateway.base}${path}${look.lang ? `?page-lang=${look.lang}` : ""}`);
    await state(page, gateway);
  } catch (error) {
    console.log(file, String(error).split("\n").slice(0, 3).join(" "));
  }
  await page.screenshot({ path: join(folder, file) });
  await context.close();
  await gateway.stop();
}

await mkdir(folder, { recursive: true });
const browser = await launchBrowser();
for (const [name, state] of Object.entries(STATES)) {
  await shoot(browser, name, state, "/demo/", { theme: "light", size: "desktop" });
  await shoot(browser, name, state, "/demo/", { theme: "dark", size: "phone" });
}
for (const name of ["form", "waiting", "talking"]) {
  const state = STATES[name];
  if (!state) continue;
  await shoot(browser, name, state, "/demo/", { theme: "light", size: "phone" });
  await shoot(browser, name, state, "/demo/", { theme: "dark", size: "desktop" });
  await shoot(browser, name, state, "/demo/lamp.html", { theme: "light", size: "desktop", lang: "de" });
  await shoot(browser, name, state, "/demo/lamp.html", { theme: "light", size: "phone", lang: "he" });
}
const started: State = async (page, gateway) => {
  await page.getByRole("button", { name: "Start chat" }).waitFor();
  if (page.url().includes("#form")) return;
  await fill(page);
  await page.getByRole("button", { name: "Start chat" }).click();
  await received(gateway, "join");
  await converse(page, gateway);
};
for (const theme of ["light", "dark"] as const) {
  await shoot(browser, "page-form", started, "/chat/support#form", { theme, size: "desktop" });
  await shoot(browser, "page-talking", started, "/chat/support", { theme, size: "desktop" });
  await shoot(browser, "block-talking", started, "/demo/help.html", { theme, size: "desktop" });
}
await browser.close();
