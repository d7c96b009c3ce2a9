/** Discovery, version and vCard of the service and its workgroups: XEP-0030, XEP-0092, XEP-0054 (reference 2.2, 2.3). */
import { buildInfo, buildItems, type Identity } from "../../protocol/disco.ts";
import { NS_DISCO_INFO, NS_DISCO_ITEMS, NS_PING, NS_VERSION, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notAcceptable, notFound } from "../../protocol/stanza-error.ts";
import { buildWorkgroupInfo, type WorkgroupStatus } from "../../protocol/workgroup/settings.ts";
import { attr, type Element, xml } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { availability, expectedWaitMs, queueOrder } from "../domain/dispatcher.ts";
import type { Availability } from "../domain/model.ts";
import { type Deps, type Feature, isGateway, type Workgroup } from "./deps.ts";

const STATUS: Record<Availability, WorkgroupStatus> = { open: "OPEN", ready: "READY", closed: "CLOSED" };

export const discovery: Feature = {
  disco: { features: [NS_DISCO_INFO, NS_VERSION, NS_PING] },
  iq: [
    { type: "get", ns: NS_DISCO_INFO, name: "query", handle: info },
    { type: "get", ns: NS_DISCO_ITEMS, name: "query", handle: items },
    { type: "get", ns: NS_VERSION, name: "query", handle: version },
    { type: "get", ns: NS_PING, name: "ping", handle: async () => undefined },
    { type: "get", ns: "vcard-temp", name: "vCard", handle: vcard },
  ],
};

const identity = (name: string): Identity => ({ category: "collaboration", type: "workgroup", name });

async function info(iq: IqRequest, deps: Deps): Promise<Element> {
  if (attr(iq.payload, "node") !== undefined) throw notFound("There is no such node.");
  if (iq.to === deps.domain) {
    const features = [NS_WORKGROUP, NS_DISCO_INFO, NS_DISCO_ITEMS, NS_VERSION, NS_PING];
    return buildInfo({ identities: [identity("Foyer")], features });
  }
  const workgroup = known(iq, deps);
  const { committed } = workgroup;
  const waitMs = expectedWaitMs(committed, queueOrder(committed).length + 1);
  const form = buildWorkgroupInfo({
    description: committed.settings.description,
    status: STATUS[availability(committed)],
    waitS: committed.averageWaitMs === null ? null : Math.ceil(waitMs / 1000),
    origins: isGateway(iq.from, deps) ? (committed.settings.origins ?? []) : [],
  });
  return buildInfo({ identities: [identity(committed.settings.title)], features: deps.disco, forms: [form] });
}

async function items(iq: IqRequest, { domain, workgroups }: Deps): Promise<Element> {
  if (iq.to !== domain) throw notAcceptable("A workgroup has no items.");
  const present = workgroups.all.filter(({ committed }) => !committed.removed);
  return buildItems(
    present.map(({ node, committed }) => ({ jid: `${node}@${domain}`, name: committed.settings.title })),
  );
}

async function version(iq: IqRequest, deps: Deps): Promise<Element> {
  if (iq.to !== deps.domain) known(iq, deps);
  return xml("query", { xmlns: NS_VERSION }, xml("name", {}, "Foyer"), xml("version", {}, "0.1"));
}

async function vcard(iq: IqRequest, deps: Deps): Promise<Element> {
  const { settings } = known(iq, deps).committed;
  const parts = [xml("FN", {}, settings.title), xml("NICKNAME", {}, settings.title), xml("JABBERID", {}, iq.to)];
  return xml("vCard", { xmlns: "vcard-temp" }, ...parts);
}

function known(iq: IqRequest, { workgroups }: Deps): Workgroup {
  const workgroup = workgroups.at(iq.to);
  if (workgroup === undefined || workgroup.committed.removed) throw notFound("There is no such workgroup.");
  return workgroup;
}
