/** Files on their way: how far each is, and what can be done with it. */
import { css, html, nothing, type TemplateResult } from "lit";
import { circleAlertIcon, paperclipIcon } from "../../design/icons.ts";
import { FILE_KINDS } from "../../protocol/file-kinds.ts";
import type { Upload } from "../state/model.ts";
import { report } from "./intents.ts";

export const uploadStyles = css`
  .upload { grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2); padding: 2px 2px 2px var(--s2); border-radius: var(--radius); background: var(--sunken); font-size: var(--text-meta); }
  .upload span { flex: 1 1 12em; min-inline-size: 0; overflow-wrap: anywhere; }
  .upload progress { flex: 0 1 120px; block-size: 6px; accent-color: var(--accent); }
  .upload .actions { display: flex; gap: var(--s2); margin-inline-start: auto; }
  .upload .button { min-block-size: 28px; font-size: var(--text-meta); }
  .upload.failed { background: var(--red-tint); color: var(--red); }
  .upload .icon { inline-size: 14px; block-size: 14px; flex: none; }
`;

export function uploadStrips(from: HTMLElement, room: string, uploads: readonly Upload[]): TemplateResult[] {
  return uploads.map(({ key, name, part, failed }) => {
    const drop = (): void => report(from, "file-drop", { room, key });
    if (failed)
      return html`<div class="upload failed">
        ${circleAlertIcon()}<span role="alert"><b dir="auto">${name}</b> was not sent: ${failed.words}.</span>
        <div class="actions">
          ${failed.hopeless ? nothing : html`<button class="button quiet" type="button" @click=${() => report(from, "file-again", { room, key })}>Try again</button>`}
          <button class="button quiet" type="button" aria-label=${`Remove ${name}`} @click=${drop}>Remove</button>
        </div>
      </div>`;
    return html`<div class="upload">
      <span role="status">Sending <b dir="auto">${name}</b></span>
      <progress max="1" .value=${part} aria-label=${`Sending ${name}`}></progress>
      <button class="button quiet" type="button" aria-label=${`Stop sending ${name}`} @click=${drop}>Stop</button>
    </div>`;
  });
}

/** The button that opens the browser's own dialog. */
export function attachButton(from: HTMLElement, room: string): TemplateResult {
  const choose = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLElement && currentTarget.nextElementSibling instanceof HTMLInputElement)
      currentTarget.nextElementSibling.click();
  };
  const chosen = ({ target }: Event): void => {
    if (!(target instanceof HTMLInputElement)) return;
    sendFiles(from, room, target.files);
    target.value = "";
  };
  return html`<button class="icon-button attach" type="button" aria-label="Send a file" title="Send a file" @click=${choose}>${paperclipIcon()}</button>
    <input type="file" hidden multiple tabindex="-1" aria-label="Send a file" accept=${Object.keys(FILE_KINDS).join()} @change=${chosen} />`;
}

/** False when there are none. */
export function sendFiles(from: HTMLElement, room: string, list: FileList | null | undefined): boolean {
  const files = [...(list ?? [])];
  if (files.length > 0) report(from, "file-send", { room, files });
  return files.length > 0;
}
