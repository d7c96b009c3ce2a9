/** Which files are ours: only those are shown as files, and nothing is ever loaded from elsewhere. */

import type { SharedFile } from "../../protocol/shared-file.ts";
import type { ChatFile } from "../state/model.ts";

/** `base` is the gateway's own address, with a slash at its end, as files' addresses begin; empty when there is none. */
export type FileStore = { base: string; maxBytes: number };

export const NO_FILES: FileStore = { base: "", maxBytes: 0 };

/** The path of a file of ours, on the host that this page comes from; null for any other address. */
export function pathOf(url: string, { base }: FileStore): string | null {
  const path = base !== "" && url.startsWith(base) ? `/${url.slice(base.length)}` : "";
  return /^\/files\/[\w-]{8,64}\/[^/?#\s]{1,900}$/.test(path) ? path : null;
}

/** As the conversation knows it; null for a file of elsewhere, which is a link and no more. */
export function chatFile({ url, ...known }: SharedFile, store: FileStore): ChatFile | null {
  const path = pathOf(url, store);
  return path === null ? null : { path, ...known };
}
