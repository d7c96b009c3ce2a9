/** The way in: the workgroup's questions; or, when nobody is there, the way to leave a message. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { clockIcon, mailIcon, wifiOffIcon } from "../../../design/icons.ts";
import type { FieldView } from "../../../protocol/visitor-api.ts";
import { valuesOf } from "../form.ts";
import type { MessageForm } from "../state.ts";
import { field } from "./fields.ts";
import type { Ui } from "./ui.ts";

export function formView(ui: Ui): TemplateResult {
  const { chat, state, say } = ui;
  const { view } = state;
  const form = view?.form;
  return html`<form novalidate class="page" @submit=${submitting(() => chat.join())}>
    <div class="intro">
      <h3 dir="auto">${form?.title || say("form.title")}</h3>
      ${paragraph(form?.instructions || view?.description || say("form.text"))}
    </div>
    ${form?.fields.map((one) =>
      field(one, {
        say,
        values: valuesOf(one, state.answers),
        mistake: state.mistakes[one.name],
        change: (values) => chat.dispatch({ type: "answer", name: one.name, values }),
      }),
    )}
    ${mistakesLine(ui)}
    <div class="submit"><button class="button primary">${say("form.start")}</button></div>
  </form>`;
}

export function messageView(ui: Ui): TemplateResult {
  const { chat, state, say } = ui;
  const sending = state.wants.some((want) => want.frame.kind === "leave-message");
  return html`<form novalidate class="page" @submit=${submitting(() => chat.leaveMessage())}>
    <div class="intro">
      <h3 tabindex="-1">${say("message.title")}</h3>
      ${paragraph(say("message.text"))}
    </div>
    ${messageFields(ui).map((one) =>
      field(one, {
        say,
        values: [state.message[one.name]],
        mistake: state.mistakes[one.name],
        change: ([text = ""]) => {
          chat.dispatch({ type: "message", message: { ...state.message, [one.name]: text } });
        },
      }),
    )}
    ${mistakesLine(ui)}
    <div class="actions">
      <button class="button" type="button" @click=${() => chat.dispatch({ type: "screen", screen: "chat" })}>${say("message.cancel")}</button>
      <button class="button primary grow" ?disabled=${sending}>${say(sending ? "message.sending" : "chat.send")}</button>
    </div>
  </form>`;
}

export function closedView({ chat, say, state }: Ui): TemplateResult {
  const title = say(state.view?.availability === "closed" ? "availability.closed" : "availability.no-agents");
  return hero(clockIcon(), title, say("closed.text"), [
    html`<button class="button primary" @click=${() => chat.dispatch({ type: "screen", screen: "message" })}>${say("message.button")}</button>`,
  ]);
}

export function unreachableView({ chat, say, state }: Ui): TemplateResult {
  // An address that was mistyped is not made better by trying again.
  if (state.viewFailed === "unknown") return hero(wifiOffIcon(), say("refused.unknown-workgroup"), "", []);
  return hero(wifiOffIcon(), say("unreachable.title"), say("unreachable.text"), [
    html`<button class="button primary" @click=${() => chat.refresh()}>${say("unreachable.again")}</button>`,
  ]);
}

export function thanksView({ chat, state, say }: Ui): TemplateResult {
  return hero(mailIcon(), say("thanks.title"), say("thanks.text", { email: state.message.email }), [
    html`<button class="button" @click=${() => chat.dispatch({ type: "screen", screen: "chat" })}>${say("thanks.back")}</button>`,
  ]);
}

/** A state that has little to say, said in the middle of the panel. */
export function hero(mark: unknown, title: string, text: string, actions: TemplateResult[]): TemplateResult {
  return html`<div class="page hero">
    <div class="mark">${mark}</div>
    <h3 tabindex="-1">${title}</h3>
    ${paragraph(text)}
    <div class="actions">${actions}</div>
  </div>`;
}

const paragraph = (text: string | undefined): unknown => (text ? html`<p dir="auto">${text}</p>` : nothing);

/** Says at the button, and to who only hears, that something above is missing; or that the gateway refused. */
function mistakesLine({ state, say, format }: Ui): TemplateResult {
  const { notice, noticeS } = state;
  const count = Object.keys(state.mistakes).length;
  const again = noticeS > 0 ? ` ${say("refused.again", { time: format.seconds(noticeS) })}` : "";
  const text = count ? say("form.check", { count }) : notice ? say(`refused.${notice}`) + again : "";
  return html`<p class="mistake" role="alert" ?hidden=${!text}>${text}</p>`;
}

/** Takes the submit of a form; when something is missing the first such control gets the focus. */
const submitting =
  (go: () => boolean) =>
  (event: Event): void => {
    event.preventDefault();
    const form = event.currentTarget;
    if (go() || !(form instanceof HTMLElement)) return;
    // The mistakes are drawn in the microtasks of this task.
    setTimeout(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

type MessageField = FieldView & { name: keyof MessageForm };

function messageFields({ say }: Ui): MessageField[] {
  const one = (name: keyof MessageForm, type: FieldView["type"], label: string, required: boolean): MessageField => ({
    name,
    type,
    label,
    required,
    options: [],
    values: [],
  });
  return [
    one("name", "text-single", say("message.name"), false),
    one("email", "text-single", say("message.email"), true),
    one("text", "text-multi", say("message.body"), true),
  ];
}
