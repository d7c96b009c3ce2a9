/** Asks the server for a place for a visitor's file (XEP-0363), in the visitor's own name, so that its quota is the visitor's. */
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildSlotRequest, parseSlot, type Slot, type WantedSlot } from "../../protocol/upload-slot.ts";
import type { ComponentLink } from "../../runtime/xmpp/component-link.ts";

/** Why there is none. `quota`: this visitor, or the server as a whole, has as much as may be. */
export type NoSlot = "quota" | "too-large" | "type" | "unavailable";

/** Never rejects. `visit` is the local part of the visitor's address. */
export type AskSlot = (visit: string, wanted: WantedSlot) => Promise<Slot | NoSlot>;

const TIMEOUT_MS = 8_000;

/** `store` is the address of the server's store of files. */
export function createAskSlot(link: ComponentLink, store: string): AskSlot {
  return async (visit, wanted) => {
    try {
      const payload = buildSlotRequest(wanted);
      const from = `${visit}@${link.domain}/web`;
      const answer = await link.request({ from, to: store, type: "get", payload, timeoutMs: TIMEOUT_MS });
      return (answer && parseSlot(answer)) ?? "unavailable";
    } catch (error) {
      return error instanceof StanzaError ? whyNot(error) : "unavailable";
    }
  };
}

function whyNot({ condition, message }: StanzaError): NoSlot {
  if (condition === "resource-constraint") return "quota";
  if (condition !== "not-acceptable") return "unavailable";
  return /large/i.test(message) ? "too-large" : "type";
}
