/** What we order rooms to do, as their owner. */
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Log } from "../../runtime/log.ts";
import { type ComponentLink, LinkDown } from "../../runtime/xmpp/component-link.ts";

/** `jid` is the full address we sit under, `address` the room's, bare. */
export type OwnedRoom = { jid: string; address: string };

/** How long until a room that did not do what it was told is told again. */
export const RETRY_MS = 5_000;

/** Resolves when the room has done it. Rejects with its StanzaError, or with LinkDown. */
export async function askRoom(link: ComponentLink, room: OwnedRoom, payload: Element): Promise<void> {
  try {
    await link.request({ from: room.jid, to: room.address, type: "set", payload });
  } catch (error) {
    // Nobody can destroy what is gone, which is what was wanted.
    if (error instanceof StanzaError && error.condition === "item-not-found") return;
    throw error;
  }
}

/** As `askRoom`, without waiting: what does not succeed is noted. */
export function orderRoom({ link, log }: { link: ComponentLink; log: Log }, room: OwnedRoom, payload: Element): void {
  askRoom(link, room, payload).catch((error: unknown) => {
    if (!(error instanceof LinkDown)) log.warn("a room did not obey", { room: room.address, error });
  });
}
