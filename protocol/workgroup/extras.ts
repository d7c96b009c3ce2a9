/** Small questions to a workgroup: where to turn while nobody is there, sounds, properties, places to search (3.8, 3.10, 4.20). */
import { bareJid, parseBareJid, parseJid } from "../jid.ts";
import { NS_JIVE } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, children, childText, type Element, xml } from "../xml.ts";

/** Exactly one of three. */
export type OfflineSettings =
  | { kind: "page"; url: string }
  | { kind: "room"; room: string }
  | { kind: "mail"; address: string; subject: string; text: string };

export const buildOfflineRequest = (): Element => xml("offline-settings", { xmlns: NS_JIVE });

export function buildOfflineSettings(settings: OfflineSettings): Element {
  const of = (...parts: Element[]): Element => xml("offline-settings", { xmlns: NS_JIVE }, ...parts);
  switch (settings.kind) {
    case "page":
      return of(xml("redirectPage", {}, settings.url));
    case "room":
      return of(xml("redirectMUC", {}, settings.room));
    case "mail":
      return of(
        xml("emailAddress", {}, settings.address),
        xml("offlineText", {}, settings.text),
        xml("subject", {}, settings.subject),
      );
  }
}

/** @throws StanzaError `jid-malformed` */
export function parseOfflineSettings(el: Element): OfflineSettings {
  const url = childText(el, "redirectPage");
  if (url) return { kind: "page", url };
  const room = childText(el, "redirectMUC");
  if (room) return { kind: "room", room: parseJid(room) };
  const text = (name: string): string => childText(el, name) ?? "";
  return { kind: "mail", address: text("emailAddress"), subject: text("subject"), text: text("offlineText") };
}

/** In Base64. */
export type Sounds = { incoming: string; outgoing: string };

export const buildSoundsRequest = (): Element => xml("sound-settings", { xmlns: NS_JIVE });

export const buildSounds = ({ incoming, outgoing }: Sounds): Element =>
  xml("sound-settings", { xmlns: NS_JIVE }, xml("outgoingSound", {}, outgoing), xml("incomingSound", {}, incoming));

export const parseSounds = (el: Element): Sounds => ({
  incoming: childText(el, "incomingSound") ?? "",
  outgoing: childText(el, "outgoingSound") ?? "",
});

/** Of the account in `jid`, when one was named and is known, name and e-mail address too. */
export type WorkgroupProperties = { authRequired: boolean; name?: string; email?: string };

export const buildPropertiesRequest = ({ jid }: { jid: string | null }): Element =>
  xml("workgroup-properties", { xmlns: NS_JIVE, jid: jid ?? undefined });

/** @throws StanzaError `jid-malformed` */
export function parsePropertiesRequest(el: Element): { jid: string | null } {
  const jid = attr(el, "jid");
  return { jid: jid === undefined ? null : parseBareJid(bareJid(jid)) };
}

export const buildProperties = ({ authRequired, name, email }: WorkgroupProperties): Element =>
  xml(
    "workgroup-properties",
    { xmlns: NS_JIVE },
    xml("authRequired", {}, String(authRequired)),
    email !== undefined && xml("email", {}, email),
    name !== undefined && xml("name", {}, name),
  );

export function parseProperties(el: Element): WorkgroupProperties {
  const [name, email] = [childText(el, "name"), childText(el, "email")];
  return {
    authRequired: childText(el, "authRequired") === "true",
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
  };
}

/** Addresses of the web; empty: there is none. */
export type SearchSettings = { forums: string; kb: string };

export const buildSearchSettingsRequest = (): Element => xml("search-settings", { xmlns: NS_JIVE });

export const buildSearchSettings = ({ forums, kb }: SearchSettings): Element =>
  xml(
    "search-settings",
    { xmlns: NS_JIVE },
    forums !== "" && xml("forums", {}, forums),
    kb !== "" && xml("kb", {}, kb),
  );

export const parseSearchSettings = (el: Element): SearchSettings => ({
  forums: childText(el, "forums") ?? "",
  kb: childText(el, "kb") ?? "",
});

export const buildGenericRequest = (): Element => xml("generic-metadata", { xmlns: NS_JIVE });

/** Names and values for agents' clients. */
export const buildGeneric = (values: Readonly<Record<string, string>>): Element =>
  xml(
    "generic-metadata",
    { xmlns: NS_JIVE },
    ...Object.entries(values).map(([name, value]) => xml("entry", {}, xml("name", {}, name), xml("value", {}, value))),
  );

export function parseGeneric(el: Element): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const entry of children(el, "entry", NS_JIVE)) {
    const name = childText(entry, "name");
    if (name) values[name] = childText(entry, "value") ?? "";
  }
  return values;
}

/** An agent chooses another name (reference 4.5); a `jid` beside it counts for nothing. @throws StanzaError `bad-request` */
export function parseAgentRename(el: Element): { name: string } {
  const name = childText(el, "name");
  if (name === undefined) throw badRequest("agent-info to be changed needs a 'name'");
  return { name: name.trim() };
}

export const buildAgentRename = ({ name }: { name: string }): Element =>
  xml("agent-info", { xmlns: NS_JIVE }, xml("name", {}, name));
