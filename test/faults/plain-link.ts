/** An ordinary client's connection over plain TCP: signed in, asked again and again whether it lives, and taken up again. */
import { Socket } from "node:net";
import { client } from "@xmpp/client";
import { readCarefully } from "../../agent-ui/xmpp/reading.ts";
import { createAuthenticator } from "../../agent-ui/xmpp/sign-in.ts";
import { buildPing } from "../../protocol/ping.ts";
import { attr, type Element, xml } from "../../protocol/xml.ts";
import type { AgentAccount } from "./agent.ts";
import type { Wire } from "./wire.ts";

const AGAIN_MS = 1_000;
const PING_MS = 4_000;
const ANSWER_MS = 5_000;
const SIGN_IN_MS = 10_000;

export type PlainLinkEvents = {
  up(): void;
  down(): void;
  /** The link lives; the how manieth time this was found. */
  beat(turn: number): void;
  /** Everything but answers, in order. */
  stanza(stanza: Element): void;
};

export class PlainLink {
  online = false;
  readonly #account: AgentAccount;
  readonly #wire: Wire;
  readonly #events: PlainLinkEvents;
  /** Who is to answer by the id of an IQ. */
  readonly #asked = new Map<string, (answer: Element | undefined) => void>();
  #xmpp: ReturnType<typeof client> | undefined;
  #running = false;
  #again: NodeJS.Timeout | undefined;

  constructor(account: AgentAccount, wire: Wire, events: PlainLinkEvents) {
    this.#account = account;
    this.#wire = wire;
    this.#events = events;
  }

  open(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  async close(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#again);
    await this.#drop();
  }

  send(stanza: Element): void {
    this.#xmpp?.send(stanza).catch(() => undefined);
  }

  /** The answer, an error too; undefined when there is none. */
  ask(type: "get" | "set", to: string, payload: Element, ms = 10_000): Promise<Element | undefined> {
    const id = crypto.randomUUID();
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(undefined), ms);
      const settle = (answer: Element | undefined): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(answer);
      };
      this.#asked.set(id, settle);
      this.send(xml("iq", { type, id, to }, payload));
    });
  }

  #connect(): void {
    const { name, password, domain } = this.#account;
    const authenticator = createAuthenticator({ username: name, password });
    const xmpp = client({
      service: `xmpp://127.0.0.1:${this.#wire.port}`,
      domain,
      resource: "plain",
      credentials: (authenticate, mechanisms) => authenticator.authenticate(authenticate, mechanisms),
    });
    authenticator.register(xmpp);
    xmpp.reconnect.stop();
    this.#xmpp = xmpp;
    const isCurrent = (): boolean => this.#xmpp === xmpp;
    readCarefully(xmpp, () => isCurrent() && this.#lost());
    xmpp.on("close", () => isCurrent() && this.#lost());
    xmpp.on("error", () => undefined);
    xmpp.on("stanza", (stanza: Element) => isCurrent() && this.#take(stanza));
    xmpp.on("disconnect", () => isCurrent() && this.#lost());
    xmpp.iqCallee.get("urn:xmpp:ping", "ping", () => true);
    // What is sent before stream management is agreed on, both sides would count differently.
    xmpp.on("online", () => setTimeout(() => isCurrent() && this.#up(), 200));
    setTimeout(() => isCurrent() && !this.online && this.#lost(), SIGN_IN_MS);
    this.#begin(xmpp).catch(() => isCurrent() && this.#lost());
  }

  /** Not `start`: it leaves a promise behind that a later error of the socket rejects. */
  async #begin(xmpp: ReturnType<typeof client>): Promise<void> {
    const connected = xmpp.connect(`xmpp://127.0.0.1:${this.#wire.port}`);
    xmpp.socket?.on("error", () => undefined);
    await connected;
    // COMPAT: @xmpp/client 0.14.0 reads each chunk as text by itself, and a character in two of them is gone.
    if (xmpp.socket instanceof Socket) xmpp.socket.setEncoding("utf8");
    await xmpp.open({ domain: this.#account.domain });
  }

  #up(): void {
    this.online = true;
    this.#events.up();
    void this.#watch(this.#xmpp);
  }

  /** Asks the server again and again whether it is there. */
  async #watch(xmpp: ReturnType<typeof client> | undefined): Promise<void> {
    for (let turn = 1; ; turn++) {
      await new Promise((resolve) => setTimeout(resolve, PING_MS));
      if (this.#xmpp !== xmpp || !this.online) return;
      this.#events.beat(turn);
      const answer = await this.ask("get", this.#account.domain, buildPing(), ANSWER_MS);
      if (answer === undefined && this.#xmpp === xmpp) return this.#lost();
    }
  }

  #lost(): void {
    this.online = false;
    void this.#drop();
    this.#events.down();
    clearTimeout(this.#again);
    if (this.#running) this.#again = setTimeout(() => this.#connect(), AGAIN_MS);
  }

  async #drop(): Promise<void> {
    const old = this.#xmpp;
    this.#xmpp = undefined;
    this.online = false;
    for (const settle of this.#asked.values()) settle(undefined);
    this.#asked.clear();
    await Promise.race([old?.stop().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 2_000))]);
    old?.socket?.end();
  }

  #take(stanza: Element): void {
    const type = attr(stanza, "type");
    if (stanza.is("iq") && (type === "result" || type === "error"))
      return this.#asked.get(attr(stanza, "id") ?? "")?.(stanza);
    this.#events.stanza(stanza);
  }
}
