/** XMPP addresses (RFC 7622) as strings that were checked once. We mint our own local parts; everybody else's is input. */
import { StanzaError } from "./stanza-error.ts";

export type JidParts = { local: string; domain: string; resource: string };

// Lone surrogates are in no part: UTF-8 cannot carry them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: an address must not contain any
const FORBIDDEN = /[\s"&'/:<>@\u0000-\u001F\u007F\p{Cs}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: an address must not contain any
const FORBIDDEN_IN_RESOURCE = /[\u0000-\u001F\u007F-\u009F\p{Cs}]/u;

/** Splits an address at the first `@` and the first `/`. Missing parts are empty. Does not check. */
export function splitJid(jid: string): JidParts {
  const slash = jid.indexOf("/");
  const bare = slash < 0 ? jid : jid.slice(0, slash);
  const at = bare.indexOf("@");
  return {
    local: at < 0 ? "" : bare.slice(0, at),
    domain: at < 0 ? bare : bare.slice(at + 1),
    resource: slash < 0 ? "" : jid.slice(slash + 1),
  };
}

/** The address without its resource. */
export function bareJid(jid: string): string {
  const slash = jid.indexOf("/");
  return slash < 0 ? jid : jid.slice(0, slash);
}

export const localOf = (jid: string): string => splitJid(jid).local;
export const domainOf = (jid: string): string => splitJid(jid).domain;
export const resourceOf = (jid: string): string => splitJid(jid).resource;

/** True for an address that a server would accept in principle: no empty parts, no forbidden characters, no part over 1023 bytes. */
export function isJid(jid: string): boolean {
  const { local, domain, resource } = splitJid(jid);
  const bare = bareJid(jid);
  if (domain.split(".").includes("") || FORBIDDEN.test(domain)) return false;
  if (bare.includes("@") && (local === "" || FORBIDDEN.test(local))) return false;
  if (jid.includes("/") && (resource === "" || FORBIDDEN_IN_RESOURCE.test(resource))) return false;
  return [local, domain, resource].every((part) => new TextEncoder().encode(part).length <= 1023);
}

/**
 * An address from outside, local part and domain in lower case.
 * @throws StanzaError `jid-malformed`
 */
export function parseJid(input: string): string {
  if (!isJid(input)) throw new StanzaError("modify", "jid-malformed", `"${input.slice(0, 80)}" is not an XMPP address`);
  const { local, domain, resource } = splitJid(input);
  const bare = local === "" ? domain.toLowerCase() : `${local.toLowerCase()}@${domain.toLowerCase()}`;
  return resource === "" ? bare : `${bare}/${resource}`;
}

/**
 * An address with a local part and no resource.
 * @throws StanzaError `jid-malformed`
 */
export function parseBareJid(input: string): string {
  const jid = parseJid(input);
  if (resourceOf(jid) !== "" || localOf(jid) === "") {
    throw new StanzaError("modify", "jid-malformed", `"${input.slice(0, 80)}" is not an address like name@domain`);
  }
  return jid;
}
