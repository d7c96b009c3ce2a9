/** The visitor's widget in a real browser against a gateway that does as it is told. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { FakeGateway, SESSION, sampleView } from "../support/fake-gateway.ts";
import { choose, drag, join, open, received, talk, wait } from "../support/widget-states.ts";

let browser: Browser;
let gateway: FakeGateway;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  gateway = await FakeGateway.start();
  context = await browser.newContext({ reducedMotion: "reduce" });
  page = await newPage();
});
afterEach(async () => {
  await context.close();
  await gateway.stop();
});

async function newPage(): Promise<Page> {
  const one = await context.newPage();
  one.setDefaultTimeout(15_000);
  return one;
}
const PATIENT = { timeout: 15_000 };
const shop = (): string => `${gateway.base}/demo/lamp.html`;
const full = (): string => `${gateway.base}/chat/support`;
const said = (): string[] => gateway.received.flatMap((frame) => (frame.kind === "say" ? [frame.text] : []));
const log = (one: Page = page) => one.getByRole("log");
const box = (one: Page = page) => one.getByRole("textbox", { name: "Message" });
const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  await expect.poll(async () => holds(), { message: what, timeout: 15_000, interval: 25 }).toBe(true);
};

/** In conversation on the full page, with the queue behind. */
async function talkOnPage(): Promise<void> {
  gateway.state = { phase: "talking", session: SESSION, agents: ["Anna"], question: "", since: Date.now() };
  await page.goto(full());
  await page.getByRole("textbox", { name: "Your name" }).fill("John");
  await page.getByLabel("A repair").check();
  await page.getByRole("textbox", { name: "Your question" }).fill("Why?");
  await page.getByRole("button", { name: "Start chat" }).click();
  await log().getByText("You are now chatting with Anna").waitFor();
}

describe("a page that only carries the widget", () => {
  it("makes one request besides the loader, opens no socket and stores nothing", async () => {
    await page.goto(shop());
    await page.getByRole("button", { name: "Chat with us" }).waitFor();
    const ours = gateway.requests.filter((path) => !path.startsWith("/demo/"));
    expect(ours).toEqual(["/embed.js", "/workgroups/support"]);
    expect(gateway.received).toEqual([]);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([
      0,
      0,
      "",
    ]);
  });

  it("stores nothing and opens no socket for a look at the form, either", async () => {
    await page.goto(shop());
    await open(page);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(gateway.received).toEqual([]);
  });

  it("tells the truth on the button", async () => {
    gateway.view = sampleView({ waitS: 250 });
    await page.goto(shop());
    await page.getByRole("button", { name: "Chat with us About 4 min" }).waitFor();
    gateway.view = sampleView({ availability: "closed" });
    await page.reload();
    await page.getByRole("button", { name: "Chat with us Closed just now" }).waitFor();
  });

  it("shows no button that leads nowhere", async () => {
    gateway.view = sampleView({ name: "another" });
    await page.goto(shop());
    await until("the question was asked", () => gateway.requests.includes("/workgroups/support"));
    expect(await page.getByRole("button").count()).toBe(0);
  });

  it("has one button, however often the snippet is there, also when its body is swapped", async () => {
    gateway.rewrite = (html) => html.replace(/<script.*<\/script>/, (snippet) => snippet + snippet);
    await page.goto(shop());
    await page.getByRole("button", { name: "Chat with us" }).waitFor();
    await page.evaluate(() => {
      document.body = document.createElement("body");
    });
    expect(await page.getByRole("button", { name: "Chat with us" }).count()).toBe(1);
  });

  it("is as it was before once the widget is destroyed", async () => {
    await page.goto(shop());
    await talk(page, gateway);
    await page.evaluate(() => window.Foyer?.destroy());
    await until("the socket is closed", () => gateway.connected === 0);
    expect(await page.evaluate(() => ["Foyer" in window, document.querySelectorAll("foyer-chat").length])).toEqual([
      false,
      0,
    ]);
  });

  it("can carry the widget anew after that", async () => {
    gateway.policy = "script-src 'self'"; // Trusted Types would keep this page from adding the snippet.
    await page.goto(shop());
    await page.getByRole("button", { name: "Chat with us" }).waitFor();
    await page.evaluate(() => window.Foyer?.destroy());
    await page.evaluate(() => {
      const snippet = document.createElement("script");
      snippet.src = "/embed.js";
      snippet.dataset.workgroup = "support";
      document.head.append(snippet);
    });
    await page.getByRole("button", { name: "Chat with us" }).click();
    await page.getByRole("button", { name: "Start chat" }).waitFor();
  });

  it("opens at the second press when the chat could not be fetched at the first", async () => {
    await page.goto(shop());
    let broken = true;
    await page.route("**/widget/main-*.js*", (route) => (broken ? route.abort() : route.continue()));
    const button = page.getByRole("button", { name: "Chat with us" });
    await button.click();
    broken = false;
    await until("the panel is open", async () => {
      if ((await button.getAttribute("aria-expanded")) !== "true") await button.click();
      return page.getByRole("button", { name: "Start chat" }).isVisible();
    });
  });

  it("can show the chat as a block, without a button", async () => {
    await page.goto(`${gateway.base}/demo/help.html`);
    await page.getByRole("button", { name: "Start chat" }).waitFor();
    expect(await page.getByRole("button", { name: "Chat with us" }).count()).toBe(0);
    expect(gateway.received).toEqual([]);
  });
});

