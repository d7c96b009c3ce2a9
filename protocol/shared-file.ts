/**
 * A file that is sent in a line: its address as the text and out of band (XEP-0066), which every client shows, and beside
 * it name, type and size (XEP-0446, XEP-0447) for those who know more.
 */
import { NS_FILE_METADATA, NS_FILE_SHARING, NS_OOB, NS_URL_DATA } from "./ns.ts";
import { attr, child, childText, type Element, xml } from "./xml.ts";

/** `url` is its address, as anybody may fetch it; `name` is for people; `size` in bytes. All of it is the sender's word. */
export type SharedFile = { url: string; name: string; type?: string; size?: number };

const MOST = 2_000;
const MOST_NAME = 200;

/** What a line bears beside the address as its text: `extra` of `buildRoomLine`. */
export function buildSharedFile({ url, name, type, size }: SharedFile): Element[] {
  const file = xml(
    "file",
    { xmlns: NS_FILE_METADATA },
    type !== undefined && xml("media-type", {}, type),
    xml("name", {}, name),
    size !== undefined && xml("size", {}, size),
  );
  const sources = xml("sources", {}, xml("url-data", { xmlns: NS_URL_DATA, target: url }));
  return [
    xml("x", { xmlns: NS_OOB }, xml("url", {}, url)),
    xml("file-sharing", { xmlns: NS_FILE_SHARING, disposition: "inline" }, file, sources),
  ];
}

/**
 * The file that a line is about: its text is the address, and the same stands out of band. Undefined for any other line.
 * Without more its name is the last part of the address.
 */
export function parseSharedFile(message: Element, text: string): SharedFile | undefined {
  const oob = child(message, "x", NS_OOB);
  const url = oob && childText(oob, "url", NS_OOB)?.trim();
  if (url === undefined || url !== text.trim() || url.length > MOST || !/^https?:\/\//i.test(url)) return undefined;
  const sharing = child(message, "file-sharing", NS_FILE_SHARING);
  const file = sharing && child(sharing, "file", NS_FILE_METADATA);
  const told = (name: string): string => (file && childText(file, name, NS_FILE_METADATA)?.trim()) ?? "";
  const name = told("name").slice(0, MOST_NAME) || lastPart(url);
  const type = told("media-type");
  const size = told("size");
  return {
    url,
    name,
    ...(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(type) && { type }),
    ...(/^\d{1,15}$/.test(size) && { size: Number(size) }),
  };
}

function lastPart(url: string): string {
  const last = url.replace(/[?#].*$/s, "").replace(/^.*\//s, "");
  try {
    return decodeURIComponent(last).slice(0, MOST_NAME) || url;
  } catch {
    return last.slice(0, MOST_NAME) || url; // Not written as addresses are.
  }
}

/** The same beside a line that is told of, as in a transcript. */
export const buildFileFacts = ({ url, name, type, size }: SharedFile): Element =>
  xml("file", { xmlns: NS_FILE_METADATA, url, name, type, size });

/** The file of a line that is told of; undefined when it is none. */
export function parseFileFacts(line: Element): SharedFile | undefined {
  const file = child(line, "file", NS_FILE_METADATA);
  const [url, name] = file ? [attr(file, "url"), attr(file, "name")] : [];
  if (file === undefined || url === undefined || name === undefined) return undefined;
  const [type, size] = [attr(file, "type"), Number(attr(file, "size") ?? Number.NaN)];
  return { url, name, ...(type !== undefined && { type }), ...(Number.isSafeInteger(size) && { size }) };
}
