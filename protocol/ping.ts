/** XMPP ping (XEP-0199); sent to one's own seat in a room it is a self-ping (XEP-0410). */
import { NS_PING } from "./ns.ts";
import { type Element, xml } from "./xml.ts";

export const buildPing = (): Element => xml("ping", { xmlns: NS_PING });
export const isPing = (payload: Element): boolean => payload.is("ping", NS_PING);
