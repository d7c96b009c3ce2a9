/** The whole workgroup service at the wire: what it sends to somebody, from first to last, requests included. */
import { vi } from "vitest";
import { attr, type Element } from "../../../protocol/xml.ts";
import { parseXml, type Shape, shape } from "../../support/xml.ts";
import { startService } from "../engine/fake-server.ts";

export const SUPPORT = "support@workgroup.example.org";
export const QUEUE = `${SUPPORT}/Default Queue`;
export const ANNA = "anna@example.org/Spark";
export const BEN = "ben@example.org/Spark";
export const EVE = "eve@example.org/x";
export const CAROL = "carol@example.org/phone";

export const WG = "xmlns='http://jabber.org/protocol/workgroup'";
export const JIVE = "xmlns='http://jivesoftware.com/protocol/workgroup'";
export const STAMP = /^\d{8}T\d\d:\d\d:\d\d$/;
export const DEFAULT_FORM = { username: ["Carol"], email: ["carol@example.net"], question: ["Where is it?"] };

export const parsed = (text: string): Shape => shape(parseXml(text));

/** What a stanza says in XML, without what chance gave it: times become STAMP, ids of sessions SESSION. */
export function plain(element: Element, session = ""): Shape {
  const text = String(element).replaceAll(/\d{8}T\d\d:\d\d:\d\d/g, "STAMP");
  return shape(parseXml(session === "" ? text : text.replaceAll(session, "SESSION")));
}

export type Service = Awaited<ReturnType<typeof openService>>;

/** `support` with Anna and Ben; `of`, and `others` beside it, as an administrator would write them. */
export async function openService(of: Record<string, unknown> = {}, others: Record<string, unknown> = {}) {
  const agents = { "anna@example.org": { name: "Anna" }, "ben@example.org": { name: "Ben" } };
  const service = await startService({ agents, ...of }, others);
  const { link } = service;
  /** Everything for one address, by its full JID. */
  const to = (jid: string, from = 0): Element[] => link.sent.slice(from).filter((one) => attr(one, "to") === jid);
  return {
    ...service,
    to,

    /** Sends it and gives as much as is wanted of what comes to the sender; queue news may follow at any time. */
    async tell(stanza: string, wanted: number): Promise<Element[]> {
      const element = parseXml(stanza);
      const before = link.sent.length;
      link.receive(element);
      const sender = attr(element, "from") ?? "";
      return vi.waitFor(() => {
        const came = to(sender, before);
        if (came.length < wanted) throw new Error(`${came.length} stanzas of ${wanted} came: ${came.join(" ")}`);
        return came.slice(0, wanted);
      });
    },

    /** The requests of this name that the service made of an agent: offers, revokes. */
    requestsTo: (jid: string, name: string) =>
      link.requests.filter((request) => request.to === jid && request.payload.name === name),

    async request(jid: string, name: string, before = 0) {
      return vi.waitFor(() => {
        const found = link.requests.filter((one) => one.to === jid && one.payload.name === name)[before];
        if (!found) throw new Error(`no ${name} to ${jid}`);
        return found;
      });
    },

    /** An IQ by its text; the answer. */
    ask: (from: string, type: "get" | "set", payload: string, at = SUPPORT): Promise<Element> =>
      service.iq(from, at, type, parseXml(payload)),

    async message(jid: string, name: string, before = 0): Promise<Element> {
      return vi.waitFor(() => {
        const found = to(jid).filter((one) => one.name === "message" && one.getChild(name))[before];
        if (!found) throw new Error(`no ${name} to ${jid}`);
        return found;
      });
    },
  };
}

export const onDuty = (jid: string, inside = "", at = SUPPORT): string =>
  `<presence from='${jid}' to='${at}'><agent-status ${WG}>${inside}</agent-status></presence>`;

/** The form as Smack sends it: twice, and with an id that is none. */
export const JOIN_BY_SMACK = `<join-queue ${WG}><queue-notifications/><user ${JIVE} id='null'/>${[1, 2]
  .map(
    (n) =>
      `<x xmlns='jabber:x:data' type='submit'><field var='username'><value>Carol</value></field><field var='email'><value>carol@example.net</value></field><field var='question'><value>Where is it${n === 1 ? "" : ", really"}?</value></field></x>`,
  )
  .join("")}</join-queue>`;
