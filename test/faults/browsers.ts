/** One conversation in real browsers: a visitor on the chat's own page, an agent in the workspace. What counts is what the pages show. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser, signIn } from "../support/browser.ts";
import type { House } from "./house.ts";
import type { Journal } from "./journal.ts";
import type { Talk } from "./people.ts";
import type { Random } from "./random.ts";
import type { Shown } from "./watcher.ts";
import { Wire } from "./wire.ts";
import { words } from "./words.ts";

const LOOK_MS = 500;
const PAUSE_MS = 2_500;
/** Pages draw the last lines only; with this many the conversation is ended and begun anew. */
const MOST_LINES = 150;

/** Which pair it is, and where it talks: a workgroup that nobody else works in. */
export type BrowserPlace = { number: number; agent: string; workgroup: string };

type Drawn = { text: string; own: boolean; state: "sent" | "pending" | "failed" };
type Side = {
  who: string;
  sender: string;
  page: Page;
  context: BrowserContext;
  seen: Set<string>;
  /** Lines that are shown as not sent. */
  failed: Set<string>;
  seq: number;
  dueAt: number;
};

export class BrowserPair {
  readonly number: number;
  readonly wire: Wire;
  readonly agentWire: Wire;
  phase: "idle" | "talking" = "idle";
  generation = 0;
  session = "";
  speaking = false;
  readonly #place: BrowserPlace;
  readonly #house: House;
  readonly #journal: Journal;
  readonly #random: Random;
  #browser: Browser;
  #visitor!: Side;
  #agent!: Side;
  #unsettled = 0;
  #over = false;
  #looking: Promise<void> = Promise.resolve();

  private constructor(of: {
    house: House;
    journal: Journal;
    random: Random;
    browser: Browser;
    wire: Wire;
    place: BrowserPlace;
  }) {
    this.#place = of.place;
    this.number = of.place.number;
    this.#house = of.house;
    this.#journal = of.journal;
    this.#random = of.random;
    this.#browser = of.browser;
    this.wire = of.wire;
    this.agentWire = of.house.agentPageWire;
  }

  static async open(house: House, journal: Journal, random: Random, place: BrowserPlace): Promise<BrowserPair> {
    const browser = await launchBrowser();
    const localAddress = `127.0.2.${place.number % 250}`;
    const wire = await Wire.open(`visitor's browser ${place.number}`, { port: house.ports.http, localAddress });
    const pair = new BrowserPair({ house, journal, random, browser, wire, place });
    await pair.#begin();
    pair.#looking = pair.#look();
    return pair;
  }

  /** The browser itself has ended, which is no matter of ours. */
  get isDead(): boolean {
    return !this.#browser.isConnected();
  }

  /** Another browser, and another conversation; what is left of the old one is ended by its graces. */
  async anew(): Promise<void> {
    this.phase = "idle";
    await this.#browser.close().catch(() => undefined);
    this.#browser = await launchBrowser();
    await this.#begin();
  }

