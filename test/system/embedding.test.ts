/** The chat on other people's pages, in a real browser: whose pages may have it, under which policies, and who the visitor is. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser, signIn, watchErrors } from "../support/browser.ts";
import { useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import type { PlainAgent } from "../support/plain-agent.ts";

const SECRET = "a-secret-of-the-shop-and-of-nobody-else";

/** A shop whose pages allow nothing that the chat does not need. Under two names it is two sites to a browser. */
const shop = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? "", "http://shop");
  const gateway = house.stack.url;
  const policy = [
    "default-src 'none'",
    `script-src ${gateway}`,
    `connect-src ${gateway} ${gateway.replace("http", "ws")}`,
    `frame-src ${gateway}`,
    "require-trusted-types-for 'script'",
    "trusted-types foyer lit-html",
  ];
  const attributes = ["workgroup", "identity"]
    .flatMap((name) => (searchParams.has(name) ? `data-${name}="${searchParams.get(name)}"` : []))
    .join(" ");
  const frame = searchParams.get("frame");
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.setHeader("Content-Security-Policy", policy.join("; "));
  response.end(
    `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>${
      frame
        ? `<iframe src="${gateway}${frame}"></iframe>`
        : `<script src="${gateway}/embed.js" ${attributes} async></script>`
    }</html>`,
  );
});
await new Promise<void>((resolve) => shop.listen(0, resolve));
const { port } = shop.address() as AddressInfo;
const OURS = `http://127.0.0.1:${port}`;
const STRANGERS = `http://localhost:${port}`;

const house = useHouse({
  workgroups: `
workgroups = {
  support = {
    agents = { ["anna@localhost"] = { name = "Anna" } };
    origins = { "${OURS}" };
    identity_secret = "${SECRET}";
  };
  sales = { agents = { "anna@localhost" } };
}`,
});

let browser: Browser;
let context: BrowserContext;
let page: Page;
let errors: string[];
/** Every address of ours that a page of this test asked for, sockets included. */
let asked: string[];
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  shop.close();
});
beforeEach(async () => {
  context = await browser.newContext();
  asked = [];
  await newTab();
});
afterEach(() => context.close());

async function newTab(): Promise<void> {
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  errors = watchErrors(page);
  const note = (one: { url(): string }): void => {
    if (!one.url().startsWith(OURS)) asked.push(one.url());
  };
  page.on("request", note).on("websocket", note);
}