describe("a visitor with a keyboard alone", () => {
  it("goes through a whole chat, and the focus returns to the button", async () => {
    await page.goto(shop());
    await page.getByRole("button", { name: "Chat with us" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Your name" }).waitFor();
    await page.keyboard.type("John");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Why?");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const joined = gateway.received.length
      ? gateway.received
      : await received(gateway, "join").then(() => gateway.received);
    await until("the form went out", () => joined.some((frame) => frame.kind === "join"));
    expect(gateway.received.find((frame) => frame.kind === "join")).toMatchObject({
      fields: { name: ["John"], email: [], topic: ["order"], question: ["Why?"], campaign: ["spring"] },
    });
    gateway.waiting(1, 30, "Why?");
    await page.getByText("You are next.").first().waitFor();
    gateway.talking("Anna");
    await log().getByText("You are now chatting with Anna").waitFor();
    await page.keyboard.type("Hello");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("Anna");
    await page.keyboard.press("Enter");
    await log().getByText("Sent").waitFor();
    expect(said()).toEqual(["Hello\nAnna"]);
    await page.keyboard.press("Escape");
    await until("the focus is on the button", () =>
      page.evaluate(() => document.querySelector("foyer-chat")?.shadowRoot?.activeElement?.tagName === "BUTTON"),
    );
    expect(await log().isVisible()).toBe(false);
  });

  it("is led to the first answer that is missing", async () => {
    await page.goto(full());
    await page.getByRole("textbox", { name: "Your name" }).fill("John");
    await page.getByRole("button", { name: "Start chat" }).press("Enter");
    await page.getByText("Please look at 2 of your answers.").waitFor();
    await until("the first choice has the focus", () =>
      page.getByLabel("An order").evaluate((one) => one.matches(":focus")),
    );
    expect(gateway.received).toEqual([]);
  });

  it("is told when to try again what was refused for now", async () => {
    await page.goto(shop());
    await join(page, gateway);
    await received(gateway, "join");
    gateway.send({ kind: "refused", code: "queue-full", text: "", againS: 30 });
    await page.getByText("Many people are waiting just now.").waitFor();
    await page.getByText("Please try again in 30 seconds.").waitFor();
  });

  it("is asked before a chat is ended, and told who ended it", async () => {
    await talkOnPage();
    await page.getByRole("button", { name: "End chat" }).press("Enter");
    await page.getByRole("alertdialog", { name: "End this chat?" }).waitFor();
    expect(gateway.received.some((frame) => frame.kind === "end")).toBe(false);
    await page.keyboard.press("Enter");
    await page.getByText("You ended the chat").first().waitFor();
    await page.getByRole("button", { name: "Start a new chat" }).click();
    await page.getByRole("button", { name: "Start chat" }).waitFor();
    expect(await page.getByRole("textbox", { name: "Your name" }).inputValue()).toBe("John");
  });
});

describe("a conversation", () => {
  it("goes on after a reload, in a new tab, and in the next chat room's own order, draft included", async () => {
    await talkOnPage();
    await box().fill("One");
    await box().press("Enter");
    gateway.agentSays("Anna", "Two");
    await box().fill("Three is not fini");
    await page.reload();
    await log().getByText("Two").waitFor();
    expect(await log().locator(".bubble").allTextContents()).toEqual(["One", "Two"]);
    expect(await box().inputValue()).toBe("Three is not fini");

    const other = await newPage();
    await other.goto(full());
    await log(other).getByText("Two").waitFor();
    expect(await box(other).inputValue()).toBe("Three is not fini");
    await box(other).fill("Three");
    await until("the draft is in both", async () => (await box().inputValue()) === "Three");
    await box(other).press("Enter");
    await log().getByText("Three").waitFor();
    await until("the box is empty in both", async () => (await box().inputValue()) === "");
    await other.close();
    gateway.agentSays("Anna", "Four");
    await log().getByText("Four").waitFor();
  });

  it("survives a break: nothing is lost, nothing comes twice, and what was typed meanwhile goes out", async () => {
    await talkOnPage();
    gateway.silent = true;
    await box().fill("Taken, but the answer was lost");
    await box().press("Enter");
    const { key } = await received(gateway, "say");
    gateway.reachable = false;
    gateway.drop();
    await page.getByText("Reconnecting … your messages are kept").first().waitFor();
    gateway.silent = false;
    gateway.line({ kind: "self", name: "John" }, "Taken, but the answer was lost", { key });
    gateway.agentSays("Anna", "Said while you were away");
    await box().fill("Typed while away");
    await box().press("Enter");
    await log().getByText("Sending …").waitFor();
    gateway.reachable = true;
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await log().getByText("Sent").waitFor();
    expect(await log().locator(".bubble").allTextContents()).toEqual([
      "Taken, but the answer was lost",
      "Said while you were away",
      "Typed while away",
    ]);
    expect(said()).toEqual(["Taken, but the answer was lost", "Typed while away"]);
  });

  it("keeps a line that was not settled over a reload, and says it again under its key", async () => {
    await talkOnPage();
    gateway.silent = true;
    await box().fill("Unsettled");
    await box().press("Enter");
    const { key } = await received(gateway, "say");
    gateway.silent = false;
    await page.reload();
    await log().getByText("Sent").waitFor();
    expect(gateway.lines.map((line) => line.key)).toEqual([key]);
    expect(await page.evaluate(() => Object.keys(localStorage).filter((name) => name.includes(":line:")))).toEqual([]);
  });

  it("keeps what is written in the queue until somebody is there", async () => {
    await page.goto(shop());
    await wait(page, gateway);
    await box().fill("I am here already");
    await box().press("Enter");
    await log().getByText("Kept until we are with you").waitFor();
    expect(said()).toEqual([]);
    gateway.talking("Anna");
    await log().getByText("Sent").waitFor();
    expect(said()).toEqual(["I am here already"]);
  });

  it("shows a refused line with its reason, and sends it again when asked", async () => {
    await talkOnPage();
    gateway.silent = true;
    await box().fill("Too fast");
    await box().press("Enter");
    const { key } = await received(gateway, "say");
    gateway.send({ kind: "refused", code: "too-fast", text: "", key });
    await log().getByText("Not sent").waitFor();
    gateway.silent = false;
    await log().getByRole("button", { name: "Try again" }).click();
    await log().getByText("Sent", { exact: false }).waitFor();
    expect(await log().locator(".bubble").allTextContents()).toEqual(["Too fast"]);
  });

  it("draws markup as text, and only safe addresses as links", async () => {
    await talkOnPage();
    gateway.agentSays("Anna", "<img src=x onerror=alert(1)> javascript:alert(1) https://shop.example/a");
    const link = log().getByRole("link");
    await link.waitFor();
    expect(
      await link.evaluateAll((all) =>
        all.map((one) => [one.getAttribute("href"), one.getAttribute("target"), one.getAttribute("rel")]),
      ),
    ).toEqual([["https://shop.example/a", "_blank", "noopener noreferrer nofollow"]]);
    expect(await log().locator("img").count()).toBe(0);
  });

  it("counts unread lines on the button and in the tab's title, until they are seen", async () => {
    await page.goto(shop());
    await talk(page, gateway);
    const title = await page.title();
    await box().press("Escape");
    gateway.agentSays("Anna", "One more thing");
    await page.getByRole("button", { name: "Chat with us 1 new" }).waitFor();
    expect(await page.title()).toBe(`(1) ${title}`);
    await page.getByRole("button", { name: "Chat with us" }).click();
    await log().getByText("One more thing").waitFor();
    await until("the title is the page's own", async () => (await page.title()) === title);
  });

  it("is taken up on the next page of the site by itself", async () => {
    await page.goto(shop());
    await talk(page, gateway);
    await box().press("Escape");
    await page.goto(`${gateway.base}/demo/delivery.html`);
    await until("the socket is there", () => gateway.connected === 1);
    expect(await log().isVisible()).toBe(false);
  });

  it("lives where storage is blocked, for as long as the page does", async () => {
    await context.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("blocked", "SecurityError");
          },
        });
      }
    });
    await page.goto(shop());
    await talk(page, gateway);
    await box().fill("Still here");
    await box().press("Enter");
    await until("it was said", () => said().includes("Still here"));
  });
});

