/** Refusals that a socket gives before any visit is asked. */
import type { RefusalCode, ServerFrame } from "../../protocol/visitor-api.ts";

export type Refused = Extract<ServerFrame, { kind: "refused" }>;

export function refuse(code: RefusalCode, text: string, more: Partial<Omit<Refused, "kind">> = {}): Refused {
  return { kind: "refused", code, text, ...more };
}

/** In seconds: when to try again what could not be asked just now. */
export const AGAIN_S = 3;

export const NOT_FOR_THIS_PAGE = "This chat is not meant for this page";
export const TOO_FAST = "Too much at once";

export const UNAVAILABLE = refuse("unavailable", "The service cannot be reached just now", { againS: AGAIN_S });

/** Somebody's limit is reached. */
export const tooFast = (againS: number, more: { key?: string } = {}): Refused =>
  refuse("too-fast", TOO_FAST, { ...more, againS });
