/**
 * A conversation. Only the lines around the reader are in the document, and others come in on the way up or down, so that
 * two thousand cost no more than forty; keeps to the end while the reader is there, and otherwise where the reader is.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Chat } from "../state/model.ts";
import { fileStyles } from "../styles/file-card.ts";
import { messageListStyles } from "../styles/message-list.ts";
import { shared } from "../styles/shared.ts";
import { chatRows, lineIdOf, type Row } from "./chat-rows.ts";
import { exactTime, timeOfDay } from "./format.ts";
import { around, atEnd, earlier, type LineWindow, later, moved } from "./line-window.ts";
import { messageRow } from "./message-row.ts";

/** So near to the end counts as being there. */
const NEAR_PX = 48;

/** A row, by its id, and how far its upper edge stands below that of the log. */
type Place = { row: string; offset: number };

/** Where the reader was in each conversation, by room: a line, by its id; none for who was at the end. */
const places = new Map<string, { line: string; offset: number }>();

export class MessageList extends LitElement {
  static override properties = {
    chat: { attribute: false },
    today: { type: Number },
    drawn: { state: true },
    away: { state: true },
    asking: { state: true },
  };
  /** One element, one chat: draw another for another. */
  declare chat: Chat;
  /** Any instant of today; changes once a day. */
  declare today: number;
  /** The lines that are in the document. */
  declare drawn: LineWindow;
  /** The reader is not at the end. */
  declare away: boolean;
  /** The line that waits for a second word before it is taken back, by its id. */
  declare asking: string | null;
  #rows: Row[] = [];
  /** What stays before the reader's eyes whatever comes in above. */
  #anchor: Place | undefined;
  #top = 0;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.today = 0;
    this.drawn = { from: 0, to: null };
    this.away = false;
    this.asking = null;
  }

  static override styles = [...shared, messageListStyles, fileStyles];

  get #log(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>("[role=log]");
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const was = changed.get("chat");
    const { lines, unsent, marks } = this.chat;
    if (was && unsent.length > was.unsent.length) this.#toEnd();
    if (was && lines !== was.lines) this.drawn = moved(this.drawn, lines.length, !this.away);
    const asDrawn = was && was.lines === lines && was.unsent === unsent && was.marks === marks;
    if ((changed.has("chat") && !asDrawn) || changed.has("drawn")) {
      // Looked for among the rows that are still there.
      this.#anchor ??= this.away && this.hasUpdated ? this.#inView() : undefined;
      this.#rows = chatRows(this.chat, this.drawn);
    }
  }

  override render(): TemplateResult {
    const { chat, today, asking } = this;
    const ask = (id: string | null): void => {
      this.asking = id;
    };
    const context = { chat, today, asking, ask, list: this };
    const hidden = this.drawn.from;
    const step = hidden - earlier(this.drawn).from;
    return html`
      <div role="log" aria-label=${`Conversation with ${chat.name}`} tabindex="0" @scroll=${this.#onScroll}>
        ${hidden > 0 ? html`<button class="button quiet earlier" type="button" @click=${this.#showEarlier}>Show ${step} earlier lines</button>` : nothing}
        <div class="rows">
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
                      "line" in row && asking === row.line.id,
                      chat.ended,
                      today,
                      chat.name,
                    ],
                    () => messageRow(row, context),
                  ),
              )
        }
        ${chat.ended && this.drawn.to === null ? html`<p class="end"><span>${endSentence(chat)}</span> <time title=${exactTime(chat.ended.at)}>${timeOfDay(chat.ended.at)}</time></p>` : nothing}
        </div>
      </div>
      ${this.away ? html`<button class="button to-end" type="button" @click=${this.#toEnd}>Newest lines</button>` : nothing}
    `;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { room, lines } = this.chat;
    const place = places.get(room);
    const index = place ? lines.findIndex(({ id }) => id === place.line) : -1;
    this.away = index >= 0;
    this.drawn = this.away ? around(index, lines.length) : atEnd(lines.length);
  }

  protected override firstUpdated(): void {
    const log = this.#log;
    const rows = log?.querySelector(".rows");
    if (!log || !rows) return;
    // Called before the first frame, and whenever lines come in or window and composer change their size: who is at the
    // end stays there. Asking for heights any sooner would lay the page out twice.
    this.#observer = new ResizeObserver(() => this.#follow());
    this.#observer.observe(log);
    this.#observer.observe(rows);
    const place = places.get(this.chat.room);
    const row = this.away && place ? this.#rows.find((one) => lineIdOf(one) === place.line) : undefined;
    if (place && row) this.#anchor = { row: row.id, offset: place.offset };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override updated(): void {
    const { row, offset } = this.#anchor ?? {};
    this.#anchor = undefined;
    const el = this.#elements[this.#rows.findIndex(({ id }) => id === row)];
    const log = this.#log;
    if (!log || !el || offset === undefined) return;
    log.scrollTop += this.#offsetOf(el) - offset;
    this.#top = log.scrollTop;
  }

  get #elements(): HTMLCollection {
    return this.renderRoot.querySelector(".rows")?.children ?? new DocumentFragment().children;
  }

  #offsetOf(el: Element): number {
    return el.getBoundingClientRect().top - (this.#log?.getBoundingClientRect().top ?? 0);
  }

  /** The first line that is at least partly before the reader's eyes. */
  #inView(): Place | undefined {
    const elements = this.#elements;
    const top = this.#log?.getBoundingClientRect().top ?? 0;
    let [low, high] = [0, elements.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((elements[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
      else low = middle + 1;
    }
    for (const [i, row] of this.#rows.entries()) {
      const el = elements[i];
      if (i >= low && el && lineIdOf(row) !== undefined) return { row: row.id, offset: this.#offsetOf(el) };
    }
    return undefined;
  }

  /** To the end, for who is there; and more lines, where those drawn leave nothing to scroll into. */
  #follow(): void {
    const log = this.#log;
    if (!log) return;
    // More lines in the next frame: an observer must not change what it observes, and who comes back sees the place at once.
    if (this.away) {
      requestAnimationFrame(() => this.#widen());
      return;
    }
    log.scrollTop = log.scrollHeight;
    if (this.drawn.from === 0 || log.scrollHeight >= 2 * log.clientHeight) return;
    requestAnimationFrame(() => (this.drawn = earlier(this.drawn)));
  }

  /** More lines at the edge that the reader is near. */
  #widen(): void {
    const log = this.#log;
    if (!log || !this.away) return;
    const left = log.scrollHeight - log.scrollTop - log.clientHeight;
    if (log.scrollTop < log.clientHeight && this.drawn.from > 0) this.#showEarlier();
    else if (left < log.clientHeight && this.drawn.to !== null) this.drawn = later(this.drawn, this.chat.lines.length);
  }

  #onScroll(): void {
    const log = this.#log;
    if (!log) return;
    const up = log.scrollTop < this.#top - 1;
    // Nobody moved: we did, so that the reader stays where the reader is.
    if (this.away && log.scrollTop === this.#top) return;
    this.#top = log.scrollTop;
    const left = log.scrollHeight - log.scrollTop - log.clientHeight;
    if (left < NEAR_PX && this.drawn.to === null) this.away = false;
    else if (up) this.away = true;
    // Not the reader moved but the room for lines: another part of the page grew.
    else if (!this.away) log.scrollTop = log.scrollHeight;
    this.#remember();
    this.#widen();
  }

  #remember(): void {
    const place = this.away ? this.#inView() : undefined;
    const row = place && this.#rows.find(({ id }) => id === place.row);
    const line = row && lineIdOf(row);
    if (place && line !== undefined) places.set(this.chat.room, { line, offset: place.offset });
    else places.delete(this.chat.room);
  }

  #showEarlier(): void {
    this.away = true;
    this.drawn = earlier(this.drawn);
  }

  #toEnd(): void {
    if (this.drawn.to !== null) this.drawn = atEnd(this.chat.lines.length);
    this.away = false;
    this.#anchor = undefined;
    // Where nothing new is drawn nothing changes its size either.
    void this.updateComplete.then(() => this.#follow());
  }
}
customElements.define("message-list", MessageList);

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