describe("a line after it was said", () => {
  const ANNA = { kind: "agent", name: "Anna" } as const;
  const bubbles = () => log().locator(".bubble").allInnerTexts();
  const edits = () => gateway.received.filter((frame) => frame.kind === "say" && frame.of !== undefined);
  const editBox = () => page.getByRole("textbox", { name: "Edit your message" });

  it("comes into the box and is changed by keyboard alone; Escape gives back what was being written", async () => {
    await page.goto(shop());
    await talk(page, gateway);
    await box().fill("I take tow");
    await page.keyboard.press("Enter");
    await log().getByRole("button", { name: "Edit" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await until("the line is in the box", async () => (await editBox().inputValue()) === "I take tow");
    await page.keyboard.press("Escape");
    await box().waitFor();
    expect([await box().inputValue(), await log().isVisible()]).toEqual(["", true]);
    await page.keyboard.type("half a line");
    await log().getByRole("button", { name: "Edit" }).press("Enter");
    await until("the box has the focus", () => editBox().evaluate((one) => one.matches(":focus")));
    await editBox().fill("I take two");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await bubbles()).at(-1), PATIENT).toBe("I take two");
    expect(await box().inputValue()).toBe("half a line");
    expect(edits()).toHaveLength(1);
    await log()
      .getByText(/edited · Sent/)
      .waitFor();
    await log().getByRole("button", { name: "Edit" }).press("Enter");
    await page.getByRole("button", { name: "Take back" }).press("Enter");
    await expect.poll(async () => (await bubbles()).at(-1), PATIENT).toBe("This message was taken back");
    const own = gateway.lines.at(-1);
    expect(edits()[1]).toMatchObject({ text: "", of: own?.id });
    await until("the box has the focus again", () => box().evaluate((one) => one.matches(":focus")));
  });

  it("keeps a change that was not settled over a reload, and says it again under its key", async () => {
    await talkOnPage();
    await box().fill("Helo");
    await page.keyboard.press("Enter");
    await log().getByRole("button", { name: "Edit" }).click();
    gateway.silent = true;
    await editBox().fill("Hello");
    await page.keyboard.press("Enter");
    await log()
      .getByText(/edited · Sending/)
      .waitFor();
    await until("it went out", () => edits().length === 1);
    await page.reload();
    await log()
      .getByText(/edited · Sending/)
      .waitFor();
    gateway.silent = false;
    gateway.drop();
    await log()
      .getByText(/edited · Sent/)
      .waitFor();
    expect(new Set(edits().map((frame) => frame.kind === "say" && frame.key)).size).toBe(1);
    expect(await bubbles()).toEqual(["Hello"]);
  });

  it("is changed by who said it and by nobody else, in its place", async () => {
    await talkOnPage();
    const line = gateway.agentSays("Anna", "It costs 39 €.", { by: "o-anna", ref: "r1" });
    gateway.agentSays("Anna", "Anything else?", { by: "o-anna", ref: "r2" });
    gateway.change(ANNA, "edited", "r1", { by: "o-mallory", text: "It costs 1 €." });
    gateway.change(ANNA, "gone", line.id, { by: "o-mallory" });
    gateway.change(ANNA, "edited", "r1", { by: "o-anna", text: "It costs 3,90 €." });
    await expect.poll(bubbles, PATIENT).toEqual(["It costs 3,90 €.", "Anything else?", "It costs 1 €."]);
    gateway.change(ANNA, "gone", line.id, { by: "o-anna" });
    await expect.poll(async () => (await bubbles())[0], PATIENT).toBe("This message was taken back");
    expect(await page.content()).not.toContain("3,90");
  });

  it("of an agent is not told to have been seen by a page that nobody sits at", async () => {
    await page.clock.install();
    await page.goto(shop());
    await talk(page, gateway);
    const newest = gateway.lines.findLast((line) => line.from.kind === "agent")?.id ?? "";
    const told = (id: string) => gateway.received.some((frame) => frame.kind === "seen" && frame.id === id);
    await until("the newest is told", () => told(newest));
    await page.clock.runFor(61_000);
    const { id } = gateway.agentSays("Anna", "Are you still there?");
    await log().getByText("Are you still there?").waitFor();
    gateway.send({ kind: "typing", name: "Anna", active: true });
    await page.getByText("Anna is typing").waitFor();
    expect(told(id)).toBe(false);
    await page.mouse.move(200, 200);
    await until("it is told", () => told(id));
  });

  it("of an agent is told to have been seen once, while it is before the visitor's eyes", async () => {
    await page.goto(shop());
    await talk(page, gateway);
    const seen = () => gateway.received.flatMap((frame) => (frame.kind === "seen" ? [frame.id] : []));
    const first = gateway.lines.findLast((line) => line.from.kind === "agent")?.id ?? "";
    await until("the newest is told", () => seen().at(-1) === first);
    const before = seen().length;
    await box().press("Escape");
    gateway.agentSays("Anna", "One");
    const newest = gateway.agentSays("Anna", "Two");
    await page.locator("foyer-chat b:not(:empty)").waitFor();
    expect(seen()).toHaveLength(before);
    await page.getByRole("button", { name: "Chat with us" }).click();
    await until("it is told", () => seen().length === before + 1);
    expect(seen().at(-1)).toBe(newest.id);
    await page.reload();
    await log().getByText("Two", { exact: true }).waitFor();
    gateway.line({ kind: "self", name: "John" }, "Thanks");
    await log().getByText("Thanks", { exact: true }).waitFor();
    expect(seen()).toHaveLength(before + 1);
  });
});

