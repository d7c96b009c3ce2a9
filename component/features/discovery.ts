/** Discovery, version and vCard of the service and its workgroups: XEP-0030, XEP-0092, XEP-0054 (reference 2.2, 2.3). */
import { buildInfo, buildItems, type Identity } from "../../protocol/disco.ts";
import {
  NS_COMMANDS,
  NS_DATA_FORM,
  NS_DISCO_INFO,
  NS_DISCO_ITEMS,
  NS_PING,
  NS_VERSION,
  NS_WORKGROUP,
} from "../../protocol/ns.ts";
import { badRequest, notAcceptable, notFound, StanzaError } from "../../protocol/stanza-error.ts";
import { buildWorkgroupInfo, type WorkgroupStatus } from "../../protocol/workgroup/settings.ts";
import { attr, type Element, xml } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { askerOf, langOf } from "../commands/asker.ts";
import { listCommands } from "../commands/forms.ts";
import { guestOf, listForGuest } from "../dialogue/commands.ts";
import { administrationCommands } from "../domain/administration-commands.ts";
import { availability, expectedWaitMs, queueOrder } from "../domain/dispatcher.ts";
import type { Availability } from "../domain/model.ts";
import { type Deps, type Feature, isAgent, isGateway, type Workgroup } from "./deps.ts";

const STATUS: Record<Availability, WorkgroupStatus> = { open: "OPEN", ready: "READY", closed: "CLOSED" };
/** Fastpath's word for "transcripts can be mailed": Smack looks for it. */
const EMAIL_PROVIDER = "jive:email:provider";
const NS_VCARD = "vcard-temp";

export const discovery: Feature = {
  disco: { features: [NS_WORKGROUP, NS_DISCO_INFO, NS_VERSION, NS_PING, NS_VCARD] },
  iq: [
    { type: "get", ns: NS_DISCO_INFO, name: "query", handle: info },
    { type: "get", ns: NS_DISCO_ITEMS, name: "query", handle: items },
    {
      type: "set",
      ns: NS_DISCO_ITEMS,
      name: "query",
      handle: () => Promise.reject(badRequest("Items are asked for, not set.")),
    },
    { type: "get", ns: NS_VERSION, name: "query", handle: version },
    { type: "get", ns: NS_PING, name: "ping", handle: async () => undefined },
    { type: "get", ns: NS_VCARD, name: "vCard", handle: vcard },
  ],
};

const identity = (name: string): Identity => ({ category: "collaboration", type: "workgroup", name });

async function info(iq: IqRequest, deps: Deps): Promise<Element> {
  const node = attr(iq.payload, "node");
  if (iq.to === deps.domain) return serviceInfo(node, iq, deps);
  const workgroup = known(iq, deps);
  if (node !== undefined) return commandInfo(node, commandsIn(workgroup, iq, deps));
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

function serviceInfo(node: string | undefined, iq: IqRequest, deps: Deps): Element {
  if (node !== undefined) {
    return commandInfo(node, commandsFor(iq, deps));
  }
  const features = [NS_WORKGROUP, NS_DISCO_INFO, NS_DISCO_ITEMS, NS_VERSION, NS_PING, NS_COMMANDS];
  return buildInfo({
    identities: [identity("Foyer")],
    features: deps.mailer === null ? features : [...features, EMAIL_PROVIDER],
  });
}

/** One of these commands, or their list (XEP-0050 §3.1). */
function commandInfo(node: string, commands: readonly { node: string; name: string }[]): Element {
  const automation = (type: string, name: string): Identity => ({ category: "automation", type, name });
  if (node === NS_COMMANDS) return buildInfo({ identities: [automation("command-list", "")], features: [NS_COMMANDS] });
  const command = commands.find((one) => one.node === node);
  if (command === undefined) throw notFound("There is no such node.");
  return buildInfo({
    identities: [automation("command-node", command.name)],
    features: [NS_COMMANDS, NS_DATA_FORM],
  });
}

/** What somebody may do with a workgroup just now: an agent, or else a visitor. */
const commandsIn = (workgroup: Workgroup, iq: IqRequest, deps: Deps) =>
  isAgent(workgroup, iq.from)
    ? listCommands(askerOf(workgroup, iq.from, langOf(iq.payload), deps))
    : listForGuest(guestOf(workgroup, iq, deps));

/** The administrators' commands, for those who may use them. */
const commandsFor = (iq: IqRequest, { administration }: Deps) =>
  administration.isAdmin(iq.from) ? administrationCommands() : [];

async function items(iq: IqRequest, deps: Deps): Promise<Element> {
  const { domain, workgroups } = deps;
  const node = attr(iq.payload, "node");
  if (iq.to !== domain && node === NS_COMMANDS) {
    return buildItems(commandsIn(known(iq, deps), iq, deps).map((one) => ({ jid: iq.to, ...one })));
  }
  if (iq.to !== domain) throw notAcceptable("A workgroup has no items.");
  if (node === NS_COMMANDS) {
    return buildItems(commandsFor(iq, deps).map((one) => ({ jid: domain, ...one })));
  }
  if (node !== undefined) throw new StanzaError("cancel", "service-unavailable", "There is no such node.");
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
  return xml("vCard", { xmlns: NS_VCARD }, ...parts);
}

function known(iq: IqRequest, { workgroups }: Deps): Workgroup {
  const workgroup = workgroups.at(iq.to);
  if (workgroup === undefined || workgroup.committed.removed) throw notFound("There is no such workgroup.");
  return workgroup;
}
