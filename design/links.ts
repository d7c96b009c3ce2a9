/** Finds the addresses in a line of text, so that a page can draw them as links without ever touching HTML. */

/** A stretch of a line. With `href` it is a link: http, https or mailto, nothing else. */
export type Segment = { text: string; href?: string };

const candidate = /\bhttps?:\/\/[^\s<>"']+|\bmailto:[^\s<>"']+|(?<![\w.+-])[\w.+-]{1,64}@[a-z\d-]+(?:\.[a-z\d-]+)+/giu;

/** Cuts a line into plain text and links. Joined together the texts are the line again. */
export function linkSegments(line: string): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of line.matchAll(candidate)) {
    const text = trimEnd(match[0]);
    const href = safeHref(/^(https?|mailto):/i.test(text) ? text : `mailto:${text}`);
    if (!href) continue;
    if (match.index > end) segments.push({ text: line.slice(end, match.index) });
    segments.push({ text, href });
    end = match.index + text.length;
  }
  if (end < line.length) segments.push({ text: line.slice(end) });
  return segments;
}

/** The address in its normal form when it is http, https or mailto; undefined for every other scheme or nonsense. */
export function safeHref(address: string): string | undefined {
  try {
    const url = new URL(address);
    return /^(https?|mailto):$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined; // Not an address at all: it stays text.
  }
}

/** A full stop or a bracket after an address belongs to the sentence, unless the bracket was opened inside the address. */
function trimEnd(address: string): string {
  let text = address;
  for (;;) {
    const shorter = text.replace(/[.,;:!?…'"»”]+$/u, "");
    const unbalanced = /[)\]}]$/.test(shorter) && !/[([{]/.test(shorter);
    const next = unbalanced ? shorter.slice(0, -1) : shorter;
    if (next === text) return text;
    text = next;
  }
}
