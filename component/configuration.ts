/**
 * The administrators' workgroups, as Prosody's configuration names them, checked and with defaults filled in.
 * It is all or nothing: one mistake refuses the whole, and every mistake is told in one sentence with its place.
 */
import { isJid, parseBareJid } from "../protocol/jid.ts";
import { isEmptyList, isTable, Section, shown } from "./config-section.ts";
import { readExtras } from "./configuration-extras.ts";
import { readForm } from "./configuration-form.ts";
import type { AgentSettings, Routing, WorkgroupSettings } from "./domain/model.ts";
import { LEAST_SECRET } from "./identity.ts";

export type Configuration = {
  /** By name. */
  settings: WorkgroupSettings[];
  /** Bare addresses that administer the server. */
  admins: string[];
  /** What sites sign their visitors' identities with, by workgroup. Not part of the settings, which are stored. */
  identitySecrets: Map<string, string>;
};

/** The configuration cannot be taken. `mistakes` are plain sentences, each beginning with the place it is about. */
export class ConfigurationError extends Error {
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join("\n"));
    this.name = "ConfigurationError";
    this.mistakes = mistakes;
  }
}

/**
 * Reads `{ domain, admins, workgroups }`. `domain` is the one this service serves.
 * @throws ConfigurationError with every mistake
 */
export function parseConfiguration(json: unknown, domain: string): Configuration {
  const mistakes: string[] = [];
  const root = new Section(json ?? null, "", mistakes);
  const named = root.text("domain", domain, { most: 1023 });
  if (named !== domain) {
    root.mistake("domain", `is "${named}", and this service is set up for "${domain}"`);
  }
  const admins = (root.list("admins", 1_000) ?? []).flatMap((one, i) => {
    const jid = readAddress(one);
    if (jid === undefined)
      root.mistake(`admins[${i + 1}]`, `must be an address like "anna@${domain}", not ${shown(one)}`);
    return jid ?? [];
  });
  const workgroups = root.section("workgroups");
  if (!root.has("workgroups")) root.mistake("workgroups", "is missing");
  const identitySecrets = new Map<string, string>();
  const settings = workgroups.names().map((node) => readWorkgroup(workgroups, node, domain, identitySecrets));
  root.refuseUnknown();
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  return { settings: settings.toSorted((a, b) => (a.node < b.node ? -1 : 1)), admins, identitySecrets };
}

const MOST_MONITORS = 100;
const ROUTINGS: Record<string, Routing> = { "fewest chats": "fewest-chats", "ring all": "ring-all" };

function readWorkgroup(
  workgroups: Section,
  node: string,
  domain: string,
  identitySecrets: Map<string, string>,
): WorkgroupSettings {
  // ASCII only: it is an address, a part of a web address and an attribute in HTML. The name shown may be anything.
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(node)) {
    const rule = 'is no address for a workgroup; use lower-case letters, digits, "-", "_" and ".", as in "support"';
    workgroups.mistake(workgroups.at(node), rule);
  }
  const section = workgroups.section(node);
  const title = section.text("name", capitalised(node), { most: 100, empty: false });
  const settings: WorkgroupSettings = {
    node,
    title,
    description: section.text("description", "", { most: 1_000, lines: true }),
    open: section.flag("open", true),
    agents: readAgents(section, domain),
    form: readForm(section.section("form")),
    routing: ROUTINGS[section.choice("routing", Object.keys(ROUTINGS), "fewest chats")] ?? "fewest-chats",
    offerTimeoutS: section.count("offer_timeout", 20, "seconds", 5, 600),
    requestTimeoutS: section.count("request_timeout", 240, "seconds", 10, 86_400),
    rejectionMemoryS: section.count("rejection_memory", 20, "seconds", 0, 3_600),
    agentJoinTimeoutS: section.count("agent_join_timeout", 30, "seconds", 5, 600),
    agentGraceS: section.count("agent_grace", 30, "seconds", 0, 3_600),
    visitorGraceS: section.count("visitor_grace", 60, "seconds", 0, 3_600),
    maxQueue: section.count("max_queue", 1_000, "visitors", 1, 100_000),
    retentionDays: section.count("retention_days", 0, "days", 0, 3_650),
    minChats: section.count("min_chats", 1, "chats", 1, 100),
    maxChats: section.count("max_chats", 4, "chats", 1, 100),
    origins: readOrigins(section),
    texts: readTexts(section.section("texts")),
    ...readMonitors(section, domain),
    ...readExtras(section, title),
  };
  const secret = readSecret(section);
  if (secret !== undefined) identitySecrets.set(node, secret);
  checkTogether(section, settings);
  section.refuseUnknown();
  return settings;
}

/** Settings that are right alone and wrong together. Named is the one that the administrator wrote. */
function checkTogether(section: Section, settings: WorkgroupSettings): void {
  const { offerTimeoutS, requestTimeoutS, minChats, maxChats } = settings;
  if (requestTimeoutS <= offerTimeoutS) {
    const what = section.has("request_timeout")
      ? `must be greater than offer_timeout, which is ${offerTimeoutS}, and is ${requestTimeoutS}`
      : `must be less than request_timeout, which is ${requestTimeoutS}, and is ${offerTimeoutS}`;
    section.mistake(section.at(section.has("request_timeout") ? "request_timeout" : "offer_timeout"), what);
  }
  if (maxChats < minChats) {
    const what = section.has("max_chats")
      ? `must not be less than min_chats, which is ${minChats}, and is ${maxChats}`
      : `must not be greater than max_chats, which is ${maxChats}, and is ${minChats}`;
    section.mistake(section.at(section.has("max_chats") ? "max_chats" : "min_chats"), what);
  }
}

