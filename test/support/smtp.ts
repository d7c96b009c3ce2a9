/** A server for e-mail on the loopback, which keeps what it is given. */
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export type Received = { from: string; to: string[]; raw: string };

/**
 * `refuse` names recipients the server does not take; `busy` makes it put everybody off. Mails are kept as they came over
 * the wire, headers and all.
 */
export async function startSmtpServer({ refuse = [] as readonly string[], busy = false, password = "" } = {}) {
  const received: Received[] = [];
  const failure = (text: string, responseCode: number): Error => Object.assign(new Error(text), { responseCode });
  const server = new SMTPServer({
    disabledCommands: password === "" ? ["STARTTLS", "AUTH"] : ["STARTTLS"],
    allowInsecureAuth: true,
    authOptional: password === "",
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: auth.username }) : done(failure("wrong password", 535)),
    onRcptTo({ address }, _session, done) {
      if (busy) done(failure("try again later", 451));
      else if (refuse.includes(address)) done(failure("no such mailbox", 550));
      else done();
    },
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => void parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(parts).toString(),
        });
        done();
      });
    },
  });
  // Clients that go away in the middle are a part of these tests.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address: AddressInfo | string | null = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    received,
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** The header of a mail as names and values, unfolded; the parts of its body are quoted-printable or plain. */
export function headersOf({ raw }: Received): string[] {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n"));
  return head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
}

/** The mail's text with quoted-printable undone, both parts and their own headers. */
export function bodyOf({ raw }: Received): string {
  const joined = raw.slice(raw.indexOf("\r\n\r\n")).replace(/=\r\n/g, "");
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}
