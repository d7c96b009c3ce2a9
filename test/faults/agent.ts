/** An agent: the agents' workspace without its face, on one device, who takes every offer and talks in every chat. */
import type { Keeper, Kept } from "../../agent-ui/shell/kept.ts";
import { createKeeper } from "../../agent-ui/shell/kept.ts";
import type { Action } from "../../agent-ui/state/actions.ts";
import { type Chat, initialState } from "../../agent-ui/state/model.ts";
import { openOffers } from "../../agent-ui/state/select.ts";
import { createStore, type Store } from "../../agent-ui/state/store.ts";
import { createDesk, type Desk } from "../../agent-ui/xmpp/desk.ts";
import { createSession, type Session } from "../../agent-ui/xmpp/session.ts";
import type { Journal } from "./journal.ts";
import { type Shown, Watcher } from "./watcher.ts";
import type { Wire } from "./wire.ts";

const LATER_MS = 500;

export type AgentAccount = { name: string; password: string; domain: string };

export class Agent {
  readonly account: AgentAccount;
  readonly wire: Wire;
  /** Names the device in the journal; a tab that is opened again keeps it. */
  readonly device: string;
  /** False lets offers ring, as a second device that nobody looks at. */
  takes = true;
  #accepts = true;
  /** Why the workspace sent us away, should it. */
  refused: string | undefined;
  /** Hears of everything that happens on this desk. */
  onAction: ((action: Action) => void) | undefined;
  readonly #journal: Journal;
  readonly #storage: Storage;
  readonly #watchers = new Map<string, Watcher>();
  readonly #seqs: Map<string, number>;
  #store!: Store;
  #desk!: Desk;
  #keeper!: Keeper;
  #session: Session | undefined;
  #tick: NodeJS.Timeout | undefined;
  #running = false;
  #later: NodeJS.Timeout | undefined;

  constructor(of: { account: AgentAccount; wire: Wire; device: string; journal: Journal }) {
    this.account = of.account;
    this.wire = of.wire;
    this.device = of.device;
    this.#journal = of.journal;
    this.#storage = memoryStorage();
    this.#seqs = new Map();
    this.open();
  }

  get name(): string {
    return `${this.account.name}/${this.device}`;
  }
  get online(): boolean {
    return this.#store.state.connection.phase === "online";
  }
  get chats(): readonly Chat[] {
    return [...this.#store.state.chats.values()];
  }
  get unsent(): number {
    return this.chats.reduce((sum, chat) => sum + (chat.ended ? 0 : chat.unsent.length), 0);
  }

  /** Opens the workspace in this tab and signs in; drafts and unsent lines of the tab are there again. */
  open(): void {
    if (this.#running) return;
    const { name, password, domain } = this.account;
    this.#running = true;
    const store = createStore(initialState(Date.now()));
    this.#store = store;
    this.#keeper = createKeeper(this.#storage);
    store.subscribe((state, before, action) => {
      this.onAction?.(action);
      this.#keeper.save(state, before);
      if (state.connection !== before.connection && state.connection.phase === "signed-out" && this.#running)
        this.refused = state.connection.problem ?? "signed out";
      if (state.offers !== before.offers && this.takes) setTimeout(() => this.#takeOffers(), 50);
      if (state.chats === before.chats) return;
      for (const [room, chat] of state.chats) if (before.chats.get(room) !== chat) this.#look(chat);
    });
    this.#desk = createDesk({
      service: `workgroup.${domain}`,
      connect: (of) => {
        this.#session = createSession({
          websocket: `ws://127.0.0.1:${this.wire.port}/xmpp-websocket`,
          domain,
          username: name,
          password,
          ...of,
        });
        return this.#session;
      },
      dispatch: store.dispatch,
      state: () => store.state,
      now: Date.now,
      kept: (room): Kept => this.#keeper.of(room),
    });
    this.#tick = setInterval(() => store.dispatch({ type: "tick", at: Date.now() }), 1000);
  }

