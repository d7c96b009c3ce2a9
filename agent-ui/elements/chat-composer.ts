/** Where the agent writes. Enter sends, Shift+Enter makes a new line, nothing else ever sends. */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { pencilIcon, sendIcon } from "../../design/icons.ts";
import type { Upload } from "../state/model.ts";
import { shared } from "../styles/shared.ts";
import { report } from "./intents.ts";
import { attachButton, sendFiles, uploadStrips, uploadStyles } from "./upload-strips.ts";

const PAUSE_MS = 4000;
/** The most that one line may hold: what a room takes, with room for the XML around it. */
const LONGEST = 10_000;

export class ChatComposer extends LitElement {
  static override properties = {
    room: { type: String },
    name: { type: String },
    draft: { type: String },
    editing: { type: Boolean },
    last: { attribute: false },
    uploads: { attribute: false },
  };
  declare room: string;
  /** Whom the line goes to. */
  declare name: string;
  declare draft: string;
  /** What is here is an own line that was said already. */
  declare editing: boolean;
  /** Key of the last own line, for the arrow up; null when there is none. */
  declare last: string | null;
  /** Files that are being sent, or were not. */
  declare uploads: readonly Upload[];
  #composing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.room = "";
    this.name = "";
    this.draft = "";
    this.editing = false;
    this.last = null;
    this.uploads = [];
  }

  static override styles = [
    ...shared,
    uploadStyles,
    css`
      :host { display: block; padding: 0 var(--s4) var(--s4); }
      form {
        display: grid; grid-template-columns: auto 1fr auto; gap: var(--s2); align-items: end; padding: var(--s2); border: 1px solid var(--edge);
        border-radius: var(--radius-card); background: var(--surface);
      }
      form:focus-within { outline: 2px solid var(--focus); outline-offset: -1px; border-color: transparent; }
      .to { grid-column: 1 / -1; padding-inline: var(--s2); color: var(--ink-faint); font-size: var(--text-meta); }
      .to b { color: var(--ink); font-weight: var(--weight-strong); }
      .editing { grid-column: 1 / -1; display: flex; align-items: center; gap: var(--s2); padding: 2px 2px 2px var(--s2); border-radius: var(--radius); background: var(--accent-tint); font-size: var(--text-meta); }
      .editing span { flex: 1; }
      .editing .icon { inline-size: 14px; block-size: 14px; }
      .editing .button { min-block-size: 28px; font-size: var(--text-meta); }
      textarea {
        inline-size: 100%; min-block-size: 36px; max-block-size: 184px; padding: 6px var(--s2); border: 0; background: transparent; color: var(--ink);
        font-size: var(--text-body); line-height: 1.45; resize: none; field-sizing: content; outline: none;
      }
      /* The frame around it shows the focus. */
      textarea:focus-visible { outline: none; }
      textarea::placeholder { color: var(--ink-faint); opacity: 1; }
      .hint { color: var(--ink-faint); font-size: var(--text-meta); text-align: end; }
      @media (max-width: 719px) { .hint { display: none; } :host { padding: 0 var(--s2) var(--s2); } }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <form @submit=${this.#submit}>
        ${
          this.editing
            ? html`<p class="editing" role="status">${pencilIcon()}<span>You edit your line to <b dir="auto">${this.name}</b></span><button class="button quiet" type="button" @click=${this.#stopEditing}>Cancel</button></p>`
            : html`<p class="to">To <b dir="auto">${this.name}</b></p>`
        }
        ${uploadStrips(this, this.room, this.uploads)}
        ${this.editing ? html`<span></span>` : attachButton(this, this.room)}
        <textarea
          aria-label=${this.editing ? "Edit your line" : "Message"} rows="1" maxlength=${LONGEST} dir="auto" enterkeyhint="send" placeholder="Write a line"
          .value=${live(this.draft)} @input=${this.#onInput} @keydown=${this.#onKey} @blur=${this.#pause} @paste=${this.#onPaste}
        ></textarea>
        <button class="button primary" type="submit" ?disabled=${this.draft.trim() === ""}>${sendIcon()} ${this.editing ? "Save" : "Send"}</button>
      </form>
    `;
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector("textarea")?.focus({ preventScroll: true }));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("draft")) this.#fit();
    if (!changed.has("editing") || changed.get("editing") === undefined) return;
    const field = this.renderRoot.querySelector("textarea");
    field?.focus({ preventScroll: true });
    field?.setSelectionRange(this.draft.length, this.draft.length);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#pause();
  }

  /** COMPAT: Firefox and older Safari have no `field-sizing`. */
  #fit(): void {
    const field = this.renderRoot.querySelector("textarea");
    if (!field || CSS.supports("field-sizing", "content")) return;
    field.style.blockSize = "auto";
    field.style.blockSize = `${Math.min(184, field.scrollHeight)}px`;
  }

  #onInput(event: InputEvent): void {
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    this.draft = event.target.value;
    report(this, "draft-change", { room: this.room, text: this.draft });
    clearTimeout(this.#timer);
    if (this.draft === "") return this.#pause();
    this.#timer = setTimeout(() => this.#pause(), PAUSE_MS);
    this.#tell(true);
  }

  #onPaste(event: ClipboardEvent): void {
    const { clipboardData } = event;
    // Text from an office program comes with a picture of itself.
    if (this.editing || clipboardData?.types.includes("text/plain")) return;
    if (sendFiles(this, this.room, clipboardData?.files)) event.preventDefault();
  }

  #pause(): void {
    clearTimeout(this.#timer);
    this.#tell(false);
  }

  #tell(composing: boolean): void {
    if (composing === this.#composing) return;
    this.#composing = composing;
    report(this, "typing-change", { room: this.room, composing });
  }

  #stopEditing(): void {
    report(this, "line-edit", { room: this.room, line: null });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.editing) this.#stopEditing();
    if (event.key === "ArrowUp" && this.draft === "" && !this.editing && this.last !== null && !event.altKey) {
      event.preventDefault();
      report(this, "line-edit", { room: this.room, line: this.last });
    }
    // An input method uses Enter to choose a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.altKey) return;
    event.preventDefault();
    this.#send();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.#send();
    this.focus();
  }

  #send(): void {
    const text = this.draft.trim();
    if (text === "") return;
    // The line itself says that we are done writing.
    clearTimeout(this.#timer);
    this.#composing = false;
    this.draft = "";
    report(this, "line-say", { room: this.room, text });
  }
}
customElements.define("chat-composer", ChatComposer);
