/**
 * A client's session (RFC 6120, XEP-0198) at its lightest: signs in with SCRAM-SHA-1, acknowledges what it is asked to,
 * and hands on stanzas as text. What an agent's client costs the server is all there; what it costs the load maker is not.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, randomUUID } from "node:crypto";
import type { Element } from "../../protocol/xml.ts";
import { attrOf } from "./stanza-stream.ts";
import { openXmppSocket, type XmppSocket } from "./xmpp-socket.ts";

export type XmppClient = {
  /** Full JID. */
  readonly jid: string;
  onStanza: (stanza: string) => void;
  send(stanza: Element | string): void;
  ask(to: string, type: "get" | "set", payload: Element): Promise<string>;
  /** Ends the session in order. */
  stop(): void;
  /** Cuts the connection. */
  vanish(): void;
  readonly closed: Promise<void>;
};

export async function signIn(of: {
  service: string;
  domain: string;
  username: string;
  password: string;
  resource: string;
}): Promise<XmppClient> {
  const { service, domain } = of;
  const socket = await openXmppSocket(service);
  const tag = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='${domain}'>`;
  const isFeatures = (stanza: string): boolean => stanza.startsWith("<stream:features");
  let features = socket.next(isFeatures);
  await socket.open(tag);
  await features;
  await scram(socket, of.username, of.password);
  features = socket.next(isFeatures);
  await socket.open(tag);
  await features;
  const bound = socket.next((stanza) => attrOf(stanza, "id") === "bind");
  socket.write(
    `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${of.resource}</resource></bind></iq>`,
  );
  const jid = /<jid>([^<]+)/.exec(await bound)?.[1];
  if (jid === undefined) throw new Error("no resource was bound");
  const enabled = socket.next((stanza) => stanza.startsWith("<enabled"));
  socket.write("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
  await enabled;

  let handled = 0;
  const asked = new Map<string, { resolve(answer: string): void; reject(error: Error): void }>();
  const self: XmppClient = {
    jid,
    onStanza: () => undefined,
    send: (stanza) => socket.write(String(stanza)),
    ask(to, type, payload) {
      const id = randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      asked.set(id, { resolve, reject });
      socket.write(`<iq type='${type}' id='${id}' to='${to}'>${payload}</iq>`);
      return promise;
    },
    stop: () => socket.end(),
    vanish: () => socket.destroy(),
    closed: socket.closed,
  };
  socket.onStanza = (stanza) => {
    if (stanza.startsWith("<r ")) return socket.write(`<a xmlns='urn:xmpp:sm:3' h='${handled}'/>`);
    if (stanza.startsWith("<a ")) return;
    handled += 1;
    const answer = stanza.startsWith("<iq") ? asked.get(attrOf(stanza, "id")) : undefined;
    if (!answer) return self.onStanza(stanza);
    asked.delete(attrOf(stanza, "id"));
    if (attrOf(stanza, "type") === "error") answer.reject(new Error(stanza));
    else answer.resolve(stanza);
  };
  return self;
}

/** RFC 5802, with Node's own PBKDF2: in plain JavaScript one sign-in would cost two seconds of the load maker's CPU. */
async function scram(socket: XmppSocket, username: string, password: string): Promise<void> {
  const step = (): Promise<string> =>
    socket
      .next((stanza) => /^<(challenge|success|failure)/.test(stanza))
      .then((stanza) => {
        if (stanza.startsWith("<failure")) throw new Error(`${username} was not let in: ${stanza}`);
        return Buffer.from(/>([^<]*)</.exec(stanza)?.[1] ?? "", "base64").toString();
      });
  const xmlns = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const first = `n=${username},r=${randomBytes(18).toString("base64url")}`;
  let answer = step();
  socket.write(`<auth ${xmlns} mechanism='SCRAM-SHA-1'>${base64(`n,,${first}`)}</auth>`);
  const challenge = await answer;
  const of = Object.fromEntries(challenge.split(",").map((part) => [part[0], part.slice(2)]));
  const salted = pbkdf2Sync(password, Buffer.from(of.s ?? "", "base64"), Number(of.i), 20, "sha1");
  const clientKey = createHmac("sha1", salted).update("Client Key").digest();
  const stored = createHash("sha1").update(clientKey).digest();
  const bare = `c=biws,r=${of.r}`;
  const signature = createHmac("sha1", stored).update(`${first},${challenge},${bare}`).digest();
  const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0))).toString("base64");
  answer = step();
  socket.write(`<response ${xmlns}>${base64(`${bare},p=${proof}`)}</response>`);
  await answer;
}
