/** Service discovery (XEP-0030), as far as we ask and answer. */
import {
  NS_CHAT_STATES,
  NS_CORRECT,
  NS_DISCO_INFO,
  NS_DISCO_ITEMS,
  NS_MARKERS,
  NS_MUC,
  NS_PING,
  NS_RECEIPTS,
  NS_RETRACT,
} from "./ns.ts";
import { attr, children, type Element, xml } from "./xml.ts";

export type Identity = { category: string; type: string; name: string };
/** `node` where the item is a part of the address, as a command is. */
export type DiscoItem = { jid: string; name: string; node?: string };

/** What both ends of a conversation understand: a visitor's page and the agents' workspace. */
export const CONVERSATION_FEATURES: readonly string[] = [
  NS_CHAT_STATES,
  NS_CORRECT,
  NS_DISCO_INFO,
  NS_MARKERS,
  NS_MUC,
  NS_PING,
  NS_RECEIPTS,
  NS_RETRACT,
];

export const buildInfoRequest = (): Element => xml("query", { xmlns: NS_DISCO_INFO });
export const buildItemsRequest = (): Element => xml("query", { xmlns: NS_DISCO_ITEMS });

/** `forms` are extended information (XEP-0128). */
export function buildInfo(info: { identities: Identity[]; features: readonly string[]; forms?: Element[] }): Element {
  return xml(
    "query",
    { xmlns: NS_DISCO_INFO },
    ...info.identities.map((identity) => xml("identity", identity)),
    ...info.features.map((feature) => xml("feature", { var: feature })),
    ...(info.forms ?? []),
  );
}

export function parseInfo(query: Element): { identities: Identity[]; features: string[] } {
  return {
    identities: children(query, "identity", NS_DISCO_INFO).map((el) => ({
      category: attr(el, "category") ?? "",
      type: attr(el, "type") ?? "",
      name: attr(el, "name") ?? "",
    })),
    features: children(query, "feature", NS_DISCO_INFO).flatMap((el) => attr(el, "var") ?? []),
  };
}

export function buildItems(items: readonly DiscoItem[]): Element {
  return xml(
    "query",
    { xmlns: NS_DISCO_ITEMS },
    ...items.map((item) => xml("item", { jid: item.jid, node: item.node, name: item.name })),
  );
}

export function parseItems(query: Element): DiscoItem[] {
  return children(query, "item", NS_DISCO_ITEMS).flatMap((el) => {
    const [jid, node] = [attr(el, "jid"), attr(el, "node")];
    return jid === undefined ? [] : [{ jid, name: attr(el, "name") ?? "", ...(node !== undefined && { node }) }];
  });
}
