/** A line of text with its addresses as links that cannot reach back into this page. */
import { html, type TemplateResult } from "lit";
import { linkSegments } from "../../design/links.ts";

export function linkedText(text: string): (string | TemplateResult)[] {
  return linkSegments(text).map(({ text: part, href }) =>
    href === undefined
      ? part
      : html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow ugc">${part}</a>`,
  );
}
