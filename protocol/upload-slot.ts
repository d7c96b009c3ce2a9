/** A place for a file at the server (XEP-0363 §4), asked for by IQ get, to be filled by HTTP PUT. */
import { NS_UPLOAD } from "./ns.ts";
import { attr, child, children, type Element, xml } from "./xml.ts";

/** `size` in bytes, which must be the very size of what follows. */
export type WantedSlot = { name: string; size: number; type: string };
/** `put` takes the file, with these headers; `get` is where everybody finds it. */
export type Slot = { put: string; headers: Record<string, string>; get: string };

export const buildSlotRequest = ({ name, size, type }: WantedSlot): Element =>
  xml("request", { xmlns: NS_UPLOAD, filename: name, size, "content-type": type });

// XEP-0363 §4: no other may be taken over.
const HEADERS = ["authorization", "cookie", "expires"];

/** Null when there is no slot in the answer. Only the headers that the XEP allows are taken over. */
export function parseSlot(el: Element): Slot | null {
  const [put, get] = [child(el, "put", NS_UPLOAD), child(el, "get", NS_UPLOAD)];
  const [putUrl, getUrl] = [put && attr(put, "url"), get && attr(get, "url")];
  if (put === undefined || putUrl === undefined || getUrl === undefined) return null;
  const headers: Record<string, string> = {};
  for (const header of children(put, "header", NS_UPLOAD)) {
    const name = (attr(header, "name") ?? "").toLowerCase();
    if (HEADERS.includes(name)) headers[name] = header.text().replace(/[\r\n]/g, "");
  }
  return { put: putUrl, headers, get: getUrl };
}
