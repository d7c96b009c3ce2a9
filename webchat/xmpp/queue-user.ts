/** What a visitor asks its workgroup: in and out of the queue (reference 3.2, 3.5), and our own questions beside it. */
import type { FormAnswers } from "../../protocol/data-form.ts";
import type { PageInfo } from "../../protocol/visitor-api.ts";
import { buildDepartQueue, buildJoinQueue } from "../../protocol/workgroup/join.ts";
import { buildLeaveMessage, type LeftMessage } from "../../protocol/workgroup/messages.ts";
import type { MetadataValues } from "../../protocol/workgroup/metadata.ts";
import { buildEndSession } from "../../protocol/workgroup/session.ts";
import {
  buildHistoryRequest,
  buildVisitRequest,
  type HistoryLine,
  parseHistory,
  parseVisit,
  type Visit,
} from "../../protocol/workgroup/visit.ts";
import type { Element } from "../../protocol/xml.ts";
import type { ComponentLink } from "../../runtime/xmpp/component-link.ts";

/** Every method rejects with StanzaError for a refusal, with LinkDown when nothing can be asked. */
export type QueueUser = {
  visit(): Promise<Visit>;
  /** `identity` is the JWT by which the site vouches for the visitor. */
  join(answers: FormAnswers, page: PageInfo, identity: string | undefined): Promise<void>;
  depart(): Promise<void>;
  end(session: string): Promise<void>;
  leaveMessage(message: LeftMessage): Promise<void>;
  /** A page of the visitor's own transcript after the line `after`, oldest line first. */
  history(session: string, after: string | undefined): Promise<{ lines: HistoryLine[]; complete: boolean }>;
};

// A page stands open and somebody looks at it: rather say early that it did not work.
const TIMEOUT_MS = 10_000;

/** `jid` is the visitor's full JID, `workgroup` the workgroup's bare one. */
export function createQueueUser(link: ComponentLink, jid: string, workgroup: string): QueueUser {
  const ask = async (type: "get" | "set", payload: Element): Promise<Element> => {
    const answer = await link.request({ from: jid, to: workgroup, type, payload, timeoutMs: TIMEOUT_MS });
    return answer ?? payload;
  };
  return {
    visit: async () => parseVisit(await ask("get", buildVisitRequest())),
    join: async (answers, page, identity) => {
      await ask("set", buildJoinQueue({ metadata: pageMetadata(page), answers, identity }));
    },
    depart: async () => {
      await ask("set", buildDepartQueue());
    },
    end: async (session) => {
      await ask("set", buildEndSession(session));
    },
    leaveMessage: async (message) => {
      await ask("set", buildLeaveMessage(message));
    },
    history: async (session, after) => parseHistory(await ask("get", buildHistoryRequest(session, after))),
  };
}

/** Where the visitor is, under the names that Fastpath's own web client gave it. What is not known is left out. */
function pageMetadata(page: PageInfo): MetadataValues {
  const { url, title, referrer, language, timeZone } = page;
  const known = Object.entries({ url, title, referer: referrer, language, timeZone }).filter(([, text]) => text !== "");
  return Object.fromEntries(known.map(([name, text]) => [name, [text]]));
}
