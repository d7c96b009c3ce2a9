/**
 * How files look: the button, what is under way, and a file in the conversation. `html` is handed in by the panel: to share
 * the library, the build would cut it out of the panel into a file of its own, which everybody would have to wait for.
 */
import type { html as Html, TemplateResult } from "lit/html.js";
import { FILE_KINDS, isImage, typeOfName } from "../../../protocol/file-kinds.ts";
import type { FileView } from "../../../protocol/visitor-api.ts";
import type { Sending, SendingFiles } from "../files/sending.ts";
import type { FileTextKey } from "../texts/files.ts";
import type { Say } from "../texts.ts";
import type { Ui } from "./ui.ts";

type SayFile = Say<FileTextKey>;

const ACCEPTED = Object.keys(FILE_KINDS).join();

export type Draw = typeof Html;

/** Lucide's, as design/icons.ts has them. */
const clipIcon = (html: Draw): TemplateResult =>
  html`<svg class="icon" aria-hidden="true" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="m16 6-8.414 8.586a2 2 0 0 0 2.829 2.829l8.414-8.586a4 4 0 1 0-5.657-5.657l-8.379 8.551a6 6 0 1 0 8.485 8.485l8.379-8.551"/></svg>`;
const fileIcon = (html: Draw): TemplateResult =>
  html`<svg class="icon" aria-hidden="true" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z"/><path d="M14 2v5a1 1 0 0 0 1 1h5"/></svg>`;

/** A button that opens the browser's own dialog. */
export function clip(html: Draw, take: (files: FileList | undefined) => void, label: string): TemplateResult {
  const choose = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLElement && currentTarget.nextElementSibling instanceof HTMLInputElement)
      currentTarget.nextElementSibling.click();
  };
  const chosen = ({ target }: Event): void => {
    if (!(target instanceof HTMLInputElement)) return;
    take(target.files ?? undefined);
    target.value = "";
  };
  return html`<button class="icon-button clip" aria-label=${label} title=${label} @click=${choose}>${clipIcon(html)}</button>
    <input type="file" hidden multiple tabindex="-1" aria-label=${label} accept=${ACCEPTED} @change=${chosen} />`;
}

export function strips(html: Draw, ui: Ui, sending: SendingFiles, say: SayFile): TemplateResult {
  return html`<p class="drop" aria-hidden="true">${say("file.drop")}</p>
    ${sending.list.map((one) => (one.failed ? failed(html, one, ui, sending, say) : underWay(html, one, sending, say)))}`;
}

function underWay(html: Draw, one: Sending, sending: SendingFiles, say: SayFile): TemplateResult {
  const label = say("file.sending", { name: one.file.name });
  return html`<div class="strip upload" role="group" aria-label=${label}>
    <span class="name" role="status" dir="auto">${label}</span>
    <progress max="1" .value=${one.part} aria-label=${label}></progress>
    <button class="button small" @click=${() => sending.drop(one)}>${say("file.cancel")}</button>
  </div>`;
}

function failed(html: Draw, one: Sending, { format, state }: Ui, sending: SendingFiles, say: SayFile): TemplateResult {
  const { name, size } = one.file;
  const { code = "", againS = 60 } = one.failed ?? {};
  const key = KEYS.find((one) => one === `file.${code}`) ?? "file.failed";
  const limit = sizeWords(state.view?.maxFileBytes ?? 0, format.number);
  const words = say(key, { name, size: sizeWords(size, format.number), limit, time: format.minutes(againS) });
  // These will not be taken however often they are sent.
  const hopeless = ["too-large", "empty", "type"].includes(code);
  return html`<div class="strip red upload">
    <span class="name" role="alert" dir="auto">${words}</span>
    <div class="actions">
      ${hopeless ? "" : html`<button class="button small" @click=${() => sending.again(one)}>${say("file.again")}</button>`}
      <button class="button small" @click=${() => sending.drop(one)}>${say("file.remove")}</button>
    </div>
  </div>`;
}

const KEYS: FileTextKey[] = [
  "file.too-large",
  "file.empty",
  "file.type",
  "file.too-fast",
  "file.quota",
  "file.not-in-session",
  "file.bad-token",
];

/**
 * A file in the conversation: a small picture where it is one, name and size in any case. Loaded from our own gateway only;
 * one that was never sent has no address.
 */
export function card(html: Draw, { path, name, type, size }: FileView, { chat, format }: Ui): TemplateResult {
  const words = html`<span dir="auto">${name}${size === undefined ? "" : html` <small dir="ltr">${sizeWords(size, format.number)}</small>`}</span>`;
  if (path === "") return html`<span class="file">${fileIcon(html)} ${words}</span>`;
  const address = new URL(path, chat.settings.base).href;
  const isPicture = isImage(type ?? typeOfName(name));
  const hide = ({ target }: Event): void => {
    if (target instanceof HTMLElement) target.hidden = true;
  };
  return html`<a class=${isPicture ? "file picture" : "file"} href=${address} target="_blank" rel="noopener noreferrer nofollow">
    ${isPicture ? html`<img src=${address} alt="" loading="lazy" @error=${hide} />` : fileIcon(html)} ${words}
  </a>`;
}

/** "24 MB", "13 kB" */
function sizeWords(bytes: number, number: (value: number) => string): string {
  const megabytes = bytes / 1024 / 1024;
  if (megabytes < 1) return `${number(Math.ceil(bytes / 1024))} kB`;
  return `${number(megabytes < 10 ? Math.ceil(megabytes * 10) / 10 : Math.ceil(megabytes))} MB`;
}
