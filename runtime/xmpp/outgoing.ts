/** The last door on the way out: whatever the server would answer by closing the link, for everybody, stops here. */
import { isJid } from "../../protocol/jid.ts";
import { NS_CLIENT } from "../../protocol/ns.ts";
import { attr, type Element, legalText } from "../../protocol/xml.ts";

/**
 * A stanza as text for the wire, checked; without a sender it is from `domain`.
 * @throws Error naming what is wrong, without the content
 */
export function serialise(stanza: Element, domain: string, maxBytes: number): string {
  stanza.attrs.from ??= domain;
  // The stream's own namespace is another one; without an xmlns the stanza is in it.
  if (stanza.attrs.xmlns === NS_CLIENT) delete stanza.attrs.xmlns;
  for (const name of ["from", "to"]) {
    const value = attr(stanza, name);
    if (value === undefined || !isJid(value))
      throw new Error(`a ${stanza.name} with no proper address in '${name}' was not sent`);
  }
  const text = stanza.toString();
  if (legalText(text) !== text) throw new Error(`a ${stanza.name} with characters that XML forbids was not sent`);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw new Error(`a ${stanza.name} of ${bytes} bytes was not sent: the most is ${maxBytes}`);
  return text;
}
