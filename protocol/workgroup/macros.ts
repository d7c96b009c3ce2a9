/**
 * Canned responses (reference 4.19). They travel as a document of their own inside an element's text. Smack writes it
 * without escaping what the agent typed, so it is not read as XML: within a title or a response everything up to its own
 * closing tag is text, and a stray ampersand or bracket is what it looks like.
 */
import { NS_JIVE } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { childText, type Element, xml } from "../xml.ts";

export type Macro = { title: string; description: string; response: string; kind: "text" | "url" | "image" };
export type MacroGroup = { title: string; macros: readonly Macro[]; groups: readonly MacroGroup[] };

const KINDS: readonly Macro["kind"][] = ["text", "url", "image"];
const UNTITLED = "Personal";
const DEEPEST = 50;

export const buildMacrosRequest = ({ personal }: { personal: boolean }): Element =>
  xml("macros", { xmlns: NS_JIVE }, personal && xml("personal", {}, "true"));

/** Whether the agent's own are meant rather than the workgroup's. */
export const parseMacrosRequest = (el: Element): { personal: boolean } => ({
  personal: childText(el, "personal")?.trim() === "true",
});

/**
 * COMPAT: Smack 4.4 and 4.5 pass over the document's first tag, and take what comes inside for the whole: the group stands
 * in an element of no meaning. Older ones look for a group wherever it stands.
 */
export const buildMacros = (group: MacroGroup): Element =>
  xml("macros", { xmlns: NS_JIVE }, xml("model", {}, `<macrogroups>${formatMacroGroup(group)}</macrogroups>`));

/** @throws StanzaError `bad-request` */
export const parseMacros = (el: Element): MacroGroup => parseMacroGroup(childText(el, "model") ?? "");

/** Replaces the agent's own. */
export const buildMacrosSave = (group: MacroGroup): Element =>
  xml("macros", { xmlns: NS_JIVE }, xml("personal", {}, "true"), xml("personalMacro", {}, formatMacroGroup(group)));

/** @throws StanzaError `bad-request` */
export function parseMacrosSave(el: Element): { personal: boolean; group: MacroGroup } {
  const text = childText(el, "personalMacro");
  if (text === undefined) throw badRequest("macros to be saved need 'personalMacro'");
  return { ...parseMacrosRequest(el), group: parseMacroGroup(text) };
}

/** The document. A title stands last in its group, as Fastpath writes it. */
export function formatMacroGroup(group: MacroGroup): string {
  return buildGroup(group).toString();
}

function buildGroup({ title, macros, groups }: MacroGroup): Element {
  return xml(
    "macrogroup",
    {},
    xml("macros", {}, ...macros.map(buildMacro)),
    xml("macroGroups", {}, ...groups.map(buildGroup)),
    xml("title", {}, title),
  );
}

function buildMacro({ title, description, response, kind }: Macro): Element {
  return xml(
    "macro",
    {},
    xml("title", {}, title),
    xml("description", {}, description),
    xml("response", {}, response),
    xml("type", {}, KINDS.indexOf(kind)),
  );
}

type Draft = { title: string; macros: Macro[]; groups: Draft[] };

/** @throws StanzaError `bad-request` when it is no such document */
export function parseMacroGroup(text: string): MacroGroup {
  const reader = new Reader(text);
  if (reader.next() !== "<macrogroup>") throw badRequest("the canned responses are no 'macrogroup'");
  const group = readGroup(reader, 1);
  return group.title === "" ? { ...group, title: UNTITLED } : group;
}

function readGroup(reader: Reader, depth: number): Draft {
  if (depth > DEEPEST) throw badRequest("the groups of canned responses are nested too deeply");
  const group: Draft = { title: "", macros: [], groups: [] };
  for (let tag = reader.next(); tag !== "</macrogroup>"; tag = reader.next()) {
    if (tag === "<macro>") group.macros.push(readMacro(reader));
    else if (tag === "<macrogroup>") group.groups.push(readGroup(reader, depth + 1));
    else if (tag === "<title>") group.title = reader.text("title").trim();
  }
  return group;
}

function readMacro(reader: Reader): Macro {
  const macro: Macro = { title: "", description: "", response: "", kind: "text" };
  for (let tag = reader.next(); tag !== "</macro>"; tag = reader.next()) {
    if (tag === "<title>") macro.title = reader.text("title").trim();
    else if (tag === "<description>") macro.description = described(reader.text("description"));
    else if (tag === "<response>") macro.response = reader.text("response");
    else if (tag === "<type>") macro.kind = KINDS[Number(reader.text("type"))] ?? "text";
  }
  return macro;
}

// COMPAT: Smack 4.4 and 4.5 write the word for a description that is not there.
const described = (text: string): string => (text === "null" ? "" : text);

/** Walks through the document's own tags; an element without content, `<macros/>`, is passed over. */
class Reader {
  readonly #text: string;
  readonly #tags = /<(\/?)(macrogroup|macroGroups|macros|macro|title|description|response|type)\s*(\/?)>/g;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next opening or closing tag. @throws StanzaError `bad-request` when there is none */
  next(): string {
    for (;;) {
      const found = this.#tags.exec(this.#text);
      if (found === null) throw badRequest("the canned responses end in the middle");
      if (found[3] === "") return `<${found[1]}${found[2]}>`;
    }
  }

  /** What stands up to the closing tag, which is passed. */
  text(name: string): string {
    const start = this.#tags.lastIndex;
    const end = this.#text.indexOf(`</${name}>`, start);
    if (end < 0) throw badRequest(`a '${name}' of the canned responses has no end`);
    this.#tags.lastIndex = end + name.length + 3;
    return unescaped(this.#text.slice(start, end));
  }
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Entities of XML; any other ampersand is one that was typed. */
function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g, (whole, decimal, hex, name) => {
    if (typeof name === "string") return ENTITIES[name] ?? whole;
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
