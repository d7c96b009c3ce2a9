/** An agent with a plain XMPP library: signs in, answers IQs as any client does, and does only what a test tells it to. */
import { client } from "@xmpp/client";
import { bareJid } from "../../protocol/jid.ts";
import { buildJoin } from "../../protocol/muc.ts";
import { NS_MUC_USER, NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildRoomLine } from "../../protocol/room-message.ts";
import { parseStanzaError } from "../../protocol/stanza-error.ts";
import { buildAgentStatus } from "../../protocol/workgroup/agent.ts";
import { buildOfferAnswer, type OfferPayload, parseOffer } from "../../protocol/workgroup/offer.ts";
import { attr, child, type Element, elements, xml } from "../../protocol/xml.ts";
import { wasSaid } from "./discretion.ts";
import { eventually, Inbox } from "./inbox.ts";

export class PlainAgent {
  readonly inbox: Inbox<Element>;
  jid = "";
  readonly #xmpp: ReturnType<typeof client>;

  private constructor(xmpp: ReturnType<typeof client>, name: string) {
    this.#xmpp = xmpp;
    this.inbox = new Inbox(name, String);
  }

  /** `service` such as `xmpp://127.0.0.1:5222`. Resolves when the session stands. */
  static async connect(of: {
    service: string;
    domain: string;
    username: string;
    password: string;
    resource?: string;
  }): Promise<PlainAgent> {
    const xmpp = client(of);
    const agent = new PlainAgent(xmpp, of.username);
    // A lost connection shows in what a test waits for; without a listener it would end the process.
    xmpp.on("error", () => undefined);
    xmpp.on("stanza", (stanza) => {
      agent.inbox.put(stanza);
      const type = attr(stanza, "type");
      // What every client does with a request it understands (offers, revokes, pings): say that it arrived.
      if (stanza.is("iq") && type === "set")
        agent.#send(xml("iq", { type: "result", id: attr(stanza, "id"), to: attr(stanza, "from") }));
    });
    xmpp.iqCallee.get("urn:xmpp:ping", "ping", () => true);
    const address = await xmpp.start();
    agent.jid = address.toString();
    // What the library sends before the server has switched stream management on, both would count differently.
    await eventually("stream management", async () => xmpp.streamManagement.id !== "");
    await agent.send(xml("presence"));
    return agent;
  }

  async send(stanza: Element): Promise<void> {
    await this.#xmpp.send(stanza);
  }

