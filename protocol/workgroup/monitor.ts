/** Looking on (reference 4.12 and 4.13): who may watch any session, who wants to watch one, and who is in a room. */

import { formatStamp, parseStamp } from "../datetime.ts";
import { NS_JIVE } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, child, children, childText, type Element, xml } from "../xml.ts";

export const buildMonitorQuestion = (): Element => xml("monitor", { xmlns: NS_JIVE });

/** Whether who asked may watch sessions. */
export const buildMonitorAnswer = (isMonitor: boolean): Element =>
  xml("monitor", { xmlns: NS_JIVE }, xml("isMonitor", {}, String(isMonitor)));

/** COMPAT: Smack takes anything but `false` for yes; so do not we. */
export const parseMonitorAnswer = (el: Element): boolean => childText(el, "isMonitor") === "true";

export const buildMonitorRequest = (session: string): Element =>
  xml("monitor", { xmlns: NS_JIVE }, xml("makeOwner", { sessionID: session }));

/** @throws StanzaError `bad-request` */
export function parseMonitorRequest(el: Element): { session: string } {
  const request = child(el, "makeOwner", el.getNS() ?? NS_JIVE);
  const session = request && attr(request, "sessionID");
  if (session === undefined) throw badRequest("monitor needs makeOwner with a 'sessionID'");
  return { session };
}

export const buildOccupantsRequest = (session: string): Element =>
  xml("occupants-info", { xmlns: NS_JIVE, roomID: session });

/** @throws StanzaError `bad-request` */
export function parseOccupantsRequest(el: Element): { session: string } {
  const session = attr(el, "roomID");
  if (session === undefined) throw badRequest("occupants-info needs a 'roomID'");
  return { session };
}

/** Somebody who is or was in a room, by full JID, with the name there and when it first came. */
export type SeenOccupant = { jid: string; nick: string; joinedAt: number };

/** `joined` is a stamp: Fastpath's dashes cannot be read by Smack. */
export function buildOccupants(session: string, occupants: readonly SeenOccupant[]): Element {
  const list = occupants.map(({ jid, nick, joinedAt }) =>
    xml("occupant", {}, xml("jid", {}, jid), xml("nickname", {}, nick), xml("joined", {}, formatStamp(joinedAt))),
  );
  return xml("occupants-info", { xmlns: NS_JIVE, roomID: session }, ...list);
}

export function parseOccupants(el: Element): SeenOccupant[] {
  return children(el, "occupant", NS_JIVE).flatMap((one) => {
    const joinedAt = parseStamp(childText(one, "joined") ?? "");
    const jid = childText(one, "jid");
    return jid === undefined || joinedAt === null ? [] : [{ jid, nick: childText(one, "nickname") ?? "", joinedAt }];
  });
}
