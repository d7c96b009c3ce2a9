/**
 * The panel: the chat itself, in a shadow root of its own. Draws the state; every act goes to the `Chat`.
 * Drawn with Lit's templates alone: a whole `LitElement` would cost a tenth of what the widget may weigh.
 */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { arrowDownIcon, clockIcon } from "../../../design/icons.ts";
import type { Chat } from "../chat.ts";
import { createFormat, type Format } from "../format.ts";
import { whoIsHere } from "../frames.ts";
import { type ScreenName, screenOf } from "../screen.ts";
import { sheet as styles } from "../styles/sheet.ts";
import { isRightToLeft } from "../texts.ts";
import { composer, endStrip, isTouch } from "../views/composer.ts";
import { closedView, formView, hero, messageView, thanksView, unreachableView } from "../views/form.ts";
import { endedBy, header } from "../views/header.ts";
import { log } from "../views/log.ts";
import type { Mode, Ui } from "../views/ui.ts";
import { againStrip, connectingView, sentence, waitingView } from "../views/waiting.ts";

export class Panel {
  readonly element = document.createElement("section");
  #root = this.element.attachShadow({ mode: "open" });
  #chat: Chat;
  #mode: Mode;
  #format: Format;
  #minimise: () => void;
  #due = false;
  #screen: ScreenName | undefined;
  #confirming = false;
  #editing = "";
  /** The reader is at the end of the conversation, so the end is kept in view. */
  #atEnd = true;

  constructor(chat: Chat, mode: Mode, minimise: () => void) {
    this.#chat = chat;
    this.#mode = mode;
    this.#minimise = minimise;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.#root.adoptedStyleSheets = [sheet];
    const { lang } = chat.settings;
    // The words may change while it is open: they are loaded.
    this.#format = createFormat(lang, (...of) => chat.say(...of), Date.now);
    Object.assign(this.element, { lang, dir: isRightToLeft(lang) ? "rtl" : "ltr", className: mode });
    this.draw();
    // The first time of day, and with it the visitor's zone, takes its 20 ms now, while somebody reads the form, and not
    // when "Start chat" is pressed or the first line is drawn.
    setTimeout(() => this.#format.time(0), 100);
  }

  /** Draws soon; many changes at once are drawn once. */
  update(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => this.draw());
  }

