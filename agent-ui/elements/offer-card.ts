/** One offer: who asks, what for, how long there is to decide. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { clockIcon } from "../../design/icons.ts";
import type { Offer } from "../state/model.ts";
import { expiresAt } from "../state/offers.ts";
import { colleagueName, visitorName } from "../state/people.ts";
import { shared } from "../styles/shared.ts";
import { enteredFacts, factList, factStyles, pageFacts } from "./facts.ts";
import { report } from "./intents.ts";

export class OfferCard extends LitElement {
  static override properties = {
    offer: { attribute: false },
    workgroup: { type: String },
    labels: { attribute: false },
    now: { type: Number },
    offline: { type: Boolean },
  };
  declare offer: Offer;
  /** Title of the workgroup. */
  declare workgroup: string;
  declare labels: Readonly<Record<string, string>>;
  declare now: number;
  /** The link is down, so an answer cannot leave. */
  declare offline: boolean;

  constructor() {
    super();
    this.workgroup = "";
    this.labels = {};
    this.now = 0;
    this.offline = false;
  }

  static override styles = [
    ...shared,
    factStyles,
    css`
      :host { display: block; }
      article {
        display: grid; gap: var(--s3); padding: var(--s3); border: 1px solid var(--accent); border-radius: var(--radius-card);
        background: var(--raised); box-shadow: var(--shadow);
      }
      article.gone { border-color: var(--line); box-shadow: none; }
      header { display: flex; align-items: start; gap: var(--s3); }
      .who { flex: 1; min-inline-size: 0; }
      h3 { margin: 0; font-size: var(--text-body); font-weight: var(--weight-strong); overflow-wrap: anywhere; }
      .question { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow-wrap: anywhere; white-space: pre-line; }
      .ring { position: relative; display: grid; place-items: center; inline-size: 44px; block-size: 44px; flex: none; }
      .ring svg { position: absolute; inset: 0; transform: rotate(-90deg); }
      .ring circle { fill: none; stroke-width: 4; }
      .ring .track { stroke: var(--line); }
      .ring .left { stroke: var(--accent); stroke-linecap: round; }
      .ring.short .left { stroke: var(--amber-edge); }
      .ring span { font-size: var(--text-meta); font-weight: var(--weight-strong); font-variant-numeric: tabular-nums; }
      .answers { display: grid; grid-template-columns: 1fr 1fr; gap: var(--s2); }
      details summary { inline-size: fit-content; color: var(--accent-ink); cursor: pointer; }
      details[open] summary { margin-block-end: var(--s2); }
      .details { max-block-size: 34dvh; overflow: auto; }
      .asked { padding-inline-start: var(--s2); border-inline-start: 3px solid var(--accent); overflow-wrap: anywhere; }
      .asked .words { white-space: pre-line; }
      .asked p { margin: 0; }
      .outcome { display: flex; align-items: center; gap: var(--s2); color: var(--ink-soft); }
    `,
  ];

  override render(): TemplateResult {
    const { offer } = this;
    const name = visitorName(offer.metadata);
    const question = offer.metadata.question?.[0] ?? "";
    const gone = offer.phase.name === "gone";
    return html`
      <article class=${gone ? "gone" : ""} aria-label=${`Request from ${name}`}>
        <header>
          <div class="who">
            <h3>${name}</h3>
            <p class="meta">${this.workgroup}</p>
          </div>
          ${gone ? nothing : this.#ring()}
        </header>
        ${this.#askedBy()}
        ${question === "" ? nothing : html`<p class="question words">${question}</p>`}
        ${this.#foot()} ${gone ? nothing : this.#more()}
      </article>
    `;
  }

  /** A colleague who asks, and why. */
  #askedBy(): TemplateResult | typeof nothing {
    const { askedBy } = this.offer;
    if (askedBy === undefined) return nothing;
    const what = askedBy.kind === "transfer" ? "would like to hand this chat over" : "asks for help in this chat";
    return html`<div class="asked">
      <p><bdi>${colleagueName(askedBy.inviter)}</bdi> ${what}${askedBy.reason === "" ? "." : ":"}</p>
      ${askedBy.reason === "" ? nothing : html`<p class="words" dir="auto">${askedBy.reason}</p>`}
    </div>`;
  }

  #ring(): TemplateResult {
    const { offer, now } = this;
    const leftMs = Math.max(0, expiresAt(offer) - now);
    const left = Math.ceil(leftMs / 1000);
    const share = offer.timeoutS > 0 ? Math.min(100, (left / offer.timeoutS) * 100) : 0;
    return html`<div class="ring ${left <= 5 ? "short" : ""}" role="timer" aria-label=${`${left} seconds left`}>
      <svg viewBox="0 0 44 44" aria-hidden="true">
        <circle class="track" cx="22" cy="22" r="19" />
        <circle class="left" cx="22" cy="22" r="19" pathLength="100" stroke-dasharray=${`${share} 100`} />
      </svg>
      <span>${left} s</span>
    </div>`;
  }

  #more(): TemplateResult {
    const { metadata, verified } = this.offer;
    const entered = enteredFacts(metadata, this.labels, verified);
    const page = pageFacts(metadata);
    return html`<details>
      <summary>View more information</summary>
      <div class="details">${factList([...entered, ...page])}</div>
    </details>`;
  }

  #foot(): TemplateResult {
    const { phase } = this.offer;
    if (phase.name === "gone") return html`<p class="outcome" role="status">${clockIcon()}${phase.why}</p>`;
    if (phase.name === "opening") return html`<p class="outcome" role="status">Opening the conversation …</p>`;
    const busy = phase.name === "answering" || this.offline;
    return html`<div class="answers">
      <button class="button primary" type="button" ?disabled=${busy} @click=${() => this.#answer(true)}>Accept</button>
      <button class="button" type="button" ?disabled=${busy} @click=${() => this.#answer(false)}>Decline</button>
    </div>`;
  }

  /** Puts the keyboard on "Accept", where nobody is writing. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLButtonElement>("button.primary")?.focus();
  }

  #answer(accepted: boolean): void {
    report(this, "offer-answer", { id: this.offer.id, accepted });
  }
}
customElements.define("offer-card", OfferCard);
