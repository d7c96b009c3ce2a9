/** Own face and status: available, busy, away, and how many chats at most. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { logOutIcon, volume2Icon, volumeXIcon } from "../../design/icons.ts";
import type { Account, Show, Status } from "../state/model.ts";
import { shared } from "../styles/shared.ts";
import { report } from "./intents.ts";

const SHOWS: readonly { show: Show; title: string; note: string }[] = [
  { show: "available", title: "Available", note: "New chats are offered to you." },
  { show: "dnd", title: "Busy", note: "No new chats; yours go on." },
  { show: "away", title: "Away", note: "No new chats; colleagues see that you are away." },
];
const MOST = 50;

export class StatusMenu extends LitElement {
  static override properties = {
    account: { attribute: false },
    status: { attribute: false },
    chats: { type: Number },
    online: { type: Boolean },
    sound: { type: Boolean },
  };
  declare account: Account;
  declare status: Status;
  /** How many chats are open. */
  declare chats: number;
  declare online: boolean;
  declare sound: boolean;

  constructor() {
    super();
    this.status = { show: "available", maxChats: null };
    this.chats = 0;
    this.online = true;
    this.sound = true;
  }

  static override styles = [
    ...shared,
    css`
      :host { display: block; }
      .me { display: grid; justify-items: center; gap: 2px; inline-size: 100%; padding: var(--s2) 0; border: 0; border-radius: var(--radius-card); background: transparent; }
      .me:hover { background: var(--hover); }
      .face { position: relative; display: grid; place-items: center; inline-size: 40px; block-size: 40px; border-radius: 50%; background: var(--accent); color: var(--on-accent); font-size: var(--text-body); font-weight: var(--weight-strong); }
      .sign { position: absolute; inset-block-end: -2px; inset-inline-end: -2px; inline-size: 15px; block-size: 15px; border: 3px solid var(--ground); border-radius: 50%; background: var(--green-edge); }
      .sign.dnd { background: var(--red-edge); }
      .sign.away { background: var(--amber-edge); }
      .sign.offline { background: var(--edge); }
      .word { font-size: var(--text-meta); font-weight: var(--weight-strong); }
      [popover] {
        position: fixed; inset: var(--s2) auto auto 84px; inline-size: 280px; margin: 0; padding: var(--s3); border: 1px solid var(--line);
        border-radius: var(--radius-card); background: var(--raised); color: var(--ink); box-shadow: var(--shadow);
      }
      .who { padding: var(--s1) var(--s2) var(--s3); border-block-end: 1px solid var(--line); overflow-wrap: anywhere; }
      .who b { display: block; font-size: var(--text-body); font-weight: var(--weight-strong); }
      fieldset { margin: var(--s2) 0; padding: 0; border: 0; }
      legend { padding: 0 var(--s2); color: var(--ink-faint); font-size: var(--text-meta); }
      .choice { display: grid; grid-template-columns: auto 12px 1fr; gap: 0 var(--s3); align-items: center; padding: var(--s2); border-radius: var(--radius); cursor: pointer; }
      .choice input { inline-size: 16px; block-size: 16px; accent-color: var(--accent); }
      .choice:hover { background: var(--hover); }
      .choice b { font-weight: var(--weight-strong); }
      .choice .meta { grid-column: 3; }
      .dot { inline-size: 12px; block-size: 12px; border-radius: 50%; background: var(--green-edge); }
      .dot.dnd { background: var(--red-edge); }
      .dot.away { background: var(--amber-edge); }
      .most { display: flex; align-items: center; justify-content: space-between; gap: var(--s2); padding: var(--s2); border-block-start: 1px solid var(--line); }
      .stepper { display: flex; align-items: center; gap: var(--s1); }
      .stepper .button { inline-size: 36px; padding: 0; font-size: var(--text-body); }
      .stepper output { min-inline-size: 44px; text-align: center; font-variant-numeric: tabular-nums; }
      .tools { display: none; }
      @media (max-width: 719px) {
        .tools { display: flex; justify-content: space-between; padding-block-start: var(--s2); border-block-start: 1px solid var(--line); }
        .tools .button { padding: 0 var(--s2); white-space: nowrap; }
        [popover] { inset: auto auto 88px var(--s2); }
      }
    `,
  ];

  override render(): TemplateResult {
    const { account, status } = this;
    const current = SHOWS.find(({ show }) => show === status.show) ?? SHOWS[0];
    const word = this.online ? (current?.title ?? "") : "Offline";
    const sign = this.online ? status.show : "offline";
    return html`
      <button class="me" type="button" popovertarget="menu" title=${account.jid}>
        <span class="face" aria-hidden="true">${[...account.name][0]?.toLocaleUpperCase()}<span class="sign ${sign}"></span></span>
        <span class="word">${word}</span>
        <span class="meta number">${this.#load()}<span class="visually-hidden"> chats. Change your status</span></span>
      </button>
      <div popover id="menu" role="dialog" aria-label="Your status">
        <p class="who"><b>${account.name}</b><span class="meta">${account.jid}</span></p>
        <fieldset>
          <legend>Status</legend>
          ${SHOWS.map(
            ({ show, title, note }) => html`<label class="choice">
              <input type="radio" name="show" .checked=${show === status.show} @change=${() => report(this, "status-change", { ...status, show })} />
              <span class="dot ${show}"></span><b>${title}</b><span class="meta">${note}</span>
            </label>`,
          )}
        </fieldset>
        <div class="most">
          <span id="most">Chats at most</span>
          <span class="stepper" role="group" aria-labelledby="most">
            <button class="button" type="button" aria-label="Fewer chats" ?disabled=${status.maxChats === 1} @click=${() => this.#step(-1)}>−</button>
            <output>${status.maxChats ?? "as set"}</output>
            <button class="button" type="button" aria-label="More chats" ?disabled=${status.maxChats === MOST} @click=${() => this.#step(1)}>+</button>
          </span>
        </div>
        <div class="tools">
          <button class="button quiet" type="button" @click=${() => report(this, "sound-change", { on: !this.sound })}>${this.sound ? volume2Icon() : volumeXIcon()} ${this.sound ? "Sound on" : "Sound off"}</button>
          <button class="button quiet" type="button" @click=${() => report(this, "sign-out", {})}>${logOutIcon()} Sign out</button>
        </div>
        ${status.maxChats === null ? html`<p class="meta">Your workgroups decide. Press + or − to choose yourself.</p>` : nothing}
      </div>
    `;
  }

  #load(): string {
    const { maxChats } = this.status;
    return maxChats === null ? `${this.chats}` : `${this.chats} of ${maxChats}`;
  }

  #step(by: number): void {
    const { maxChats } = this.status;
    // Nothing chosen yet: begin where Fastpath's default is.
    const next = maxChats === null ? 4 : Math.min(MOST, Math.max(1, maxChats + by));
    report(this, "status-change", { ...this.status, maxChats: next });
  }
}
customElements.define("status-menu", StatusMenu);
