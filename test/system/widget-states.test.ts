/** Every state of the visitor's widget in a real browser: nothing that axe finds, no breach of the strictest page policy. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { FakeGateway } from "../support/fake-gateway.ts";
import { STATES } from "../support/widget-states.ts";

let browser: Browser;
let axe: string;

beforeAll(async () => {
  browser = await launchBrowser();
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});
afterAll(() => browser.close());

const LOOKS = [
  { theme: "light", viewport: { width: 1280, height: 800 }, phone: false, lang: "en" },
  { theme: "dark", viewport: { width: 390, height: 844 }, phone: true, lang: "he" },
] as const;

for (const { theme, viewport, phone, lang } of LOOKS) {
  describe(`the widget on a ${phone ? "phone" : "desktop"}, ${theme}, in ${lang}`, () => {
    for (const [name, bring] of Object.entries(STATES)) {
      it(`gives axe nothing to say: ${name}`, async () => {
        const gateway = await FakeGateway.start();
        const context = await browser.newContext({
          viewport,
          colorScheme: theme,
          hasTouch: phone,
          isMobile: phone,
          reducedMotion: "reduce",
        });
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        const troubles: string[] = [];
        page.on("pageerror", (error) => troubles.push(String(error)));
        page.on("console", (message) => {
          if (/Content Security Policy|Trusted/i.test(message.text())) troubles.push(message.text());
        });
        try {
          await page.goto(`${gateway.base}/demo/lamp.html?page-lang=${lang}`);
          await bring(page, gateway);
          await page.evaluate(axe);
          const found = await page.evaluate(async () => {
            const run: unknown = Reflect.get(window, "axe");
            const axe = run as {
              run(
                context: unknown,
                options: unknown,
              ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
            };
            const { violations } = await axe.run(document, { resultTypes: ["violations"] });
            return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
          });
          expect(found).toEqual([]);
          expect(troubles).toEqual([]);
        } finally {
          await context.close();
          await gateway.stop();
        }
      });
    }
  });
}
