/** Everything people do, with two real browsers: a visitor on the sample shop's page, an agent in the agent UI. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, signIn, watchErrors } from "../support/browser.ts";
import { useHouseAnywhere } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouseAnywhere({
  workgroups: workgroupsLua("offer_timeout = 8; rejection_memory = 5; agent_grace = 4; visitor_grace = 30;"),
  env: { webchat: { VISITOR_GRACE_S: "5" } },
});

let browser: Browser;
const contexts: BrowserContext[] = [];
const errors: string[][] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  for (const context of contexts.splice(0)) {
    if (process.env.SHOTS !== undefined) {
      for (const [index, page] of context.pages().entries())
        await page.screenshot({ path: `${process.env.SHOTS}/${contexts.length}-${Date.now()}-${index}.png` });
    }
    await context.close();
  }
  expect(errors.splice(0).flat()).toEqual([]);
});

async function person(): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  contexts.push(context);
  return context;
}

async function agentPage(name: string): Promise<Page> {
  const agent = house.stack.agents[name];
  if (agent === undefined) throw new Error(`there is no agent ${name}`);
  const page = await signIn(await person(), house.stack.agentUrl, agent);
  errors.push(watchErrors(page));
  await page.getByRole("button", { name: /Available.*Change your status/ }).waitFor();
  return page;
}

async function shopPage(context?: BrowserContext, path = "/demo/"): Promise<Page> {
  const page = await (context ?? (await person())).newPage();
  errors.push(watchErrors(page));
  await page.goto(house.stack.url + path);
  return page;
}

async function fillForm(page: Page, of = { name: "John Carver", question: "My router is offline" }): Promise<void> {
  await page.getByLabel("Name").fill(of.name);
  await page.getByLabel("Email").fill("john@example.org");
  await page.getByLabel("Question").fill(of.question);
  await page.getByRole("button", { name: "Start chat" }).click();
}

const log = (page: Page) => page.getByRole("log");

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("textbox", { name: "Message" }).press("Enter");
}

/** A visitor and Anna in a talk. */
async function talk(): Promise<{ visitor: Page; anna: Page }> {
  const anna = await agentPage("anna");
  const visitor = await shopPage();
  await visitor.getByRole("button", { name: "Chat with us" }).click();
  await fillForm(visitor);
  await anna.getByRole("button", { name: "Accept" }).click();
  await log(visitor).getByText("You are now chatting with Anna").waitFor();
  return { visitor, anna };
}

async function endByVisitor(visitor: Page): Promise<void> {
  await visitor.getByRole("button", { name: "End chat" }).click();
  await visitor.getByRole("button", { name: "End chat" }).last().click();
  await visitor.getByText("You ended the chat").first().waitFor();
}

/** What visitors' pages are told: that nobody is there. */
async function unattended(): Promise<boolean> {
  return (await (await fetch(`${house.stack.url}/workgroups/support`)).text()).includes('"no-agents"');
}

