/**
 * What becomes of a line after it was said: corrected (XEP-0308), taken back (XEP-0424), delivered (XEP-0184, XEP-0333),
 * read (XEP-0333). In rooms a correction names the sender's own id of the line, a retraction and a marker name the room's
 * (XEP-0359). Whether the line is that sender's at all must be checked by who reads: anybody can name any line.
 */
import {
  NS_CORRECT,
  NS_FALLBACK,
  NS_FASTEN,
  NS_HINTS,
  NS_MARKERS,
  NS_MUC_USER,
  NS_RECEIPTS,
  NS_RETRACT,
  NS_RETRACT_OLD,
  NS_STANZA_ID,
} from "./ns.ts";
import { attr, child, type Element, xml } from "./xml.ts";

/** `received`: a client of the reader has the line. `displayed`: the reader had it, and all before it, before the eyes. */
export type Marker = "received" | "displayed";

/** What clients that know no retraction show instead of it. */
export const RETRACTION_WORDS = "/me has taken an earlier message back, which this client cannot hide.";

/** Makes a line a correction of the one that was said with the id `of`: an `extra` of `buildRoomLine`. */
export const buildReplace = (of: string): Element => xml("replace", { xmlns: NS_CORRECT, id: of });

/** The sender's id of the line that this message corrects; undefined for none. */
export function parseReplace(message: Element): string | undefined {
  const replace = child(message, "replace", NS_CORRECT);
  return replace && attr(replace, "id");
}

/** Takes the line with the stanza id `of` back. `id` is minted once, whatever is sent again. */
export function buildRetraction({ from, room, id, of }: { from?: string; room: string; id: string; of: string }) {
  return xml(
    "message",
    { type: "groupchat", from, to: room, id },
    xml("retract", { xmlns: NS_RETRACT, id: of }),
    xml("fallback", { xmlns: NS_FALLBACK, for: NS_RETRACT }),
    xml("body", {}, RETRACTION_WORDS),
    xml("origin-id", { xmlns: NS_STANZA_ID, id }),
    xml("store", { xmlns: NS_HINTS }),
  );
}

/** The id of the line that this message takes back, of today's form or that of older clients; undefined for none. */
export function parseRetraction(message: Element): string | undefined {
  const retract = child(message, "retract", NS_RETRACT);
  if (retract) return attr(retract, "id");
  const fastened = child(message, "apply-to", NS_FASTEN);
  return fastened && child(fastened, "retract", NS_RETRACT_OLD) && attr(fastened, "id");
}

/** Says that its sender likes to hear when the line is read: an `extra` of `buildRoomLine`. */
export const buildMarkable = (): Element => xml("markable", { xmlns: NS_MARKERS });

/** Tells the room that everything up to the stanza id `of` was read. Rooms archive it, so a reload knows it too. */
export function buildDisplayed({ from, room, id, of }: { from?: string; room: string; id: string; of: string }) {
  return xml(
    "message",
    { type: "groupchat", from, to: room, id },
    xml("displayed", { xmlns: NS_MARKERS, id: of }),
    xml("store", { xmlns: NS_HINTS }),
  );
}

/** Wants a receipt: an `extra` of `buildRoomLine`, for senders who want it from our own clients, which answer in private. */
export const buildReceiptRequest = (): Element => xml("request", { xmlns: NS_RECEIPTS });

export const asksForReceipt = (message: Element): boolean => child(message, "request", NS_RECEIPTS) !== undefined;

/**
 * A receipt for the line said with the id `of`, to one seat of a room. XEP-0184 §5.3 discourages them in rooms, since all
 * would hear them: so it goes to its sender alone, and nobody archives it.
 */
export function buildReceipt({ from, to, id, of }: { from?: string; to: string; id: string; of: string }): Element {
  return xml(
    "message",
    { type: "chat", from, to, id },
    xml("received", { xmlns: NS_RECEIPTS, id: of }),
    xml("x", { xmlns: NS_MUC_USER }),
    xml("no-store", { xmlns: NS_HINTS }),
  );
}

/** What this message tells of an earlier one; null for nothing. Receipts count as `received`. */
export function parseMarker(message: Element): { of: string; marker: Marker } | null {
  for (const [name, ns] of SIGNS) {
    const sign = child(message, name, ns);
    const of = sign && attr(sign, "id");
    if (of !== undefined) return { of, marker: name };
  }
  return null;
}

// The stronger first.
const SIGNS: [Marker, string][] = [
  ["displayed", NS_MARKERS],
  ["received", NS_MARKERS],
  ["received", NS_RECEIPTS],
];
