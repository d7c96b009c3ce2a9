/**
 * A page's receipt for a file that was stored: it says which file and whose, signed by us, and the page hands it back when
 * it says the line. So nothing is remembered here, and no page can say that something else is a file it sent.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { SharedFile } from "../../protocol/shared-file.ts";

export type Tickets = {
  issue(visit: string, file: SharedFile): string;
  /** Null when it is forged or another visit's. */
  open(visit: string, ticket: string): SharedFile | null;
};

export function createTickets(secret: string): Tickets {
  // Of its own kind: neither a token nor an identity can ever be taken for it.
  const sign = (payload: string): Buffer => createHmac("sha256", secret).update(`file ticket:${payload}`).digest();
  return {
    issue(visit, file) {
      const payload = Buffer.from(JSON.stringify({ ...file, visit })).toString("base64url");
      return `${payload}.${sign(payload).toString("base64url")}`;
    },
    open(visit, ticket) {
      const [payload = "", signature = "", ...more] = ticket.split(".");
      const [given, ours] = [Buffer.from(signature, "base64url"), sign(payload)];
      if (more.length > 0 || given.length !== ours.length || !timingSafeEqual(given, ours)) return null;
      const { visit: whose, ...file }: SharedFile & { visit: string } = JSON.parse(
        Buffer.from(payload, "base64url").toString(),
      );
      return whose === visit ? file : null;
    },
  };
}
