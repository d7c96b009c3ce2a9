/** Pictures and texts of a visitor's client (reference 3.9): the administrator's, and the texts Fastpath's clients expect. */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { fitting } from "../../protocol/size.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import {
  buildChatSettingList,
  type ChatSetting,
  kindOfText,
  parseChatSettingsRequest,
} from "../../protocol/workgroup/chat-settings.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { FASTPATH_TEXTS } from "../domain/fastpath-texts.ts";
import type { WorkgroupSettings } from "../domain/model.ts";
import { addressed, type Deps, type Feature } from "./deps.ts";

export const chatSettings: Feature = {
  iq: [{ type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "chat-settings", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const { settings } = addressed(iq.to, deps).committed;
  const { key, kind, lang } = parseChatSettingsRequest(iq.payload);
  const all = [...pictures(settings), ...texts(settings, lang)];
  if (key !== undefined) {
    const found = all.find((one) => one.key === key);
    if (found === undefined) throw notFound("There is no such setting.");
    return buildChatSettingList([found]);
  }
  const asked = all.filter((one) => kind === undefined || one.kind === kind);
  return buildChatSettingList(fitting(asked, (one) => buildChatSettingList([one])));
}

function pictures({ extras }: WorkgroupSettings): ChatSetting[] {
  return Object.entries(extras?.images ?? {}).map(([key, value]) => ({ key, value, kind: 0 }));
}

/** Foyer's own page says its language and has words of its own; who says none is one of Fastpath's clients. */
function texts({ texts: written }: WorkgroupSettings, lang: string): ChatSetting[] {
  const language = lang === "" ? "en" : lang;
  const own = [language, language.split("-")[0] ?? ""].find((one) => Object.hasOwn(written, one));
  const chosen = { ...(lang === "" && FASTPATH_TEXTS), ...(own !== undefined && written[own]) };
  return Object.entries(chosen).map(([key, value]) => ({ key, value, kind: kindOfText(key) }));
}
