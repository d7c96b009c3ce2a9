/** Chat states (XEP-0085): what somebody is doing, never stored. */
import { NS_CHAT_STATES } from "./ns.ts";
import { child, type Element, xml } from "./xml.ts";

export const CHAT_STATES = ["active", "composing", "paused", "inactive", "gone"] as const;
export type ChatState = (typeof CHAT_STATES)[number];

export const buildChatState = (state: ChatState): Element => xml(state, { xmlns: NS_CHAT_STATES });

/** The state a message bears; null for none. */
export function parseChatState(message: Element): ChatState | null {
  return CHAT_STATES.find((state) => child(message, state, NS_CHAT_STATES) !== undefined) ?? null;
}
