/** E-mail: one plain mail at a time, to one address, from the operator's address, through the operator's server. */
import { createTransport, type Transporter } from "nodemailer";
import { StanzaError } from "../protocol/stanza-error.ts";
import type { Log } from "../runtime/log.ts";
import type { Mail, Mailer } from "./features/deps.ts";

/** `url` is like `smtp://user:password@mail.example.org:587`, `smtps://…` for TLS from the start. `from` is an address. */
export type MailSettings = { url: string; from: string };

export type MailService = Mailer & {
  /** Ends the connections to the server. */
  close(): void;
};

/** Opens no connection yet. */
export function createMailer({ url, from }: MailSettings, log: Log): MailService {
  const transport: Transporter = createTransport(
    {
      url,
      pool: true,
      maxConnections: 2,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      dnsTimeout: 10_000,
      // Nothing in a mail may name a file of ours, or an address for us to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { headers: { "Auto-Submitted": "auto-generated" } },
  );
  return {
    async send({ fromName, to, subject, text, html }: Mail) {
      try {
        const envelope = { from, to: [to] };
        await transport.sendMail({ envelope, from: { name: fromName, address: from }, to, subject, text, html });
      } catch (error) {
        const refused = isRefusal(error);
        // Not the error itself: its words hold addresses.
        log.warn("a mail could not be sent", {
          refused,
          code: fieldOf(error, "code"),
          answer: fieldOf(error, "responseCode"),
        });
        throw refused
          ? new StanzaError("cancel", "recipient-unavailable", "The e-mail was refused by the server it went to.")
          : new StanzaError("wait", "internal-server-error", "E-mail cannot be sent just now.");
      }
    },
    close: () => transport.close(),
  };
}

/** The server has answered, and for good: RFC 5321 §4.2.1. */
function isRefusal(error: unknown): boolean {
  const answer = fieldOf(error, "responseCode");
  // A refused sign-in is the operator's to mend, not the recipient's.
  return typeof answer === "number" && answer >= 500 && fieldOf(error, "code") !== "EAUTH";
}

/** What nodemailer adds to its errors. */
function fieldOf(error: unknown, name: "code" | "responseCode"): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined;
}
