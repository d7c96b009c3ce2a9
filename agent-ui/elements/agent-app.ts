/** The workspace as a whole: what stands where, what the keyboard does everywhere. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type Chat, initialState, type State, type Workgroup } from "../state/model.ts";
import { visitorName } from "../state/people.ts";
import { activeChat, openChats, sortedChats, unreadTotal, unsentTotal, waitingTotal } from "../state/select.ts";
import { agentAppStyles } from "../styles/agent-app.ts";
import { shared } from "../styles/shared.ts";
import { listing } from "./format.ts";
import { report } from "./intents.ts";
import "./chat-list.ts";
import "./chat-room.ts";
import "./connection-strip.ts";
import "./left-messages.ts";
import "./offer-card.ts";
import "./queue-panel.ts";
import "./side-panel.ts";
import "./side-rail.ts";
import "./sign-in.ts";

export class AgentApp extends LitElement {
  static override properties = {
    state: { attribute: false },
    domain: { type: String },
    failure: { type: String },
    sound: { type: Boolean },
    mayAskNotices: { type: Boolean },
    details: { state: true },
    leaving: { state: true },
  };
  declare state: State;
  declare domain: string;
  declare failure: string;
  declare sound: boolean;
  declare mayAskNotices: boolean;
  /** The drawer of narrow windows is open. */
  declare details: boolean;
  /** Asks whether to sign out although visitors are there. */
  declare leaving: boolean;

  constructor() {
    super();
    this.state = initialState(Date.now());
    this.domain = "";
    this.failure = "";
    this.sound = true;
    this.mayAskNotices = false;
    this.details = false;
    this.leaving = false;
  }

  static override styles = [...shared, agentAppStyles];

  override render(): TemplateResult {
    const { state } = this;
    const { account } = state;
    if (!account)
      return html`<sign-in .connection=${state.connection} .domain=${this.domain} .failure=${this.failure}></sign-in>`;
    const chat = activeChat(state);
    const inside = state.place !== "chats" || chat !== undefined;
    return html`
      <connection-strip .connection=${state.connection} .workgroups=${state.workgroups} .unsent=${unsentTotal(state)} .now=${state.now}></connection-strip>
      <p class="visually-hidden" role="alert">${this.#newest()}</p>
      <div class="frame ${inside ? "inside" : ""} ${state.place === "chats" && chat ? "with-panel" : ""}" @details-toggle=${this.#toggleDetails} @sign-out=${this.#askBeforeLeaving}>
        <side-rail
          .account=${account} .status=${state.status} .place=${state.place} .online=${state.connection.phase === "online"}
          .sound=${this.sound} .mayAskNotices=${this.mayAskNotices}
          .counts=${{ chats: openChats(state).length, unread: unreadTotal(state), waiting: waitingTotal(state), messages: state.messages.length }}
        ></side-rail>
        <main>
          <h1 class="visually-hidden">Foyer</h1>
          <div class="column">${this.#offers()} ${this.#chats(chat)}</div>
          <div class="place">${this.#main(chat)}</div>
        </main>
        ${state.place === "chats" && chat ? this.#panel(chat) : nothing}
      </div>
      ${this.#question()}
    `;
  }

  /** For those who do not see the card: that somebody asks, once. */
  #newest(): string {
    const offer = this.state.offers.findLast(({ phase }) => phase.name === "open");
    return offer ? `${visitorName(offer.metadata)} asks for a chat. ${offer.metadata.question?.[0] ?? ""}` : "";
  }

  #workgroup(jid: string): Workgroup | undefined {
    return this.state.workgroups.find((one) => one.jid === jid);
  }

  #offers(): TemplateResult | typeof nothing {
    const { offers, now, connection } = this.state;
    if (offers.length === 0) return nothing;
    return html`<section class="offers" aria-label="Offers">
      <h2 class="section-title">Asks for a chat</h2>
      ${repeat(
        offers,
        ({ id }) => id,
        (offer) => {
          const workgroup = this.#workgroup(offer.workgroup);
          return html`<offer-card .offer=${offer} .workgroup=${workgroup?.title ?? ""} .labels=${workgroup?.labels ?? {}} .now=${now} .offline=${connection.phase !== "online"}></offer-card>`;
        },
      )}
    </section>`;
  }

  #chats(active: Chat | undefined): TemplateResult {
    const { state } = this;
    const chats = sortedChats(state);
    const waiting = state.workgroups.map(({ title, waiting: list, queue }) => ({
      title,
      count: Math.max(list.length, queue?.count ?? 0),
    }));
    return html`
      <section class="chats" aria-label="My chats">
        <h2 class="section-title">My chats ${chats.length > 0 ? html`<span class="number">${openChats(state).length}</span>` : nothing}</h2>
        ${
          chats.length === 0
            ? html`<p class="none">No chats yet. When somebody asks for one, it appears here, with a sound.</p>`
            : html`<chat-list .chats=${chats} .active=${state.place === "chats" ? (active?.room ?? null) : null} .now=${state.now}></chat-list>`
        }
      </section>
      <button class="waiting" type="button" @click=${() => report(this, "place-select", { place: "queue" })}>
        ${waiting.map(({ title, count }) => html`<span>Waiting in ${title} <b class="number">${count}</b></span>`)}
      </button>
    `;
  }

  #main(chat: Chat | undefined): TemplateResult {
    const { state } = this;
    if (state.place === "queue") {
      return html`<queue-panel .workgroups=${state.workgroups} .show=${state.status.show} .now=${state.now}></queue-panel>`;
    }
    if (state.place === "messages") {
      const titles = Object.fromEntries(state.workgroups.map(({ jid, title }) => [jid, title]));
      return html`<left-messages .messages=${state.messages} .titles=${titles} .today=${new Date(state.now).setHours(0, 0, 0, 0)}></left-messages>`;
    }
    if (chat)
      return html`<chat-room .chat=${chat} .workgroup=${this.#workgroup(chat.workgroup)?.title ?? ""} .now=${state.now}></chat-room>`;
    return this.#nothingOpen();
  }

  #nothingOpen(): TemplateResult {
    const { state } = this;
    const titles = listing(state.workgroups.map(({ title }) => title));
    const word = { available: "available", dnd: "busy", away: "away" }[state.status.show];
    const waiting = waitingTotal(state);
    const title = waiting === 0 ? "Nobody waits." : waiting === 1 ? "One person waits." : `${waiting} people wait.`;
    return html`<div class="empty idle">
      <h2>${title}</h2>
      <p>You are ${word} in ${titles}. ${state.status.show === "available" ? "A new chat is offered to you with a sound and a countdown." : "Set yourself to available to be offered new chats."}</p>
      <ul class="tips meta">
        <li><kbd>Ctrl</kbd> <kbd>1</kbd> … <kbd>9</kbd> opens a chat of the list</li>
        <li><kbd>Alt</kbd> <kbd>↑</kbd> and <kbd>Alt</kbd> <kbd>↓</kbd> go from chat to chat</li>
        <li><kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a new line</li>
      </ul>
    </div>`;
  }

  #panel(chat: Chat): TemplateResult {
    const { state } = this;
    return html`
      <div class="shade ${this.details ? "open" : ""}" @click=${this.#toggleDetails}></div>
      <aside class=${this.details ? "open" : ""} aria-label="About the visitor" @keydown=${this.#onDrawerKey}>
        <side-panel
          .chat=${chat} .panel=${state.panel} .labels=${this.#workgroup(chat.workgroup)?.labels ?? {}} .earlier=${state.earlier[chat.userId]}
          .transcripts=${state.transcripts} .now=${state.now}
        ></side-panel>
      </aside>
    `;
  }

  /** Chats that are still open go to colleagues: that is said first. */
  #askBeforeLeaving(event: Event): void {
    if (openChats(this.state).length === 0) return;
    event.stopPropagation();
    this.leaving = true;
  }

  #question(): TemplateResult | typeof nothing {
    if (!this.leaving) return nothing;
    const count = openChats(this.state).length;
    const stay = (): void => {
      this.leaving = false;
    };
    return html`<dialog aria-labelledby="leaving" @close=${stay}>
      <h2 id="leaving">Sign out?</h2>
      <p>${count === 1 ? "One chat is" : `${count} chats are`} still open. Visitors who are there go to the head of the queue, and colleagues are asked to go on.</p>
      <div class="answers">
        <button class="button" type="button" autofocus @click=${stay}>Stay</button>
        <button class="button danger" type="button" @click=${() => report(this, "sign-out", {})}>Sign out</button>
      </div>
    </dialog>`;
  }

  #toggleDetails(): void {
    this.details = !this.details;
  }

  #onDrawerKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.details) this.details = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.#onKey);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("leaving")) this.renderRoot.querySelector("dialog")?.showModal();
    const was = changed.get("state");
    if (!was) return;
    if (!this.state.account) this.leaving = false;
    const { activeRoom, place, offers } = this.state;
    const opened = activeRoom !== null && place === "chats" && (was.activeRoom !== activeRoom || was.place !== place);
    if (opened) {
      this.details = false;
      this.renderRoot.querySelector<HTMLElement>("chat-room")?.focus();
      return;
    }
    // An offer takes the keyboard only from nobody: who writes goes on writing.
    const idle = document.activeElement === null || document.activeElement === document.body;
    if (idle && offers.length > was.offers.length) this.renderRoot.querySelector<HTMLElement>("offer-card")?.focus();
  }

  #onKey = (event: KeyboardEvent): void => {
    if (!this.state.account) return;
    const chats = sortedChats(this.state);
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    let next: Chat | undefined;
    if (event.ctrlKey && !event.altKey && !event.shiftKey && digit) next = chats[Number(digit) - 1];
    if (event.altKey && !event.ctrlKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      const at = chats.findIndex(({ room }) => room === this.state.activeRoom);
      next = chats[at + (event.key === "ArrowDown" ? 1 : -1)] ?? (at < 0 ? chats[0] : undefined);
    }
    if (!next) return;
    event.preventDefault();
    report(this, "chat-select", { room: next.room });
  };
}
customElements.define("agent-app", AgentApp);

declare global {
  interface HTMLElementTagNameMap {
    "agent-app": AgentApp;
  }
}
