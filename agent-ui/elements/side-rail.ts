/** The outermost edge: own status, the places there are, sound, notices, and the way out. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import {
  bellIcon,
  inboxIcon,
  logOutIcon,
  messageCircleIcon,
  usersIcon,
  volume2Icon,
  volumeXIcon,
} from "../../design/icons.ts";
import type { Account, Place, Status } from "../state/model.ts";
import { shared } from "../styles/shared.ts";
import { report } from "./intents.ts";
import "./status-menu.ts";

export type RailCounts = { chats: number; unread: number; waiting: number; messages: number };

export class SideRail extends LitElement {
  static override properties = {
    account: { attribute: false },
    status: { attribute: false },
    place: { type: String },
    counts: { attribute: false },
    online: { type: Boolean },
    sound: { type: Boolean },
    mayAskNotices: { type: Boolean },
  };
  declare account: Account;
  declare status: Status;
  declare place: Place;
  declare counts: RailCounts;
  declare online: boolean;
  declare sound: boolean;
  /** The browser has not been asked yet. */
  declare mayAskNotices: boolean;

  constructor() {
    super();
    this.status = { show: "available", maxChats: null };
    this.place = "chats";
    this.counts = { chats: 0, unread: 0, waiting: 0, messages: 0 };
    this.online = true;
    this.sound = true;
    this.mayAskNotices = false;
  }

  static override styles = [
    ...shared,
    css`
      :host { display: flex; flex-direction: column; gap: var(--s1); inline-size: 84px; padding: var(--s2); border-inline-end: 1px solid var(--line); background: var(--ground); overflow-y: auto; }
      nav, .tools { display: grid; gap: var(--s1); }
      nav { margin-block-start: var(--s2); }
      .tools { margin-block-start: auto; }
      .item {
        position: relative; display: grid; justify-items: center; gap: 3px; inline-size: 100%; min-block-size: 52px; padding: 7px 2px 5px; border: 0;
        border-radius: var(--radius-card); background: transparent; color: var(--ink-soft); font-size: var(--text-meta); line-height: 1.2;
      }
      .item:hover { background: var(--hover); color: var(--ink); }
      .item[aria-current="page"] { background: var(--accent-tint); color: var(--ink); font-weight: var(--weight-strong); }
      .item .badge { position: absolute; inset-block-start: 2px; inset-inline-start: 50%; margin-inline-start: 4px; min-inline-size: 18px; padding: 0 5px; line-height: 18px; }
      .item .badge.quiet { background: var(--hover); color: var(--ink); }
      @media (max-width: 719px) {
        :host { flex-direction: row; align-items: center; justify-content: space-between; inline-size: auto; padding: 2px var(--s1); border: 0; border-block-start: 1px solid var(--line); overflow: visible; }
        status-menu { flex: 1; }
        nav { display: flex; flex: 3; justify-content: space-around; margin: 0; }
        .item { min-inline-size: 56px; }
        /* Where there is no room for them they stand in the menu of the own face. */
        .tools { display: none; }
      }
    `,
  ];

  override render(): TemplateResult {
    const { counts } = this;
    return html`
      <status-menu .account=${this.account} .status=${this.status} .chats=${counts.chats} .online=${this.online} .sound=${this.sound}></status-menu>
      <nav aria-label="Places">
        ${this.#place("chats", "Chats", messageCircleIcon(), counts.unread, "unread")}
        ${this.#place("queue", "Queue", usersIcon(), counts.waiting, "waiting")}
        ${this.#place("messages", "Messages", inboxIcon(), counts.messages, "open")}
      </nav>
      <div class="tools">
        ${this.mayAskNotices ? this.#tool("Notices", "Allow desktop notices for new chats", bellIcon(), () => report(this, "notices-ask", {})) : nothing}
        ${this.#tool(
          this.sound ? "Sound on" : "Sound off",
          this.sound ? "Turn the sound off" : "Turn the sound on",
          this.sound ? volume2Icon() : volumeXIcon(),
          () => report(this, "sound-change", { on: !this.sound }),
        )}
        ${this.#tool("Sign out", "", logOutIcon(), () => report(this, "sign-out", {}))}
      </div>
    `;
  }

  #place(place: Place, title: string, icon: TemplateResult, count: number, word: string): TemplateResult {
    const current = this.place === place;
    const badge = html`<span class="badge ${word === "unread" ? "" : "quiet"}">${count}<span class="visually-hidden"> ${word}</span></span>`;
    return html`<button class="item" type="button" aria-current=${current ? "page" : "false"} @click=${() => report(this, "place-select", { place })}>
      ${icon}<span>${title}</span>${count > 0 ? badge : nothing}
    </button>`;
  }

  #tool(title: string, hint: string, icon: TemplateResult, act: () => void): TemplateResult {
    return html`<button class="item" type="button" title=${hint || title} @click=${act}>${icon}<span>${title}</span></button>`;
  }
}
customElements.define("side-rail", SideRail);
