/** A visitor with one tab or several, each the widget without its face. */

import { Chat } from "../../webchat/widget/chat.ts";
import { screenOf } from "../../webchat/widget/screen.ts";
import type { Journal } from "./journal.ts";
import { asPage, forgetPage, tell } from "./page-world.ts";
import { type Shown, Watcher } from "./watcher.ts";
import type { Wire } from "./wire.ts";

export type Tab = { name: string; chat: Chat; watcher: Watcher; where: string };

export class Visitor {
  readonly number: number;
  readonly wire: Wire;
  readonly workgroup: string;
  readonly tabs: Tab[] = [];
  /** Counts the conversations of this visitor. */
  generation = 0;
  /** Gone for good, and not expected to talk. */
  away = false;
  readonly #journal: Journal;
  readonly #seqs = new Map<string, number>();
  #tabCount = 0;
  #joining = false;

  constructor(number: number, wire: Wire, workgroup: string, journal: Journal) {
    this.number = number;
    this.wire = wire;
    this.workgroup = workgroup;
    this.#journal = journal;
  }

  get name(): string {
    return `V${this.number}`;
  }
  get talk(): string {
    return `${this.number}.${this.generation}`;
  }
  get phase(): string {
    return this.tabs[0]?.chat.state.visit.phase ?? "idle";
  }
  /** The tabs that a person could type in: before its first welcome a page shows no box. */
  get boxes(): Tab[] {
    return this.tabs.filter(({ chat }) => ["talking", "again", "waiting"].includes(screenOf(chat.state)));
  }
  get session(): string {
    const visit = this.tabs[0]?.chat.state.visit;
    return visit !== undefined && "session" in visit ? visit.session : "";
  }

  /** Opens a page. One that finds a chat of an earlier page takes it up. `again` reopens a tab under its name. */
  open(again?: string): Tab {
    const there = this.tabs.find((tab) => tab.name === again);
    if (there) return there;
    const name = again ?? `v${++this.#tabCount}`;
    const page = `${this.name}/${name}`;
    const base = `http://127.0.0.1:${this.wire.port}/`;
    const tab = asPage(page, () => {
      const chat = new Chat({ base, workgroup: this.workgroup, lang: "en" });
      const watcher = new Watcher(page, this.#journal);
      chat.setFront(true);
      chat.subscribe(() => this.#look(tab));
      const made: Tab = { name, chat, watcher, where: "" };
      return made;
    });
    this.tabs.push(tab);
    asPage(page, () => tab.chat.resume());
    this.#look(tab);
    return tab;
  }

  /** The tab is gone without a word: nothing more leaves it. */
  close(tab: Tab): void {
    if (!this.tabs.includes(tab)) return;
    tab.chat.stop();
    tab.watcher.stop();
    forgetPage(`${this.name}/${tab.name}`);
    this.tabs.splice(this.tabs.indexOf(tab), 1);
  }

  reload(tab: Tab): Tab {
    this.close(tab);
    return this.open(tab.name);
  }

  /** Fills in the form and joins the queue. Resolves when the request is on its way. */
  async join(): Promise<void> {
    this.generation += 1;
    await this.#join(this.tabs[0] ?? this.open());
  }

  async #join(tab: Tab): Promise<void> {
    const { chat } = tab;
    if (chat.state.visit.phase === "ended" || chat.state.visit.phase === "unserved") chat.dispatch({ type: "restart" });
    while (!chat.state.view) {
      await chat.refresh();
      if (!chat.state.view) await new Promise((resolve) => setTimeout(resolve, 500));
    }
    chat.dispatch({ type: "answer", name: "username", values: [this.name] });
    chat.dispatch({ type: "answer", name: "question", values: [`talk ${this.talk}`] });
    if (!asPage(`${this.name}/${tab.name}`, () => chat.join())) throw new Error("the form was not accepted");
  }

  /** Says the next line in a tab. */
  say(tab: Tab, words: string): void {
    const sender = tab.name;
    const seq = (this.#seqs.get(`${this.talk} ${sender}`) ?? 0) + 1;
    this.#seqs.set(`${this.talk} ${sender}`, seq);
    const text = `[${this.talk} ${sender} ${seq}] ${words}`;
    const before = new Set(tab.chat.state.pending.map(({ key }) => key));
    tab.chat.write(text);
    tab.chat.send();
    const line = tab.chat.state.pending.find(({ key }) => !before.has(key));
    if (line) tab.watcher.asked(this.talk, line.key, text);
  }

  end(): void {
    this.tabs[0]?.chat.dispatch({ type: "end" });
  }

  /** The browser notices that its network is back. */
  online(): void {
    for (const tab of this.tabs) tell(`${this.name}/${tab.name}`, "online");
  }

  get pending(): number {
    return this.tabs.reduce((sum, { chat }) => sum + chat.state.pending.length, 0);
  }

  stop(): void {
    for (const tab of [...this.tabs]) this.close(tab);
  }

  /** Who reads that it did not work just now presses "Start chat" again after a moment. */
  #joinAgain(tab: Tab): void {
    const { visit, notice, wants } = tab.chat.state;
    if (visit.phase !== "idle" || notice === "" || wants.length > 0 || this.#joining) return;
    this.#joining = true;
    setTimeout(() => {
      this.#joining = false;
      if (this.tabs.includes(tab) && tab.chat.state.visit.phase === "idle") void this.#join(tab);
    }, 2_000);
  }

  #look(tab: Tab): void {
    const { chat, watcher } = tab;
    const { lines, pending, visit, notice, link } = chat.state;
    this.#joinAgain(tab);
    // Not for the checker: for whoever looks into a failure.
    const where = [visit.phase, `link ${link}`, notice].join(", ");
    if (where !== tab.where) this.#journal.write(`${this.name}/${tab.name}`, this.talk, { what: "note", text: where });
    tab.where = where;
    const shown: Shown[] = lines.map(({ id, key, text, from }) => ({
      id,
      text,
      own: from.kind === "self",
      ...(key === undefined || from.kind !== "self" ? {} : { key }),
    }));
    watcher.look(this.talk, shown, pending, (key) => chat.dispatch({ type: "again", key }));
  }
}