const jwt = (claims: Record<string, unknown>): Promise<string> =>
  new SignJWT({ aud: "support", exp: Math.floor(Date.now() / 1000) + 600, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(SECRET));

/** An agent of whom pages know already: what they ask is answered from a cache, some seconds old. */
async function agent(): Promise<PlainAgent> {
  const anna = await house.agent("anna");
  await eventually("the workgroup to be open for pages", async () => {
    const answer = await fetch(`${house.stack.url}/workgroups/support?lang=en`);
    return (await answer.text()).includes('"availability":"open"');
  });
  return anna;
}

const button = () => page.getByRole("button", { name: "Chat with us" });
async function ask(question: string, name?: string): Promise<void> {
  await button().click();
  if (name !== undefined) {
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByRole("textbox", { name: "Email address" }).fill("john@example.org");
  }
  await page.getByRole("textbox", { name: "Question" }).fill(question);
  await page.getByRole("button", { name: "Start chat" }).click();
}

describe("a page of a site that the workgroup names", () => {
  it("carries a whole chat under the strictest policy, Trusted Types included", async () => {
    const anna = await agent();
    await page.goto(`${OURS}/?workgroup=support`);
    await ask("Does it fit?", "John");
    const room = await anna.take(await anna.offer(), "Anna");
    await page.getByRole("log").getByText("You are now chatting with Anna").waitFor();
    await anna.say(room, "See https://example.org/fit and javascript:alert(1)");
    const link = page.getByRole("log").getByRole("link");
    await link.waitFor();
    expect(
      await link.evaluateAll((all) => all.map((one) => [one.getAttribute("href"), one.getAttribute("rel")])),
    ).toEqual([["https://example.org/fit", expect.stringContaining("noopener")]]);
    await page.getByRole("button", { name: "End chat" }).click();
    await page.getByRole("button", { name: "End chat" }).last().click();
    await page.getByText("You ended the chat").first().waitFor();
    expect(errors).toEqual([]);
  });
});

describe("a page of any other site", () => {
  it("shows no button, and learns nothing by fetch or socket", async () => {
    await page.goto(`${STRANGERS}/?workgroup=support`);
    const asked = await page.evaluate(async (gateway) => {
      const card = await fetch(`${gateway}/workgroups/support`).then(
        (answer) => `status ${answer.status}`,
        (error: Error) => error.name,
      );
      const hello = await new Promise<string>((resolve) => {
        const socket = new WebSocket(`${gateway.replace("http", "ws")}/socket`);
        socket.onopen = () => socket.send(JSON.stringify({ kind: "hello", workgroup: "support" }));
        socket.onmessage = ({ data }) => resolve(JSON.parse(data).code);
      });
      return { card, hello };
    }, house.stack.url);
    expect(asked).toEqual({ card: "TypeError", hello: "origin-not-allowed" });
    expect(await button().count()).toBe(0);
  });

  it("has the chat of a workgroup that names no site", async () => {
    await page.goto(`${STRANGERS}/?workgroup=sales`);
    await button().waitFor();
  });

  it.each(["/chat/support", "/chat/sales", "/agent/", "/demo/"])("cannot frame %s", async (path) => {
    await page.goto(`${STRANGERS}/?frame=${encodeURIComponent(path)}`);
    await expect.poll(() => errors.join()).toContain("frame-ancestors");
    expect(page.frames().map((frame) => frame.url())).not.toContain(house.stack.url + path);
  });
});

describe("our own pages", () => {
  it.each(["/chat/support", "/agent/", "/demo/"])(
    "%s: keeps its own strict policy and says the rest, too",
    async (path) => {
      const answer = await page.goto(house.stack.url + path);
      const headers = answer?.headers() ?? {};
      const policy = headers["content-security-policy"] ?? "";
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "strict-origin-when-cross-origin",
      });
      expect(headers).not.toHaveProperty("x-powered-by");
      expect(headers).not.toHaveProperty("set-cookie");
      await page.getByRole("button").or(page.getByRole("textbox")).first().waitFor();
      expect(errors).toEqual([]);
    },
  );
});

