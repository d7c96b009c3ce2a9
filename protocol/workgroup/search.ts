/** Search in transcripts (reference 4.18): asked of the service, by a form that is asked for first. */
import { buildForm, type DataForm, parseAnswers } from "../data-form.ts";
import { formatStamp, parseDateTime, parseStamp } from "../datetime.ts";
import { bareJid, parseBareJid } from "../jid.ts";
import { NS_DATA_FORM, NS_JIVE } from "../ns.ts";
import { badRequest, notAcceptable } from "../stanza-error.ts";
import { attr, child, children, type Element, xml } from "../xml.ts";
import type { MetadataValues } from "./metadata.ts";

/** What is sought. Bounds are instants, both included; no workgroups: all; addresses are bare. */
export type SearchRequest = {
  text: string;
  from: number | null;
  to: number | null;
  workgroups: string[];
  agent: string | null;
};

export const buildSearchFormRequest = (): Element => xml("transcript-search", { xmlns: NS_JIVE });

/** R-50: Spark looks for `queryString` and `workgroups` by name, and for the latter's type. */
export function buildSearchForm(): Element {
  const field = (name: string, type: DataForm["fields"][number]["type"], label: string, required = false) => {
    return { var: name, type, label, required, options: [], values: [] };
  };
  const form: DataForm = {
    title: "Search in transcripts",
    instructions: "Every word must occur. Dates are written as 2026-01-31.",
    fields: [
      field("date/start", "text-single", "Not before"),
      field("date/end", "text-single", "Not after"),
      field("workgroups", "jid-multi", "In these workgroups"),
      field("agent", "jid-single", "With this agent"),
      field("queryString", "text-single", "Words", true),
    ],
  };
  return xml("transcript-search", { xmlns: NS_JIVE }, buildForm(form));
}

export function buildSearch({ text, workgroups, agent, from, to }: SearchRequest): Element {
  const field = (name: string, ...values: string[]) =>
    values.length > 0 && xml("field", { var: name }, ...values.map((value) => xml("value", {}, value)));
  const form = xml(
    "x",
    { xmlns: NS_DATA_FORM, type: "submit" },
    from !== null && field("date/start", formatStamp(from)),
    to !== null && field("date/end", formatStamp(to)),
    field("workgroups", ...workgroups),
    agent !== null && field("agent", agent),
    field("queryString", text),
  );
  return xml("transcript-search", { xmlns: NS_JIVE }, form);
}

/**
 * Null when the form is asked for.
 * @throws StanzaError `bad-request`, `jid-malformed`; `not-acceptable` without words to look for
 */
export function parseSearch(el: Element): SearchRequest | null {
  const form = child(el, "x", NS_DATA_FORM);
  if (form === undefined) return null;
  if (attr(form, "type") !== "submit") throw badRequest("the form of a search is of the type 'submit'");
  const answers = parseAnswers(form);
  const first = (name: string): string => answers[name]?.[0]?.trim() ?? "";
  const text = first("queryString");
  if (text === "") throw notAcceptable("missing: queryString");
  const jids = (name: string): string[] =>
    (answers[name] ?? []).filter((one) => one.trim() !== "").map((one) => parseBareJid(bareJid(one.trim())));
  return {
    text: text.slice(0, 1_000),
    from: parseBound(first("date/start"), "date/start", 0),
    to: parseBound(first("date/end"), "date/end", 86_400_000 - 1),
    workgroups: jids("workgroups").slice(0, 1_000),
    agent: jids("agent")[0] ?? null,
  };
}

/** A day, in the ways that clients have written it, or an instant. A day alone means its first or its last moment, in UTC. */
function parseBound(text: string, name: string, restOfDayMs: number): number | null {
  if (text === "") return null;
  const instant = parseStamp(text) ?? parseDateTime(text);
  if (instant !== null) return instant;
  const [, y = "", m = "", d = ""] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const [, month = m, day = d, year = y] = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/.exec(text) ?? [];
  const date = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const begins = parseDateTime(`${date}T00:00:00Z`);
  if (begins === null) throw badRequest(`${name} is no date: "${text.slice(0, 30)}"`);
  return begins + restOfDayMs;
}

export type SearchHit = {
  workgroup: string;
  session: string;
  startedAt: number;
  agents: readonly string[];
  relevance: number;
  question: string;
  email: string;
  username: string;
};

const REPORTED = [
  ["workgroup", "jid-single"],
  ["sessionID", "text-single"],
  ["startDate", "text-single"],
  ["agentJIDs", "jid-multi"],
  ["relevance", "text-single"],
  ["question", "text-single"],
  ["email", "text-single"],
  ["username", "text-single"],
] as const;

/** R-50: what is reported is always said, and every item has every field, if need be with an empty value. */
export function buildSearchResult(hits: readonly SearchHit[]): Element {
  const reported = xml("reported", {}, ...REPORTED.map(([name, type]) => xml("field", { var: name, type })));
  const form = xml("x", { xmlns: NS_DATA_FORM, type: "result" }, reported, ...hits.map(buildHit));
  return xml("transcript-search", { xmlns: NS_JIVE }, form);
}

function buildHit(hit: SearchHit): Element {
  const values: MetadataValues = {
    workgroup: [hit.workgroup],
    sessionID: [hit.session],
    startDate: [formatStamp(hit.startedAt)],
    agentJIDs: hit.agents,
    relevance: [String(hit.relevance)],
    question: [hit.question],
    email: [hit.email],
    username: [hit.username],
  };
  const fields = REPORTED.map(([name]) =>
    xml("field", { var: name }, ...(values[name] ?? []).map((value) => xml("value", {}, value))),
  );
  return xml("item", {}, ...fields);
}

export function parseSearchResult(el: Element): SearchHit[] {
  const form = child(el, "x", NS_DATA_FORM);
  return (form ? children(form, "item", NS_DATA_FORM) : []).map((item) => {
    const of = (name: string): string[] => {
      const field = children(item, "field", NS_DATA_FORM).find((one) => attr(one, "var") === name);
      return field ? children(field, "value", NS_DATA_FORM).map((value) => value.text()) : [];
    };
    const first = (name: string): string => of(name)[0] ?? "";
    return {
      workgroup: first("workgroup"),
      session: first("sessionID"),
      startedAt: parseStamp(first("startDate")) ?? 0,
      agents: of("agentJIDs"),
      relevance: Number(first("relevance")) || 0,
      question: first("question"),
      email: first("email"),
      username: first("username"),
    };
  });
}
