/** What the administrator hands to agents' clients: places to search, and settings of any kind (reference 4.20). */
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import { buildGeneric, buildSearchSettings } from "../../protocol/workgroup/extras.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { type Extras, NO_EXTRAS } from "../domain/extras.ts";
import { agentsWorkgroup, type Deps, type Feature } from "./deps.ts";

const NS = [NS_JIVE, NS_WORKGROUP];

export const searchSettings: Feature = {
  iq: [
    {
      type: "get",
      ns: NS,
      name: "search-settings",
      handle: async (iq, deps) => buildSearchSettings(of(iq, deps).search),
    },
    { type: "get", ns: NS, name: "generic-metadata", handle: generic },
  ],
};

async function generic(iq: IqRequest, deps: Deps): Promise<Element> {
  return buildGeneric(of(iq, deps).properties);
}

function of(iq: IqRequest, deps: Deps): Extras {
  const unknown = notFound("You are not an agent of this workgroup.");
  return agentsWorkgroup(iq, deps, unknown).committed.settings.extras ?? NO_EXTRAS;
}
