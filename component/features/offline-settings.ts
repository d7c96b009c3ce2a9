/** Where a visitor may turn while nobody is there (reference 3.8): a page, a room, or an e-mail address. */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import { buildOfflineSettings } from "../../protocol/workgroup/extras.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { addressed, type Deps, type Feature } from "./deps.ts";

export const offlineSettings: Feature = {
  iq: [{ type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "offline-settings", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const offline = addressed(iq.to, deps).committed.settings.extras?.offline;
  if (offline === undefined) throw notFound("This workgroup names no other place to turn to.");
  return buildOfflineSettings(offline);
}
