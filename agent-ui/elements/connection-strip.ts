/** One line at the very top, only when something is wrong, or has just become right again. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { circleCheckIcon, triangleAlertIcon, wifiOffIcon } from "../../design/icons.ts";
import type { Connection, Workgroup } from "../state/model.ts";
import { shared } from "../styles/shared.ts";
import { listing, shortSpan } from "./format.ts";
import { report } from "./intents.ts";

const RECOVERED_MS = 2000;

export class ConnectionStrip extends LitElement {
  static override properties = {
    connection: { attribute: false },
    workgroups: { attribute: false },
    unsent: { type: Number },
    now: { type: Number },
  };
  declare connection: Connection;
  declare workgroups: readonly Workgroup[];
  /** Lines that wait to be sent. */
  declare unsent: number;
  declare now: number;

  constructor() {
    super();
    this.connection = { phase: "signed-out", problem: null };
    this.workgroups = [];
    this.unsent = 0;
    this.now = 0;
  }

  static override styles = [
    ...shared,
    css`
      :host { display: block; }
      .strip { display: flex; align-items: center; gap: var(--s2); min-block-size: 40px; padding: 6px var(--s4); }
      .strip span { flex: 1; min-inline-size: 0; }
      .lost { background: var(--red-tint); color: var(--red); }
      .slow { background: var(--amber-tint); color: var(--amber); }
      .good { background: var(--green-tint); color: var(--green); }
      .button { flex: none; min-block-size: 28px; padding: 0 var(--s3); border-color: currentColor; background: transparent; }
    `,
  ];

  override render(): TemplateResult {
    return html`<div role="status">${this.#strip()}</div>`;
  }

  #strip(): TemplateResult | typeof nothing {
    const { connection } = this;
    if (connection.phase === "offline") return this.#offline(connection);
    const away = this.workgroups.filter(({ reach }) => reach === "away").map(({ title }) => title);
    if (connection.phase === "online" && away.length > 0) {
      const verb = away.length === 1 ? "does" : "do";
      return html`<div class="strip slow">
        ${triangleAlertIcon()}<span>${listing(away)} ${verb} not answer, so no new chats come from there. Your open chats go on. Trying again …</span>
      </div>`;
    }
    if (
      connection.phase === "online" &&
      connection.recoveredAt !== null &&
      this.now - connection.recoveredAt < RECOVERED_MS
    ) {
      return html`<div class="strip good">${circleCheckIcon()}<span>Connected again.</span></div>`;
    }
    return nothing;
  }

  #offline({ since, retryAt }: Extract<Connection, { phase: "offline" }>): TemplateResult {
    const retryIn = retryAt === null ? 0 : Math.ceil((retryAt - this.now) / 1000);
    const trying = retryIn > 0 ? `Trying again in ${retryIn} s.` : "Trying again …";
    const unsent =
      this.unsent === 0 ? "" : this.unsent === 1 ? "1 line not yet sent." : `${this.unsent} lines not yet sent.`;
    return html`<div class="strip lost">
      ${wifiOffIcon()}
      <span class="number">Offline for ${shortSpan(this.now - since)}. ${trying} ${unsent}</span>
      <button class="button" type="button" @click=${() => report(this, "link-try", {})}>Try now</button>
    </div>`;
  }
}
customElements.define("connection-strip", ConnectionStrip);
