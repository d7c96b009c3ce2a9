/** One question of a form: label, control, and what is wrong with the answer right beside it. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { FieldView } from "../../../protocol/visitor-api.ts";
import { isEmail } from "../form.ts";
import type { Say } from "../texts.ts";

export type FieldUi = { values: string[]; mistake: string | undefined; say: Say; change(values: string[]): void };

export function field(one: FieldView, ui: FieldUi): TemplateResult | typeof nothing {
  if (one.type === "hidden") return nothing;
  const id = `field-${one.name}`;
  const choices = one.type === "list-multi" || (one.type === "list-single" && one.options.length <= 4);
  const mistake = html`<p class="mistake" id="${id}-mistake" ?hidden=${!ui.mistake}>${ui.mistake}</p>`;
  if (one.type === "boolean") {
    return html`<div class="field">
      <label class="choice">${tick("checkbox", one, "1", ui, ui.values[0] === "1" || ui.values[0] === "true")}<bdi>${one.label}</bdi></label>
      ${mistake}
    </div>`;
  }
  const label = html`<bdi>${one.label}</bdi>${one.required ? nothing : html` <span class="optional">${ui.say("form.optional")}</span>`}`;
  return choices
    ? html`<fieldset class="field" aria-describedby="${id}-mistake">
        <legend>${label}</legend>
        ${one.options.map(
          ({ label: text, value }) =>
            html`<label class="choice">
              ${tick(one.type === "list-multi" ? "checkbox" : "radio", one, value, ui, ui.values.includes(value))}
              <span>${text || value}</span>
            </label>`,
        )}
        ${mistake}
      </fieldset>`
    : html`<div class="field"><label for=${id}>${label}</label>${control(one, id, ui)}${mistake}</div>`;
}

const invalid = (ui: FieldUi): string => (ui.mistake ? "true" : "false");

function tick(type: string, one: FieldView, value: string, ui: FieldUi, checked: boolean): TemplateResult {
  const changed = (event: Event): void => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement)) return;
    const others = one.type === "list-multi" ? ui.values.filter((other) => other !== value) : [];
    ui.change(target.checked ? [...others, value] : one.type === "boolean" ? ["0"] : others);
  };
  return html`<input
    type=${type} name=${one.name} .value=${value} .checked=${checked} aria-invalid=${invalid(ui)}
    aria-describedby="field-${one.name}-mistake" aria-required=${type === "radio" ? nothing : String(one.required)} @change=${changed}
  >`;
}

function control(one: FieldView, id: string, ui: FieldUi): TemplateResult {
  const changed = ({ target }: Event): void => {
    if (target && "value" in target) ui.change([String(target.value)]);
  };
  const value = ui.values.join("\n");
  if (one.type === "list-single") {
    return html`<select
      class="input" id=${id} aria-invalid=${invalid(ui)} aria-describedby="${id}-mistake" aria-required=${String(one.required)} @change=${changed}
    >
      <option value="" ?selected=${!value}>${ui.say("form.choose")}</option>
      ${one.options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label || option.value}</option>`)}
    </select>`;
  }
  if (one.type === "text-multi") {
    return html`<textarea
      class="input" id=${id} rows="3" maxlength="4000" .value=${value} aria-invalid=${invalid(ui)}
      aria-describedby="${id}-mistake" aria-required=${String(one.required)} @input=${changed}
    ></textarea>`;
  }
  const email = isEmail(one);
  const type = one.type === "text-private" ? "password" : email ? "email" : "text";
  const complete = email ? "email" : /name$/i.test(one.name) ? "name" : "off";
  return html`<input
    class="input" id=${id} type=${type} maxlength="4000" autocomplete=${complete} .value=${value} aria-invalid=${invalid(ui)}
    aria-describedby="${id}-mistake" aria-required=${String(one.required)} @input=${changed}
  >`;
}
