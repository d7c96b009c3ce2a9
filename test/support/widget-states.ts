/** Ways to bring a page with the widget, served by the fake gateway, to each of its states. */
import type { Page } from "playwright-core";
import { type FakeGateway, SESSION } from "./fake-gateway.ts";

const MINUTE = 60_000;

/** Brings the page to a state. */
export type State = (page: Page, gateway: FakeGateway) => Promise<void>;

/** Answers the sample form. */
export const fill = async (page: Page): Promise<void> => {
  const [name, email, question] = await page.locator("form :is(input[type=text],input[type=email],textarea)").all();
  await name?.fill("John Carver");
  await email?.fill("john@example.org");
  await question?.fill("My lamp flickers when I turn it on.");
  await page.locator("form input[type=radio]").nth(1).check();
};
/** Opens the panel. */
export const open = async (page: Page): Promise<void> => {
  await page.locator("foyer-chat >> css=button").first().click();
  await page.locator("foyer-chat dialog[open] section header").waitFor();
};
/** Answers the form and starts the chat. */
export const join: State = async (page) => {
  await open(page);
  await fill(page);
  await page.locator("form .primary").click();
};
/** In the queue. */
export const wait: State = async (page, gateway) => {
  await join(page, gateway);
  await received(gateway, "join");
  gateway.waiting(3, 190);
  await page.locator(".number").waitFor();
};
/** In a conversation with some lines. */
export const talk: State = async (page, gateway) => {
  await wait(page, gateway);
  await converse(page, gateway);
};
/** An agent takes the request, and some lines are said. */
export const converse: State = async (page, gateway) => {
  const start = Date.now() - 9 * MINUTE;
  gateway.become({
    phase: "talking",
    session: SESSION,
    agents: ["Anna"],
    question: "My lamp flickers when I turn it on.",
    since: start,
  });
  const say = (own: boolean, text: string, minutes: number) =>
    gateway.line(own ? { kind: "self", name: "John" } : { kind: "agent", name: "Anna" }, text, {
      at: start + minutes * MINUTE,
    });
  say(false, "Hello John, this is Anna.", 0.2);
  say(false, "Does it flicker with every bulb, or only with the one that came with it?", 0.6);
  say(true, "Only tried the one that came with it.", 2);
  say(true, "Should I try another?", 2.2);
  say(
    false,
    "Yes please. Any E14 with at most 8 W will do; this page shows which: https://shop.example/bulbs?socket=E14",
    4,
  );
  say(true, "Thanks, that helped", 8);
  await page.getByText("Thanks, that helped").waitFor();
};

/** Chooses a file in the browser's own dialog. */
export async function choose(page: Page, name: string, mimeType: string, text: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType, buffer: Buffer.from(text) });
}

/** A file is dragged over the panel, or let go of there. */
export async function drag(page: Page, type: "dragover" | "drop"): Promise<void> {
  await page.locator(".composer").evaluate((element, kind) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["hello"], "dropped.txt", { type: "text/plain" }));
    element.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
  }, type);
}

