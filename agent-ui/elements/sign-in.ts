/** The page before the workspace: address, password, and what went wrong. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { circleAlertIcon } from "../../design/icons.ts";
import type { Connection, SignInProblem } from "../state/model.ts";
import { shared } from "../styles/shared.ts";
import { report } from "./intents.ts";

/** What happened, what it means, what to do. */
const PROBLEMS: Record<SignInProblem, string> = {
  "bad-address": "This is not an XMPP address of this server. It looks like anna@example.org.",
  "not-authorized": "The server does not know this address with this password. Check both and try again.",
  "too-many-tries": "Too many wrong passwords came from your network. Try again in a minute.",
  "no-safe-mechanism": "This server offers no sign-in that keeps your password secret (SCRAM). Ask your administrator.",
  "server-not-trusted":
    "The server could not prove that it knows your password, so it may be a false one. Ask your administrator.",
  unreachable: "The chat server does not answer. Check your connection, or try again in a minute.",
  "not-an-agent": "You are signed in, but you are not an agent of any workgroup. Ask your administrator to add you.",
  replaced: "You were signed out because this session was taken over elsewhere.",
};

export class SignIn extends LitElement {
  static override properties = {
    connection: { attribute: false },
    domain: { type: String },
    failure: { type: String },
    empty: { state: true },
  };
  declare connection: Connection;
  /** Of the server, to show what an address looks like. */
  declare domain: string;
  /** The page itself cannot work; in words. */
  declare failure: string;
  declare empty: "address" | "password" | null;

  constructor() {
    super();
    this.connection = { phase: "signed-out", problem: null };
    this.domain = "";
    this.failure = "";
    this.empty = null;
  }

  static override styles = [
    ...shared,
    css`
      :host { display: block; block-size: 100%; background: var(--ground); overflow: auto; }
      main { display: grid; place-items: center; min-block-size: 100%; padding: var(--s4); }
      .card {
        display: grid; gap: var(--s4); inline-size: min(380px, 100%); padding: var(--s8); border: 1px solid var(--line);
        border-radius: var(--radius-panel); background: var(--surface);
      }
      header { display: grid; gap: var(--s1); justify-items: start; margin-block-end: var(--s1); }
      .mark { inline-size: 40px; block-size: 40px; margin-block-end: var(--s2); color: var(--accent); }
      h1 { font-size: var(--text-title); font-weight: var(--weight-strong); }
      header p { color: var(--ink-soft); }
      label { display: grid; gap: 6px; font-weight: var(--weight-strong); }
      .input { font-weight: var(--weight); min-block-size: 44px; }
      .field-note { color: var(--red); font-weight: var(--weight); }
      .problem {
        display: flex; gap: var(--s2); padding: var(--s3); border-radius: var(--radius); background: var(--red-tint); color: var(--red);
      }
      .button { min-block-size: 44px; font-size: var(--text-body); }
    `,
  ];

  override render(): TemplateResult {
    const busy = this.connection.phase === "signing-in" || this.connection.phase === "offline";
    return html`
      <main><form class="card" novalidate @submit=${this.#submit} aria-busy=${busy}>
        <header>
          <svg class="mark" viewBox="0 0 64 64" aria-hidden="true"><path fill="currentColor" d="M18 8h28a14 14 0 0 1 14 14v14a14 14 0 0 1-14 14H32L18 61V50A14 14 0 0 1 4 36V22A14 14 0 0 1 18 8z"/></svg>
          <h1>Sign in to your desk</h1>
          <p>With the address and password of your XMPP account.</p>
        </header>
        ${this.#problem()}
        <label>
          XMPP address
          <input
            class="input" name="address" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false"
            aria-label="XMPP address" placeholder=${`name@${this.domain || "example.org"}`} aria-invalid=${this.empty === "address"}
            aria-describedby="address-note" ?disabled=${busy}
          />
          <span class="field-note" id="address-note" role="alert">${this.empty === "address" ? "Type your address." : nothing}</span>
        </label>
        <label>
          Password
          <input
            class="input" name="password" type="password" autocomplete="current-password" aria-label="Password"
            aria-invalid=${this.empty === "password"} aria-describedby="password-note" ?disabled=${busy}
          />
          <span class="field-note" id="password-note" role="alert">${this.empty === "password" ? "Type your password." : nothing}</span>
        </label>
        <button class="button primary" type="submit" ?disabled=${busy || this.failure !== ""}>${busy ? "Signing in …" : "Sign in"}</button>
      </form></main>
    `;
  }

  #problem(): TemplateResult | typeof nothing {
    const problem = this.connection.phase === "signed-out" ? this.connection.problem : null;
    const text = this.failure || (problem ? PROBLEMS[problem] : "");
    return text === "" ? nothing : html`<p class="problem" role="alert">${circleAlertIcon()}<span>${text}</span></p>`;
  }

  protected override firstUpdated(): void {
    this.#field("address")?.focus();
  }

  protected override updated(changed: PropertyValues<this>): void {
    // After a refusal the password is what is most likely to be typed again.
    const was = changed.get("connection");
    if (was && was.phase !== "signed-out" && this.connection.phase === "signed-out") {
      const password = this.#field("password");
      password?.focus();
      password?.select();
    }
  }

  #field(name: string): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>(`input[name=${name}]`);
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const address = this.#field("address")?.value.trim() ?? "";
    const password = this.#field("password")?.value ?? "";
    this.empty = address === "" ? "address" : password === "" ? "password" : null;
    if (this.empty) this.#field(this.empty)?.focus();
    else report(this, "sign-in", { address, password });
  }
}
customElements.define("sign-in", SignIn);
