/**
 * An agent with an ordinary XMPP client over plain TCP, built on nothing of our workspace but its sign-in and its reading:
 * takes every offer, sits in the rooms it is invited to, reads the archive after each break, and says again what it does
 * not find there.
 */
import { archivedLine, buildArchiveQuery, parseArchiveEnd, parseArchiveResult } from "../../protocol/archive.ts";
import { bareJid, localOf } from "../../protocol/jid.ts";
import { buildJoin, parseInvitation, parseRoomPresence, STATUS } from "../../protocol/muc.ts";
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildRoomLine, parseRoomMessage } from "../../protocol/room-message.ts";
import { buildAgentRosterRequest, buildAgentStatus, parseColleagueStatus } from "../../protocol/workgroup/agent.ts";
import { buildOfferAnswer, parseOffer } from "../../protocol/workgroup/offer.ts";
import { parseServiceLine } from "../../protocol/workgroup/session.ts";
import { attr, child, type Element, elements, xml } from "../../protocol/xml.ts";
import type { AgentAccount } from "./agent.ts";
import type { Journal } from "./journal.ts";
import { addLine, type Line, newChat, type PlainChat } from "./plain-chat.ts";
import { PlainLink } from "./plain-link.ts";
import { type Shown, Watcher } from "./watcher.ts";
import type { Wire } from "./wire.ts";

export class PlainDesk {
  readonly account: AgentAccount;
  readonly wire: Wire;
  readonly device = "plain";
  takes = true;
  readonly #link: PlainLink;
  readonly #workgroup: string;
  readonly #journal: Journal;
  readonly #chats = new Map<string, PlainChat>();
  readonly #watchers = new Map<string, Watcher>();
  readonly #seqs = new Map<string, number>();
  #query: { room: string; queryId: string; lines: Line[] } | undefined;
  #loads = new Map<string, string[]>();

