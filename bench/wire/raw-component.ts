/** A component connection with nothing around it (XEP-0114): the raw baseline speaks through three of these. */
import { createHash, randomUUID } from "node:crypto";
import type { Element } from "../../protocol/xml.ts";
import { attrOf } from "./stanza-stream.ts";
import { openXmppSocket } from "./xmpp-socket.ts";

export type RawComponent = {
  readonly domain: string;
  /** What is no answer to a request. */
  onStanza: (stanza: string) => void;
  send(stanza: Element | string): void;
  /** An IQ; resolves with the answer as text, and rejects when it is an error. */
  ask(from: string, to: string, type: "get" | "set", payload: Element): Promise<string>;
  stop(): void;
};

export async function connectComponent(service: string, domain: string, secret: string): Promise<RawComponent> {
  const socket = await openXmppSocket(service);
  const opening = await socket.open(
    `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}'>`,
  );
  const answered = socket.next(() => true);
  const digest = createHash("sha1")
    .update(attrOf(opening, "id") + secret)
    .digest("hex");
  socket.write(`<handshake>${digest}</handshake>`);
  const answer = await answered;
  if (!answer.startsWith("<handshake")) throw new Error(`${domain} was not let in: ${answer}`);

  const asked = new Map<string, { resolve(answer: string): void; reject(error: Error): void }>();
  const self: RawComponent = {
    domain,
    onStanza: () => undefined,
    send: (stanza) => socket.write(String(stanza)),
    ask(from, to, type, payload) {
      const id = randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      asked.set(id, { resolve, reject });
      socket.write(`<iq type='${type}' id='${id}' from='${from}' to='${to}'>${payload}</iq>`);
      return promise;
    },
    stop: () => socket.end(),
  };
  socket.onStanza = (stanza) => {
    if (!stanza.startsWith("<iq")) return self.onStanza(stanza);
    const type = attrOf(stanza, "type");
    if (type === "get" || type === "set") {
      const [id, from, to] = ["id", "from", "to"].map((name) => attrOf(stanza, name));
      socket.write(`<iq type='result' id='${id}' from='${to}' to='${from}'/>`);
      return;
    }
    const one = asked.get(attrOf(stanza, "id"));
    asked.delete(attrOf(stanza, "id"));
    if (type === "error") one?.reject(new Error(stanza));
    else one?.resolve(stanza);
  };
  return self;
}
