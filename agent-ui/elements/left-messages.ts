/** Messages that visitors left while nobody could talk. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { checkIcon, inboxIcon } from "../../design/icons.ts";
import type { State } from "../state/model.ts";
import { shared } from "../styles/shared.ts";
import { dateOf, exactTime, isSameDay, timeOfDay } from "./format.ts";
import { report } from "./intents.ts";
import { linkedText } from "./linked-text.ts";

export class LeftMessages extends LitElement {
  static override properties = {
    messages: { attribute: false },
    titles: { attribute: false },
    today: { type: Number },
  };
  declare messages: State["messages"];
  /** Titles of workgroups by address. */
  declare titles: Readonly<Record<string, string>>;
  declare today: number;

  constructor() {
    super();
    this.messages = [];
    this.titles = {};
    this.today = 0;
  }

  static override styles = [
    ...shared,
    css`
      :host { display: block; min-block-size: 0; padding: var(--s6); overflow-y: auto; background: var(--surface); }
      .title-line { margin-block-end: var(--s4); font-size: var(--text-title); font-weight: var(--weight-strong); }
      ul { display: grid; gap: var(--s3); max-inline-size: 760px; }
      article { display: grid; gap: var(--s2); padding: var(--s4); border: 1px solid var(--line); border-radius: var(--radius-card); }
      header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px var(--s3); }
      article h3 { margin: 0; font-size: var(--text-body); font-weight: var(--weight-strong); overflow-wrap: anywhere; }
      a { color: var(--accent-ink); overflow-wrap: anywhere; }
      time { margin-inline-start: auto; }
      .text { max-inline-size: var(--measure); overflow-wrap: anywhere; white-space: pre-wrap; }
      footer { display: flex; align-items: center; justify-content: space-between; gap: var(--s3); }
      @media (max-width: 719px) { :host { padding: var(--s4); } }
    `,
  ];

  override render(): TemplateResult {
    if (this.messages.length === 0) {
      return html`<h2 class="title-line">Messages</h2>
        <div class="empty">${inboxIcon()}<h3>No messages.</h3><p>What visitors write while nobody is free to talk arrives here, with the address to answer to.</p></div>`;
    }
    return html`
      <h2 class="title-line">Messages</h2>
      <ul>
        ${repeat(
          this.messages,
          ({ id }) => id,
          (one) => html`<li>
            <article>
              <header>
                <h3 dir="auto">${one.name}</h3>
                ${linkedText(one.email)}
                <time class="meta" title=${exactTime(one.leftAt)}>${isSameDay(one.leftAt, this.today) ? "" : `${dateOf(one.leftAt)}, `}${timeOfDay(one.leftAt)}</time>
              </header>
              <p class="text words">${linkedText(one.text)}</p>
              <footer>
                <span class="meta">${this.titles[one.workgroup] ?? one.workgroup}</span>
                <button class="button" type="button" @click=${() => report(this, "message-handled", { id: one.id })}>${checkIcon()} Mark as done</button>
              </footer>
            </article>
          </li>`,
        )}
      </ul>
    `;
  }
}
customElements.define("left-messages", LeftMessages);