  constructor(of: { account: AgentAccount; wire: Wire; workgroup: string; journal: Journal }) {
    this.account = of.account;
    this.wire = of.wire;
    this.#workgroup = of.workgroup;
    this.#journal = of.journal;
    this.#link = new PlainLink(of.account, of.wire, {
      up: () => this.#up(),
      down: () => this.#down(),
      beat: (turn) => turn % 3 === 0 && this.#beHere(),
      stanza: (stanza) => this.#take(stanza),
    });
    this.open();
  }

  get name(): string {
    return `${this.account.name}/${this.device}`;
  }
  get online(): boolean {
    return this.#link.online;
  }
  get chats(): readonly PlainChat[] {
    return [...this.#chats.values()];
  }

  open(): void {
    this.#link.open();
  }

  chatOf(session: string): PlainChat | undefined {
    return this.#chats.get(session);
  }

  view(session: string): Shown[] | undefined {
    return this.#chats.get(session)?.lines.filter(({ service }) => !service);
  }

  say(talk: string, session: string, words: string): void {
    const chat = this.#chats.get(session);
    if (!chat || chat.ended) return;
    chat.talk = talk;
    const sender = `a${this.account.name}plain`;
    const seq = (this.#seqs.get(`${talk} ${sender}`) ?? 0) + 1;
    this.#seqs.set(`${talk} ${sender}`, seq);
    const text = `[${talk} ${sender} ${seq}] ${words}`;
    const key = crypto.randomUUID();
    chat.unsent.push({ key, text, failed: false, said: false });
    this.#watcher(chat).asked(talk, key, text);
    this.#look(chat);
    this.#flush(chat);
  }

  /** Leaves the room, as one closes a window. */
  end(session: string): void {
    const chat = this.#chats.get(session);
    if (!chat) return;
    this.#link.send(xml("presence", { to: `${chat.room}/${this.#nick}`, type: "unavailable" }));
  }

  closeEnded(): void {
    for (const [session, chat] of this.#chats) {
      if (!chat.ended) continue;
      this.#watchers.get(session)?.stop();
      this.#watchers.delete(session);
      this.#chats.delete(session);
    }
  }

  leave(): Promise<void> {
    return this.#link.close();
  }

  /** Which sessions the workgroup service counts for each of a workgroup's agents (Fastpath's agent roster). */
  async loads(): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
    this.#loads = new Map();
    const answer = await this.#link.ask("get", this.#workgroup, buildAgentRosterRequest());
    if (answer === undefined) return undefined;
    // The colleagues' presences come before or after the answer.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return this.#loads;
  }

  get #nick(): string {
    return this.account.name;
  }

  #up(): void {
    this.#link.send(xml("presence"));
    this.#beHere();
    for (const chat of this.#chats.values()) this.#enter(chat);
  }

  /** The workgroup is told that we are here. */
  #beHere(): void {
    this.#link.send(xml("presence", { to: this.#workgroup }, buildAgentStatus()));
  }

  #down(): void {
    for (const chat of this.#chats.values()) {
      clearTimeout(chat.timer);
      if (!chat.ended) chat.seat = "lost";
    }
  }

  #take(stanza: Element): void {
    const from = attr(stanza, "from") ?? "";
    const type = attr(stanza, "type");
    if (stanza.is("iq")) {
      if (type === "set") this.#takeOrder(stanza, from);
      return;
    }
    const chat = this.#chats.get(localOf(from));
    if (stanza.is("presence")) {
      if (chat && bareJid(from) === chat.room) return this.#takePresence(chat, stanza, type);
      const status = child(stanza, "agent-status", NS_WORKGROUP);
      if (status && type === undefined && from.includes("@") && !bareJid(from).endsWith(`@${this.#service}`))
        this.#loads.set(
          bareJid(from),
          parseColleagueStatus(status).chats.map(({ session }) => session),
        );
      return;
    }
    const invitation = parseInvitation(stanza);
    if (invitation) return this.#invited(invitation.room);
    if (chat) this.#takeMessage(chat, stanza);
  }

  get #service(): string {
    return this.#workgroup.slice(this.#workgroup.indexOf("@") + 1);
  }

  #takeOrder(stanza: Element, from: string): void {
    this.#link.send(xml("iq", { type: "result", id: attr(stanza, "id"), to: from }));
    const offer = child(stanza, "offer", NS_WORKGROUP);
    if (offer && this.takes) {
      const { workgroup, session } = parseOffer(offer);
      void this.#link.ask("set", workgroup, buildOfferAnswer(session, true));
    }
  }

  #invited(room: string): void {
    const session = localOf(room);
    const known = this.#chats.get(session);
    if (known && !known.ended) return this.#enter(known);
    const chat = newChat(room, known);
    this.#chats.set(session, chat);
    this.#enter(chat);
  }

  #enter(chat: PlainChat): void {
    clearTimeout(chat.timer);
    if (chat.ended || !this.#link.online) return;
    chat.seat = "joining";
    chat.held = [];
    chat.occupants.clear();
    for (const line of chat.unsent) line.said = false;
    this.#link.send(buildJoin({ room: chat.room, nick: this.#nick }));
    chat.timer = setTimeout(() => this.#enter(chat), 5_000);
  }

  #takePresence(chat: PlainChat, stanza: Element, type: string | undefined): void {
    if (type === "error") {
      // The room may be made anew just now; it is the service's to say that it is over.
      clearTimeout(chat.timer);
      const gone = stanza.toString().includes("registration-required") || stanza.toString().includes("item-not-found");
      chat.timer = setTimeout(() => this.#enter(chat), gone ? 2_000 : 1_000);
      return;
    }
    const seen = parseRoomPresence(stanza, chat.room);
    if (!seen) return;
    if (seen.destroyed) return this.#over(chat);
    if (!seen.available) {
      chat.occupants.delete(seen.nick);
      if (!seen.self) return;
      const out: number[] = [STATUS.kicked, STATUS.banned, STATUS.removedByAffiliation, STATUS.removedMembersOnly];
      const put = !seen.statuses.includes(STATUS.unanswered) && seen.statuses.some((code) => out.includes(code));
      if (put || seen.statuses.length <= 1) return this.#over(chat);
      return this.#enter(chat);
    }
    const role = seen.affiliation === "owner" ? "service" : seen.self ? "agent" : "visitor";
    chat.occupants.set(seen.nick, { nick: seen.nick, role });
    if (seen.self && chat.seat !== "joined") void this.#catchUp(chat);
  }

  #over(chat: PlainChat): void {
    clearTimeout(chat.timer);
    chat.ended = true;
    // Whoever wrote it sees that it is not sent.
    for (const line of chat.unsent) line.failed = true;
    chat.occupants.clear();
    this.#look(chat);
  }

  async #catchUp(chat: PlainChat): Promise<void> {
    clearTimeout(chat.timer);
    chat.held ??= [];
    for (;;) {
      if (this.#query) {
        // One at a time: pages are told apart by their room only after they came.
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const queryId = crypto.randomUUID();
      const query = { room: chat.room, queryId, lines: [] as Line[] };
      this.#query = query;
      const after = chat.lines.at(-1)?.id;
      const answer = await this.#link.ask("set", chat.room, buildArchiveQuery({ queryId, ...(after && { after }) }));
      this.#query = undefined;
      if (chat.ended || !this.#link.online) return;
      if (answer === undefined || attr(answer, "type") === "error") {
        chat.timer = setTimeout(() => this.#enter(chat), 2_000);
        return;
      }
      for (const line of query.lines) addLine(chat, line);
      const end = parseArchiveEnd(elements(answer)[0]);
      if (end.complete || query.lines.length === 0) break;
    }
    for (const line of chat.held ?? []) addLine(chat, line);
    chat.held = undefined;
    chat.seat = "joined";
    this.#look(chat);
    this.#flush(chat);
  }

  #takeMessage(chat: PlainChat, stanza: Element): void {
    const query = this.#query;
    const result = query && parseArchiveResult(stanza, { archive: query.room, queryId: query.queryId });
    if (query && result) {
      const line = archivedLine(result, query.room);
      if (line) query.lines.push(this.#lineOf(line, parseServiceLine(result.stanza) !== undefined));
      return;
    }
    if (attr(stanza, "type") === "error") return this.#enter(chat);
    const seen = parseRoomMessage(stanza, chat.room);
    if (seen?.kind !== "line") return;
    if (seen.stanzaId === null) {
      // Not archived: whoever said it says it again.
      const own = chat.unsent.find(({ key }) => key === seen.id);
      if (own && chat.seat === "joined") this.#doubt(chat);
      return;
    }
    const line = this.#lineOf({ ...seen, stanzaId: seen.stanzaId }, parseServiceLine(stanza) !== undefined);
    if (chat.held) chat.held.push(line);
    else addLine(chat, line);
    this.#look(chat);
  }

  /** The room does not archive just now: all is looked at again after a while, and said again in its order. */
  #doubt(chat: PlainChat): void {
    chat.seat = "lost";
    chat.timer = setTimeout(() => this.#enter(chat), 2_000);
  }

  #lineOf(seen: { stanzaId: string; id: string | null; nick: string; text: string }, service: boolean): Line {
    const own = seen.nick === this.#nick;
    return { id: seen.stanzaId, text: seen.text, own, service, ...(own && seen.id !== null ? { key: seen.id } : {}) };
  }

  #flush(chat: PlainChat): void {
    if (chat.seat !== "joined" || chat.held || !this.#link.online) return;
    for (const line of chat.unsent) {
      if (line.said || line.failed) continue;
      line.said = true;
      this.#link.send(buildRoomLine({ room: chat.room, id: line.key, text: line.text }));
    }
  }

  #watcher({ session }: PlainChat): Watcher {
    const watcher = this.#watchers.get(session) ?? new Watcher(this.name, this.#journal);
    this.#watchers.set(session, watcher);
    return watcher;
  }

  #look(chat: PlainChat): void {
    const pending = chat.unsent.map(({ key, failed }) => ({ key, ...(failed ? { failed } : {}) }));
    const shown = chat.lines.filter(({ service }) => !service);
    this.#watcher(chat).look(chat.talk, shown, pending, (key) => {
      const line = chat.unsent.find((one) => one.key === key);
      if (!line || chat.ended) return;
      chat.unsent = [...chat.unsent.filter((one) => one !== line), { ...line, failed: false, said: false }];
      this.#flush(chat);
    });
  }
}
