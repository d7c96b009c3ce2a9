/** The workspace's elements in a real browser, with scenes instead of a server, under the policy the gateway serves. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveDemo } from "../screens/agent-demo.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
let browser: Browser;
let page: Page;
let demo: Awaited<ReturnType<typeof serveDemo>>;
const mistakes: string[] = [];

beforeAll(async () => {
  demo = await serveDemo();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  page = await (
    await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" })
  ).newPage();
  page.on("pageerror", (error) => mistakes.push(error.message));
  page.on("console", (message) => message.type() === "error" && mistakes.push(message.text()));
  await page.goto(demo.url);
  await page.waitForFunction(() => typeof globalThis.foyerShow === "function");
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

const PATIENT = { timeout: 15_000 };
const show = (scene: string): Promise<void> => page.evaluate((name) => globalThis.foyerShow(name), scene);
/** John says a line. */
const say = (text: string): Promise<void> =>
  page.evaluate((text) => {
    const [stanzaId, nick] = [`said ${text}`, "John Carver"];
    const line = { stanzaId, key: stanzaId, nick, occupantId: nick, text, at: Date.now(), service: null };
    globalThis.foyerStore.dispatch({ type: "lines-arrived", room: "john@conference.localhost", lines: [line] });
  }, text);
const button = (name: string) => page.getByRole("button", { name, exact: true });

describe("every state of the workspace", () => {
  const scenes = [
    "sign-in",
    "sign-in-refused",
    "signing-in",
    "idle",
    "offers",
    "talking",
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
    "rtl",
  ];

  it("has nothing that axe finds, in light and dark, wide and narrow", async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const findings: string[] = [];
    for (const [colorScheme, width] of [
      ["light", 1280],
      ["dark", 1280],
      ["light", 390],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const scene of scenes) {
        await show(scene);
        // Once with the menu open.
        if (scene === "idle") await page.getByRole("button", { name: "Change your status" }).click();
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
        });
        findings.push(...found.map((one) => `${scene} ${colorScheme} ${width}: ${one}`));
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(findings).toEqual([]);
  }, 120_000);
});

describe("files", () => {
  it("are sent by button, paste and drop; one under way can be stopped; the own host is the only one asked", async () => {
    const foreign: string[] = [];
    page.on(
      "request",
      (request) => new URL(request.url()).origin !== new URL(demo.url).origin && foreign.push(request.url()),
    );
    await show("talking");
    const strip = (name: string) => page.getByRole("progressbar", { name: `Sending ${name}` });
    await page.locator("input[type=file]").setInputFiles([
      { name: "a.png", mimeType: "image/png", buffer: Buffer.from("x") },
      { name: "b.pdf", mimeType: "application/pdf", buffer: Buffer.from("x") },
    ]);
    await strip("a.png").waitFor();
    await strip("b.pdf").waitFor();
    await page.getByRole("button", { name: "Stop sending a.png" }).click();
    await strip("a.png").waitFor({ state: "detached" });
    await page.getByRole("textbox", { name: "Message" }).evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["x"], "pasted.png", { type: "image/png" }));
      field.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true, cancelable: true }),
      );
    });
    await strip("pasted.png").waitFor();
    const drag = (kind: string) =>
      page.getByRole("log").evaluate((log, type) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["x"], "dropped.txt", { type: "text/plain" }));
        log.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
      }, kind);
    await drag("dragover");
    await page.getByText("Drop it here to send it to John Carver").waitFor();
    await drag("drop");
    await strip("dropped.txt").waitFor();
    await say("https://elsewhere.example/files/slot-0001/a.png");
    await page.getByRole("link", { name: "https://elsewhere.example/files/slot-0001/a.png" }).waitFor();
    await show("files");
    const picture = page.getByRole("link", { name: "lamp.png 48 kB" });
    expect(await picture.getAttribute("href")).toBe("/files/slot-0001/lamp.png");
    await expect
      .poll(() => picture.locator("img").evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth > 0))
      .toBe(true);
    await page.getByText("video.png was not sent: it is 24 MB; the limit is 20 MB.").waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(1);
    expect(foreign).toEqual([]);
  });
});

