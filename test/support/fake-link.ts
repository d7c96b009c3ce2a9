/** A component's link without a server: stanzas in by hand, stanzas out in a list. */
import { StanzaError } from "../../protocol/stanza-error.ts";
import { Element } from "../../protocol/xml.ts";
import { type ComponentLink, LinkDown, type Request } from "../../runtime/xmpp/component-link.ts";
import { parseXml } from "./xml.ts";

export type FakeLink = ComponentLink & {
  /** Everything sent, requests not included. */
  sent: Element[];
  /** Every request made, in order. */
  requests: Request[];
  /** What requests are answered with; by default nobody answers. */
  answer: (request: Request) => Element | undefined | Promise<Element | undefined>;
  /** Hands a stanza to the handlers, as the server would. */
  receive(stanza: Element | string): void;
  setOnline(online: boolean): void;
  /** Makes `send` reject with this. */
  failing: Error | undefined;
};

/** A link that is online. */
export function createFakeLink(domain = "workgroup.example.org"): FakeLink {
  const handlers = {
    stanza: new Set<(stanza: Element) => void>(),
    online: new Set<() => void>(),
    offline: new Set<() => void>(),
  };
  let online = true;
  const link: FakeLink = {
    domain,
    get online() {
      return online;
    },
    sent: [],
    requests: [],
    failing: undefined,
    answer: () => Promise.reject(new StanzaError("wait", "remote-server-timeout")),
    start: () => undefined,
    stop: async () => undefined,
    async send(stanza) {
      if (!online) throw new LinkDown();
      if (link.failing) throw link.failing;
      link.sent.push(stanza);
    },
    async request(request) {
      if (!online) throw new LinkDown();
      link.requests.push(request);
      return await link.answer(request);
    },
    onStanza: (handler) => void handlers.stanza.add(handler),
    onOnline: (handler) => void handlers.online.add(handler),
    onOffline: (handler) => void handlers.offline.add(handler),
    onFatal: () => undefined,
    receive(stanza) {
      const element = stanza instanceof Element ? stanza : parseXml(stanza);
      for (const handler of handlers.stanza) handler(element);
    },
    setOnline(next) {
      if (next === online) return;
      online = next;
      for (const handler of online ? handlers.online : handlers.offline) handler();
    },
  };
  return link;
}
