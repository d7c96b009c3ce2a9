/** Refusals that a socket gives before any visit is asked. */
import type { RefusalCode, ServerFrame } from "../../protocol/visitor-api.ts";

type Refused = Extract<ServerFrame, { kind: "refused" }>;

export function refuse(code: RefusalCode, text: string, more: Partial<Omit<Refused, "kind">> = {}): Refused {
  return { kind: "refused", code, text, ...more };
}

/** In seconds: when to try again what could not be asked just now. */
export const AGAIN_S = 3;