describe("a chat", () => {
  it("is written to by keyboard: Enter sends, Shift+Enter begins a new line, the draft stays with its chat", async () => {
    await show("talking");
    const message = page.getByRole("textbox", { name: "Message" });
    await message.click();
    await page.keyboard.type("One");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText("Sending").waitFor();
    expect(await message.inputValue()).toBe("");
    expect(await page.getByRole("log").locator(".bubble").last().textContent()).toBe("One\ntwo");
    await page.keyboard.type("half a line");
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("heading", { name: "Yuki" }).waitFor();
    expect(await message.inputValue()).toBe("We have 38 in");
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByRole("heading", { name: "John Carver" }).waitFor();
    expect(await message.inputValue()).toBe("half a line");
    await page.keyboard.press("Control+1");
    await page.getByRole("heading", { name: "عمر الفاروق" }).waitFor();
  });

  it("has own lines that are edited and taken back by keyboard", async () => {
    await show("changed");
    const log = page.getByRole("log");
    const last = () => log.locator(".bubble").last();
    await page.getByRole("textbox", { name: "Message" }).focus();
    await page.keyboard.press("ArrowUp");
    const field = page.getByRole("textbox", { name: "Edit your line" });
    await expect.poll(() => field.inputValue(), PATIENT).toBe("Done.");
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Message" }).waitFor();
    await log.getByRole("button", { name: "Edit this line" }).press("Enter");
    await expect.poll(() => field.evaluate((one) => one.matches(":focus")), PATIENT).toBe(true);
    await field.fill("It is done.");
    await page.keyboard.press("Enter");
    await log.getByText("Edited · Saving …").waitFor();
    expect(await last().textContent()).toBe("It is done.");
    const count = await log.getByRole("button", { name: "Take this line back" }).count();
    await log.getByRole("button", { name: "Take this line back" }).last().press("Enter");
    await log.getByRole("button", { name: "Keep" }).press("Enter");
    expect(await log.getByRole("button", { name: "Take this line back" }).count()).toBe(count);
    await log.getByRole("button", { name: "Take this line back" }).last().press("Enter");
    await log.getByRole("button", { name: "Take back", exact: true }).press("Enter");
    await log.getByText("Taking it back …").waitFor();
  });

  it("is ended at a second word while the visitor is here, and at once when not", async () => {
    await show("talking");
    await button("End chat").click();
    await button("Keep talking").click();
    expect(await button("Keep talking").count()).toBe(0);
    await button("End chat").click();
    await button("End chat").click();
    await page.getByText("You ended the chat.").waitFor();
    await button("Put away").click();
    await show("hard");
    await button("End chat").click();
    await page.getByText("You ended the chat.").waitFor();
  });

  it("keeps to the end while the reader is there, and to the reader's place when not, on the way to another chat and back", async () => {
    await show("many");
    const log = page.getByRole("log");
    const bubbles = log.locator(".bubble");
    const fromEnd = () => log.evaluate((el) => Math.round(el.scrollHeight - el.scrollTop - el.clientHeight));
    await expect.poll(fromEnd, PATIENT).toBeLessThan(3);
    expect(await bubbles.count()).toBeLessThanOrEqual(41);
    await say("Still at the end");
    await log.getByText("Still at the end").waitFor();
    await expect.poll(fromEnd, PATIENT).toBeLessThan(3);

    await log.evaluate((el) => el.scrollTo(0, 10));
    await expect.poll(() => bubbles.count(), PATIENT).toBeGreaterThan(130);
    expect(await fromEnd()).toBeGreaterThan(1000);
    const inView = () =>
      log.evaluate((el) => {
        const top = el.getBoundingClientRect().top;
        const found = [...el.querySelectorAll(".bubble")].find((one) => one.getBoundingClientRect().bottom > top);
        return { text: found?.textContent, offset: (found?.getBoundingClientRect().top ?? 0) - top };
      });
    const place = await inView();
    await say("Unseen");
    for (const name of ["Yuki", "John Carver"]) {
      await page.locator("chat-list").getByRole("button", { name }).click();
      await page.getByRole("heading", { name }).waitFor();
    }
    await expect.poll(async () => (await inView()).text, PATIENT).toBe(place.text);
    expect(Math.abs((await inView()).offset - place.offset)).toBeLessThan(2);
    expect(await bubbles.count()).toBeLessThanOrEqual(61);

    // Down again, line by line, all that was said comes in.
    await expect
      .poll(async () => {
        await log.evaluate((el) => el.scrollBy(0, el.clientHeight));
        return (await log.getByText("Unseen").count()) > 0 && (await fromEnd()) < 3;
      }, PATIENT)
      .toBe(true);
    await expect.poll(() => button("Newest lines").count(), PATIENT).toBe(0);
  });

  it("is read upwards by keyboard, and is at the end again with one press or one own line", async () => {
    await show("many");
    const log = page.getByRole("log");
    const fromEnd = () => log.evaluate((el) => Math.round(el.scrollHeight - el.scrollTop - el.clientHeight));
    await expect.poll(fromEnd, PATIENT).toBeLessThan(3);
    await log.focus();
    await expect
      .poll(async () => {
        await page.keyboard.press("Home");
        return log.locator(".bubble").count();
      }, PATIENT)
      .toBeGreaterThan(250);
    // A key scrolls smoothly, over many frames.
    await log.evaluate(async (el) => {
      for (let before = -1; before !== el.scrollTop; ) {
        before = el.scrollTop;
        await new Promise((done) => setTimeout(done, 100));
      }
    });
    await button("Newest lines").click();
    await expect.poll(fromEnd, PATIENT).toBeLessThan(3);
    await log.evaluate((el) => el.scrollTo(0, 10));
    await button("Newest lines").waitFor();
    await page.getByRole("textbox", { name: "Message" }).fill("I am here");
    await page.keyboard.press("Enter");
    await log.getByText("I am here").waitFor();
    await expect.poll(fromEnd, PATIENT).toBeLessThan(3);
  });

  it("shows what was said as text, whatever it holds", async () => {
    await show("talking");
    await say("<img src=x onerror=alert(1)> javascript:alert(1) https://example.org/<b>");
    const bubble = page.getByRole("log").locator(".bubble").last();
    await expect
      .poll(() => bubble.textContent(), PATIENT)
      .toBe("<img src=x onerror=alert(1)> javascript:alert(1) https://example.org/<b>");
    expect(await bubble.locator("img").count()).toBe(0);
    expect(await bubble.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
      "https://example.org/",
    ]);
  });
});

