/** A server as an agent's desk sees it, in one process and in one tick: workgroup service, one room with an archive, a link that can break. */
import type { IqHandlers } from "../../../agent-ui/xmpp/iq-answers.ts";
import type { Session, SessionEvents } from "../../../agent-ui/xmpp/session.ts";
import { bareJid, resourceOf } from "../../../protocol/jid.ts";
import { NS_MAM, NS_MUC, NS_RSM } from "../../../protocol/ns.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { buildWorkgroups } from "../../../protocol/workgroup/agent.ts";
import { buildSessions, type OpenSession } from "../../../protocol/workgroup/session.ts";
import { attr, child, childText, type Element, xml } from "../../../protocol/xml.ts";
import { parseXml } from "../../support/xml.ts";
import { ROOM, SUPPORT } from "./state.ts";

export const ME = "anna@localhost/tab";
type Answer = Element | undefined | StanzaError | Promise<Element | undefined>;

export class FakeServer {
  /** Everything the desk sent: stanzas and the payloads of its requests. */
  readonly sent: Element[] = [];
  readonly asked: { type: string; to: string; payload: Element }[] = [];
  workgroups: string[] = [SUPPORT];
  sessions: OpenSession[] = [];
  /** Lines the room holds, with the id of their place. */
  archive: { id: string; nick: string; key: string; text: string; extra: string }[] = [];
  occupants = ["Support", "John"];
  /** What the room does with a line: stores and shows it, or worse. */
  room: "open" | "gone" | "deaf" | "forgetful" | "refusing" | "closed" = "open";
  takenNicks: string[] = [];
  /** Answers by the payload's name, before the usual ones. */
  answers: Record<string, (payload: Element, to: string) => Answer> = {};
  /** Held back until `release`: pages of the archive. */
  holdArchive = false;
  stopped = false;
  left = false;
  handlers: IqHandlers | undefined;
  #events: SessionEvents | undefined;
  #up = false;
  #held: (() => void)[] = [];

  readonly connect = ({ handlers, events }: { handlers: IqHandlers; events: SessionEvents }): Session => {
    this.handlers = handlers;
    this.#events = events;
    const isUp = (): boolean => this.#up;
    return {
      jid: ME,
      get isUp() {
        return isUp();
      },
      send: (stanza) => this.#send(stanza),
      request: (type, to, payload) => this.#request(type, to, payload),
      probe: () => undefined,
      leave: () => {
        this.left = true;
      },
      stop: async () => {
        this.#up = false;
        this.stopped = true;
      },
    };
  };

  up(resumed = false): void {
    this.#up = true;
    this.#events?.up(resumed);
  }

  down(): void {
    this.#up = false;
    this.#events?.down();
  }

  refuse(why: Parameters<SessionEvents["refused"]>[0]): void {
    this.#events?.refused(why);
  }

  /** Delivers a stanza, given as text. */
  deliver(text: string): void {
    this.#events?.stanza(parseXml(text));
  }

  /** Somebody speaks: stored, and shown to the agent if the link stands. */
  says(nick: string, text: string, extra = ""): void {
    this.#store(nick, `${nick}-${this.archive.length}`, text, extra);
  }

  presenceOf(nick: string, more: { self?: boolean; gone?: boolean; inside?: string } = {}): string {
    const affiliation = nick === "Support" ? "owner" : "member";
    return `<presence from='${ROOM}/${nick}' ${more.gone ? "type='unavailable'" : ""}>
      <x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='${affiliation}' role='participant'/>
      ${more.self ? "<status code='110'/>" : ""}${more.inside ?? ""}</x>
      <occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-${nick.toLowerCase().replace(/ \d+$/, "")}'/></presence>`;
  }

