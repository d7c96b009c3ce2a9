/** The queue: the place as a large number, what changes said in words, and both ways out. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { messageCircleIcon } from "../../../design/icons.ts";
import type { VisitState } from "../../../protocol/visitor-api.ts";
import { hero } from "./form.ts";
import { log } from "./log.ts";
import type { Ui } from "./ui.ts";

type Waiting = Extract<VisitState, { phase: "waiting" }>;

export function waitingView(ui: Ui, visit: Waiting): TemplateResult {
  const { say, state } = ui;
  const { position } = visit;
  return html`<div class="page queue">
      <div class="place">
        <p>${say(position === null ? "waiting.looking" : "waiting.title")}</p>
        ${position === null ? busy() : html`<p class="number">${ui.format.number(position)}</p>`}
        <p class="sentence" tabindex="-1">${placeWords(ui, visit)}</p>
        <p>${waitWords(ui, visit)}</p>
        <p class="write">${say("waiting.write")}</p>
        ${state.moved ? html`<p class="moved">${say(`waiting.${state.moved}`)}</p>` : nothing}
      </div>
      ${state.pending.length || visit.question ? log(ui) : nothing}
    </div>
    ${waysOut(ui)}`;
}

export function connectingView(ui: Ui): TemplateResult {
  const { say, chat, state } = ui;
  const joining = state.wants.length > 0;
  const cancel = html`<button class="button" @click=${() => chat.cancel()}>${say("waiting.cancel")}</button>`;
  return hero(busy(), say("waiting.connecting"), "", joining ? [cancel] : []);
}

/** Waiting anew, because the agent was lost: a strip below the conversation. */
export function againStrip(ui: Ui, visit: Waiting): TemplateResult {
  return html`<div class="strip amber"><strong>${ui.say("again.title")}</strong> ${sentence(ui, visit)}</div>
    ${waysOut(ui)}`;
}

/** "One person is before you. About 3 minutes." */
export const sentence = (ui: Ui, visit: Waiting): string => `${placeWords(ui, visit)} ${waitWords(ui, visit)}`.trim();

function placeWords({ say, format }: Ui, { position }: Waiting): string {
  if (position === null) return "";
  if (position <= 2) return say(position === 2 ? "waiting.second" : "waiting.first");
  return say("waiting.later", { count: format.number(position - 1) });
}

function waitWords({ say, format }: Ui, { waitS }: Waiting): string {
  if (waitS === null) return "";
  return waitS < 60 ? say("waiting.soon") : say("waiting.time", { time: format.minutes(waitS) });
}

function waysOut({ say, chat }: Ui): TemplateResult {
  return html`<div class="actions out">
    <button class="button small quiet" @click=${() => chat.dispatch({ type: "screen", screen: "message" })}>${say("waiting.message")}</button>
    <button class="button small" @click=${() => chat.cancel()}>${say("waiting.cancel")}</button>
  </div>`;
}

const busy = (): TemplateResult => html`<div class="busy">${messageCircleIcon()}</div>`;