describe("a visitor and an agent", () => {
  it("meet, talk, see each other type, and part", async () => {
    const anna = await agentPage("anna");
    const visitor = await shopPage();
    await visitor.getByRole("button", { name: "Chat with us" }).click();
    await visitor.getByRole("button", { name: "Start chat" }).click();
    await visitor.getByText("Please fill this in.").first().waitFor();
    await fillForm(visitor);

    const offer = anna.getByRole("article", { name: "Request from John Carver" });
    await offer.getByText("My router is offline").first().waitFor();
    await offer.getByText("View more information").click();
    await offer.getByText("john@example.org").waitFor();
    await anna.getByRole("button", { name: "Accept" }).click();
    await log(visitor).getByText("You are now chatting with Anna").waitFor();
    await log(anna).getByText("My router is offline").waitFor();

    await visitor.getByRole("textbox", { name: "Message" }).pressSequentially("Hel");
    await anna
      .getByText(/John Carver is (typing|writing)/)
      .first()
      .waitFor();
    await say(visitor, "Hello, is anybody there?");
    await log(anna).getByText("Hello, is anybody there?").waitFor();
    await log(visitor)
      .getByText(/Sent|Delivered|Read/)
      .waitFor();
    await anna.getByRole("textbox", { name: "Message" }).pressSequentially("Yes");
    await visitor
      .getByText(/Anna is (typing|writing)/)
      .first()
      .waitFor();
    await say(anna, "Yes. Look at https://example.org/help and javascript:alert(1)");
    const link = log(visitor).getByRole("link");
    await link.waitFor();
    expect(await link.getAttribute("href")).toBe("https://example.org/help");
    expect(await link.getAttribute("rel")).toContain("noopener");
    expect(await log(visitor).getByRole("link").count()).toBe(1);

    await visitor.getByRole("textbox", { name: "Message" }).fill("two");
    await visitor.keyboard.press("Shift+Enter");
    await visitor.keyboard.type("lines");
    await visitor.keyboard.press("Enter");
    await log(anna).getByText("two\nlines").waitFor();

    await anna.getByRole("button", { name: "End chat" }).click();
    await anna
      .getByRole("group", { name: /is still here/ })
      .getByRole("button", { name: /End/ })
      .click();
    await visitor.getByText("Anna ended the chat").first().waitFor();
    const { rows } = await house.db.query(
      "SELECT body FROM transcript_lines t JOIN requests r ON r.id = t.session_id WHERE kind = 'line' ORDER BY t.id DESC LIMIT 1",
    );
    expect(rows).toEqual([{ body: "two\nlines" }]);
    await visitor.getByRole("button", { name: "Start a new chat" }).click();
    await visitor.getByRole("button", { name: "Start chat" }).waitFor();
  });

  it("find the same conversation after a reload, on another page and in a second tab, draft included", async () => {
    const { visitor, anna } = await talk();
    await say(visitor, "first");
    await log(anna).getByText("first").waitFor();
    await visitor.getByRole("textbox", { name: "Message" }).fill("a draft of mine");
    await visitor.reload();
    await log(visitor).getByText("first").waitFor();
    await expect.poll(() => visitor.getByRole("textbox", { name: "Message" }).inputValue()).toBe("a draft of mine");

    const second = await shopPage(visitor.context(), "/chat/support");
    await log(second).getByText("first").waitFor();
    await say(second, "from the second tab");
    await log(visitor).getByText("from the second tab").waitFor();
    await second.close();
    await say(anna, "both are you");
    await log(visitor).getByText("both are you").waitFor();
    expect(await log(visitor).getByText("from the second tab").count()).toBe(1);

    await anna.reload();
    await anna.getByRole("textbox", { name: "Password" }).waitFor();
    await anna.getByRole("textbox", { name: "XMPP address" }).fill("anna@localhost");
    await anna.getByRole("textbox", { name: "Password" }).fill(house.stack.agents.anna?.password ?? "");
    await anna.getByRole("button", { name: "Sign in" }).click();
    await anna.getByText("John Carver").first().click();
    await log(anna).getByText("from the second tab").waitFor();
    await endByVisitor(visitor);
    await log(anna)
      .getByText(/ended the chat/)
      .waitFor();
  });

  it("keep what was typed while the network is away, and send it once", async () => {
    const { visitor, anna } = await talk();
    await visitor.context().setOffline(true);
    await say(visitor, "said in the tunnel");
    await visitor
      .getByText(/Reconnecting/)
      .first()
      .waitFor();
    await visitor.context().setOffline(false);
    await log(anna).getByText("said in the tunnel").waitFor();
    await log(visitor)
      .getByText(/Sent|Delivered|Read/)
      .waitFor();
    expect(await log(anna).getByText("said in the tunnel").count()).toBe(1);
    expect(await log(visitor).getByText("said in the tunnel").count()).toBe(1);
    await endByVisitor(visitor);
  });

  it("are told when the other has gone and come back", async () => {
    const { visitor, anna } = await talk();
    await visitor.goto("about:blank");
    await log(anna)
      .getByText(/John Carver (has )?left/)
      .waitFor();
    await visitor.goto(`${house.stack.url}/demo/`);
    await log(anna)
      .getByText(/John Carver (is back|has returned|returned|came back)/)
      .waitFor();
    await say(visitor, "here again");
    await log(anna).getByText("here again").waitFor();
    await endByVisitor(visitor);
  });
});

describe("an offer", () => {
  it("that is declined goes to a colleague, whose card goes when the visitor cancels", async () => {
    const [anna, ben] = [await agentPage("anna"), await agentPage("ben")];
    const visitor = await shopPage();
    await visitor.getByRole("button", { name: "Chat with us" }).click();
    await fillForm(visitor);
    await visitor.getByText("You are next.").first().waitFor();
    const first = await Promise.race(
      [anna, ben].map(async (page) => {
        await page.getByRole("button", { name: "Decline" }).waitFor();
        return page;
      }),
    );
    const other = first === anna ? ben : anna;
    await first.getByRole("button", { name: "Decline" }).click();
    await other.getByRole("button", { name: "Accept" }).waitFor();
    await visitor.getByRole("button", { name: "Cancel" }).click();
    await other.getByRole("button", { name: "Accept" }).waitFor({ state: "detached" });
    await visitor.getByRole("button", { name: "Start chat" }).waitFor();
  });

  it("that stands unanswered counts down and goes away", async () => {
    const anna = await agentPage("anna");
    const visitor = await shopPage();
    await visitor.getByRole("button", { name: "Chat with us" }).click();
    await fillForm(visitor);
    await anna.getByRole("timer").waitFor();
    await anna.getByRole("button", { name: "Accept" }).waitFor({ state: "detached" });
    await visitor.getByRole("button", { name: "Cancel" }).click();
  });
});

