/** A real Chromium for whole-system tests. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launchBrowser(): Promise<Browser> {
  // As root Chromium has no sandbox to offer.
  const args = process.getuid?.() === 0 ? ["--no-sandbox", ...QUIET] : QUIET;
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
}

/** What the browser itself logs while the network is away, whatever the page does. */
const NETWORK_AWAY = /net::ERR_INTERNET_DISCONNECTED|^WebSocket is already in CLOSING or CLOSED state/;

/** Errors a page threw or logged; a test ends by looking that there are none. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !NETWORK_AWAY.test(message.text())) errors.push(message.text());
  });
  return errors;
}

export async function signIn(
  context: BrowserContext,
  url: string,
  agent: { jid: string; password: string },
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("textbox", { name: "XMPP address" }).fill(agent.jid);
  await page.getByRole("textbox", { name: "Password" }).fill(agent.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return page;
}
