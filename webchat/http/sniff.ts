/**
 * What a file is, by its first bytes and not by what anybody says of it. Only kinds on the list are known; markup of any
 * kind, and what could be two things at once, is none of them.
 */

/** How many of a file's first bytes are looked at. */
export const HEAD_BYTES = 4_096;

/** Null for a kind that is not taken. `whole`: there is nothing after `head`. */
export function sniff(head: Uint8Array, whole: boolean): string | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, HEAD_BYTES));
  const latin = bytes.toString("latin1");
  const type = MAGIC.find(([, begins]) => begins(latin))?.[0];
  // A picture or a PDF that begins like a page, for a browser that would rather see one.
  if (type !== undefined) return MARKUP.test(latin.slice(0, 1_024)) ? null : type;
  return isText(bytes, whole && head.byteLength <= HEAD_BYTES) ? "text/plain" : null;
}

/** By the first bytes, each as one character. */
const MAGIC: readonly [string, (bytes: string) => boolean][] = [
  ["image/png", (bytes) => bytes.startsWith("\x89PNG\r\n\x1a\n")],
  ["image/jpeg", (bytes) => bytes.startsWith("\xff\xd8\xff")],
  ["image/gif", (bytes) => bytes.startsWith("GIF87a") || bytes.startsWith("GIF89a")],
  ["image/webp", (bytes) => bytes.startsWith("RIFF") && bytes.startsWith("WEBP", 8)],
  ["application/pdf", (bytes) => bytes.startsWith("%PDF-")],
];

const MARKUP = /<(?:!doctype|html|head|body|script|iframe|svg|style|title|img|object|embed|\?php)\b/i;

// Control characters, save tab, line feed, form feed and carriage return.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const UNREADABLE = /[\u0000-\u0008\u000B\u000E-\u001F\u007F]/;

/** UTF-8 that people can read and no browser could take for a page. The last character may be cut off when more follows. */
function isText(bytes: Buffer, whole: boolean): boolean {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !whole });
  } catch {
    return false;
  }
  return text.trim() !== "" && !UNREADABLE.test(text) && !/^\s*</.test(text) && !MARKUP.test(text.slice(0, 1_024));
}