describe("words that are written to be something else", () => {
  const HOSTILE = [
    "<img src=https://evil.example/a.png onerror=alert(1)>",
    "<script src=https://evil.example/a.js></script>",
    "</body></message><message to='anna@localhost'><body>forged</body>",
    "<svg/onload=alert(2)> <iframe src=https://evil.example>",
    "{{constructor.constructor('alert(3)')()}} <%= alert(4) %> \u202egnp.evil",
    "data:text/html,<b>x javascript:alert(5) vbscript:x //evil.example/x",
  ];

  it("are words on every screen: nothing runs, nothing foreign is loaded, no link leads there", async () => {
    const { anna } = house.stack.agents;
    if (anna === undefined) throw new Error("Anna has no account");
    const dialogs: string[] = [];
    context.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const workspace = await signIn(context, house.stack.agentUrl, anna);
    const seen = watchErrors(workspace);
    workspace.on("request", (request) => asked.push(request.url()));
    await agent();
    await page.goto(`${OURS}/?workgroup=support#<img src=https://evil.example/b.png>`);
    await page.evaluate((title) => {
      document.title = title;
    }, HOSTILE.join(" "));
    await ask(HOSTILE.join("\n"), HOSTILE[0]);
    await workspace.getByText("View more information").click();
    await workspace.getByText("</message><message to=").first().waitFor();
    await workspace.getByRole("button", { name: "Accept" }).click();
    await page.getByRole("log").getByText("You are now chatting with Anna").waitFor();
    const both = [page, workspace] as const;
    for (const [index, text] of HOSTILE.entries()) {
      const [from, to] = index % 2 === 0 ? both : both.toReversed();
      await from?.getByRole("textbox", { name: "Message" }).fill(text);
      await from?.getByRole("textbox", { name: "Message" }).press("Enter");
      await to?.getByRole("log").getByText(text).last().waitFor();
    }
    for (const screen of both) {
      const links = await screen.getByRole("link").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
      // An address that somebody wrote may be followed by whoever wants to; what is no address of the web is none.
      for (const href of links) expect(href ?? "/").toMatch(/^(https?:\/\/|mailto:|[/.#])/);
      expect(await screen.getByRole("log").locator("img, iframe, script, svg[onload]").count()).toBe(0);
    }
    await page.getByRole("button", { name: "End chat" }).click();
    await page.getByRole("button", { name: "End chat" }).last().click();
    await page.getByText("You ended the chat").first().waitFor();
    expect({ dialogs, seen, errors }).toEqual({ dialogs: [], seen: [], errors: [] });
    expect(asked.filter((url) => url.includes("evil"))).toEqual([]);
    const { rows } = await house.db.query("SELECT 1 FROM transcript_lines WHERE body = 'forged'");
    expect(rows).toEqual([]);
  });
});

describe("a visitor whom the site names", () => {
  const dana = { sub: "customer-7", name: "Dana Hart", email: "dana@shop.example" };
  const visit = async (claims?: Record<string, unknown>): Promise<void> => {
    const identity = claims ? `&identity=${await jwt(claims)}` : "";
    await page.goto(`${OURS}/?workgroup=support${identity}`);
  };

  it("is not asked for what the site said, and is marked for the agent", async () => {
    const anna = await agent();
    await visit(dana);
    await ask("Where is it?");
    const offer = await anna.offer();
    expect(offer.metadata).toMatchObject({ username: ["Dana Hart"], email: [dana.email], subject: ["customer-7"] });
    expect(offer.verified).toEqual(["username", "email", "subject"]);
    const room = await anna.take(offer, "Anna");
    await anna.say(room, "For Dana's eyes");
    await page.getByText("For Dana's eyes").waitFor();
    // Whoever comes after on this machine sees nothing of it: nobody, somebody else; and she herself sees all of it again.
    const next = async (claims?: Record<string, unknown>): Promise<void> => {
      await page.close();
      await newTab();
      await visit(claims);
    };
    await next();
    await button().click();
    await page.getByRole("textbox", { name: "Name" }).waitFor();
    await next({ sub: "customer-8", name: "Erik" });
    await button().click();
    await page.getByRole("textbox", { name: "Question" }).waitFor();
    await expect.poll(() => page.getByText("For Dana's eyes").count()).toBe(0);
    await next(dana);
    await button().click();
    await page.getByText("For Dana's eyes").waitFor();
    await page.getByRole("button", { name: "End chat" }).click();
    await page.getByRole("button", { name: "End chat" }).last().click();
    await page.getByText("You ended the chat").first().waitFor();
    expect(errors).toEqual([]);
    // Neither who she is, nor what opens her chat, was in any address: addresses end up in histories and logs.
    expect(asked.some((url) => url.startsWith("ws"))).toBe(true);
    expect(asked.filter((url) => /eyJ|token|identity|session|dana|customer/i.test(url))).toEqual([]);
  });

  it("may be named and unnamed without a new page", async () => {
    await agent();
    await visit();
    await button().click();
    await page.getByRole("textbox", { name: "Name" }).waitFor();
    await page.evaluate((word) => window.Foyer?.identify(word), await jwt(dana));
    await page.getByRole("textbox", { name: "Question" }).waitFor();
    await expect.poll(() => page.getByRole("textbox", { name: "Name" }).count()).toBe(0);
    await page.evaluate(() => window.Foyer?.identify());
    await page.getByRole("textbox", { name: "Name" }).waitFor();
  });

  it("is told so when the site's word is not believed", async () => {
    await agent();
    await visit({ ...dana, exp: 1 });
    await ask("Where is it?");
    await page.getByText("Your sign-in could not be confirmed").waitFor();
  });
});