describe("files", () => {
  const files = (): string[] =>
    gateway.received.flatMap((frame) => (frame.kind === "say" && frame.file ? [frame.text] : []));
  const failed = () => page.locator(".upload.red");

  it("are sent by button, drop and paste, each as a line; nothing of it is loaded before a conversation", async () => {
    const isLoaded = (): boolean => gateway.requests.some((path) => path.includes("files-"));
    await page.goto(shop());
    await wait(page, gateway);
    expect(await page.locator(".clip").count()).toBe(0);
    expect(isLoaded()).toBe(false);
    gateway.talking("Anna");
    const button = page.getByRole("button", { name: "Send a file" });
    await button.waitFor();
    expect(isLoaded()).toBe(true);
    await box().press("Shift+Tab");
    expect(await button.evaluate((one) => one.matches(":focus"))).toBe(true);
    const dialog = page.waitForEvent("filechooser");
    await page.evaluate(() => undefined); // By then the browser asks us, not the machine.
    await page.keyboard.press("Enter");
    await (await dialog).setFiles([{ name: "chosen.txt", mimeType: "text/plain", buffer: Buffer.from("hello") }]);
    await log().getByRole("link", { name: "chosen.txt 1 kB" }).waitFor();
    await drag(page, "dragover");
    await page.getByText("Drop it here to send it").waitFor();
    await drag(page, "drop");
    await log().getByRole("link", { name: "dropped.txt 1 kB" }).waitFor();
    expect(await page.getByText("Drop it here to send it").isVisible()).toBe(false);
    await box().evaluate((element) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["x"], "image.png", { type: "image/png" }));
      element.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true, cancelable: true }),
      );
    });
    const picture = log().getByRole("link", { name: "image.png 1 kB" });
    expect(await picture.getAttribute("href")).toBe(`${gateway.base}/files/slot-0001/image.png`);
    expect(await picture.locator("img").getAttribute("src")).toBe(`${gateway.base}/files/slot-0001/image.png`);
    expect(files()).toEqual(["chosen.txt", "dropped.txt", "image.png"]);
    expect(await page.locator(".upload").count()).toBe(0);
    // A line like any other, but for the text, which nobody can edit.
    await box().press("ArrowUp");
    expect(await log().getByRole("button", { name: "Edit" }).count()).toBe(0);
    await page.reload();
    await log().getByRole("link", { name: "chosen.txt 1 kB" }).waitFor();
  });

  it("that are refused say why, and are sent again when asked; those under way can be stopped", async () => {
    gateway.view = sampleView({ maxFileBytes: 2 * 1024 * 1024 });
    await page.goto(shop());
    await talk(page, gateway);
    gateway.files = "held";
    await choose(page, "slow.txt", "text/plain", "hello");
    await page.getByRole("progressbar", { name: "Sending slow.txt" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await page.locator(".upload").count()).toBe(0);

    gateway.files = { status: 429, code: "too-fast", again: 100 };
    await choose(page, "a.txt", "text/plain", "hello");
    await failed()
      .getByText("a.txt was not sent: these are many files at once. Please try again in 2 minutes.")
      .waitFor();
    gateway.files = "taken";
    await page.getByRole("button", { name: "Try again" }).click();
    await log().getByRole("link", { name: "a.txt 1 kB" }).waitFor();

    await choose(page, "large.txt", "text/plain", "x".repeat(2 * 1024 * 1024 + 1));
    await failed().getByText("large.txt is 2.1 MB; the limit is 2 MB.").waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await page.getByRole("button", { name: "Remove" }).click();
    gateway.files = { status: 415, code: "type" };
    await choose(page, "page.html", "text/html", "<html>");
    await failed().getByText("page.html was not sent: only pictures").waitFor();
    expect(files()).toEqual(["a.txt"]);

    // What is still on its way when the chat ends stands among the lines, and says so.
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/workgroups/support/files?*", async (route) => {
      await released;
      await route.continue();
    });
    gateway.files = "taken";
    await choose(page, "late.txt", "text/plain", "hello");
    await page.getByRole("progressbar", { name: "Sending late.txt" }).waitFor();
    gateway.ended("agent", "Anna");
    await page.getByText("Anna ended the chat").first().waitFor();
    release();
    await log().getByText("late.txt").waitFor();
    await log().getByText("Not sent. The chat has ended.").waitFor();
    expect(files()).toEqual(["a.txt"]);
  });

  it("of elsewhere are links, and nothing is loaded from there", async () => {
    const foreign: string[] = [];
    page.on("request", (request) => new URL(request.url()).origin !== gateway.base && foreign.push(request.url()));
    await page.goto(shop());
    await talk(page, gateway);
    gateway.agentSays("Anna", "https://elsewhere.example/files/slot-0001/a.png");
    await log().getByRole("link", { name: "https://elsewhere.example/files/slot-0001/a.png" }).waitFor();
    await page.locator(".clip").waitFor();
    expect(foreign).toEqual([]);
  });
});

