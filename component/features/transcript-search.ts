/** Search in transcripts (reference 4.18), asked of the service: agents find what was said in the workgroups they serve. */
import { domainOf, localOf } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { fitting } from "../../protocol/size.ts";
import { notAuthorized } from "../../protocol/stanza-error.ts";
import { buildSearchForm, buildSearchResult, parseSearch, type SearchHit } from "../../protocol/workgroup/search.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { emailOf, nameOf, questionOf } from "../domain/metadata.ts";
import type { Deps, Feature, Hit } from "./deps.ts";

const MOST_HITS = 100;
/** Of a name or a question: a list shows the beginning. */
const LONGEST_TEXT = 500;

export const transcriptSearch: Feature = {
  iq: [{ type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "transcript-search", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const served = deps.workgroups.ofAgent(iq.from).map(({ node }) => node);
  if (served.length === 0) throw notAuthorized("Only agents may search in transcripts.");
  const request = parseSearch(iq.payload);
  if (request === null) return buildSearchForm();
  const { text, workgroups: named, agent, from, to } = request;
  const asked = named.filter((jid) => domainOf(jid) === deps.domain).map(localOf);
  const hits = await deps.stores.search.find({
    text,
    // What the sender does not serve is passed over, named or not.
    workgroups: named.length === 0 ? served : served.filter((node) => asked.includes(node)),
    ...(from !== null && { from }),
    ...(to !== null && { to }),
    ...(agent !== null && { agent }),
    limit: MOST_HITS,
  });
  const found = hits.map((hit) => toSearchHit(hit, deps));
  return buildSearchResult(fitting(found, (hit) => buildSearchResult([hit])));
}

function toSearchHit({ session, workgroup, startedAt, agents, metadata, relevance }: Hit, deps: Deps): SearchHit {
  const short = (value: string): string => value.slice(0, LONGEST_TEXT);
  return {
    session,
    workgroup: `${workgroup}@${deps.domain}`,
    startedAt,
    agents,
    relevance,
    question: short(questionOf(metadata)),
    email: short(emailOf(metadata)),
    username: short(nameOf(metadata)),
  };
}
