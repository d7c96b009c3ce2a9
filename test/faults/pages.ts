/** Faults inside real browsers: their own idea of being offline, frozen pages, slow machines, reloads. */
import type { BrowserPair } from "./browsers.ts";
import { type Fault, type Span, sleep, type World } from "./world.ts";

const inBrowsers =
  (work: (pair: BrowserPair) => Promise<void>) =>
  async ({ people }: World): Promise<Span> => {
    const from = performance.now();
    await Promise.all(people.browsers.map(work));
    return { from, cured: performance.now() };
  };

export const pageFaults: Fault[] = [
  {
    id: "F7",
    name: "browser: the visitor's page is reloaded",
    rounds: { usual: 1, full: 10 },
    run: inBrowsers(async ({ visitorPage }) => void (await visitorPage.reload())),
  },
  {
    id: "F7",
    name: "browser: the visitor's tab is closed, another opened",
    rounds: { usual: 1, full: 10 },
    run: inBrowsers((pair) => pair.openVisitor()),
  },
  {
    id: "F7",
    name: "browser: the visitor's browser is offline 10 s",
    rounds: { usual: 1, full: 10 },
    run: inBrowsers(async ({ visitorContext }) => {
      await visitorContext.setOffline(true);
      await sleep(10_000);
      await visitorContext.setOffline(false);
    }),
  },
  {
    id: "F7",
    name: "browser: the visitor's page is frozen 20 s",
    rounds: { usual: 1, full: 5 },
    run: inBrowsers(async ({ visitorPage, visitorContext }) => {
      const devtools = await visitorContext.newCDPSession(visitorPage);
      await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
      await sleep(20_000);
      await devtools.send("Page.setWebLifecycleState", { state: "active" });
      await devtools.detach();
    }),
  },
  {
    id: "F7",
    name: "browser: the visitor's machine is 20 times slower 10 s",
    rounds: { usual: 1, full: 5 },
    run: inBrowsers(async ({ visitorPage, visitorContext }) => {
      const devtools = await visitorContext.newCDPSession(visitorPage);
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: 20 });
      await sleep(10_000);
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
      await devtools.detach();
    }),
  },
  {
    id: "F8",
    name: "browser: the agent's connection is cut",
    rounds: { usual: 1, full: 5 },
    run: inBrowsers(async ({ agentWire }) => agentWire.cut()),
  },
  {
    id: "F8",
    name: "browser: the agent's tab is closed, another opened",
    rounds: { usual: 1, full: 5 },
    run: inBrowsers((pair) => pair.openAgent()),
  },
];