describe("an agent", () => {
  it("holds several chats, each with its own unread count and draft", async () => {
    const { visitor, anna } = await talk();
    const dana = await shopPage();
    await dana.getByRole("button", { name: "Chat with us" }).click();
    await fillForm(dana, { name: "Dana", question: "An invoice" });
    await anna.getByRole("button", { name: "Accept" }).click();
    await log(dana).getByText("You are now chatting with Anna").waitFor();
    await anna.getByRole("log", { name: "Conversation with Dana" }).waitFor();
    await anna.getByRole("textbox", { name: "Message" }).fill("for Dana only");
    await say(visitor, "and me?");
    await anna.getByRole("button", { name: /John Carver.*1 (unread|new)/ }).waitFor();
    await anna
      .getByRole("button", { name: /John Carver/ })
      .first()
      .click();
    await anna.getByRole("log", { name: "Conversation with John Carver" }).getByText("and me?").waitFor();
    await expect.poll(() => anna.getByRole("textbox", { name: "Message" }).inputValue()).toBe("");
    await anna.getByRole("button", { name: /Dana/ }).first().click();
    await expect.poll(() => anna.getByRole("textbox", { name: "Message" }).inputValue()).toBe("for Dana only");
    await endByVisitor(visitor);
    await endByVisitor(dana);
  });

  it("reads the visitor's earlier chats beside the present one", async () => {
    const { visitor, anna } = await talk();
    await say(visitor, "something to remember");
    await log(anna).getByText("something to remember").waitFor();
    await endByVisitor(visitor);
    await visitor.getByRole("button", { name: "Start a new chat" }).click();
    await fillForm(visitor, { name: "John Carver", question: "Again" });
    await anna.getByRole("button", { name: "Accept" }).click();
    await log(visitor).getByText("You are now chatting with Anna").last().waitFor();
    await anna.getByRole("tab", { name: "Earlier" }).click();
    await anna.getByRole("tabpanel").getByRole("button").first().click();
    await anna.getByRole("tabpanel").getByText("something to remember").waitFor();
    await endByVisitor(visitor);
  });

  it("who is away gets no offers, and visitors may leave a message, which the agent marks as done", async () => {
    const anna = await agentPage("anna");
    // What pages are told is a few seconds old: it must not be from before she came.
    await eventually("the page to see her", async () => !(await unattended()));
    await anna.getByRole("button", { name: /Change your status/ }).click();
    await anna.getByRole("radio", { name: /Away/ }).click();
    await anna.keyboard.press("Escape");
    await eventually("the page to see it", unattended);
    const visitor = await shopPage();
    await visitor.getByRole("button", { name: "Chat with us" }).click();
    await visitor.getByRole("button", { name: "Leave a message" }).click();
    await visitor.getByLabel("Name").fill("Late Larry");
    await visitor.getByLabel("E-mail").fill("larry@example.org");
    await visitor.getByRole("textbox", { name: "Message" }).fill("Please call me back");
    await visitor.getByRole("button", { name: "Send" }).click();
    await visitor.getByText("Thank you, we have your message").first().waitFor();
    await anna.getByRole("button", { name: /Messages/ }).click();
    await anna.getByText("Please call me back").waitFor();
    await anna.getByRole("button", { name: "Mark as done" }).first().click();
    await anna.getByText("Please call me back").waitFor({ state: "detached" });
    const { rows } = await house.db.query("SELECT handled_by FROM messages WHERE name = 'Late Larry'");
    expect(rows).toEqual([{ handled_by: "anna@localhost" }]);
  });

  it("is off duty at once when the page is closed, also when it is too busy to say good-bye", async () => {
    const anna = await agentPage("anna");
    await eventually("visitors' pages to see her", async () => !(await unattended()));
    await anna.evaluate(() => {
      setTimeout(() => {
        for (const until = Date.now() + 30_000; Date.now() < until; );
      });
    });
    await anna.close();
    await eventually("visitors' pages to see that she has gone", unattended);
  });

  it("is told what is wrong when signing in with a wrong password", async () => {
    const page = await (await person()).newPage();
    await page.goto(house.stack.agentUrl);
    await page.getByRole("textbox", { name: "XMPP address" }).fill("anna@localhost");
    await page.getByRole("textbox", { name: "Password" }).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page
      .getByRole("alert")
      .getByText(/password/i)
      .waitFor();
  });

  it("finds the chats again after the connection was away", async () => {
    const { visitor, anna } = await talk();
    await anna.context().setOffline(true);
    await house.stack.prosody.restart();
    await anna.context().setOffline(false);
    await say(visitor, "are you back?");
    await log(anna).getByText("are you back?").waitFor();
    await say(anna, "I am");
    await log(visitor).getByText("I am", { exact: true }).waitFor();
    await endByVisitor(visitor);
  });
});

describe("the page of a stranger", () => {
  it("stores nothing and opens no socket before the visitor acts", async () => {
    const context = await person();
    const page = await context.newPage();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    const sockets: string[] = [];
    page.on("websocket", (socket) => sockets.push(socket.url()));
    await page.goto(`${house.stack.url}/demo/`);
    await page.getByRole("button", { name: "Chat with us" }).waitFor();
    expect(sockets).toEqual([]);
    expect(await context.cookies()).toEqual([]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    expect(requests.filter((path) => path.startsWith("/workgroups/"))).toEqual(["/workgroups/support"]);
    expect(requests.filter((path) => path.startsWith("/widget/"))).toEqual([]);
  });
});