/** Every state, by name. */
export const STATES: Record<string, State> = {
  launcher: async (page) => {
    await page.locator("foyer-chat >> css=button").waitFor();
  },
  form: (page) => open(page),
  mistakes: async (page) => {
    await open(page);
    await page.locator("form :is(input[type=email])").fill("john@");
    await page.locator("form .primary").click();
    await page.locator(".mistake:not([hidden])").first().waitFor();
  },
  closed: async (page, gateway) => {
    gateway.view = { ...gateway.view, availability: "closed" };
    await page.reload();
    await open(page);
  },
  message: async (page, gateway) => {
    gateway.view = { ...gateway.view, availability: "no-agents" };
    await page.reload();
    await open(page);
    await page.locator(".body .hero .primary").click();
  },
  thanks: async (page, gateway) => {
    await STATES.message?.(page, gateway);
    await page.locator("form input[type=email]").fill("john@example.org");
    await page.locator("form textarea").fill("Please tell me when the oak chair is back.");
    await page.locator("form .primary").click();
    await page.locator(".body .hero").waitFor();
  },
  connecting: async (page, gateway) => {
    gateway.reachable = false;
    await join(page, gateway);
    await page.locator(".busy").waitFor();
  },
  waiting: wait,
  "waiting-lines": async (page, gateway) => {
    await wait(page, gateway);
    gateway.waiting(2, 100);
    await page.locator("#box").fill("It is the green one, bought in May.");
    await page.locator(".send").click();
    await page.locator(".line.waiting").waitFor();
  },
  talking: async (page, gateway) => {
    await talk(page, gateway);
    gateway.send({ kind: "typing", name: "Anna", active: true });
    await page.locator(".typing i").first().waitFor();
  },
  reconnecting: async (page, gateway) => {
    await talk(page, gateway);
    gateway.reachable = false;
    gateway.drop();
    await page.locator(".link-lost").waitFor();
    await page.locator("#box").fill("Are you still there?");
    await page.locator(".send").click();
    await page.locator(".line.pending").waitFor();
  },
  failed: async (page, gateway) => {
    await talk(page, gateway);
    gateway.silent = true;
    await page.locator("#box").fill("A line that was refused");
    await page.locator(".send").click();
    const said = await received(gateway, "say");
    gateway.send({ kind: "refused", code: "too-fast", text: "", key: said.key });
    await page.locator(".failed").waitFor();
  },
  changed: async (page, gateway) => {
    await talk(page, gateway);
    const anna = { kind: "agent", name: "Anna" } as const;
    const wrong = gateway.agentSays("Anna", "The bulb costs 39 €.");
    gateway.agentSays("Anna", "This was meant for somebody else.");
    const taken = gateway.lines.at(-1);
    gateway.agentSays("Anna", "It is in stock, too.");
    gateway.change(anna, "edited", wrong.id, { text: "The bulb costs 3,90 €." });
    gateway.change(anna, "gone", taken?.id ?? "");
    await page.locator("#box").fill("I take two.");
    await page.locator(".send").click();
    await page.locator(".line.sent").waitFor();
    gateway.change(anna, "read", gateway.lines.at(-1)?.id ?? "");
    await page.locator(".line.read").waitFor();
  },
  editing: async (page, gateway) => {
    await STATES.changed?.(page, gateway);
    await page.locator("#box").press("ArrowUp");
    await page.locator(".strip .danger").waitFor();
  },
  files: async (page, gateway) => {
    await talk(page, gateway);
    const file = { path: "files/slot-0001/lamp.png", name: "lamp.png", type: "image/png", size: 48_213 };
    gateway.agentSays("Anna", `${gateway.base}/files/slot-0001/lamp.png`, { file });
    const manual = {
      path: "files/slot-0002/m.pdf",
      name: "Bedienungsanleitung_Tischleuchte_2026_final.pdf",
      size: 2_900_000,
    };
    gateway.agentSays("Anna", `${gateway.base}/files/slot-0002/m.pdf`, { file: manual });
    await choose(page, "receipt.txt", "text/plain", "No. 4711");
    await page.locator(".own .file").waitFor();
  },
  "files-sending": async (page, gateway) => {
    gateway.view = { ...gateway.view, maxFileBytes: 20 * 1024 * 1024 };
    await page.reload();
    await talk(page, gateway);
    gateway.files = "held";
    await choose(page, "Foto von der Lampe.png", "image/png", "x".repeat(4_000));
    await page.locator(".upload progress").waitFor();
    gateway.files = { status: 429, code: "too-fast", again: 100 };
    await choose(page, "a.png", "image/png", "x");
    await page.locator(".upload.red").waitFor();
    await choose(page, "empty.txt", "text/plain", "");
    await page.locator(".upload.red").nth(1).waitFor();
  },
  again: async (page, gateway) => {
    await talk(page, gateway);
    gateway.send({ kind: "left", name: "Anna", at: Date.now() });
    gateway.line({ kind: "service", name: "Support" }, "…", { service: "requeued" });
    gateway.waiting(1, 60);
    await page.locator(".strip.amber").waitFor();
  },
  moved: async (page, gateway) => {
    await STATES.again?.(page, gateway);
    gateway.talking("Ben");
    gateway.agentSays("Ben", "Hello John, I am Ben. I have read what you wrote to Anna.");
    await page.getByText("I have read what you wrote").waitFor();
  },
  confirm: async (page, gateway) => {
    await talk(page, gateway);
    await page.locator("#end").click();
    await page.locator("#end-sure").waitFor();
  },
  ended: async (page, gateway) => {
    await talk(page, gateway);
    gateway.ended("agent", "Anna");
    await page.locator(".over").waitFor();
  },
  unserved: async (page, gateway) => {
    await wait(page, gateway);
    gateway.become({ phase: "unserved", reason: "nobody-took-it", question: "" });
    await page.locator(".body .hero").waitFor();
  },
  unread: async (page, gateway) => {
    await talk(page, gateway);
    await page.locator("#box").press("Escape");
    gateway.agentSays("Anna", "One more thing …");
    await page.locator("foyer-chat b:not(:empty)").waitFor();
  },
};

/** The first frame of a kind that the gateway has received, once it has. */
export async function received<K extends string>(gateway: FakeGateway, kind: K) {
  for (;;) {
    const frame = gateway.received.find((one) => one.kind === kind);
    if (frame && "key" in frame) return frame;
    if (frame) return { ...frame, key: "" };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
