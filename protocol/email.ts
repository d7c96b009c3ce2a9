/** E-mail addresses from outside: one plain address and nothing else, so that no header can be made of it. */

const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const ADDRESS = new RegExp(`^(?=.{1,64}@)${ATOM}(?:\\.${ATOM})*@(?=.{1,255}$)(?:${LABEL}\\.)*${LABEL}$`);

/**
 * `local@domain` in ASCII, of the unquoted kind that people have (RFC 5321 §4.1.2, dot-string). No names, no lists, no
 * comments, no line breaks, no address literals: what is none of these is refused, not mended.
 */
export function isEmailAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text);
}
