/** The conversation. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { linkSegments } from "../../../design/links.ts";
import { type LineEntry, type LogEntry, logEntries } from "../log.ts";
import type { Action } from "../reduce.ts";
import type { TextKey } from "../texts/en.ts";
import type { Ui } from "./ui.ts";

export function log(ui: Ui): TemplateResult {
  const { state, say, format } = ui;
  const { entries, unsettled } = logEntries(state, format.day);
  // Settled lines only ever follow one another: whoever listens hears each once, when it is real.
  return html`<div class="log" role="log" aria-label=${say("chat.log")} aria-relevant="additions" tabindex="0">
    ${entries.map((one) => entry(one, ui))}
    <div class="unsettled" aria-live="off">${unsettled.map((one) => entry(one, ui))}</div>
  </div>`;
}

function entry(one: LogEntry, ui: Ui): TemplateResult {
  const { say, format } = ui;
  switch (one.kind) {
    case "line":
      return line(one, ui);
    case "day":
      return html`<p class="day">${format.day(one.at)} <time>${format.time(one.at)}</time></p>`;
    case "question":
      return html`<div class="line own first last"><div class="bubble"><span class="asked">${say("chat.asked")}</span><div dir="auto">${linked(one.text)}</div></div></div>`;
    case "note":
      return html`<p class="note" title=${format.full(one.at)}>${say(one.text, { name: one.name })}</p>`;
    case "service":
      return html`<p class="note" title=${format.full(one.at)}>${linked(one.text)}</p>`;
  }
}

function line(one: LineEntry, ui: Ui): TemplateResult {
  const { own, name, first, last, mark } = one;
  const gone = one.text ? "" : "gone";
  const classes = `line ${own ? "own" : "other"} ${first ? "first" : ""} ${last ? "last" : ""} ${mark ?? ""} ${gone}`;
  return html`<div class=${classes}>
    ${
      // Who speaks is heard with every line, and seen with the first of a group.
      html`<span class=${first && !own ? "speaker" : "visually-hidden"}>${own ? ui.say("chat.you") : name}</span>`
    }
    <div class="bubble" dir="auto" title=${ui.format.full(one.at)}>${gone ? ui.say("line.gone") : (one.file && ui.chat.files?.card(one.file, ui)) || linked(one.text)}</div>
    ${last || mark || one.edited ? foot(one, ui) : nothing}
  </div>`;
}

function foot(one: LineEntry, { say, format, chat }: Ui): TemplateResult {
  const { key, mark } = one;
  const time = format.time(one.at);
  const over = chat.state.visit.phase !== "talking";
  const link = (text: TextKey, action: Action): TemplateResult =>
    html`<button class="link" @click=${() => chat.dispatch(action)}>${say(text)}</button>`;
  const failed = mark === "failed";
  const words = failed
    ? `${say("line.failed")}${one.failed ? `. ${say(`refused.${one.failed}`)}` : ""}`
    : mark
      ? say(`line.${mark}`, { time })
      : time;
  return html`<span class="foot">
    <span>${one.edited && one.text ? `${say("line.edited")} · ` : ""}${words}</span>
    ${
      over || !mark || (one.file && !failed)
        ? nothing
        : failed
          ? link("line.again", { type: "again", key: one.again ?? key })
          : mark === "pending"
            ? nothing
            : link("line.edit", { type: "edit", key })
    }
  </span>`;
}

/** Text with its addresses as links; never HTML. */
const linked = (text: string): unknown[] =>
  linkSegments(text).map(({ text: words, href }) =>
    href ? html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow">${words}</a>` : words,
  );
