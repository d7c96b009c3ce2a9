/** What agents note about a session (reference 4.16): asked and set in `notes`, answered in `text`. */
import { NS_JIVE } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { childText, type Element, xml } from "../xml.ts";

export const buildNotesRequest = (session: string): Element =>
  xml("chat-notes", { xmlns: NS_JIVE }, xml("sessionID", {}, session));

export const buildNotesSet = ({ session, notes }: { session: string; notes: string }): Element =>
  xml("chat-notes", { xmlns: NS_JIVE }, xml("sessionID", {}, session), xml("notes", {}, notes));

/** @throws StanzaError `bad-request` */
export function parseNotesRequest(el: Element): { session: string } {
  const session = childText(el, "sessionID")?.trim();
  if (!session) throw badRequest("chat-notes needs a 'sessionID'");
  return { session };
}

/** Empty notes take away what is there. @throws StanzaError `bad-request` */
export function parseNotesSet(el: Element): { session: string; notes: string } {
  const notes = childText(el, "notes");
  if (notes === undefined) throw badRequest("chat-notes to be kept need 'notes'");
  return { ...parseNotesRequest(el), notes };
}

export const buildNotes = ({ session, text }: { session: string; text: string }): Element =>
  xml("chat-notes", { xmlns: NS_JIVE }, xml("sessionID", {}, session), xml("text", {}, text));

/** @throws StanzaError `bad-request` */
export const parseNotes = (el: Element): { session: string; text: string } => ({
  ...parseNotesRequest(el),
  text: childText(el, "text") ?? "",
});
