/** Beside a chat: what is known of the visitor, and earlier chats. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { xIcon } from "../../design/icons.ts";
import type { Chat, Loaded, Panel, Role, State } from "../state/model.ts";
import { shared } from "../styles/shared.ts";
import { enteredFacts, factList, factStyles, pageFacts } from "./facts.ts";
import { clockSpan } from "./format.ts";
import { report } from "./intents.ts";
import "./earlier-chats.ts";

const ROLES: Record<Role, string> = { me: "You", visitor: "Visitor", colleague: "Colleague", service: "Service" };
const PANELS: readonly { panel: Panel; title: string }[] = [
  { panel: "visitor", title: "Visitor" },
  { panel: "earlier", title: "Earlier" },
];

export class SidePanel extends LitElement {
  static override properties = {
    chat: { attribute: false },
    panel: { type: String },
    labels: { attribute: false },
    earlier: { attribute: false },
    transcripts: { attribute: false },
    now: { type: Number },
  };
  declare chat: Chat;
  declare panel: Panel;
  declare labels: Readonly<Record<string, string>>;
  declare earlier: State["earlier"][string] | undefined;
  declare transcripts: State["transcripts"];
  declare now: number;

  constructor() {
    super();
    this.panel = "visitor";
    this.labels = {};
    this.transcripts = {};
    this.now = 0;
  }

  static override styles = [
    ...shared,
    factStyles,
    css`
      :host { display: grid; grid-template-rows: auto 1fr; min-block-size: 0; background: var(--ground); }
      header { display: flex; align-items: center; gap: var(--s1); min-block-size: 60px; padding: 0 var(--s3); border-block-end: 1px solid var(--line); }
      [role="tablist"] { display: flex; flex: 1; gap: var(--s1); }
      [role="tab"] { min-block-size: 36px; padding: 0 var(--s3); border: 0; border-radius: var(--radius); background: transparent; color: var(--ink-soft); font-weight: var(--weight-strong); }
      [role="tab"]:hover { background: var(--hover); }
      [role="tab"][aria-selected="true"] { background: var(--accent-tint); color: var(--ink); }
      [role="tabpanel"] { min-block-size: 0; padding: var(--s4); overflow-y: auto; }
      section + section { margin-block-start: var(--s6); }
      .section-title { margin-block-end: var(--s2); }
      .people { display: grid; gap: var(--s2); }
      .people li { display: flex; justify-content: space-between; align-items: baseline; gap: var(--s2); }
      .close { display: none; }
      @media (max-width: 1099px) { .close { display: inline-grid; } }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <header>
        <div role="tablist" aria-label="About this chat" @keydown=${this.#onKey}>
          ${PANELS.map(({ panel, title }) => {
            const selected = panel === this.panel;
            return html`<button role="tab" type="button" id=${`tab-${panel}`} aria-selected=${selected} aria-controls="panel" tabindex=${selected ? 0 : -1}
              @click=${() => report(this, "panel-select", { panel })}>${title}</button>`;
          })}
        </div>
        <button class="icon-button close" type="button" aria-label="Close" title="Close" @click=${() => this.dispatchEvent(new CustomEvent("details-toggle", { bubbles: true, composed: true }))}>${xIcon()}</button>
      </header>
      <div role="tabpanel" id="panel" aria-labelledby=${`tab-${this.panel}`} tabindex="0">
        ${this.panel === "visitor" ? this.#visitor() : this.#earlier()}
      </div>
    `;
  }

  #visitor(): TemplateResult {
    const { chat } = this;
    const entered = enteredFacts(chat.metadata, this.labels, chat.verified);
    const confirmed = entered.filter(({ verified }) => verified);
    const page = pageFacts(chat.metadata);
    const people = [...chat.occupants.values()].filter(({ role }) => role !== "service");
    return html`
      ${confirmed.length > 0 ? html`<section><h3 class="section-title">Confirmed by the site</h3>${factList(confirmed)}</section>` : ""}
      <section><h3 class="section-title">Said by the visitor</h3>${factList(entered.filter(({ verified }) => !verified))}</section>
      ${page.length > 0 ? html`<section><h3 class="section-title">Page</h3>${factList(page)}</section>` : ""}
      <section>
        <h3 class="section-title">In this chat</h3>
        ${
          people.length === 0
            ? html`<p class="meta">${chat.ended ? "Everybody has left." : "Nobody yet."}</p>`
            : html`<ul class="people">${people.map(({ nick, role }) => html`<li><span class="ellipsis" dir="auto">${nick}</span><span class="meta">${ROLES[role]}</span></li>`)}</ul>`
        }
      </section>
      <section>
        <h3 class="section-title">This chat</h3>
        <dl class="facts">
          <div><dt>Length</dt><dd class="number">${clockSpan((chat.ended?.at ?? this.now) - chat.startedAt)}</dd></div>
        </dl>
      </section>
    `;
  }

  #earlier(): TemplateResult {
    const list: Loaded<unknown> | undefined = this.earlier;
    if (list === undefined) queueMicrotask(() => report(this, "earlier-load", { room: this.chat.room }));
    return html`<earlier-chats .chat=${this.chat} .list=${this.earlier} .transcripts=${this.transcripts}></earlier-chats>`;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const at = PANELS.findIndex(({ panel }) => panel === this.panel);
    const next = PANELS[(at + (event.key === "ArrowRight" ? 1 : PANELS.length - 1)) % PANELS.length];
    if (!next) return;
    report(this, "panel-select", { panel: next.panel });
    this.renderRoot.querySelector<HTMLElement>(`#tab-${next.panel}`)?.focus();
  }
}
customElements.define("side-panel", SidePanel);
