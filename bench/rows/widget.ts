/** The widget in Chromium: what it weighs, how soon one can type, and whether it ever shakes or blocks the page. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { ROOT } from "../../stack/settings.ts";
import { launchBrowser } from "../../test/support/browser.ts";
import { type BenchAgent, signInAgent } from "../actors/agents.ts";
import { type MainThread, traceMainThread } from "../measure/main-thread.ts";
import { percentile, sleep, until } from "../measure/stats.ts";
import { kB, ms, type Report, type Row } from "../report.ts";
import { type BenchStack, startBenchStack, WORKGROUP } from "../stack.ts";

const VISITS = 12;

export const widget: Row = {
  name: "widget",
  title: "The widget in Chromium",
  inBrowser: true,
  async run(report) {
    await sizes(report);
    const stack = await startBenchStack({ agents: 1 });
    const browser = await launchBrowser();
    try {
      await opening(report, stack, browser);
    } finally {
      await browser.close();
      await stack.stop();
    }
  },
};

async function sizes({ figure }: Report): Promise<void> {
  const folder = join(ROOT, "dist", "widget");
  const zipped = async (name: string): Promise<number> => gzipSync(await readFile(join(folder, name))).length;
  const names = await readdir(folder);
  const loader = await zipped("embed.js");
  const main = await Promise.all(names.filter((name) => /^main-.*\.js$/.test(name)).map(zipped));
  const languages = await Promise.all(names.filter((name) => /^[a-z]{2}-.*\.js$/.test(name)).map(zipped));
  const whole = loader + main.reduce((sum, one) => sum + one, 0);
  figure({ what: "embed.js, gzip", target: "≤ 2 kB", value: `${loader} bytes`, met: loader <= 2_000 });
  const language = kB(Math.max(0, ...languages));
  figure({
    what: "the whole widget, gzip",
    target: "≤ 25 kB",
    value: kB(whole),
    met: whole <= 25_000,
    note: `in English; another language adds ${language}`,
  });
}

async function opening(report: Report, stack: BenchStack, browser: Browser): Promise<void> {
  const agent = await signInAgent(stack, "agent0");
  const page = await browser.newPage();
  await page.goto(`${stack.url}/demo/`); // The browser itself is warm; the page and its cache are not.
  await page.close();
  const visits: Visit[] = [];
  const without: number[][] = [];
  for (let i = 0; i < VISITS; i += 1) {
    visits.push(await visit(stack, browser, agent));
    without.push(await visitWithout(stack, browser));
  }
  tell(report, visits, without);
}

type Visit = { opened: number; shift: Shift; thread: MainThread };
/** How far things moved on the page by themselves: what is the site's own, and what stands within the widget. */
type Shift = { page: number; widget: number };

/** The first visit of somebody who then talks, cold. */
async function visit(stack: BenchStack, browser: Browser, agent: BenchAgent): Promise<Visit> {
  const page = await freshPage(stack, browser, (shop) =>
    shop.replace(/data-workgroup="\w+"/, `data-workgroup="${WORKGROUP}"`),
  );
  await page.addInitScript(watchShifts);
  const traced = await traceMainThread(browser, page, isOurs);
  await page.goto(`${stack.url}/demo/`);
  await until("the launcher", async () =>
    page.evaluate(() => document.querySelector("foyer-chat")?.shadowRoot?.querySelector("button") != null),
  );
  // The shop comes to rest, as it has for who reads before pressing: from the press on everything is the widget's.
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  const opened = await page.evaluate(clickUntilTyping);
  // And then a whole talk, with the agent's lines coming in.
  await page.getByLabel("Name").fill("John Carver");
  await page.getByLabel("Question").fill("Where is my parcel?");
  const met = new Promise<string>((resolve) => (agent.onEntered = resolve));
  await page.getByRole("button", { name: "Start chat" }).click();
  const session = await met;
  await page.getByRole("textbox", { name: "Message" }).fill("Good morning");
  await page.keyboard.press("Enter");
  for (let line = 0; line < 20; line += 1) {
    agent.say(session, `Line ${line}: thank you, I will look into it at once.`);
    await sleep(30);
  }
  await page.getByText("Line 19:").waitFor();
  const over = new Promise<void>((resolve) => (agent.onGone = () => resolve()));
  await page.getByRole("button", { name: "End chat" }).click();
  await page.getByRole("button", { name: "End chat" }).last().click();
  await over;
  await page.getByRole("button", { name: "Start a new chat" }).waitFor();
  const shift = await page.evaluate(() => window.seenShift ?? { page: 0, widget: 0 });
  const thread = await traced();
  await page.context().close();
  return { opened, shift, thread };
}

