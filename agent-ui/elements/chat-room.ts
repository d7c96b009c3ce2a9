/** One open chat: who it is, the conversation, and where to write. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { arrowLeftIcon, infoIcon } from "../../design/icons.ts";
import { lastOwnLine } from "../state/line-changes.ts";
import type { Chat } from "../state/model.ts";
import { visitorIsHere } from "../state/seats.ts";
import { typingNames } from "../state/select.ts";
import { shared } from "../styles/shared.ts";
import { clockSpan, listing } from "./format.ts";
import { report } from "./intents.ts";
import { sendFiles } from "./upload-strips.ts";
import "./chat-composer.ts";
import "./message-list.ts";

export class ChatRoom extends LitElement {
  static override properties = {
    chat: { attribute: false },
    workgroup: { type: String },
    now: { type: Number },
    asking: { state: true },
    dragged: { state: true },
  };
  declare chat: Chat;
  /** Title of the workgroup. */
  declare workgroup: string;
  declare now: number;
  /** "End chat" waits for a second word. */
  declare asking: boolean;
  /** A file is held over it. */
  declare dragged: boolean;

  constructor() {
    super();
    this.workgroup = "";
    this.now = 0;
    this.asking = false;
    this.dragged = false;
    this.addEventListener("dragover", this.#onDrag);
    this.addEventListener("dragleave", this.#onLeave);
    this.addEventListener("drop", this.#onDrop);
  }

  static override styles = [
    ...shared,
    css`
      :host { position: relative; display: grid; grid-template: auto minmax(0, 1fr) auto auto / minmax(0, 1fr); min-block-size: 0; min-inline-size: 0; background: var(--surface); }
      header { display: flex; align-items: center; gap: var(--s3); min-block-size: 60px; padding: var(--s2) var(--s4) var(--s2) var(--s6); border-block-end: 1px solid var(--line); }
      .who { flex: 1; min-inline-size: 0; }
      h2 { margin: 0; font-size: var(--text-body); font-weight: var(--weight-strong); }
      .back, .details { display: none; }
      .ask { display: flex; flex-wrap: wrap; justify-content: end; gap: var(--s2); }
      .drop { position: absolute; inset: var(--s2); z-index: 1; display: grid; place-items: center; border: 2px dashed var(--accent); border-radius: var(--radius-card); background: var(--accent-tint); font-weight: var(--weight-strong); pointer-events: none; }
      .still { color: var(--amber); }
      .typing { min-block-size: 24px; padding: 2px var(--s6); color: var(--ink-faint); font-size: var(--text-meta); }
      .over { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--s3); margin: 0 var(--s4) var(--s4); padding: var(--s3) var(--s4); border-radius: var(--radius-card); background: var(--sunken); color: var(--ink-soft); }
      .state { display: flex; align-items: center; gap: 6px; }
      .dot { inline-size: 8px; block-size: 8px; border-radius: 50%; background: var(--green-edge); flex: none; }
      .dot.not { background: transparent; box-shadow: inset 0 0 0 2px var(--edge); }
      @media (max-width: 1099px) { .details { display: inline-grid; } }
      @media (max-width: 719px) {
        .back { display: inline-grid; }
        header { gap: var(--s2); padding: var(--s2); flex-wrap: wrap; }
        .typing { padding-inline: var(--s4); }
      }
    `,
  ];

  override render(): TemplateResult {
    const { chat } = this;
    return html`
      <header>
        <button class="icon-button back" type="button" aria-label="Back to the list" title="Back to the list" @click=${() => report(this, "chat-select", { room: null })}>${arrowLeftIcon()}</button>
        <div class="who">
          <h2 class="ellipsis words">${chat.name}</h2>
          <p class="meta state">${this.#state()}</p>
        </div>
        <button class="icon-button details" type="button" aria-label="About the visitor" title="About the visitor" @click=${() => this.dispatchEvent(new CustomEvent("details-toggle", { bubbles: true, composed: true }))}>${infoIcon()}</button>
        ${this.#end()}
      </header>
      ${keyed(chat.room, html`<message-list .chat=${chat} .today=${startOfDay(this.now)}></message-list>`)}
      <p class="typing" aria-live="off">${this.#typing()}</p>
      ${
        chat.ended
          ? html`<div class="over"><span>This chat is over.</span><button class="button" type="button" @click=${() => report(this, "chat-close", { room: chat.room })}>Put away</button></div>`
          : keyed(
              chat.room,
              html`<chat-composer
                .room=${chat.room} .name=${chat.name} .draft=${chat.editing?.text ?? chat.draft} .editing=${chat.editing !== null}
                .last=${lastOwnLine(chat)?.key ?? null} .uploads=${chat.uploads}
              ></chat-composer>`,
            )
      }
      ${this.dragged && !chat.ended ? html`<p class="drop">Drop it here to send it to ${chat.name}</p>` : nothing}
    `;
  }

  #onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    // A file that is dropped beside would take the place of the whole page.
    event.preventDefault();
    this.dragged = true;
  };

  #onLeave = ({ relatedTarget }: DragEvent): void => {
    if (!(relatedTarget instanceof Node && this.contains(relatedTarget))) this.dragged = false;
  };

  #onDrop = (event: DragEvent): void => {
    this.dragged = false;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (!this.chat.ended) sendFiles(this, this.chat.room, event.dataTransfer.files);
  };

  /** Puts the caret into the composer. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("chat-composer")?.focus());
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const was = changed.get("chat");
    const other = typeof was === "object" && was !== null && "room" in was && was.room !== this.chat.room;
    // The question belonged to the other chat, or it has been answered otherwise.
    if (other || this.chat.ended || !visitorIsHere(this.chat)) this.asking = false;
  }

  #state(): TemplateResult {
    const { chat } = this;
    const length = html`<span class="number" title="Since the chat began">${clockSpan((chat.ended?.at ?? this.now) - chat.startedAt)}</span>`;
    if (this.asking) return html`<span class="still" role="status">Still here. End the chat for both of you?</span>`;
    if (chat.ended) return html`${this.workgroup} · ended · ${length}`;
    if (chat.seat !== "joined") return html`${this.workgroup} · ${chat.lines.length > 0 ? "catching up" : "opening"} …`;
    const here = visitorIsHere(chat);
    return html`<span class="dot ${here ? "" : "not"}"></span>${here ? "Here" : "Not here just now"} · ${this.workgroup} · ${length}`;
  }

  #end(): TemplateResult | typeof nothing {
    const { chat } = this;
    if (chat.ended) return nothing;
    const end = (): void => report(this, "chat-end", { room: chat.room });
    if (!this.asking) {
      const ask = (): void => {
        if (visitorIsHere(chat)) this.asking = true;
        else end();
      };
      return html`<button class="button danger" type="button" @click=${ask}>End chat</button>`;
    }
    // "Keep talking" takes the place of the first button: a double click ends nothing.
    return html`<div class="ask" role="group" aria-label=${`${chat.name} is still here`}>
      <button class="button danger" type="button" @click=${end}>End chat</button>
      <button class="button" type="button" @click=${() => (this.asking = false)}>Keep talking</button>
    </div>`;
  }

  #typing(): string {
    const names = typingNames(this.chat, this.now).map((nick) =>
      this.chat.occupants.get(nick)?.role === "visitor" ? this.chat.name : nick,
    );
    if (names.length === 0) return "";
    return `${listing(names)} ${names.length === 1 ? "is" : "are"} writing …`;
  }
}
customElements.define("chat-room", ChatRoom);

const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
