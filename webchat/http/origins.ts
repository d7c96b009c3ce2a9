/**
 * Which sites may have a workgroup's chat on their pages. A browser says in `Origin` whose page asks; the check keeps other
 * sites' pages away, not programs, which may say what they like and have no visitor's browser to abuse.
 */
import type { IncomingHttpHeaders } from "node:http";

/** What a request says of the page it comes from. */
export type Asking = Pick<IncomingHttpHeaders, "origin" | "host">;

/** `allowed` are origins such as `https://shop.example`; when there are none, any site may. Our own pages always may. */
export function mayEmbed({ origin, host }: Asking, allowed: readonly string[]): boolean {
  if (allowed.length === 0 || origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