  /** The tab is gone without a word to anybody. What the server still sends nobody reads. */
  async kill(): Promise<void> {
    this.#running = false;
    clearInterval(this.#tick);
    for (const watcher of this.#watchers.values()) watcher.stop();
    this.#watchers.clear();
    await this.wire.refuse();
    await this.#session?.stop();
    await this.wire.accept();
  }

  /** Signs out and leaves. */
  async leave(): Promise<void> {
    this.#running = false;
    clearInterval(this.#tick);
    for (const watcher of this.#watchers.values()) watcher.stop();
    this.#watchers.clear();
    await this.#desk.signOut();
  }

  /** The browser notices that its network is back. */
  networkIsBack(): void {
    this.#desk.probe();
  }

  chatOf(session: string): Chat | undefined {
    return this.chats.find((chat) => chat.session === session);
  }

  /** Says the next line of a talk; nothing when the chat is not open here. */
  say(talk: string, session: string, words: string): void {
    const chat = this.chatOf(session);
    if (!chat || chat.ended || !this.#running) return;
    const sender = `a${this.account.name}${this.device}`;
    const seq = (this.#seqs.get(`${talk} ${sender}`) ?? 0) + 1;
    this.#seqs.set(`${talk} ${sender}`, seq);
    const text = `[${talk} ${sender} ${seq}] ${words}`;
    const before = new Set(chat.unsent.map(({ key }) => key));
    this.#desk.say(chat.room, text);
    const line = this.chatOf(session)?.unsent.find(({ key }) => !before.has(key));
    if (line) this.#watcher(chat.room).asked(talk, line.key, text);
  }

  /** "End chat". */
  end(session: string): void {
    const chat = this.chatOf(session);
    if (chat) this.#desk.endChat(chat.room);
  }

  closeEnded(): void {
    for (const { room, ended } of this.chats) {
      if (!ended) continue;
      this.#desk.closeChat(room);
      this.#watchers.get(room)?.stop();
      this.#watchers.delete(room);
    }
  }

  /** What the chat's view shows of what people said. */
  view(session: string): Shown[] | undefined {
    const chat = this.chatOf(session);
    return chat && shownIn(chat);
  }

  /** False leaves offers unanswered, of somebody who is there and looks elsewhere. */
  set accepts(accepts: boolean) {
    this.#accepts = accepts;
    if (accepts && this.takes) this.#takeOffers();
  }

  #takeOffers(): void {
    if (!this.#running || !this.#accepts) return;
    if (!this.online) {
      // Nobody presses a button again and again while the page says that it is offline.
      this.#later ??= setTimeout(() => {
        this.#later = undefined;
        this.#takeOffers();
      }, LATER_MS);
      return;
    }
    for (const { id } of openOffers(this.#store.state)) this.#desk.answerOffer(id, true);
  }

  #watcher(room: string): Watcher {
    const watcher = this.#watchers.get(room) ?? new Watcher(this.name, this.#journal);
    this.#watchers.set(room, watcher);
    return watcher;
  }

  #look(chat: Chat): void {
    if (!this.#running) return;
    const pending = chat.unsent.map(({ key, state }) => ({ key, ...(state === "failed" ? { failed: true } : {}) }));
    const talk = talkOf(chat);
    this.#watcher(chat.room).look(talk, shownIn(chat), pending, (key) => this.#desk.retry(chat.room, key));
  }
}

function shownIn(chat: Chat): Shown[] {
  return chat.lines.flatMap((line): Shown[] => {
    if (line.kind !== "said" || line.from.role === "service") return [];
    const own = line.from.role === "me";
    return [{ id: line.id, text: line.text, own, ...(own && line.key !== null ? { key: line.key } : {}) }];
  });
}

/** The talk is named in the form's question. */
export function talkOf(chat: Pick<Chat, "metadata">): string {
  const [question = ""] = chat.metadata.question ?? [];
  return question.replace("talk ", "");
}

function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (name) => items.get(name) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (name) => void items.delete(name),
    setItem: (name, value) => void items.set(name, value),
  };
}
