/** One row of a conversation: whose line it is, what it says, how far it got, and what can be done with it. */
import { html, nothing, type TemplateResult } from "lit";
import { checkCheckIcon, checkIcon, circleAlertIcon, clockIcon, pencilIcon, undoIcon } from "../../design/icons.ts";
import type { Chat } from "../state/model.ts";
import type { Reached, Row } from "./chat-rows.ts";
import { fileCard } from "./file-card.ts";
import { dayName, exactTime, timeOfDay } from "./format.ts";
import { report } from "./intents.ts";
import { linkedText } from "./linked-text.ts";

/** What rows are drawn from beside themselves. */
export type RowContext = {
  chat: Chat;
  /** Any instant of today. */
  today: number;
  /** The line that waits for a second word before it is taken back, by its id. */
  asking: string | null;
  /** Asks that second word of another line, or of none. */
  ask(id: string | null): void;
  /** Where what the agent wants is reported. */
  list: HTMLElement;
};

type Said = Extract<Row, { kind: "said" }>;

/** One element for each row. */
export function messageRow(row: Row, context: RowContext): TemplateResult {
  const { chat, today } = context;
  switch (row.kind) {
    case "day":
      return html`<p class="day"><span>${dayName(row.at, today)}</span></p>`;
    case "question":
      return html`<div class="line visitor opens">
        <p class="head"><b dir="auto">${chat.name}</b> asked <time title=${exactTime(row.at)}>${timeOfDay(row.at)}</time></p>
        <div class="bubble question">${linkedText(row.text)}</div>
      </div>`;
    case "event":
      return html`<p class="event">${eventSentence(row.line, chat.name)} <time title=${exactTime(row.at)}>${timeOfDay(row.at)}</time></p>`;
    case "unsent":
      return html`<div class=${`line me ${row.opens ? "opens" : ""} ${row.state}`}>
        ${row.opens ? head("You", row.at) : nothing}
        <div class="bubble">${row.file ? fileCard(row.file) : linkedText(row.text)}</div>
        ${row.state === "failed" ? failed(row.id, context) : html`<p class="mark">${clockIcon()}<span>Sending …</span></p>`}
      </div>`;
    case "said":
      return said(row, context);
  }
}

function said(row: Said, context: RowContext): TemplateResult {
  const { from, text, at, opens } = row;
  const { chat } = context;
  const name = from.role === "me" ? "You" : from.role === "visitor" ? chat.name : from.nick;
  if (from.role === "service")
    return html`<p class="event" dir="auto">${linkedText(text)} <time title=${exactTime(at)}>${timeOfDay(at)}</time></p>`;
  return html`<div class=${`line ${from.role} ${opens ? "opens" : ""}`}>
    ${opens ? head(name, at) : nothing}
    <div class="with-acts">
      ${from.role === "me" && !chat.ended ? acts(row, context) : nothing}
      ${text === "" ? html`<div class="bubble gone">${goneSentence(row.line, from.role === "me")}</div>` : html`<div class="bubble" title=${exactTime(at)}>${row.line.file ? fileCard(row.line.file) : linkedText(text)}</div>`}
    </div>
    ${mark(row, context)}
  </div>`;
}

const head = (name: string, at: number): TemplateResult =>
  html`<p class="head"><b dir="auto">${name}</b> <time title=${exactTime(at)}>${timeOfDay(at)}</time></p>`;

const REACHED: Record<Reached, string> = { sent: "Sent", delivered: "Delivered", read: "Seen" };

/** How far it got; at the last own line, and at every line with more to say. */
function mark({ state, edited, text, change }: Said, context: RowContext): TemplateResult | typeof nothing {
  if (change?.state === "failed") return failed(change.key, context);
  const words = [edited && text !== "" ? "Edited" : "", change ? "Saving …" : state === "plain" ? "" : REACHED[state]];
  const icon = change ? clockIcon() : state === "plain" ? nothing : state === "sent" ? checkIcon() : checkCheckIcon();
  const whole = words.filter(Boolean).join(" · ");
  return whole === "" ? nothing : html`<p class=${`mark ${state}`}>${icon}<span>${whole}</span></p>`;
}

/** What can be done with an own line: the last one can be edited, any can be taken back, at the second word. */
function acts({ line, state, change }: Said, context: RowContext): TemplateResult | typeof nothing {
  const { ask, list } = context;
  const { room } = context.chat;
  if (line.retractedAt !== undefined || line.key === null || change) return nothing;
  if (context.asking === line.id) {
    const retract = (): void => {
      ask(null);
      report(list, "line-retract", { room, of: line.id });
    };
    return html`<div class="acts asking" role="group" aria-label="Take this line back?">
      <button class="act danger" type="button" @click=${retract}>Take back</button>
      <button class="act" type="button" @click=${() => ask(null)}>Keep</button>
    </div>`;
  }
  const edit = (): void => report(list, "line-edit", { room, line: line.key });
  return html`<div class="acts">
    ${state === "plain" || line.file ? nothing : html`<button class="act icon-act" type="button" aria-label="Edit this line" title="Edit (arrow up)" @click=${edit}>${pencilIcon()}</button>`}
    <button class="act icon-act" type="button" aria-label="Take this line back" title="Take back" @click=${() => ask(line.id)}>${undoIcon()}</button>
  </div>`;
}

function failed(key: string, { chat, list }: RowContext): TemplateResult {
  const over = chat.ended !== null || chat.unsent.some((line) => line.key === key && line.late);
  return html`<p class="mark failed">
    ${circleAlertIcon()}<span>${over ? "Not sent: the chat has ended." : "Not sent."}</span>
    ${over ? nothing : html`<button class="again" type="button" @click=${() => report(list, "line-retry", { room: chat.room, key })}>Try again</button>`}
  </p>`;
}

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
