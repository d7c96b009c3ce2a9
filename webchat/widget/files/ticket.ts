/** A ticket says which file it stands for; only the gateway can tell whether that is true. */
import type { FileView } from "../../../protocol/visitor-api.ts";

/** The file as it can be shown; without an address when there is none. */
export function readTicket(ticket: string): FileView {
  try {
    const text = atob(ticket.replace(/\..*/, "").replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (one) => one.charCodeAt(0));
    const { url, name, type, size } = JSON.parse(new TextDecoder().decode(bytes));
    return { path: url ? new URL(url).pathname.slice(1) : "", name, type, size };
  } catch {
    return { path: "", name: "" }; // Kept by somebody else under our name.
  }
}

/** One that nobody has signed: for what will never be sent, and is shown all the same. */
export const writeTicket = ({ name, size }: FileView): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify({ name, size }))));
