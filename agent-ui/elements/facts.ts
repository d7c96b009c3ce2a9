/** What is known of a visitor, as names and values to read: what was entered, and where from. */
import { css, html, type TemplateResult } from "lit";
import { lockIcon } from "../../design/icons.ts";
import { safeHref } from "../../design/links.ts";
import type { Chat } from "../state/model.ts";
import { linkedText } from "./linked-text.ts";

/** `verified`: the site vouches for it; all else is the visitor's word. */
export type Fact = { label: string; values: readonly string[]; href?: string; verified?: boolean };
type Metadata = Chat["metadata"];

/** Known variables in the order people want them, by the names the field gives them (Fastpath's included). */
const ENTERED: readonly (readonly [string, string])[] = [
  ["username", "Name"],
  ["email", "E-mail"],
  ["subject", "Account"],
  ["phone", "Phone"],
  ["question", "Question"],
];
const PAGE: readonly (readonly [string, string])[] = [
  ["url", "Page"],
  ["title", "Page title"],
  ["referer", "Came from"],
  ["language", "Language"],
  ["timeZone", "Time zone"],
  ["ip", "Address"],
  ["Location", "Location"],
];
/** Words between machines. */
const HIDDEN = new Set(["userid", "sessionid", "transfer", "workgroup", "inviter", "form_type"]);

/** What the visitor entered, the usual first, then the rest under the form's own labels. */
export function enteredFacts(
  metadata: Metadata,
  labels: Readonly<Record<string, string>>,
  verified: readonly string[] = [],
): Fact[] {
  const known = new Set([...ENTERED, ...PAGE].map(([name]) => name));
  const rest = Object.keys(metadata).filter((name) => !known.has(name) && !HIDDEN.has(name.toLowerCase()));
  const named: (readonly [string, string])[] = [...ENTERED, ...rest.map((name) => [name, name] as const)];
  return named.flatMap(([name, fallback]) =>
    fact(metadata, name, labels[name] ?? fallback).map((one) => ({ ...one, verified: verified.includes(name) })),
  );
}

/** Where the visitor is and came from. The page's word, not a verified fact. */
export function pageFacts(metadata: Metadata): Fact[] {
  return PAGE.flatMap(([name, label]) => fact(metadata, name, label)).map((one) => {
    const href = one.label === "Page" || one.label === "Came from" ? safeHref(one.values[0] ?? "") : undefined;
    return href === undefined ? one : { ...one, href };
  });
}

function fact(metadata: Metadata, name: string, label: string): Fact[] {
  const values = (metadata[name] ?? []).filter((value) => value.trim() !== "");
  return values.length === 0 ? [] : [{ label, values }];
}

export function factList(facts: readonly Fact[]): TemplateResult {
  if (facts.length === 0) return html`<p class="meta">Nothing was entered.</p>`;
  return html`<dl class="facts">
    ${facts.map(
      ({ label, values, href, verified }) =>
        html`<div><dt>${label}${verified ? html`<span class="confirmed" role="img" aria-label="confirmed by the site" title="Confirmed by the site">${lockIcon()}</span>` : ""}</dt>${values.map((value) => html`<dd class="words">${href ? addressLink(href, value) : linkedText(value)}</dd>`)}</div>`,
    )}
  </dl>`;
}

const addressLink = (href: string, text: string): TemplateResult =>
  html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow ugc" title=${text}>${shortAddress(text)}</a>`;

/** The host and path, without what machines add. */
function shortAddress(text: string): string {
  try {
    const { host, pathname } = new URL(text);
    return pathname === "/" ? host : `${host}${pathname}`;
  } catch {
    return text;
  }
}

export const factStyles = css`
  .facts { display: grid; gap: var(--s3); }
  .facts dt { color: var(--ink-faint); font-size: var(--text-meta); }
  .confirmed { color: var(--accent-ink); margin-inline-start: var(--s1); }
  .confirmed .icon { inline-size: 0.9em; block-size: 0.9em; vertical-align: -0.1em; }
  .facts dd { overflow-wrap: anywhere; white-space: pre-line; }
  .facts a { color: var(--accent-ink); }
`;
