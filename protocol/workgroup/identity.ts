/**
 * Who a site says its visitor is, in a JWT (RFC 7519) signed with the workgroup's secret, and what of a request is thereby
 * certain. Everything else is the visitor's own word.
 */
import { NS_SESSION, NS_VISIT } from "../ns.ts";
import { attr, child, children, type Element, xml } from "../xml.ts";

/** `subject` is the site's own name for the person, never empty; the others are empty when the site did not say them. */
export type Identity = { subject: string; name: string; email: string };

/** Asks the workgroup, by IQ get, whether it believes a JWT; and beside the form in `join-queue` it claims it. */
export const buildIdentityClaim = (jwt: string): Element => xml("identity", { xmlns: NS_VISIT }, jwt);

/** The JWT in a claim; empty when there is none in it. */
export const parseIdentityClaim = (el: Element): string => el.text().trim();

/** The claim inside a `join-queue`; null when nobody is claimed. */
export function findIdentityClaim(parent: Element): string | null {
  const el = child(parent, "identity", NS_VISIT);
  return el === undefined ? null : parseIdentityClaim(el);
}

/** The workgroup's answer: it believes it. */
export function buildIdentity({ subject, name, email }: Identity): Element {
  return xml("identity", { xmlns: NS_VISIT, subject, name, email });
}

/** Null for an answer without a subject, which names nobody. */
export function parseIdentity(el: Element): Identity | null {
  const subject = el.is("identity", NS_VISIT) ? attr(el, "subject") : undefined;
  return subject === undefined ? null : { subject, name: attr(el, "name") ?? "", email: attr(el, "email") ?? "" };
}

/** Names of the metadata that is verified, for agents, beside the metadata itself; nothing when none of it is. */
export function buildVerified(names: readonly string[] = []): Element | undefined {
  if (names.length === 0) return undefined;
  return xml("verified", { xmlns: NS_SESSION }, ...names.map((name) => xml("field", { name })));
}

/** To be spread into what the parent tells: nothing when nothing is verified. */
export function parseVerified(parent: Element): { verified?: string[] } {
  const el = child(parent, "verified", NS_SESSION);
  const verified =
    el === undefined ? [] : children(el, "field", NS_SESSION).flatMap((field) => attr(field, "name") ?? []);
  return verified.length === 0 ? {} : { verified };
}
