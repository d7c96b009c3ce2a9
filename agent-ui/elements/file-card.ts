/** A file in a conversation: a small picture where it is one, name and size in any case. It is one of our own, always. */
import { html, nothing, type TemplateResult } from "lit";
import { fileTextIcon } from "../../design/icons.ts";
import { isImage, typeOfName } from "../../protocol/file-kinds.ts";
import type { ChatFile } from "../state/model.ts";

export function fileCard({ path, name, type, size }: ChatFile): TemplateResult {
  const isPicture = isImage(type ?? typeOfName(name));
  const hide = ({ target }: Event): void => {
    if (target instanceof HTMLElement) target.hidden = true;
  };
  return html`<a class=${isPicture ? "file picture" : "file"} href=${path} target="_blank" rel="noopener noreferrer">
    ${isPicture ? html`<img src=${path} alt="" loading="lazy" @error=${hide} />` : fileTextIcon()}
    <span><span dir="auto">${name}</span>${size === undefined ? nothing : html` <small>${sizeWords(size)}</small>`}</span>
  </a>`;
}

/** "2.9 MB", "13 kB" */
export function sizeWords(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 1 ? `${Math.ceil(bytes / 1024)} kB` : `${Math.ceil(megabytes * 10) / 10} MB`;
}
