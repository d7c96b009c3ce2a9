/** The agent's chats, by who waits longest; one glance says whom to answer next. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { pencilIcon } from "../../design/icons.ts";
import type { Chat } from "../state/model.ts";
import { visitorIsHere } from "../state/seats.ts";
import { lastSaid, typingNames, urgencyOf } from "../state/select.ts";
import { shared } from "../styles/shared.ts";
import { exactTime, shortSpan } from "./format.ts";
import { report } from "./intents.ts";

export class ChatList extends LitElement {
  static override properties = {
    chats: { attribute: false },
    active: { type: String },
    now: { type: Number },
  };
  /** Sorted. */
  declare chats: readonly Chat[];
  declare active: string | null;
  declare now: number;

  constructor() {
    super();
    this.chats = [];
    this.active = null;
    this.now = 0;
  }

  static override styles = [
    ...shared,
    css`
      :host { display: block; }
      ul { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2px; padding: 0 var(--s2); }
      button {
        display: grid; grid-template-columns: auto minmax(0, 1fr) auto; column-gap: var(--s3); align-items: center; inline-size: 100%; padding: var(--s2);
        border: 0; border-radius: var(--radius-card); background: transparent; text-align: start; content-visibility: auto; contain-intrinsic-size: auto 60px;
      }
      button:hover { background: var(--hover); }
      button[aria-current="true"] { background: var(--accent-tint); }
      .face {
        position: relative; display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 50%; background: var(--sunken);
        color: var(--ink-soft); font-weight: var(--weight-strong);
      }
      button[aria-current="true"] .face { background: var(--surface); }
      .here { position: absolute; inset-block-end: -1px; inset-inline-end: -1px; inline-size: 12px; block-size: 12px; border: 2px solid var(--surface); border-radius: 50%; background: var(--green-edge); }
      .here.not { background: var(--surface); box-shadow: inset 0 0 0 2px var(--edge); }
      .text { min-inline-size: 0; }
      .name { display: block; font-weight: var(--weight-strong); }
      .said { display: flex; gap: var(--s1); align-items: center; color: var(--ink-soft); }
      .unread .said { color: var(--ink); font-weight: var(--weight-strong); }
      .said .icon { inline-size: 14px; block-size: 14px; }
      .side { display: grid; justify-items: end; gap: 2px; min-inline-size: 44px; }
      .side .badge { line-height: 18px; }
      .waits { color: var(--ink-faint); font-size: var(--text-meta); font-variant-numeric: tabular-nums; white-space: nowrap; }
      .waits.slow, .waits.too-slow { padding: 0 6px; border-radius: 9px; font-weight: var(--weight-strong); line-height: 18px; }
      .waits.slow { background: var(--amber-tint); color: var(--amber); }
      .waits.too-slow { background: var(--red-tint); color: var(--red); }
      .ended .name, .ended .said { color: var(--ink-faint); font-weight: var(--weight); }
      i { font-style: normal; color: var(--accent-ink); }
    `,
  ];

  override render(): TemplateResult {
    return html`<ul>
      ${repeat(
        this.chats,
        ({ room }) => room,
        (chat) => html`<li>${this.#row(chat)}</li>`,
      )}
    </ul>`;
  }

  #row(chat: Chat): TemplateResult {
    const current = chat.room === this.active;
    const here = visitorIsHere(chat);
    return html`<button
      type="button" class=${`${chat.unread > 0 ? "unread" : ""} ${chat.ended ? "ended" : ""}`} aria-current=${current}
      @click=${() => report(this, "chat-select", { room: chat.room })}
    >
      <span class="face" aria-hidden="true">${[...chat.name][0]?.toLocaleUpperCase() ?? "?"}${chat.ended ? nothing : html`<span class="here ${here ? "" : "not"}"></span>`}</span>
      <span class="text">
        <span class="name ellipsis words">${chat.name}</span>
        <span class="said">${this.#said(chat, here)}</span>
      </span>
      <span class="side">
        ${this.#waits(chat)}
        ${chat.unread > 0 ? html`<span class="badge">${chat.unread}<span class="visually-hidden"> unread</span></span>` : nothing}
      </span>
    </button>`;
  }

  #said(chat: Chat, here: boolean): TemplateResult {
    if (chat.ended) return html`<span class="ellipsis">Ended</span>`;
    if (typingNames(chat, this.now).length > 0) return html`<i class="ellipsis">is writing …</i>`;
    if (chat.draft.trim() !== "" && chat.room !== this.active) {
      return html`${pencilIcon()}<span class="visually-hidden">Draft:</span><span class="ellipsis">${chat.draft}</span>`;
    }
    const last = lastSaid(chat);
    if (!here && chat.seat === "joined" && chat.lines.length > 0)
      return html`<span class="ellipsis">is not here just now</span>`;
    return html`<span class="ellipsis" dir="auto">${last ? `${last.own ? "You: " : ""}${last.text}` : "New chat"}</span>`;
  }

  #waits(chat: Chat): TemplateResult | typeof nothing {
    if (chat.ended || chat.lastVisitorLineAt === null) return nothing;
    const since = chat.waitingSince ?? chat.lastVisitorLineAt;
    const title = `${chat.waitingSince === null ? "Last line of the visitor" : "Waits for your answer since"} ${exactTime(since)}`;
    return html`<span class="waits ${urgencyOf(chat, this.now)}" title=${title}>${shortSpan(this.now - since)}</span>`;
  }
}
customElements.define("chat-list", ChatList);
