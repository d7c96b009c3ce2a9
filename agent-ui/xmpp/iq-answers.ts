/** Answers what others ask of us: ping, discovery, and the workgroups' offers. */
import type { Client } from "@xmpp/client";
import { buildInfo, CONVERSATION_FEATURES } from "../../protocol/disco.ts";
import { NS_DISCO_INFO, NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildStanzaError, StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Element } from "../../protocol/xml.ts";

/**
 * Takes an offer or its withdrawal. Returning means that it has arrived, not that anybody has decided.
 * @throws StanzaError to refuse it
 */
export type IqHandler = (payload: Element, from: string) => void;
export type IqHandlers = { offer: IqHandler; revoke: IqHandler };

const FEATURES = [...CONVERSATION_FEATURES, NS_WORKGROUP];

export function answerRequests(entity: Client, handlers: IqHandlers): void {
  // The library answers ping itself.
  entity.iqCallee.get(NS_DISCO_INFO, "query", () =>
    buildInfo({ identities: [{ category: "client", type: "web", name: "Foyer" }], features: FEATURES }),
  );
  entity.iqCallee.set(NS_WORKGROUP, "offer", (ctx: { stanza: Element }) => answer(ctx.stanza, "offer", handlers.offer));
  entity.iqCallee.set(NS_WORKGROUP, "offer-revoke", (ctx: { stanza: Element }) =>
    answer(ctx.stanza, "offer-revoke", handlers.revoke),
  );
}

function answer(iq: Element, name: string, handle: IqHandler): true | Element {
  const payload = iq.getChild(name, NS_WORKGROUP);
  try {
    if (payload) handle(payload, attr(iq, "from") ?? "");
    // An empty result: `undefined` would be answered as an error.
    return true;
  } catch (error) {
    if (error instanceof StanzaError) return buildStanzaError(error);
    throw error;
  }
}
