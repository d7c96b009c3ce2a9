/** The box to write in, and everything that stands right above it. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { sendIcon } from "../../../design/icons.ts";
import { MAX_LINE } from "../../../protocol/visitor-api.ts";
import type { Ui } from "./ui.ts";

export function composer(ui: Ui): TemplateResult {
  const { chat, state, say, format } = ui;
  const { draft, editing } = state;
  const long = draft.length > MAX_LINE;
  const send = (): void => {
    if (!long) chat.send();
  };
  const typed = ({ target }: Event): void => {
    if (target instanceof HTMLTextAreaElement) chat.write(target.value);
  };
  const edit = (key = ""): void => chat.dispatch({ type: "edit", key });
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "ArrowUp" && !draft) edit(state.lines.findLast(({ key, gone }) => key && !gone)?.key);
    if (event.key === "Escape" && editing) {
      event.stopPropagation();
      edit();
    }
    // On a touch screen Enter breaks the line: there is no Shift at hand. And Enter may belong to an input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || isTouch()) return;
    event.preventDefault();
    send();
  };
  return html`
    ${long ? html`<p class="strip red" role="alert">${say("chat.too-long", { count: format.number(draft.length), limit: format.number(MAX_LINE) })}</p>` : nothing}
    ${
      editing
        ? html`<div class="strip">
            <strong>${say("edit.title")}</strong>
            <div class="actions">
              <button class="button small danger" @click=${() => chat.send("")}>${say("edit.back")}</button>
              <button class="button small" @click=${() => edit()}>${say("waiting.cancel")}</button>
            </div>
          </div>`
        : nothing
    }
    ${ui.chat.files?.strips(ui)}
    <div class="composer">
      ${ui.chat.files?.button(ui)}
      <textarea
        id="box" rows="1" dir="auto" aria-label=${say(editing ? "edit.title" : "chat.message")} .value=${draft}
        placeholder=${say("chat.message")} @input=${typed} @keydown=${pressed}
      ></textarea>
      <button class="icon-button send ${draft.trim() && !long ? "ready" : ""}" aria-label=${say("chat.send")} title=${say("chat.send")} @click=${send}>
        ${sendIcon()}
      </button>
    </div>`;
}

/** The second word before a chat is ended for good. */
export function endStrip({ chat, say }: Ui): TemplateResult {
  return html`<div class="strip" role="alertdialog" aria-labelledby="sure">
    <strong id="sure">${say("chat.end-sure")}</strong>
    <div class="actions">
      <button class="button small" @click=${() => chat.dispatch({ type: "confirm", asking: false })}>${say("chat.end-keep")}</button>
      <button class="button small danger" id="end-sure" @click=${() => chat.dispatch({ type: "end" })}>${say("chat.end")}</button>
    </div>
  </div>`;
}

export const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;