  #send(stanza: Element): void {
    this.send(stanza).catch(() => undefined);
  }

  /** An IQ; resolves with the result's payload, throws StanzaError. */
  async request(type: "get" | "set", to: string, payload: Element): Promise<Element | undefined> {
    const id = crypto.randomUUID();
    await this.send(xml("iq", { type, id, to }, payload));
    const answer = await this.inbox.first(
      `the answer to ${payload.name}`,
      (stanza) => stanza.is("iq") && attr(stanza, "id") === id && stanza,
    );
    if (attr(answer, "type") === "error") throw parseStanzaError(answer);
    return elements(answer)[0];
  }

  /** Signs in to a workgroup (bare address) and waits for the queue's presence that proves it. */
  async signIn(workgroup: string, of: { maxChats?: number; show?: string } = {}): Promise<void> {
    const from = this.inbox.all.length;
    await this.send(
      xml("presence", { to: workgroup }, of.show !== undefined && xml("show", {}, of.show), buildAgentStatus(of)),
    );
    await this.inbox.first(
      "the queue's presence",
      (stanza) =>
        stanza.is("presence") &&
        bareJid(attr(stanza, "from") ?? "") === workgroup &&
        child(stanza, "notify-queue", NS_WORKGROUP) !== undefined,
      from,
    );
  }

  /** As any client does with a request of a contact: allows it, and has it among the own ones. Waits until it is there. */
  async befriend(workgroup: string): Promise<void> {
    const isFrom = (stanza: Element, type: string | undefined): boolean =>
      stanza.is("presence") && attr(stanza, "from") === workgroup && attr(stanza, "type") === type;
    await this.inbox.first("the workgroup's request", (stanza) => isFrom(stanza, "subscribe"));
    const from = this.inbox.all.length;
    for (const type of ["subscribed", "subscribe"]) await this.send(xml("presence", { to: workgroup, type }));
    await this.inbox.first("the workgroup to be online", (stanza) => isFrom(stanza, undefined), from);
  }

  /** Writes to a contact, as in its chat window. */
  async write(contact: string, text: string): Promise<void> {
    wasSaid(text);
    await this.send(xml("message", { type: "chat", to: contact, id: crypto.randomUUID() }, xml("body", {}, text)));
  }

  /** The next chat message of a contact that has these words in it; `from` counts what came before. */
  read(contact: string, words: string, from = 0): Promise<string> {
    return this.inbox.first(
      `"${words}" of ${contact}`,
      (stanza) => {
        const body = attr(stanza, "type") === "chat" ? stanza.getChildText("body") : null;
        return bareJid(attr(stanza, "from") ?? "") === contact && body?.includes(words) && body;
      },
      from,
    );
  }

  /** Writes, and gives the answer that has these words in it. */
  async ask(contact: string, text: string, words: string): Promise<string> {
    const from = this.inbox.all.length;
    await this.write(contact, text);
    return this.read(contact, words, from);
  }

  async signOut(workgroup: string): Promise<void> {
    await this.send(xml("presence", { to: workgroup, type: "unavailable" }, buildAgentStatus()));
  }

  /** The next offer that has not been looked at: `from` counts what came before. */
  offer(from = 0): Promise<OfferPayload> {
    return this.inbox.first(
      "an offer",
      (stanza) => {
        const offer = stanza.is("iq") && child(stanza, "offer", NS_WORKGROUP);
        return offer && parseOffer(offer);
      },
      from,
    );
  }

  async answer(offer: OfferPayload, accepted: boolean): Promise<void> {
    await this.request("set", offer.workgroup, buildOfferAnswer(offer.session, accepted));
  }

  /** Accepts, waits for the invitation and takes a seat in the room. Returns the room's address. */
  async take(offer: OfferPayload, nick: string): Promise<string> {
    await this.answer(offer, true);
    const room = await this.invitation(offer.session);
    await this.enter(room, nick);
    return room;
  }

  /** The room of the invitation whose reason is the session's id. */
  invitation(session: string): Promise<string> {
    return this.inbox.first("the invitation", (stanza) => {
      const invite = child(stanza, "x", NS_MUC_USER)?.getChild("invite");
      return invite?.getChildText("reason") === session && attr(stanza, "from");
    });
  }

  async enter(room: string, nick: string): Promise<void> {
    const from = this.inbox.all.length;
    await this.send(buildJoin({ room, nick }));
    await this.inbox.first(
      "the own seat",
      (stanza) =>
        stanza.is("presence") &&
        attr(stanza, "from") === `${room}/${nick}` &&
        String(stanza).includes("'110'".replaceAll("'", '"')),
      from,
    );
  }

  async say(room: string, text: string): Promise<void> {
    wasSaid(text);
    await this.send(buildRoomLine({ room, id: crypto.randomUUID(), text }));
  }

  /** Waits for a line of this text in the room; gives the nick that said it. */
  hear(room: string, text: string): Promise<string> {
    return this.inbox.first(`the line "${text}"`, (stanza) => {
      const from = attr(stanza, "from") ?? "";
      return (
        stanza.is("message") &&
        bareJid(from) === room &&
        stanza.getChildText("body") === text &&
        from.slice(room.length + 1)
      );
    });
  }

  async leave(room: string, nick: string): Promise<void> {
    await this.send(xml("presence", { to: `${room}/${nick}`, type: "unavailable" }));
  }

  /** Ends the session in order. */
  async stop(): Promise<void> {
    await this.#xmpp.stop();
  }

  /** The connection is gone without a word, as when a laptop closes. */
  vanish(): void {
    this.#xmpp.reconnect.stop();
    void this.#xmpp.disconnect().catch(() => undefined);
  }
}