  release(): void {
    this.holdArchive = false;
    for (const go of this.#held.splice(0)) go();
  }

  /** Groupchat lines the desk sent, in order. */
  get lines(): string[] {
    return this.sent.flatMap((stanza) => childText(stanza, "body", "jabber:client") ?? childText(stanza, "body") ?? []);
  }

  get joins(): string[] {
    return this.sent.filter((one) => child(one, "x", NS_MUC)).map((one) => resourceOf(attr(one, "to") ?? ""));
  }

  #send(stanza: Element): boolean {
    if (!this.#up) return false;
    this.sent.push(stanza);
    const to = attr(stanza, "to") ?? "";
    if (stanza.name === "presence" && child(stanza, "x", NS_MUC)) this.#join(resourceOf(to));
    const text = childText(stanza, "body");
    const extra = ["replace", "retract"].map((name) => stanza.getChild(name)?.toString() ?? "").join("");
    if (stanza.name === "message" && text !== undefined) this.#hear(attr(stanza, "id") ?? "", text, extra);
    return true;
  }

  #join(nick: string): void {
    const error = (type: string, condition: string): void =>
      this.deliver(
        `<presence type='error' from='${ROOM}/${nick}'><error type='${type}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
      );
    if (this.room === "gone") return error("cancel", "item-not-found");
    if (this.takenNicks.includes(nick)) return error("cancel", "conflict");
    for (const other of this.occupants) this.deliver(this.presenceOf(other));
    this.deliver(this.presenceOf(nick, { self: true }));
  }

  #hear(key: string, text: string, extra: string): void {
    if (this.room === "deaf") return;
    if (this.room === "refusing") {
      this.room = "open";
      return this.deliver(
        `<message type='error' id='${key}' from='${ROOM}'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      );
    }
    if (this.room === "closed") {
      return this.deliver(
        `<message type='error' id='${key}' from='${ROOM}'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      );
    }
    if (this.room === "forgetful") return this.deliver(this.#message("Anna", key, text, "", ""));
    this.#store("Anna", key, text, extra);
  }

  #store(nick: string, key: string, text: string, extra: string): void {
    const id = `a${this.archive.length + 1}`;
    this.archive.push({ id, nick, key, text, extra });
    if (this.#up)
      this.deliver(
        this.#message(nick, key, text, `<stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='${id}'/>`, extra),
      );
  }

  #message(nick: string, key: string, text: string, mark: string, extra: string): string {
    return `<message xmlns='jabber:client' type='groupchat' from='${ROOM}/${nick}' id='${key}'><body>${text}</body>${mark}${extra}
      <occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-${nick.toLowerCase()}'/></message>`;
  }

  async #request(type: string, to: string, payload: Element): Promise<Element | undefined> {
    if (!this.#up) throw new StanzaError("wait", "remote-server-timeout");
    this.asked.push({ type, to, payload });
    const special = this.answers[payload.name];
    const answer = special ? await special(payload, to) : await this.#usual(payload);
    if (answer instanceof StanzaError) throw answer;
    return answer;
  }

  async #usual(payload: Element): Promise<Answer> {
    if (payload.name === "workgroups") {
      return this.workgroups.length === 0
        ? new StanzaError("auth", "not-authorized")
        : buildWorkgroups(bareJid(ME), this.workgroups);
    }
    if (payload.name === "sessions") return buildSessions(this.sessions);
    if (payload.is("query", NS_MAM)) return this.page(payload);
    const empty = ["offer-accept", "offer-reject", "end", "handled"];
    return empty.includes(payload.name) ? undefined : new StanzaError("cancel", "service-unavailable");
  }

  /** Two entries a page, so that every test turns pages. */
  async page(query: Element): Promise<Element> {
    if (this.holdArchive) await new Promise<void>((go) => this.#held.push(go));
    const set = child(query, "set", NS_RSM);
    const after = set && childText(set, "after");
    const rest = this.archive.slice(after === undefined ? 0 : this.archive.findIndex(({ id }) => id === after) + 1);
    const entries = rest.slice(0, 2);
    for (const { id, nick, key, text, extra } of entries) {
      this.deliver(`<message from='${ROOM}'><result xmlns='${NS_MAM}' queryid='${attr(query, "queryid")}' id='${id}'>
        <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-11-21T09:00:00Z'/>${this.#message(nick, key, text, "", extra)}</forwarded></result></message>`);
    }
    const last = entries.at(-1)?.id;
    return xml(
      "fin",
      { xmlns: NS_MAM, complete: String(rest.length <= 2) },
      xml("set", { xmlns: NS_RSM }, last && xml("last", {}, last)),
    );
  }
}