describe("signing out", () => {
  it("asks first while chats are open, and not when none is", async () => {
    const signedOut = (): Promise<boolean> => page.evaluate(() => globalThis.foyerStore.state.account === null);
    await show("talking");
    await button("Sign out").click();
    await button("Stay").click();
    expect(await signedOut()).toBe(false);
    await button("Sign out").click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to your desk" }).waitFor();
    await show("idle");
    await button("Sign out").click();
    await page.getByRole("heading", { name: "Sign in to your desk" }).waitFor();
  });
});

describe("an offer", () => {
  it("takes the keyboard when nobody writes, tells all it knows, and is accepted with Enter", async () => {
    await show("idle");
    await page.evaluate(() => {
      const offer = {
        id: "o1",
        session: "o1",
        workgroup: "support@workgroup.localhost",
        visitor: "v@x/y",
        userId: "v@x",
        metadata: { username: ["Dana"], question: ["Help"], url: ["https://shop.example.org/cart"] },
        arrivedAt: globalThis.foyerStore.state.now,
        timeoutS: 20,
      };
      globalThis.foyerStore.dispatch({ type: "offer-received", offer });
    });
    await button("Accept").waitFor();
    await page.getByText("View more information").click();
    await page.getByRole("link", { name: "shop.example.org/cart" }).waitFor();
    await button("Accept").focus();
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => globalThis.foyerStore.state.offers[0]?.phase)).toEqual({
      name: "answering",
      accepted: true,
    });
  });
});

describe("forty chats with two thousand lines in one of them", () => {
  it("draw a new line in a time that does not grow with what is not shown", async () => {
    const cost = async (scene: string): Promise<number> => {
      await show(scene);
      return page.evaluate(async () => {
        const nextFrame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        await nextFrame();
        const costs: number[] = [];
        for (let i = 0; i < 15; i++) {
          const { now } = globalThis.foyerStore.state;
          const started = performance.now();
          globalThis.foyerStore.dispatch({
            type: "lines-arrived",
            room: "john@conference.localhost",
            lines: [
              {
                stanzaId: `n${i}`,
                key: `n${i}`,
                nick: "John Carver",
                occupantId: "John Carver",
                text: "One more line",
                at: now,
                service: null,
              },
            ],
          });
          await nextFrame();
          costs.push(performance.now() - started);
        }
        return costs.sort((a, b) => a - b)[7] ?? 0;
      });
    };
    const [few, many] = [await cost("talking"), await cost("many")];
    console.log(`a line drawn: ${few.toFixed(1)} ms with 6 chats, ${many.toFixed(1)} ms with 42 chats and 2,009 lines`);
    expect(many / few).toBeLessThan(6);
  });
});

describe("the page", () => {
  it("broke no rule of its policy and threw nothing in all of this", () => {
    expect(mistakes).toEqual([]);
  });
});
