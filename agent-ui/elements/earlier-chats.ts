/** Earlier chats of the same visitor: the list, and one to read. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { arrowLeftIcon } from "../../design/icons.ts";
import type { Chat, State, StoredLine } from "../state/model.ts";
import { fileStyles } from "../styles/file-card.ts";
import { shared } from "../styles/shared.ts";
import { fileCard } from "./file-card.ts";
import { clockSpan, dateOf, exactTime, listing, timeOfDay } from "./format.ts";
import { report } from "./intents.ts";
import { linkedText } from "./linked-text.ts";

export class EarlierChats extends LitElement {
  static override properties = {
    chat: { attribute: false },
    list: { attribute: false },
    transcripts: { attribute: false },
    open: { state: true },
  };
  declare chat: Chat;
  declare list: State["earlier"][string] | undefined;
  declare transcripts: State["transcripts"];
  /** The session that is being read. */
  declare open: string | null;

  constructor() {
    super();
    this.transcripts = {};
    this.open = null;
  }

  static override styles = [
    ...shared,
    fileStyles,
    css`
      :host { display: block; }
      ul { display: grid; gap: var(--s2); }
      .entry { display: grid; gap: 2px; inline-size: 100%; padding: var(--s3); border: 1px solid var(--line); border-radius: var(--radius-card); background: var(--surface); text-align: start; }
      .entry:hover { background: var(--hover); }
      .entry b { font-weight: var(--weight-strong); }
      .back { margin: 0 0 var(--s3) calc(-1 * var(--s3)); }
      ol { display: grid; gap: var(--s3); }
      .head { color: var(--ink-soft); font-size: var(--text-meta); }
      .head b { color: var(--ink); font-weight: var(--weight-strong); }
      .said { overflow-wrap: anywhere; white-space: pre-wrap; }
      .said a { color: var(--accent-ink); }
      .event { color: var(--ink-faint); font-size: var(--text-meta); }
    `,
  ];

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const was = changed.get("chat");
    if (typeof was === "object" && was !== null && "userId" in was && was.userId !== this.chat.userId) this.open = null;
  }

  override render(): TemplateResult {
    return this.open === null ? this.#list() : this.#transcript(this.open);
  }

  #list(): TemplateResult {
    const { list } = this;
    if (list === undefined || list.phase === "loading") return html`<p class="meta">Looking …</p>`;
    if (list.phase === "failed") {
      const again = (): void => report(this, "earlier-load", { room: this.chat.room });
      return html`<p>Earlier chats could not be read. <button class="button" type="button" @click=${again}>Try again</button></p>`;
    }
    const earlier = list.value.filter(({ session }) => session !== this.chat.session);
    if (earlier.length === 0) return html`<p class="meta">This is the first chat with ${this.chat.name}.</p>`;
    return html`<ul>
      ${earlier.map((one) => {
        const agents = one.agents.map(({ jid }) => nameOf(jid));
        return html`<li>
          <button class="entry" type="button" @click=${() => this.#read(one.session)}>
            <b>${dateOf(one.joinedAt)}, ${timeOfDay(one.joinedAt)}</b>
            <span class="meta">${clockSpan(one.leftAt - one.joinedAt)} min${agents.length > 0 ? ` · with ${listing(agents)}` : nothing}</span>
          </button>
        </li>`;
      })}
    </ul>`;
  }

  #transcript(session: string): TemplateResult {
    const entries = this.transcripts[session];
    const back = html`<button class="button quiet back" type="button" @click=${() => (this.open = null)}>${arrowLeftIcon()} All earlier chats</button>`;
    if (entries === undefined || entries.phase === "loading") return html`${back}<p class="meta">Looking …</p>`;
    if (entries.phase === "failed") {
      return html`${back}<p>This transcript could not be read. <button class="button" type="button" @click=${() => this.#read(session)}>Try again</button></p>`;
    }
    if (entries.value.length === 0) return html`${back}<p class="meta">Nothing was said.</p>`;
    return html`${back}
      <ol>
        ${entries.value.map((entry) =>
          entry.kind === "line"
            ? html`<li><p class="head"><b dir="auto">${entry.nick}</b> <time title=${exactTime(entry.at)}>${timeOfDay(entry.at)}</time></p>${said(entry)}</li>`
            : html`<li class="event">${entry.nick} ${entry.kind === "joined" ? "came" : "left"}, ${timeOfDay(entry.at)}</li>`,
        )}
      </ol>`;
  }

  #read(session: string): void {
    this.open = session;
    if (this.transcripts[session]?.phase !== "ready")
      report(this, "transcript-load", { room: this.chat.room, session });
  }
}

function said({ text, fate, file }: StoredLine): TemplateResult {
  if (fate?.kind === "retracted") return html`<p class="event">Taken back, ${timeOfDay(fate.at)}</p>`;
  if (file) return html`<p class="said words">${fileCard({ ...file, path: new URL(file.url).pathname })}</p>`;
  return html`<p class="said words">${linkedText(text)}${fate ? html` <small class="event" title=${exactTime(fate.at)}>(edited)</small>` : nothing}</p>`;
}

/** The address is all the list tells of an agent. */
function nameOf(jid: string): string {
  const local = jid.split("@")[0] ?? jid;
  return local.charAt(0).toLocaleUpperCase() + local.slice(1);
}

customElements.define("earlier-chats", EarlierChats);