  async #begin(): Promise<void> {
    this.#agent = await this.#side(`${this.#place.agent}/browser`, `a${this.#place.agent}`);
    this.#visitor = await this.#side(`${this.name}/browser`, "v1");
    await this.openAgent();
    await this.openVisitor();
    await this.join();
  }

  get name(): string {
    return `VB${this.number}`;
  }
  get talk(): string {
    return `${this.number}.${this.generation}`;
  }
  get visitorPage(): Page {
    return this.#visitor.page;
  }
  get visitorContext(): BrowserContext {
    return this.#visitor.context;
  }
  get agentContext(): BrowserContext {
    return this.#agent.context;
  }

  /** Signs in to the workspace, in a new tab. The old one, if any, is closed as a person closes it. */
  async openAgent(): Promise<void> {
    const side = this.#agent;
    await side.page.close();
    const { agent: name } = this.#place;
    const agent = { jid: `${name}@${this.#house.domain}`, password: this.#house.passwordOf(name) };
    side.page = await signIn(side.context, `http://127.0.0.1:${this.#house.ports.http}/agent/`, agent);
    // A workspace that is opened anew lists its chats, and waits for somebody to choose one.
    if (this.phase === "talking")
      await side.page
        .getByRole("button", { name: /Browser/ })
        .first()
        .click();
  }

  /** The visitor's browser finds the gateway at another port from now on. */
  turnTo(port: number): void {
    this.wire.turnTo({ port, localAddress: `127.0.2.${this.number % 250}` });
  }

  async openVisitor(): Promise<void> {
    const side = this.#visitor;
    await side.page.close();
    side.page = await side.context.newPage();
    await side.page.goto(`http://127.0.0.1:${this.wire.port}/chat/${this.#place.workgroup}`);
  }

  /** Fills in the form, and waits until the agent has taken the chat. */
  async join(): Promise<void> {
    this.generation += 1;
    for (const side of [this.#visitor, this.#agent])
      Object.assign(side, { seq: 0, seen: new Set<string>(), failed: new Set<string>() });
    const { page } = this.#visitor;
    const again = page.getByRole("button", { name: "Start a new chat" });
    if (await again.isVisible()) await again.click();
    await page.getByLabel("Your name").fill("Browser");
    await page.getByLabel("How can we help?").fill(`talk ${this.talk}`);
    await page.getByRole("button", { name: "Start chat" }).click();
    await this.#agent.page.getByRole("button", { name: "Accept" }).click();
    await page.getByRole("textbox", { name: "Message" }).waitFor();
    await this.#agent.page.getByRole("textbox", { name: "Message" }).waitFor();
    const { rows } = await this.#house.db.query<{ id: string }>(
      "SELECT id FROM requests WHERE metadata::text LIKE $1 AND ended_at IS NULL",
      [`%talk ${this.talk}"%`],
    );
    this.session = rows[0]?.id ?? "";
    this.phase = "talking";
  }

  /** The talk has ended without anybody's doing: the visitor starts another one. */
  async joinAnew(): Promise<void> {
    this.phase = "idle";
    await this.visitorPage.getByRole("button", { name: "Start a new chat" }).waitFor();
    await this.join();
  }

  async end(): Promise<void> {
    this.phase = "idle";
    const { page } = this.#visitor;
    await page.getByRole("button", { name: "End chat" }).click();
    await page.getByRole("button", { name: "End chat" }).last().click();
    await page.getByText("You ended the chat").first().waitFor();
  }

  get isLong(): boolean {
    return this.#visitor.seq + this.#agent.seq > MOST_LINES;
  }

  asTalk(): Talk {
    return {
      name: this.talk,
      session: this.session,
      agent: `${this.#place.agent}@${this.#house.domain}`,
      unsettled: () => this.#unsettled,
      views: async () => {
        const views = new Map<string, Shown[]>();
        await this.#showAll();
        for (const { who, page } of [this.#visitor, this.#agent]) {
          const lines = (await drawnIn(page)).filter(({ state }) => state === "sent");
          views.set(
            who,
            lines.map(({ text, own }, i) => ({ id: `${who} ${i}`, text, own })),
          );
        }
        return views;
      },
    };
  }

  /** The workspace draws the last lines only; whoever wants to read it all asks for the earlier ones. */
  async #showAll(): Promise<void> {
    const earlier = this.#agent.page.getByRole("button", { name: "earlier lines" });
    for (let page = 0; page < 10 && (await earlier.isVisible()); page++) {
      // It goes with the last of them, which may just have come.
      await earlier.click({ timeout: 5_000 }).catch(async (error: unknown) => {
        if (await earlier.isVisible()) throw error;
      });
    }
  }

  async stop(): Promise<void> {
    this.#over = true;
    await this.#looking;
    await this.#browser.close();
    await this.wire.close();
  }

  async #side(who: string, sender: string): Promise<Side> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } });
    return {
      who,
      sender,
      context,
      page: await context.newPage(),
      seen: new Set(),
      failed: new Set(),
      seq: 0,
      dueAt: 0,
    };
  }

  /** Again and again: reads both pages, writes down what is new, presses "Try again", and says a line when one is due. */
  async #look(): Promise<void> {
    while (!this.#over) {
      let unsettled = 0;
      for (const side of [this.#visitor, this.#agent]) {
        // A page in the middle of a reload has nothing to tell.
        unsettled += await this.#lookAt(side).catch(() => 0);
      }
      this.#unsettled = unsettled;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #lookAt(side: Side): Promise<number> {
    const { page, who, seen } = side;
    const lines = await drawnIn(page);
    for (const { text, own, state } of lines) {
      if (state === "sent" && !seen.has(text)) {
        seen.add(text);
        this.#journal.write(who, this.talk, { what: "shown", text });
        if (own) this.#journal.write(who, this.talk, { what: "acked", key: text });
      } else if (state === "failed") {
        await this.#tryAgain(side, text);
      }
    }
    if (side === this.#agent && this.phase === "talking") await this.#accept(page);
    const now = performance.now();
    if (this.speaking && this.phase === "talking" && side.dueAt < now) {
      side.dueAt = now + PAUSE_MS;
      await this.#say(side);
    }
    return lines.filter(({ state }) => state !== "sent").length;
  }

  /** What ended unsent stays so: then there is no button. */
  async #tryAgain({ page, who, failed }: Side, text: string): Promise<void> {
    if (!failed.has(text)) this.#journal.write(who, this.talk, { what: "failed", key: text });
    failed.add(text);
    const button = page.getByRole("button", { name: /^Try again/ }).first();
    if (!(await button.isVisible())) return;
    this.#journal.write(who, this.talk, { what: "retried", key: text });
    failed.delete(text);
    await button.click({ timeout: 1_000 }).catch(() => undefined);
  }

  /** The visitor was put back into the queue, and is offered anew: the agent takes the offer, as at first. */
  async #accept(page: Page): Promise<void> {
    const offer = page.getByRole("button", { name: "Accept" }).first();
    if (await offer.isVisible()) await offer.click({ timeout: 1_000 }).catch(() => undefined);
  }

  async #say(side: Side): Promise<void> {
    const box = side.page.getByRole("textbox", { name: "Message" });
    if (!(await box.isEditable({ timeout: 500 }).catch(() => false))) return;
    side.seq += 1;
    const text = `[${this.talk} ${side.sender} ${side.seq}] ${[...words(this.#random)].slice(0, 200).join("").trim()}`;
    // It may be sent from here on, even when this page takes too long to say so.
    this.#journal.write(side.who, this.talk, { what: "asked", key: text, text });
    try {
      await box.fill(text, { timeout: 5_000 });
      await box.press("Enter", { timeout: 5_000 });
    } catch {
      this.#journal.write(side.who, this.talk, { what: "unsure", key: text });
    }
  }
}

/** The lines of people that a page shows, top to bottom. Runs in the page; both interfaces mark lines alike. */
function drawnIn(page: Page): Promise<Drawn[]> {
  return page.evaluate(() => {
    const find = (root: Document | ShadowRoot | Element, selector: string): Element | undefined => {
      const own = root.querySelector(selector);
      if (own) return own;
      for (const element of root.querySelectorAll("*")) {
        const found = element.shadowRoot ? find(element.shadowRoot, selector) : undefined;
        if (found) return found;
      }
      return undefined;
    };
    const log = find(document, "[role=log]");
    if (!log) return [];
    return [...log.querySelectorAll(".line")].flatMap((line) => {
      const bubble = line.querySelector(".bubble");
      const text = bubble?.textContent ?? "";
      if (!/^\[\d+\.\d+ \w+ \d+\]/.test(text)) return [];
      const state = line.matches(".failed")
        ? "failed"
        : line.matches(".pending, .waiting") || line.closest(".unsettled")
          ? "pending"
          : "sent";
      return [{ text, own: line.matches(".own, .me"), state } as const];
    });
  });
}
