/** What @xmpp/client 0.14 has and its published types leave out. */
import "@xmpp/client";
import "@xmpp/stream-management";

/** One SASL exchange as the library drives it; answers may be promises. Messages are binary strings. */
export interface SaslMechanism {
  name: string;
  clientFirst: boolean;
  response(credentials: object): string | Promise<string>;
  challenge(challenge: string): void | Promise<void>;
  final?(data: string): void | Promise<void>;
}

declare module "@xmpp/client" {
  interface Client {
    /** Takes what came in at the socket. */
    _onData(data: unknown): void;
    /** `_mechs` is saslmechanisms' own list, best first; the library reads it too. */
    saslFactory: { _mechs: unknown[]; use(name: string, mechanism: new () => SaslMechanism): unknown };
  }
}

declare module "@xmpp/stream-management" {
  interface StreamManagement {
    timeout: number;
    requestAckInterval: number;
    on(event: "resumed", listener: () => void): unknown;
    on(event: "ack" | "fail", listener: (stanza: import("@xmpp/xml").Element) => void): unknown;
  }
}
