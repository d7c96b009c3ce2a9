/** The head of the panel: whom this is with, how things stand, and the way out. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { chevronDownIcon, volume2Icon, volumeXIcon } from "../../../design/icons.ts";
import { whoIsHere } from "../frames.ts";
import type { ChatState } from "../state.ts";
import type { Ui } from "./ui.ts";

export function header(ui: Ui): TemplateResult {
  const { state, say, chat, mode, screen } = ui;
  const { dot, text } = standing(ui);
  const talking = screen === "talking";
  const muted = chat.muted;
  return html`<header>
    <div class="who">
      <h2 id="title">${state.view?.title ?? chat.settings.workgroup}</h2>
      ${text ? html`<p class="standing"><span class="dot ${dot}"></span><span>${text}</span></p>` : nothing}
    </div>
    ${
      talking && !state.confirming
        ? html`<button class="button small" id="end" @click=${() => chat.dispatch({ type: "confirm", asking: true })}>
            ${say("chat.end")}
          </button>`
        : nothing
    }
    ${
      talking || screen === "waiting" || screen === "again"
        ? iconButton(say(muted ? "panel.unmute" : "panel.mute"), muted ? volumeXIcon() : volume2Icon(), () =>
            chat.mute(!muted),
          )
        : nothing
    }
    ${mode === "launcher" ? iconButton(say("panel.minimise"), chevronDownIcon(), ui.minimise) : nothing}
  </header>`;
}

const iconButton = (label: string, icon: TemplateResult, click: () => void): TemplateResult =>
  html`<button class="icon-button" aria-label=${label} title=${label} @click=${click}>${icon}</button>`;

function standing({ state, say, screen, format }: Ui): { dot: string; text: string } {
  const { view } = state;
  if (screen === "talking") {
    const here = whoIsHere(state.comings).join(", ");
    return here ? { dot: "here", text: say("chat.here", { name: here }) } : { dot: "busy", text: say("chat.nobody") };
  }
  if (screen === "again") return { dot: "busy", text: say("chat.nobody") };
  // Said below already, and larger.
  if (screen === "closed" || screen === "unserved") return { dot: "", text: "" };
  if (screen === "ended") return { dot: "gone", text: endedBy(state, say) };
  if (!view) return { dot: "gone", text: state.viewFailed === "away" ? say("availability.unknown") : "" };
  if (view.availability !== "open") return { dot: "gone", text: say(`availability.${view.availability}`) };
  const wait = view.waitS ?? 0;
  return wait < 60
    ? { dot: "here", text: say("availability.open") }
    : { dot: "busy", text: say("availability.wait", { time: format.minutes(wait) }) };
}

/** Who ended the chat, in words. */
export function endedBy({ visit }: ChatState, say: Ui["say"]): string {
  return visit.phase === "ended" ? say(`ended.${visit.by.kind}`, { name: visit.by.name }) : "";
}