describe("a visitor whom nobody meets", () => {
  it("leaves a message when the workgroup is closed", async () => {
    gateway.view = sampleView({ availability: "closed" });
    await page.goto(full());
    await page.getByRole("button", { name: "Leave a message" }).click();
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Please look at 2 of your answers.").waitFor();
    await page.getByRole("textbox", { name: "E-mail" }).fill("john@example.org");
    await box().fill("Please write to me.");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Thank you, we have your message").waitFor();
    expect(gateway.received.find((frame) => frame.kind === "leave-message")).toMatchObject({
      name: "",
      email: "john@example.org",
      text: "Please write to me.",
    });
  });

  it("can go from the queue to a message and back, or leave it", async () => {
    await page.goto(shop());
    await wait(page, gateway);
    await page.getByRole("button", { name: "Leave a message" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("2 people are before you.").first().waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Start chat" }).waitFor();
  });

  it("may cancel while the gateway cannot be reached", async () => {
    gateway.reachable = false;
    await page.goto(shop());
    await join(page, gateway);
    await page.getByText("Connecting …").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Start chat" }).waitFor();
    expect(await page.getByRole("textbox", { name: "Your name" }).inputValue()).toBe("John Carver");
  });
});

it("speaks the page's language, mirrored where it is written from the right, with the workgroup's own words first", async () => {
  gateway.view = sampleView({ texts: { "form.start": "קדימה" } });
  await page.goto(`${shop()}?page-lang=he`);
  await page.getByRole("button", { name: "דברו איתנו" }).click();
  const start = page.getByRole("button", { name: "קדימה" });
  await start.waitFor();
  expect(await start.evaluate((one) => getComputedStyle(one).direction)).toBe("rtl");
});