/** A list of addresses, or a table from address to `{ name = "Anna" }`, or both in one. */
function readAgents(workgroup: Section, domain: string): AgentSettings[] {
  const value = workgroup.raw("agents");
  const place = workgroup.at("agents");
  const mayRename = workgroup.flag("agents_may_rename", true);
  if (value === undefined || isEmptyList(value)) return [];
  if (!Array.isArray(value) && !isTable(value)) {
    workgroup.mistake(place, `must be a list of addresses, { "anna@${domain}", ... }, not ${shown(value)}`);
    return [];
  }
  const entries = Array.isArray(value)
    ? value.map((one, i) => readListedAgent(workgroup, one, `${place}[${i + 1}]`, domain))
    : readAgentTable(workgroup.section("agents"), domain);
  const agents = new Map<string, AgentSettings>();
  for (const agent of entries) {
    if (agent === undefined) continue;
    if (agents.has(agent.jid)) workgroup.mistake(place, `names ${agent.jid} more than once`);
    // Who may is not told from who always might: settings saved before say nothing of it.
    const { mayRename: own = mayRename, ...rest } = agent;
    agents.set(agent.jid, own ? rest : { ...rest, mayRename: false });
  }
  return [...agents.values()];
}

function readAgentTable(table: Section, domain: string): (AgentSettings | undefined)[] {
  return table.names().map((key) =>
    // Lua numbers what has no name: { "anna@localhost", ["ben@localhost"] = { name = "Ben" } }.
    /^\d+$/.test(key)
      ? readListedAgent(table, table.raw(key), `${table.place}[${key}]`, domain)
      : readNamedAgent(table, key, domain),
  );
}

function readListedAgent(workgroup: Section, value: unknown, place: string, domain: string): AgentSettings | undefined {
  const jid = readAddress(value);
  if (jid !== undefined) return { jid, name: defaultName(jid) };
  workgroup.mistake(place, `must be an address like "anna@${domain}", not ${shown(value)}`);
  return undefined;
}

function readNamedAgent(agents: Section, key: string, domain: string): AgentSettings | undefined {
  const agent = agents.section(key);
  const jid = readAddress(key);
  if (jid === undefined) agents.mistake(agents.at(key), `is no address like "anna@${domain}"`);
  const name = agent.text("name", jid === undefined ? "" : defaultName(jid), { most: 100, empty: false });
  const mayRename = agent.has("may_rename") ? agent.flag("may_rename", true) : undefined;
  agent.refuseUnknown(["may_rename"]);
  return jid === undefined ? undefined : { jid, name, ...(mayRename !== undefined && { mayRename }) };
}

/** Who may watch colleagues' chats: addresses, of agents or of others. */
function readMonitors(workgroup: Section, domain: string): Pick<WorkgroupSettings, "monitors"> {
  const monitors = (workgroup.list("monitors", MOST_MONITORS) ?? []).flatMap((value, i) => {
    const jid = readAddress(value);
    if (jid !== undefined) return jid;
    const place = `${workgroup.at("monitors")}[${i + 1}]`;
    workgroup.mistake(place, `must be an address like "anna@${domain}", not ${shown(value)}`);
    return [];
  });
  return monitors.length === 0 ? {} : { monitors: [...new Set(monitors)] };
}

/** A mistake in it is told without a word of it. */
function readSecret(workgroup: Section): string | undefined {
  const secret = workgroup.raw("identity_secret");
  if (secret === undefined) return undefined;
  if (typeof secret === "string" && secret.length >= LEAST_SECRET && secret.length <= 1_000) return secret;
  workgroup.mistake(workgroup.at("identity_secret"), `must be a text of ${LEAST_SECRET} to 1000 characters in quotes`);
  return undefined;
}

/** Sites by their origins; anything after the host would promise a finer distinction than a browser makes. */
function readOrigins(workgroup: Section): string[] {
  const list = workgroup.list("origins", 100) ?? [];
  return list.flatMap((value, i) => {
    const written = typeof value === "string" ? value.toLowerCase().replace(/\/$/, "") : "";
    const url = URL.canParse(written) ? new URL(written) : undefined;
    if (url && /^https?:$/.test(url.protocol) && url.origin === written) return written;
    workgroup.mistake(
      `${workgroup.at("origins")}[${i + 1}]`,
      `must be a site like "https://shop.example", not ${shown(value)}`,
    );
    return [];
  });
}

/** A bare address in lower case; undefined when it is none. */
function readAddress(value: unknown): string | undefined {
  if (typeof value !== "string" || !value.isWellFormed() || !isJid(value) || !/^[^@/]+@[^@/]+$/.test(value)) {
    return undefined;
  }
  return parseBareJid(value);
}

/** `anna@localhost` is Anna, `anna.b@localhost` is Anna.b until somebody says otherwise. */
const defaultName = (jid: string): string => capitalised(jid.slice(0, jid.indexOf("@")));

function capitalised(text: string): string {
  const [first = "", ...rest] = text;
  return first.toUpperCase() + rest.join("");
}

/** `{ en = { ["form.submit"] = "Go" } }`. Which keys there are is the visitor's page's business; unknown ones do nothing. */
function readTexts(texts: Section): WorkgroupSettings["texts"] {
  const languages = texts.names().map((language) => {
    if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(language)) {
      texts.mistake(texts.at(language), 'is no language; write its code, like "en", "de" or "pt-BR"');
    }
    const words = texts.section(language);
    const entries = words.names().map((key) => {
      if (!/^[A-Za-z][\w.-]{0,99}$/.test(key)) words.mistake(words.at(key), "is no key of a text");
      return [key, words.text(key, "", { most: 2_000, lines: true })] as const;
    });
    return [language, Object.fromEntries(entries)] as const;
  });
  return Object.fromEntries(languages);
}
