/** Who waits in each workgroup, and for how long. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { usersIcon } from "../../design/icons.ts";
import type { Show, Workgroup } from "../state/model.ts";
import { SLOW_MS, TOO_SLOW_MS } from "../state/select.ts";
import { shared } from "../styles/shared.ts";
import { exactTime, listing, shortSpan } from "./format.ts";

export class QueuePanel extends LitElement {
  static override properties = { workgroups: { attribute: false }, show: { type: String }, now: { type: Number } };
  declare workgroups: readonly Workgroup[];
  /** The agent's own status, for the words when nobody waits. */
  declare show: Show;
  declare now: number;

  constructor() {
    super();
    this.workgroups = [];
    this.show = "available";
    this.now = 0;
  }

  static override styles = [
    ...shared,
    css`
      :host { display: block; min-block-size: 0; padding: var(--s6); overflow-y: auto; background: var(--surface); }
      .title-line { margin-block-end: var(--s4); font-size: var(--text-title); font-weight: var(--weight-strong); }
      section { max-inline-size: 840px; }
      section + section { margin-block-start: var(--s8); }
      .title { display: flex; flex-wrap: wrap; align-items: baseline; gap: var(--s3); margin-block-end: var(--s2); }
      h3 { margin: 0; font-size: var(--text-body); font-weight: var(--weight-strong); }
      ol { border: 1px solid var(--line); border-radius: var(--radius-card); }
      li { display: grid; grid-template-columns: 28px minmax(80px, 180px) 1fr auto; gap: var(--s3); align-items: baseline; padding: var(--s3) var(--s4); }
      li + li { border-block-start: 1px solid var(--line); }
      li b { font-weight: var(--weight-strong); overflow-wrap: anywhere; }
      .asks { min-inline-size: 0; color: var(--ink-soft); overflow-wrap: anywhere; }
      .offered { display: inline-block; white-space: nowrap; margin-inline-start: var(--s2); padding: 0 6px; border-radius: 9px; background: var(--accent-tint); font-size: var(--text-meta); }
      .waits { font-variant-numeric: tabular-nums; white-space: nowrap; }
      .waits.slow { color: var(--amber); font-weight: var(--weight-strong); }
      .waits.too-slow { color: var(--red); font-weight: var(--weight-strong); }
      .none { padding: var(--s3) 0; color: var(--ink-soft); }
      @media (max-width: 719px) {
        :host { padding: var(--s4); }
        li { grid-template-columns: 20px 1fr auto; }
        .asks { grid-column: 2 / -1; }
        .waits { grid-row: 1; grid-column: 3; }
      }
    `,
  ];

  override render(): TemplateResult {
    const nobody = this.workgroups.every(({ waiting, queue }) => waiting.length === 0 && (queue?.count ?? 0) === 0);
    return html`
      <h2 class="title-line">Queue</h2>
      ${nobody ? this.#nobody() : this.workgroups.map((workgroup) => this.#workgroup(workgroup))}
    `;
  }

  #nobody(): TemplateResult {
    const titles = listing(this.workgroups.map(({ title }) => title));
    const words: Record<Show, string> = {
      available: `You are available in ${titles}. Who comes now is offered to you.`,
      dnd: `You are busy in ${titles}, so nobody is offered to you. Colleagues who are available get them.`,
      away: `You are away in ${titles}, so nobody is offered to you. Colleagues who are available get them.`,
    };
    return html`<div class="empty">${usersIcon()}<h3>Nobody waits.</h3><p>${words[this.show]}</p></div>`;
  }

  #workgroup({ title, waiting, queue }: Workgroup): TemplateResult {
    const count = Math.max(waiting.length, queue?.count ?? 0);
    const average = queue && queue.averageWaitS > 0 ? `Usually ${shortSpan(queue.averageWaitS * 1000)}.` : "";
    return html`<section>
      <div class="title"><h3>${title}</h3><span class="meta">${count === 0 ? "Nobody waits." : count === 1 ? "One person waits." : `${count} people wait.`} ${average}</span></div>
      ${
        waiting.length === 0
          ? ""
          : html`<ol>${repeat(
              waiting,
              ({ request }) => request,
              (one, index) => {
                const waited = this.now - one.joinedAt;
                const urgency = waited >= TOO_SLOW_MS ? "too-slow" : waited >= SLOW_MS ? "slow" : "";
                return html`<li>
                  <span class="meta number">${index + 1}</span><b dir="auto">${one.name || "Visitor"}</b>
                  <span class="asks"><span dir="auto">${one.question}</span>${one.offered ? html`<span class="offered">offered just now</span>` : ""}</span>
                  <span class="waits ${urgency}" title=${`Since ${exactTime(one.joinedAt)}`}>${shortSpan(waited)}</span>
                </li>`;
              },
            )}</ol>`
      }
    </section>`;
  }
}
customElements.define("queue-panel", QueuePanel);
