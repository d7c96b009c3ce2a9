/** The people of a run: visitors and agents, who talk all the time, each over a link of its own. */
import "./page-world.ts";
import { Agent } from "./agent.ts";
import type { BrowserPair } from "./browsers.ts";
import type { House } from "./house.ts";
import type { Journal } from "./journal.ts";
import { PlainDesk } from "./plain-desk.ts";
import type { Random } from "./random.ts";
import { Visitor } from "./visitor.ts";
import type { Shown } from "./watcher.ts";
import { Wire } from "./wire.ts";
import { words } from "./words.ts";

/** A conversation under way. A browser's is one too, so people of every kind look the same from here. */
export type Talk = {
  readonly name: string;
  readonly session: string;
  /** What each view of it shows of what was said, by the view's name. */
  views(): Promise<Map<string, Shown[]>>;
  /** Own lines that are not settled, in all its views. */
  unsettled(): number;
  /** Whoever of the agents answers, by bare address. */
  readonly agent: string | undefined;
  /** Who sits in the room, as the agent's client has it; several devices of one agent are one. Not there: nobody to ask. */
  readonly seats?: (() => ("visitor" | "agent" | "service")[]) | undefined;
};

/** Between two lines of one side, in ms. */
const PAUSE_MS = { least: 1_000, most: 3_000 };

export class People {
  readonly house: House;
  readonly journal: Journal;
  readonly visitors: Visitor[] = [];
  readonly agents: Agent[] = [];
  /** Agents with ordinary clients. */
  readonly plain: PlainDesk[] = [];
  /** Conversations in real browsers. */
  browsers: BrowserPair[] = [];
  readonly #random: Random;
  readonly #due = new Map<string, number>();
  #talking = false;
  readonly #clock: NodeJS.Timeout;

  constructor(house: House, journal: Journal, random: Random) {
    this.house = house;
    this.journal = journal;
    this.#random = random;
    this.#clock = setInterval(() => this.#speak(), 100);
  }

  /** An agent on a device with a link of its own, signing in. */
  async agent(name: string, device = "desk"): Promise<Agent> {
    const { house, journal } = this;
    const wire = await Wire.open(`agent ${name}/${device}`, { port: house.ports.prosodyHttp });
    const account = { name, domain: house.domain, password: house.passwordOf(name) };
    const agent = new Agent({ account, wire, device, journal });
    this.agents.push(agent);
    return agent;
  }

  /** An agent with an ordinary client, signing in. */
  async plainAgent(name: string, workgroup: string): Promise<PlainDesk> {
    const { house, journal } = this;
    const wire = await Wire.open(`agent ${name}/plain`, { port: house.ports.c2s });
    const account = { name, domain: house.domain, password: house.passwordOf(name) };
    const desk = new PlainDesk({ account, wire, journal, workgroup: `${workgroup}@workgroup.${house.domain}` });
    this.plain.push(desk);
    return desk;
  }

  /** Everybody who works, on whatever client. */
  get desks(): (Agent | PlainDesk)[] {
    return [...this.agents, ...this.plain];
  }

  /** A visitor with a link and an address of its own. */
  async visitor(number: number, workgroup: string): Promise<Visitor> {
    const localAddress = `127.0.1.${number}`;
    const wire = await Wire.open(`visitor ${number}`, { port: this.house.ports.http, localAddress });
    const visitor = new Visitor(number, wire, workgroup, this.journal);
    this.visitors.push(visitor);
    return visitor;
  }

  /** Everybody says a line now and then; nobody does. */
  speak(talking: boolean): void {
    this.#talking = talking;
    for (const pair of this.browsers) pair.speaking = talking;
  }

  /** Those who are in a conversation. */
  get talking(): Visitor[] {
    return this.visitors.filter(({ phase }) => phase === "talking");
  }

  /** Every conversation there should be: who came to talk, and whether that person does. */
  get expected(): { talk: string; talks: boolean }[] {
    const pages = this.visitors.filter(({ away }) => !away);
    const all: (Visitor | BrowserPair)[] = [...pages, ...this.browsers];
    return all.map(({ talk, phase }) => ({ talk, talks: phase === "talking" }));
  }

  /** The conversations under way. */
  get talks(): Talk[] {
    const pages = this.talking.map((visitor) => this.talkOf(visitor));
    const inBrowsers = this.browsers.filter(({ phase }) => phase === "talking");
    return [...pages, ...inBrowsers.map((pair) => pair.asTalk())];
  }

  agentOf(session: string): Agent | PlainDesk | undefined {
    return this.desks.find((agent) => {
      const chat = agent.takes ? agent.chatOf(session) : undefined;
      return chat !== undefined && !chat.ended;
    });
  }

  talkOf(visitor: Visitor): Talk {
    const { talk: name, session } = visitor;
    const agent = this.agentOf(session);
    return {
      name,
      session,
      agent: agent && `${agent.account.name}@${agent.account.domain}`,
      seats:
        agent &&
        (() =>
          [...(agent.chatOf(session)?.occupants.values() ?? [])].map(({ role }) =>
            role === "me" || role === "colleague" ? "agent" : role,
          )),
      views: async () => {
        const views = new Map<string, Shown[]>();
        for (const tab of visitor.tabs) {
          const { lines, session: of } = tab.chat.state;
          if (of !== session) {
            views.set(`${visitor.name}/${tab.name}`, []);
            continue;
          }
          const said = lines.filter((line) => line.service === undefined && line.from.kind !== "service");
          const shown = said.map(({ id, key, text, from }): Shown => {
            const own = from.kind === "self";
            return { id, text, own, ...(own && key !== undefined ? { key } : {}) };
          });
          views.set(`${visitor.name}/${tab.name}`, shown);
        }
        for (const agent of this.desks) {
          if (!agent.takes) continue;
          const chat = agent.chatOf(session);
          const view = agent.view(session);
          if (chat && !chat.ended && view) views.set(agent.name, view);
        }
        return views;
      },
      unsettled: () => visitor.pending + (this.agentOf(session)?.chatOf(session)?.unsent.length ?? 0),
    };
  }

  async stop(): Promise<void> {
    clearInterval(this.#clock);
    for (const pair of this.browsers) await pair.stop();
    for (const visitor of this.visitors) visitor.stop();
    await Promise.all(this.desks.map((agent) => agent.leave().catch(() => undefined)));
    for (const { wire } of [...this.visitors, ...this.desks]) await wire.close();
  }

  #speak(): void {
    if (!this.#talking) return;
    const now = performance.now();
    for (const visitor of this.talking) {
      const { session, talk } = visitor;
      if (this.#isDue(`${talk} v`, now)) {
        const { boxes } = visitor;
        const tab = boxes.length > 0 ? this.#random.pick(boxes) : undefined;
        if (tab) visitor.say(tab, words(this.#random));
      }
      if (this.#isDue(`${talk} a`, now)) this.agentOf(session)?.say(talk, session, words(this.#random));
    }
  }

  #isDue(who: string, now: number): boolean {
    if ((this.#due.get(who) ?? 0) > now) return false;
    this.#due.set(who, now + this.#random.between(PAUSE_MS.least, PAUSE_MS.most));
    return true;
  }
}
