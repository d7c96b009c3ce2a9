/** What a visitor's address, and the gateway's own, answer to anybody who asks: who we are, and that we are there. */
import { buildInfo, CONVERSATION_FEATURES } from "../../protocol/disco.ts";
import { localOf } from "../../protocol/jid.ts";
import { NS_DISCO_INFO, NS_PING } from "../../protocol/ns.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Element } from "../../protocol/xml.ts";
import type { Feature, IqRequest } from "../../runtime/xmpp/features.ts";

/** `knows` says whether a visit is here; nobody answers in the name of one that is not. */
export type AnswerDeps = { knows(visit: string): boolean };

export const answers: readonly Feature<AnswerDeps>[] = [
  {
    iq: [
      { type: "get", ns: NS_DISCO_INFO, name: "query", handle: info },
      { type: "get", ns: NS_PING, name: "ping", handle: ping },
    ],
  },
];

function info(iq: IqRequest, deps: AnswerDeps): Element {
  mustBeHere(iq, deps);
  if (attr(iq.payload, "node") !== undefined) throw new StanzaError("cancel", "item-not-found");
  if (localOf(iq.to) === "") {
    const identities = [{ category: "gateway", type: "http", name: "Web chat" }];
    return buildInfo({ identities, features: [NS_DISCO_INFO, NS_PING] });
  }
  const identities = [{ category: "client", type: "web", name: "Web visitor" }];
  return buildInfo({ identities, features: CONVERSATION_FEATURES });
}

function ping(iq: IqRequest, deps: AnswerDeps): void {
  mustBeHere(iq, deps);
}

function mustBeHere(iq: IqRequest, { knows }: AnswerDeps): void {
  const visit = localOf(iq.to);
  if (visit !== "" && !knows(visit)) throw new StanzaError("cancel", "service-unavailable");
}
