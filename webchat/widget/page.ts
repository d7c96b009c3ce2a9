/** What the widget asks of the browser it runs in. */
import type { PageInfo } from "../../protocol/visitor-api.ts";

/** Where the visitor is, for the agent to see. */
export function pageInfo(): PageInfo {
  return {
    url: location.href,
    title: document.title,
    referrer: document.referrer,
    language: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** A key that nobody else mints. Unlike `randomUUID` this is there on pages without TLS, too. */
export const mintKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
