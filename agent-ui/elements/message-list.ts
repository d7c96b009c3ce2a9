/**
 * A conversation. Draws the last lines only and takes in earlier ones on the way up, so that two thousand cost no more than
 * two hundred; keeps to the end while the reader is there, and otherwise where the reader is.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { checkCheckIcon, checkIcon, circleAlertIcon, clockIcon, pencilIcon, undoIcon } from "../../design/icons.ts";
import type { Chat } from "../state/model.ts";
import { messageListStyles } from "../styles/message-list.ts";
import { shared } from "../styles/shared.ts";
import { chatRows, type Reached, type Row } from "./chat-rows.ts";
import { dayName, exactTime, timeOfDay } from "./format.ts";
import { report } from "./intents.ts";
import { linkedText } from "./linked-text.ts";

const PAGE = 200;
/** So near to the end counts as being there. */
const NEAR_PX = 48;

/** Where the reader was in each conversation, and how much of it was drawn. */
const places = new Map<string, { top: number | null; shown: number }>();

export class MessageList extends LitElement {
  static override properties = {
    chat: { attribute: false },
    today: { type: Number },
    shown: { state: true },
    away: { state: true },
    asking: { state: true },
  };
  /** One element, one chat: draw another for another. */
  declare chat: Chat;
  /** Any instant of today; changes once a day. */
  declare today: number;
  declare shown: number;
  /** The reader is not at the end. */
  declare away: boolean;
  /** The line that waits for a second word before it is taken back, by its id. */
  declare asking: string | null;
  #rows: Row[] = [];
  #heightBefore = 0;
  #grew = false;
  #top = 0;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.today = 0;
    this.shown = PAGE;
    this.away = false;
    this.asking = null;
  }

  static override styles = [...shared, messageListStyles];

  get #log(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>("[role=log]");
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("chat") || changed.has("shown")) {
      const was = changed.get("chat");
      if (
        !was ||
        was.lines !== this.chat.lines ||
        was.unsent !== this.chat.unsent ||
        was.marks !== this.chat.marks ||
        changed.has("shown")
      ) {
        this.#rows = chatRows(this.chat, this.shown);
      }
    }
    this.#heightBefore = this.#log?.scrollHeight ?? 0;
  }

  override render(): TemplateResult {
    const { chat } = this;
    const hidden = Math.max(0, chat.lines.length - this.shown);
    return html`
      <div role="log" aria-label=${`Conversation with ${chat.name}`} tabindex="0" @scroll=${this.#onScroll}>
        ${hidden > 0 ? html`<button class="button quiet earlier" type="button" @click=${this.#showEarlier}>Show ${Math.min(hidden, PAGE)} earlier lines</button>` : nothing}
        ${
          chat.seat === "joining" && this.#rows.length === 0
            ? html`<p class="note">Opening the conversation …</p>`
            : repeat(
                this.#rows,
                ({ id }) => id,
                (row) =>
                  guard(
                    [
                      row.kind,
                      "text" in row && row.text,
                      "opens" in row && row.opens,
                      "state" in row && row.state,
                      "line" in row && row.line,
                      "change" in row && row.change,
                      "line" in row && this.asking === row.line.id,
                      chat.ended,
                      this.today,
                      chat.name,
                    ],
                    () => this.#row(row),
                  ),
              )
        }
        ${chat.ended ? html`<p class="end"><span>${endSentence(chat)}</span> <time title=${exactTime(chat.ended.at)}>${timeOfDay(chat.ended.at)}</time></p>` : nothing}
      </div>
      ${this.away ? html`<button class="button to-end" type="button" @click=${this.#toEnd}>Newest lines</button>` : nothing}
    `;
  }

  #row(row: Row): TemplateResult {
    switch (row.kind) {
      case "day":
        return html`<p class="day"><span>${dayName(row.at, this.today)}</span></p>`;
      case "question":
        return html`<div class="line visitor opens">
          <p class="head"><b dir="auto">${this.chat.name}</b> asked <time title=${exactTime(row.at)}>${timeOfDay(row.at)}</time></p>
          <div class="bubble question">${linkedText(row.text)}</div>
        </div>`;
      case "event":
        return html`<p class="event">${eventSentence(row.line, this.chat.name)} <time title=${exactTime(row.at)}>${timeOfDay(row.at)}</time></p>`;
      case "unsent":
        return html`<div class=${`line me ${row.opens ? "opens" : ""} ${row.state}`}>
          ${row.opens ? head("You", row.at) : nothing}
          <div class="bubble">${linkedText(row.text)}</div>
          ${row.state === "failed" ? this.#failed(row.id) : html`<p class="mark">${clockIcon()}<span>Sending …</span></p>`}
        </div>`;
      case "said": {
        const { from, text, at, opens } = row;
        const name = from.role === "me" ? "You" : from.role === "visitor" ? this.chat.name : from.nick;
        if (from.role === "service")
          return html`<p class="event" dir="auto">${linkedText(text)} <time title=${exactTime(at)}>${timeOfDay(at)}</time></p>`;
        return html`<div class=${`line ${from.role} ${opens ? "opens" : ""}`}>
          ${opens ? head(name, at) : nothing}
          <div class="with-acts">
            ${from.role === "me" && !this.chat.ended ? this.#acts(row) : nothing}
            ${text === "" ? html`<div class="bubble gone">${goneSentence(row.line, from.role === "me")}</div>` : html`<div class="bubble" title=${exactTime(at)}>${linkedText(text)}</div>`}
          </div>
          ${this.#mark(row)}
        </div>`;
      }
    }
  }

  /** How far it got; at the last own line, and at every line with more to say. */
  #mark({ state, edited, text, change }: Said): TemplateResult | typeof nothing {
    if (change?.state === "failed") return this.#failed(change.key);
    const words = [
      edited && text !== "" ? "Edited" : "",
      change ? "Saving …" : state === "plain" ? "" : REACHED[state],
    ];
    const icon = change ? clockIcon() : state === "plain" ? nothing : state === "sent" ? checkIcon() : checkCheckIcon();
    const said = words.filter(Boolean).join(" · ");
    return said === "" ? nothing : html`<p class=${`mark ${state}`}>${icon}<span>${said}</span></p>`;
  }

  /** What can be done with an own line: the last one can be edited, any can be taken back, at the second word. */
  #acts({ line, state, change }: Said): TemplateResult | typeof nothing {
    const { room } = this.chat;
    if (line.retractedAt !== undefined || line.key === null || change) return nothing;
    const ask = (id: string | null) => (): void => {
      this.asking = id;
    };
    if (this.asking === line.id) {
      const retract = (): void => {
        this.asking = null;
        report(this, "line-retract", { room, of: line.id });
      };
      return html`<div class="acts asking" role="group" aria-label="Take this line back?">
        <button class="act danger" type="button" @click=${retract}>Take back</button>
        <button class="act" type="button" @click=${ask(null)}>Keep</button>
      </div>`;
    }
    const edit = (): void => report(this, "line-edit", { room, line: line.key });
    return html`<div class="acts">
      ${state === "plain" ? nothing : html`<button class="act icon-act" type="button" aria-label="Edit this line" title="Edit (arrow up)" @click=${edit}>${pencilIcon()}</button>`}
      <button class="act icon-act" type="button" aria-label="Take this line back" title="Take back" @click=${ask(line.id)}>${undoIcon()}</button>
    </div>`;
  }

  #failed(key: string): TemplateResult {
    const over = this.chat.ended !== null;
    return html`<p class="mark failed">
      ${circleAlertIcon()}<span>Not sent.</span>
      ${over ? nothing : html`<button class="again" type="button" @click=${() => report(this, "line-retry", { room: this.chat.room, key })}>Try again</button>`}
    </p>`;
  }

  protected override firstUpdated(): void {
    const place = places.get(this.chat.room);
    const log = this.#log;
    if (!log) return;
    // The window or the composer changed its size: who was at the end stays there.
    this.#observer = new ResizeObserver(() => {
      if (!this.away) log.scrollTop = log.scrollHeight;
    });
    this.#observer.observe(log);
    if (place?.top === null || place === undefined) log.scrollTop = log.scrollHeight;
    else {
      log.scrollTop = place.top;
      this.away = !this.#isAtEnd();
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.shown = places.get(this.chat.room)?.shown ?? PAGE;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override updated(): void {
    const log = this.#log;
    if (!log) return;
    // Earlier lines came in above: what was before the eyes stays there.
    if (this.#grew) log.scrollTop += log.scrollHeight - this.#heightBefore;
    else if (!this.away) log.scrollTop = log.scrollHeight;
    this.#grew = false;
  }

  #isAtEnd(): boolean {
    const log = this.#log;
    return !log || log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  }

  #onScroll(): void {
    const log = this.#log;
    if (!log) return;
    const up = log.scrollTop < this.#top - 1;
    this.#top = log.scrollTop;
    if (this.#isAtEnd()) this.away = false;
    else if (up) this.away = true;
    // Not the reader moved but the room for lines: another part of the page grew.
    else if (!this.away) log.scrollTop = log.scrollHeight;
    places.set(this.chat.room, { top: this.away ? log.scrollTop : null, shown: this.shown });
    if (log.scrollTop < 80 && this.away && this.chat.lines.length > this.shown) this.#showEarlier();
  }

  #showEarlier(): void {
    if (this.#grew) return;
    this.#grew = true;
    this.away = true;
    this.shown += PAGE;
  }

  #toEnd(): void {
    this.away = false;
    this.requestUpdate();
  }
}
customElements.define("message-list", MessageList);

const head = (name: string, at: number): TemplateResult =>
  html`<p class="head"><b dir="auto">${name}</b> <time title=${exactTime(at)}>${timeOfDay(at)}</time></p>`;

type Said = Extract<Row, { kind: "said" }>;

const REACHED: Record<Reached, string> = { sent: "Sent", delivered: "Delivered", read: "Seen" };

const goneSentence = ({ retractedAt }: Said["line"], own: boolean): TemplateResult =>
  retractedAt === undefined
    ? html`Taking it back …`
    : html`${own ? "You took this line back" : "This line was taken back"} <time title=${exactTime(retractedAt)}>${timeOfDay(retractedAt)}</time>`;

function eventSentence(line: Extract<Row, { kind: "event" }>["line"], visitor: string): string {
  if (line.kind === "requeued") return "The agent was lost, and the visitor went to the head of the queue.";
  const name = line.from.role === "visitor" ? visitor : line.from.nick;
  switch (line.kind) {
    case "came":
      return `${name} is here.`;
    case "returned":
      return `${name} is back.`;
    case "left":
      return `${name} has left.`;
    case "lost":
      return `${name} has lost the connection.`;
  }
}

/** Who ended it, and that nothing is lost. */
export function endSentence({ ended, name }: Chat): string {
  if (!ended) return "";
  if (ended.by === "me") return "You ended the chat. The transcript is saved.";
  if (ended.by === "visitor") return `${name} ended the chat. The transcript is saved.`;
  if (ended.by === "agent")
    return `${ended.name === "" ? "The agent" : ended.name} ended the chat. The transcript is saved.`;
  if (ended.by === "handover") return `A colleague has taken ${name}’s chat over, and you have left it.`;
  return "This chat is over, or it went to a colleague. The transcript is saved.";
}