  /** Draws now, and keeps focus and place in the conversation where they belong. */
  draw(): void {
    this.#due = false;
    const hadFocus = this.#root.activeElement !== null;
    const ui = this.#ui();
    this.#chat.files?.attach(this.#root);
    render(this.#whole(ui), this.#root);
    const { screen } = ui;
    const { confirming, editing } = ui.state;
    this.#grow();
    if (screen !== this.#screen) this.#atEnd = true;
    if (this.#atEnd && this.#find(".log")) this.#toEnd();
    // What had the focus may be gone with its screen.
    if (confirming !== this.#confirming) this.#find(confirming ? "#end-sure" : "#end")?.focus();
    else if (screen !== this.#screen && hadFocus && this.#root.activeElement === null) this.focusStart();
    this.#screen = screen;
    if (editing !== this.#editing) this.#find("#box")?.focus();
    this.#editing = editing;
    this.#confirming = confirming;
  }

  /** Puts the focus where the visitor goes on: the first question, the box, or the heading. */
  focusStart(): void {
    const heading = this.#find('[tabindex="-1"]');
    const first = isTouch()
      ? (heading ?? this.#find(".log"))
      : (this.#find("form :is(input,textarea,select),#box") ?? heading);
    (first ?? this.#find("button"))?.focus({ preventScroll: true });
  }

  #find(selector: string): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>(selector);
  }

  #ui(): Ui {
    const chat = this.#chat;
    const { state, say } = chat;
    return {
      chat,
      state,
      say,
      format: this.#format,
      mode: this.#mode,
      minimise: this.#minimise,
      screen: screenOf(state),
    };
  }

  #whole(ui: Ui): TemplateResult {
    return html`${header(ui)}
      <p class="visually-hidden" role="status">${news(ui)}</p>
      <div class="body ${ui.screen}" @scroll=${this.#scrolled}>${body(ui)}</div>
      ${
        this.#atEnd
          ? nothing
          : html`<button class="newer" @click=${this.#toEnd}>${arrowDownIcon()} ${ui.say("chat.newer")}</button>`
      }
      ${foot(ui)}`;
  }

  /** The box grows with its text, up to five lines. */
  #grow(): void {
    const box = this.#find("#box");
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }

  #scrolled = ({ currentTarget: area }: Event): void => {
    if (!(area instanceof HTMLElement)) return;
    const atEnd = area.scrollHeight - area.scrollTop - area.clientHeight < 48;
    if (atEnd === this.#atEnd) return;
    this.#atEnd = atEnd;
    this.update();
  };

  #toEnd = (): void => {
    const area = this.#find(".body");
    if (area) area.scrollTop = area.scrollHeight;
  };
}

function body(ui: Ui): TemplateResult | typeof nothing {
  const { visit } = ui.state;
  switch (ui.screen) {
    case "loading":
      return nothing;
    case "unreachable":
      return unreachableView(ui);
    case "closed":
      return closedView(ui);
    case "form":
      return formView(ui);
    case "connecting":
      return connectingView(ui);
    case "waiting":
      return visit.phase === "waiting" ? waitingView(ui, visit) : nothing;
    case "message":
      return messageView(ui);
    case "thanks":
      return thanksView(ui);
    case "unserved":
      return visit.phase === "unserved" ? unserved(ui, visit.reason) : nothing;
    default:
      return html`${log(ui)}${typing(ui)}`;
  }
}

function foot(ui: Ui): TemplateResult | typeof nothing {
  const { state, say, screen, chat } = ui;
  const { visit } = state;
  const lost = state.link === "lost" ? html`<p class="strip link-lost">${say("link.lost")}</p>` : nothing;
  switch (screen) {
    case "again":
    case "waiting":
      return html`<footer>${visit.phase === "waiting" && screen === "again" ? againStrip(ui, visit) : nothing}${lost}${composer(ui)}</footer>`;
    case "talking":
      return html`<footer>${lost}${state.confirming ? endStrip(ui) : nothing}${composer(ui)}</footer>`;
    case "ended":
      return html`<footer class="over">
        <p><strong>${endedBy(state, say)}</strong> ${say("ended.text")}</p>
        <button class="button primary" @click=${() => chat.dispatch({ type: "restart" })}>${say("ended.again")}</button>
      </footer>`;
    default:
      return state.link === "lost" ? html`<footer>${lost}</footer>` : nothing;
  }
}

function unserved({ chat, say }: Ui, reason: "nobody-took-it" | "closed" | "away"): TemplateResult {
  const message = html`<button class="button primary" @click=${() => chat.dispatch({ type: "screen", screen: "message" })}>
    ${say("message.button")}
  </button>`;
  const again = html`<button class="button" @click=${() => chat.dispatch({ type: "restart" })}>${say("ended.again")}</button>`;
  return hero(clockIcon(), say(`unserved.${reason}`), say("closed.text"), [message, again]);
}

const typing = ({ state, say }: Ui): TemplateResult =>
  html`<p class="typing" aria-hidden="true">${
    state.typing.length ? html`${say("chat.typing", { name: state.typing.join(", ") })}<i></i><i></i><i></i>` : nothing
  }</p>`;

/** What a listener is told about how things stand; each change is read out once. */
function news(ui: Ui): string {
  const { state, say } = ui;
  const { visit } = state;
  if (state.link === "lost") return say("link.lost");
  if (visit.phase === "waiting") return sentence(ui, visit);
  if (visit.phase === "talking") return say("chat.with", { name: whoIsHere(state.comings).join(", ") });
  return endedBy(state, say);
}
