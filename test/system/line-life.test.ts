/**
 * What becomes of a line after it was said, on the real server: corrected, taken back, delivered, read. A visitor in a real
 * browser with an agent who has nothing but an XMPP library, then a visitor's socket with an agent in the agent UI.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bareJid } from "../../protocol/jid.ts";
import { buildDisplayed, buildReplace, buildRetraction } from "../../protocol/line-changes.ts";
import { NS_CORRECT, NS_MARKERS, NS_OOB, NS_RECEIPTS, NS_RETRACT, NS_STANZA_ID } from "../../protocol/ns.ts";
import { buildRoomLine, buildRoomState } from "../../protocol/room-message.ts";
import { buildSlotRequest, parseSlot } from "../../protocol/upload-slot.ts";
import { buildEndSession } from "../../protocol/workgroup/session.ts";
import { buildTranscriptRequest, parseTranscript } from "../../protocol/workgroup/transcript.ts";
import { attr, child, type Element, xml } from "../../protocol/xml.ts";
import { launchBrowser, signIn } from "../support/browser.ts";
import { FORM, SUPPORT, useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import type { PlainAgent } from "../support/plain-agent.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouse({
  workgroups: workgroupsLua("offer_timeout = 8; agent_grace = 20; visitor_grace = 20;"),
  settings: { FOYER_MAX_FILE_MB: "2" },
});
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const PATIENT = { timeout: 15_000 };
const log = (page: Page) => page.getByRole("log");
const box = (page: Page) => page.locator("#box");
const rows = (session: string) =>
  house.db
    .query("SELECT body, fate, nick FROM transcript_lines WHERE session_id = $1 AND kind = 'line' ORDER BY id", [
      session,
    ])
    .then((result) => result.rows);

/** John on the shop's page, Anna with a plain client. */
async function talkInBrowser() {
  const anna = await house.agent("anna");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${house.stack.url}/demo/`);
  await page.getByRole("button", { name: "Chat with us" }).click();
  await page.getByLabel("Name").fill(FORM.username);
  await page.getByLabel("Email").fill(FORM.email);
  await page.getByLabel("Question").fill(FORM.question);
  await page.getByRole("button", { name: "Start chat" }).click();
  const offer = await anna.offer();
  const room = await anna.take(offer, "Anna");
  await log(page).getByText("You are now chatting with Anna").waitFor();
  return { anna, page, context, room, session: offer.session };
}

/** The next message of the room to this client for which `of` finds something. */
const next = <T>(agent: PlainAgent, room: string, of: (stanza: Element) => T | undefined, from = 0): Promise<T> =>
  agent.inbox.first(
    "a message of the room",
    (stanza) => (stanza.is("message") && bareJid(attr(stanza, "from") ?? "") === room && of(stanza)) || undefined,
    from,
  );
const stanzaId = (stanza: Element): string => attr(child(stanza, "stanza-id", NS_STANZA_ID) ?? stanza, "id") ?? "";
const lineOf = (text: string) => (stanza: Element) => (stanza.getChildText("body") === text ? stanza : undefined);

/** Says a line with a plain client, and gives the room's id of it. */
async function say(agent: PlainAgent, room: string, id: string, text: string, ...extra: Element[]): Promise<string> {
  await agent.send(buildRoomLine({ room, id, text, extra }));
  return stanzaId(await next(agent, room, lineOf(text)));
}

const bubbles = (page: Page): Promise<string[]> => log(page).locator(".bubble").allInnerTexts();

describe("an agent with a plain client, and a visitor in a browser", () => {
  it("see the lines of both change in place, also after a reload, and the transcript keeps what is left", async () => {
    const { anna, page, context, room, session } = await talkInBrowser();
    await say(anna, room, "price", "It costs 39 €.");
    const other = await say(anna, room, "other", "Dear Mrs Whitfield, …");
    await say(anna, room, "stock", "It is in stock.");
    await log(page).getByText("It is in stock.").waitFor();
    await anna.send(buildRoomLine({ room, id: "price-2", text: "It costs 3,90 €.", extra: [buildReplace("price")] }));
    await anna.send(buildRetraction({ room, id: "other-2", of: other }));
    const shown = [
      "You asked\nMy router is offline",
      "It costs 3,90 €.",
      "This message was taken back",
      "It is in stock.",
    ];
    await expect.poll(() => bubbles(page), PATIENT).toEqual(shown);
    expect(await log(page).getByText("edited").count()).toBe(1);

    // What is changed while the visitor is away is so when the visitor is back.
    await page.goto("about:blank");
    await anna.send(
      buildRoomLine({ room, id: "stock-2", text: "Three are in stock.", extra: [buildReplace("stock")] }),
    );
    await next(anna, room, lineOf("Three are in stock."));
    await page.goto(`${house.stack.url}/demo/`);
    shown[3] = "Three are in stock.";
    await expect.poll(() => bubbles(page), PATIENT).toEqual(shown);

    // The visitor's own: by keyboard, and back.
    const before = anna.inbox.all.length;
    await box(page).fill("I take tow.");
    await box(page).press("Enter");
    const said = await next(anna, room, lineOf("I take tow."), before);
    await log(page).getByRole("button", { name: "Edit" }).waitFor();
    await box(page).press("ArrowUp");
    await page.getByRole("textbox", { name: "Edit your message" }).fill("I take two.");
    await page.keyboard.press("Enter");
    const corrected = await next(anna, room, lineOf("I take two."), before);
    expect(attr(child(corrected, "replace", NS_CORRECT) ?? corrected, "id")).toBe(attr(said, "id"));
    expect(attr(corrected, "id")).not.toBe(attr(said, "id"));
    shown.push("I take two.");
    await expect.poll(() => bubbles(page), PATIENT).toEqual(shown);
    await log(page).getByRole("button", { name: "Edit" }).click();
    await page.getByRole("button", { name: "Take back" }).click();
    const retraction = await next(anna, room, (one) => child(one, "retract", NS_RETRACT), before);
    expect(attr(retraction, "id")).toBe(stanzaId(said));
    shown[4] = "This message was taken back";
    await expect.poll(() => bubbles(page), PATIENT).toEqual(shown);

    const left = [
      { body: "It costs 3,90 €.", fate: "edited", nick: "Anna" },
      { body: "", fate: "retracted", nick: "Anna" },
      { body: "Three are in stock.", fate: "edited", nick: "Anna" },
      { body: "", fate: "retracted", nick: "John" },
    ];
    await eventually("the transcript", async () => JSON.stringify(await rows(session)) === JSON.stringify(left));
    await page.getByRole("button", { name: "End chat" }).click();
    await page.getByRole("button", { name: "End chat" }).last().click();
    await page.getByText("You ended the chat").first().waitFor();
    // The room is gone: what is read now comes from the transcript.
    await page.reload();
    await page.getByText("You ended the chat").first().waitFor();
    await expect.poll(() => bubbles(page), PATIENT).toEqual(shown);
    const stored = await anna.request("get", SUPPORT, buildTranscriptRequest(session));
    const entries = stored ? parseTranscript(stored) : [];
    expect(entries.flatMap((one) => (one.kind === "line" ? [[one.text, one.fate?.kind]] : []))).toEqual([
      ["My router is offline", undefined],
      ...left.map(({ body, fate }) => [body, fate]),
    ]);
    await context.close();
  });

  it("learn of each other what was delivered, read, and is being written", async () => {
    const { anna, page, context, room, session } = await talkInBrowser();
    // A client that asks for a receipt gets it, in private.
    const line = await say(anna, room, "r1", "Are you there?", xml("request", { xmlns: NS_RECEIPTS }));
    const receipt = await next(anna, room, (one) => child(one, "received", NS_RECEIPTS) && one);
    expect(attr(receipt, "type")).toBe("chat");
    expect(attr(child(receipt, "received", NS_RECEIPTS) ?? receipt, "id")).toBe("r1");
    const marks = () =>
      anna.inbox.all.flatMap((one) => {
        const mark = attr(one, "from") === `${room}/John` && child(one, "displayed", NS_MARKERS);
        return mark ? [attr(mark, "id") ?? ""] : [];
      });
    await expect.poll(marks, PATIENT).toEqual([line]);
    // Minimised, the page says nothing; open again, it marks the newest line once.
    await box(page).press("Escape");
    await say(anna, room, "r2", "Hello?");
    const newest = await say(anna, room, "r3", "Take your time.");
    await page.locator("foyer-chat b:not(:empty)").waitFor();
    expect(marks()).toEqual([line]);
    await page.getByRole("button", { name: "Chat with us" }).click();
    await expect.poll(marks, PATIENT).toEqual([line, newest]);

    await box(page).fill("Yes, here I am.");
    await box(page).press("Enter");
    const own = await next(anna, room, lineOf("Yes, here I am."));
    expect(child(own, "markable", NS_MARKERS)).toBeDefined();
    await log(page).getByText(/^Sent/).waitFor();
    const received = xml("received", { xmlns: NS_RECEIPTS, id: attr(own, "id") });
    await anna.send(xml("message", { type: "chat", to: `${room}/John` }, received));
    await log(page)
      .getByText(/Delivered$/)
      .waitFor();
    await anna.send(buildDisplayed({ room, id: "d1", of: stanzaId(own) }));
    await log(page).getByText(/Read$/).waitFor();
    await anna.send(buildRoomState({ room, state: "composing" }));
    await page.getByText("Anna is typing").waitFor();
    await anna.send(buildRoomState({ room, state: "paused" }));
    await page.getByText("Anna is typing").waitFor({ state: "detached" });
    await page.reload();
    await log(page).getByText(/Read$/).waitFor();
    expect(marks()).toEqual([line, newest]);
    await box(page).press("x");
    await next(anna, room, (one) => one.getChild("composing"));
    await anna.request("set", SUPPORT, buildEndSession(session));
    await page.getByText("Anna ended the chat").first().waitFor();
    // Now that all is stored: marks and receipts are no lines.
    expect(await rows(session)).toHaveLength(4);
    await context.close();
  });
});

describe("an agent in the agent UI", () => {
  it("edits and takes back, sees what the visitor makes of lines, and how far the own ones got", async () => {
    const agent = house.stack.agents.anna ?? { jid: "", password: "" };
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    const anna = await signIn(context, house.stack.agentUrl, agent);
    anna.setDefaultTimeout(15_000);
    const john = await house.visitor();
    john.join(FORM);
    await anna.getByRole("button", { name: "Accept" }).click();
    const { session } = await john.phase("talking");
    await log(anna).getByText("My router is offline").waitFor();
    const field = anna.getByRole("textbox", { name: "Message" });

    const key = john.say("I pay with 4411 1111");
    await log(anna).getByText("I pay with 4411 1111").waitFor();
    const changes = () => john.inbox.all.flatMap((frame) => (frame.kind === "lines" ? (frame.changes ?? []) : []));
    const own = await john.line("I pay with 4411 1111");
    await eventually("Anna to have read it", async () =>
      changes().some(({ change, of }) => change === "read" && of === own.id),
    );
    john.send({ kind: "say", key: crypto.randomUUID(), text: "I pay by card", of: key });
    await log(anna).getByText("I pay by card").waitFor();
    expect(await log(anna).getByText("4411").count()).toBe(0);
    await log(anna).getByText("Edited").waitFor();

    await field.fill("Helo");
    await field.press("Enter");
    const helo = await john.line("Helo");
    await log(anna).getByText("Delivered").waitFor();
    john.send({ kind: "seen", id: helo.id });
    await log(anna).getByText("Seen").waitFor();
    await field.press("ArrowUp");
    await anna.getByRole("textbox", { name: "Edit your line" }).fill("Hello");
    await anna.keyboard.press("Enter");
    await log(anna)
      .getByText(/Edited · (Sent|Delivered|Seen)/)
      .waitFor();
    const edit = changes().find(({ change }) => change === "edited" && changes().length > 0);
    await eventually("the new text", async () => changes().some((one) => one.text === "Hello" && one.of === helo.ref));
    expect(edit).toBeDefined();
    await log(anna).getByText("Hello", { exact: true }).hover();
    await log(anna).getByRole("button", { name: "Take this line back" }).click();
    await log(anna).getByRole("button", { name: "Take back" }).click();
    await log(anna).getByText("You took this line back").waitFor();
    expect(changes().find(({ change }) => change === "gone")).toMatchObject({ of: helo.id, by: helo.by });
    // Nobody makes another's lines other than they are, whatever is sent.
    john.send({ kind: "say", key: crypto.randomUUID(), text: "I owe you 500 €", of: helo.ref ?? "" });
    await log(anna).locator(".line.visitor").getByText("I owe you 500 €").waitFor();
    const kept = [
      { body: "I pay by card", fate: "edited", nick: "John" },
      { body: "", fate: "retracted", nick: "Anna" },
      { body: "I owe you 500 €", fate: null, nick: "John" },
    ];
    await eventually("the transcript", async () => JSON.stringify(await rows(session)) === JSON.stringify(kept));
    john.send({ kind: "end" });
    await john.phase("ended");
    await context.close();
  });
});

/** The smallest picture there is, blue. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==",
  "base64",
);

describe("files", () => {
  it("go both ways between a page and a plain client: as lines that every client can read, by one store", async () => {
    const { john, anna, room, session } = await house.talk();
    const { url } = house.stack;
    const sent = await fetch(`${url}/workgroups/support/files?name=${encodeURIComponent("Mein Foto.png")}`, {
      method: "POST",
      body: PIXEL,
      headers: { Authorization: `Bearer ${john.token}` },
    });
    expect(sent.status).toBe(201);
    const { ticket }: { ticket: string } = JSON.parse(await sent.text());
    // As large as may be, and by one byte larger.
    const sendLarge = (bytes: number): Promise<Response> =>
      fetch(`${url}/workgroups/support/files?name=large.png`, {
        method: "POST",
        body: Buffer.concat([PIXEL, Buffer.alloc(bytes - PIXEL.length)]),
        headers: { Authorization: `Bearer ${john.token}` },
      });
    const { file }: { file: { url: string } } = JSON.parse(await (await sendLarge(2 * 1024 * 1024)).text());
    expect((await (await fetch(file.url)).arrayBuffer()).byteLength).toBe(2 * 1024 * 1024);
    expect((await sendLarge(2 * 1024 * 1024 + 1)).status).toBe(413);
    john.send({ kind: "say", key: "key-file-0001", text: "", file: ticket });
    const seen = await next(anna, room, (one) => child(one, "x", NS_OOB) && one);
    const address = seen.getChildText("body") ?? "";
    expect(address).toMatch(/^http:\/\/localhost:\d+\/files\/[\w-]{20,}\/Mein%20Foto\.png$/);
    expect(child(seen, "x", NS_OOB)?.getChildText("url")).toBe(address);
    const given = await fetch(address);
    expect(Buffer.from(await given.arrayBuffer())).toEqual(PIXEL);
    expect(Object.fromEntries(given.headers)).toMatchObject({
      "content-type": "image/png",
      "content-disposition": "inline; filename*=UTF-8''Mein%20Foto.png",
      "content-security-policy": "sandbox; default-src 'none'",
    });

    // Anna's client asks the server for a place, fills it, and says the address.
    const pdf = "%PDF-1.7\n1 0 obj\n";
    const wanted = { name: "Manual.pdf", size: pdf.length, type: "application/pdf" };
    const answer = await anna.request("get", "files.localhost", buildSlotRequest(wanted));
    const slot = answer && parseSlot(answer);
    if (!slot) throw new Error("there is no slot");
    const put = (body: string) =>
      fetch(slot.put, { method: "PUT", body, headers: { ...slot.headers, "Content-Type": wanted.type } });
    expect((await put("<script></script>")).status).toBe(415);
    expect((await put(pdf)).status).toBe(201);
    expect((await put(pdf)).status).toBe(409);
    const oob = xml("x", { xmlns: NS_OOB }, xml("url", {}, slot.get));
    await anna.send(buildRoomLine({ room, id: "f1", text: slot.get, extra: [oob] }));
    const shown = await john.line(slot.get);
    expect(shown.file).toEqual({ path: new URL(slot.get).pathname.slice(1), name: "Manual.pdf" });
    expect(await (await fetch(`${url}/${shown.file?.path}`)).text()).toBe(pdf);

    const visitor = await anna
      .request("get", "files.localhost", buildSlotRequest({ ...wanted, type: "text/html" }))
      .then(
        () => "taken",
        (error: { condition?: string }) => error.condition,
      );
    expect(visitor).toBe("not-acceptable");

    john.send({ kind: "end" });
    await john.phase("ended");
    const { rows: kept } = await house.db.query(
      "SELECT body, file FROM transcript_lines WHERE session_id = $1 AND file IS NOT NULL ORDER BY id",
      [session],
    );
    expect(kept).toEqual([
      { body: address, file: { name: "Mein Foto.png", type: "image/png", size: PIXEL.length } },
      { body: slot.get, file: { name: "Manual.pdf" } },
    ]);
    // A page that comes back reads the transcript: the files are there.
    const later = await house.visitor(john.token === undefined ? {} : { token: john.token });
    expect((await later.line(slot.get)).file?.name).toBe("Manual.pdf");
  });

  it("go both ways between a page and the workspace, as pictures and cards, and stand there after a reload", async () => {
    const agent = house.stack.agents.anna ?? { jid: "", password: "" };
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    const anna = await signIn(context, house.stack.agentUrl, agent);
    anna.setDefaultTimeout(15_000);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${house.stack.url}/demo/`);
    await page.getByRole("button", { name: "Chat with us" }).click();
    await page.getByLabel("Name").fill(FORM.username);
    await page.getByLabel("Email").fill(FORM.email);
    await page.getByLabel("Question").fill(FORM.question);
    await page.getByRole("button", { name: "Start chat" }).click();
    await anna.getByRole("button", { name: "Accept" }).click();
    await log(page).getByText("You are now chatting with Anna").waitFor();

    const isDrawn = (one: Page, name: string) => (): Promise<boolean> =>
      log(one)
        .getByRole("link", { name })
        .locator("img")
        .evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth > 0);
    await page.locator("input[type=file]").setInputFiles({ name: "router.png", mimeType: "image/png", buffer: PIXEL });
    await expect.poll(isDrawn(anna, "router.png 1 kB"), PATIENT).toBe(true);
    await log(page)
      .getByText(/^Sent|Delivered$|Read$/)
      .waitFor();

    const manual = { name: "Manual.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n1 0 obj\n") };
    await anna
      .locator("input[type=file]")
      .setInputFiles([manual, { ...manual, name: "blue.png", mimeType: "image/png", buffer: PIXEL }]);
    const link = log(page).getByRole("link", { name: "Manual.pdf 1 kB" });
    await link.waitFor();
    await expect.poll(isDrawn(page, "blue.png 1 kB"), PATIENT).toBe(true);
    await log(anna).getByRole("link", { name: "Manual.pdf 1 kB" }).waitFor();
    await log(anna)
      .getByText(/^(Sent|Delivered|Seen)$/)
      .waitFor();
    const given = await page.request.get((await link.getAttribute("href")) ?? "");
    expect(given.headers()["content-disposition"]).toBe("attachment; filename*=UTF-8''Manual.pdf");

    // What is not what it says is refused with words, on both sides.
    const fake = { name: "page.png", mimeType: "image/png", buffer: Buffer.from("<html><script>alert(1)</script>") };
    await anna.locator("input[type=file]").setInputFiles(fake);
    await anna.getByText("page.png was not sent: only pictures").waitFor();
    await page.locator("input[type=file]").setInputFiles(fake);
    await page.getByText("page.png was not sent: only pictures").waitFor();

    // A page is not left without a question while a file goes up; what has failed has been told, and keeps nobody.
    const asksToStay = (one: Page) => (): Promise<boolean> =>
      one.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
    for (const one of [anna, page]) {
      expect(await asksToStay(one)()).toBe(false);
      // It does not arrive: neither what the page sends nor what the workspace does is let through.
      await one.route(/\/files\b/, (route) => (route.request().method() === "GET" ? route.continue() : undefined));
      await one.locator("input[type=file]").setInputFiles({ ...manual, name: "slow.pdf" });
      await expect.poll(asksToStay(one), PATIENT).toBe(true);
      await one.getByRole("button", { name: /^(Stop sending slow.pdf|Cancel)$/ }).click();
      await expect.poll(asksToStay(one), PATIENT).toBe(false);
      await one.unrouteAll();
    }

    await page.reload();
    await expect.poll(isDrawn(page, "router.png 1 kB"), PATIENT).toBe(true);
    await log(page).getByRole("link", { name: "Manual.pdf 1 kB" }).waitFor();
    await page.getByRole("button", { name: "End chat" }).click();
    await page.getByRole("button", { name: "End chat" }).last().click();
    await page.getByText("You ended the chat").first().waitFor();
    await page.reload();
    await expect.poll(isDrawn(page, "router.png 1 kB"), PATIENT).toBe(true);
    await context.close();
  });
});
