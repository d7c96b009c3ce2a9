/** Sounds of a visitor's client (reference 3.10). */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import { buildSounds } from "../../protocol/workgroup/extras.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { addressed, type Deps, type Feature } from "./deps.ts";

export const soundSettings: Feature = {
  iq: [{ type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "sound-settings", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const sounds = addressed(iq.to, deps).committed.settings.extras?.sounds;
  if (sounds === undefined) throw notFound("This workgroup has no sounds of its own.");
  return buildSounds(sounds);
}