/** The same page without the line that embeds the chat: how long its own tasks are, in ms. */
async function visitWithout(stack: BenchStack, browser: Browser): Promise<number[]> {
  const page = await freshPage(stack, browser, (shop) => shop.replace(/<script[^>]*embed\.js[^>]*><\/script>/, ""));
  const traced = await traceMainThread(browser, page, () => false);
  await page.goto(`${stack.url}/demo/`, { waitUntil: "load" });
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  const { tasks } = await traced();
  await page.context().close();
  return tasks.map(({ ownMs }) => ownMs);
}

/** A page in a context of its own: an empty cache, as at the first visit. @param change of the shop's HTML, made on its way */
async function freshPage(stack: BenchStack, browser: Browser, change: (shop: string) => string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  // Chromium takes a page that came this way for one of the internet, which must ask before it talks to this machine.
  await context.grantPermissions(["local-network-access"]);
  const page = await context.newPage();
  await page.route(`${stack.url}/demo/`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.text()) });
  });
  return page;
}

const isOurs = (address: string): boolean => /\/embed\.js|\/widget\//.test(address);

/**
 * The widget's tasks are those in which its scripts ran, at any time, and from the press on all of them: the shop has come
 * to rest, so what is laid out and painted is the widget. Before the press the browser lays out, decodes and paints a page
 * that it has never seen: those tasks the shop has without the widget, too, and they are told beside it, both with and
 * without.
 */
function tell({ figure }: Report, visits: readonly Visit[], without: readonly number[][]): void {
  const opened = visits.map((one) => one.opened);
  const p50 = percentile(opened, 0.5);
  figure({
    what: "click → can type, cold",
    target: "≤ 300 ms",
    value: ms(p50),
    met: p50 <= 300,
    note: `median of ${VISITS}; slowest ${ms(Math.max(...opened))}`,
  });
  const [page, widget] = [visits.map(({ shift }) => shift.page), visits.map(({ shift }) => shift.widget)];
  figure({
    what: "layout shift of the page, from load to the end of a talk",
    target: "0",
    value: Math.max(...page).toFixed(4),
    met: Math.max(...page) === 0,
    note: `within the conversation, where lines make room for a new one, ${Math.max(...widget).toFixed(4)}`,
  });
  const split = visits.map(({ thread: { tasks, marks } }) => {
    const press = marks.get("press") ?? 0;
    const longest = (some: MainTasks): number => Math.max(0, ...some.map(({ ownMs }) => ownMs));
    const isWidgets = ({ from, ms, scripted }: MainTasks[number]): boolean => scripted || from + ms >= press;
    const widget = tasks.filter(isWidgets);
    return {
      widget: longest(widget),
      cpu: Math.max(0, ...widget.map(({ cpuMs }) => cpuMs)),
      shop: longest(tasks.filter((task) => !isWidgets(task))),
    };
  });
  const above = (some: readonly number[]): string => `in ${some.filter((one) => one > 50).length} of ${VISITS} visits`;
  const ours = split.map((one) => one.widget);
  figure({
    what: "the widget's main-thread tasks above 50 ms, from load to the end of a talk",
    target: "none",
    value: above(ours),
    met: Math.max(...ours) <= 50,
    note: `longest ${ms(Math.max(...ours))}, median of the longest ${ms(percentile(ours, 0.5))}; on the CPU ${ms(Math.max(...split.map(({ cpu }) => cpu)))}`,
  });
  const shop = split.map((one) => one.shop);
  const alone = without.map((tasks) => Math.max(0, ...tasks));
  figure({
    what: "the sample shop's own, until the press",
    target: "",
    value: `${above(shop)}, longest ${ms(Math.max(...shop))}`,
    baseline: `${above(alone)}, longest ${ms(Math.max(...alone))}`,
    note: "baseline: the same page without the line that embeds the widget",
  });
}

type MainTasks = MainThread["tasks"];

declare global {
  interface Window {
    seenShift?: { page: number; widget: number };
  }
}

/** Runs in the page, before anything else. What stands in a shadow tree is not named to the page. */
function watchShifts(): void {
  const seen = { page: 0, widget: 0 };
  window.seenShift = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const [value, recent, sources]: unknown[] = ["value", "hadRecentInput", "sources"].map((name) =>
        Reflect.get(entry, name),
      );
      if (typeof value !== "number" || recent === true) continue;
      const isPage = Array.isArray(sources) && sources.some(({ node }) => node !== null);
      seen[isPage ? "page" : "widget"] += value;
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** Runs in the page: presses the launcher without hovering first, and waits until a drawn field of the chat has the caret. */
function clickUntilTyping(): Promise<number> {
  const root = document.querySelector("foyer-chat")?.shadowRoot;
  performance.mark("press");
  const begin = performance.now();
  root?.querySelector("button")?.click();
  return new Promise((resolve) => {
    const look = (): void => {
      let active: Element | null | undefined = root?.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      const ready = active?.matches("input, textarea") && active.getBoundingClientRect().height > 0;
      // One frame later it is on the screen.
      if (ready) requestAnimationFrame(() => resolve(performance.now() - begin));
      else requestAnimationFrame(look);
    };
    look();
  });
}
