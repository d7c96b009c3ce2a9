/** What a visitor's client looks like (reference 3.9): pictures, texts, and what a bot says, each under a key. */
import { NS_JIVE } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, type Element, xml } from "../xml.ts";

/** The numbers of Fastpath: 0 a picture in Base64, 1 a text, 2 a bot's words, 3 and 4 of search and of being closed. */
export type ChatSettingKind = 0 | 1 | 2 | 3 | 4;
export type ChatSetting = { key: string; value: string; kind: ChatSettingKind };

/** One by its key, or all of a kind; neither: all there are. `lang` is empty when none is asked for. */
export type ChatSettingsRequest = { key?: string; kind?: number; lang: string };

/** @throws StanzaError `bad-request` when the type is no number */
export function parseChatSettingsRequest(el: Element): ChatSettingsRequest {
  const [key, type, lang] = [attr(el, "key"), attr(el, "type"), attr(el, "xml:lang") ?? ""];
  if (key !== undefined) return { key, lang };
  // COMPAT: Smack's own value for "no type" is -1, which some callers send.
  if (type === undefined || type === "-1") return { lang };
  if (!/^\d{1,4}$/.test(type)) throw badRequest(`the type of a chat setting is a number, not "${type.slice(0, 20)}"`);
  return { kind: Number(type), lang };
}

export function buildChatSettingList(settings: readonly ChatSetting[]): Element {
  const items = settings.map(({ key, value, kind }) =>
    xml("chat-setting", {}, xml("key", {}, key), xml("value", {}, value), xml("type", {}, kind)),
  );
  return xml("chat-settings", { xmlns: NS_JIVE }, ...items);
}

/** Fastpath tells a bot's words from other texts by how their keys end. */
export const kindOfText = (key: string): ChatSettingKind => (/_(message|question|command|response)$/.test(key) ? 2 : 1);
