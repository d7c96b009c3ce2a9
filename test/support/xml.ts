/** XML in tests: text to elements of the class that sources use, and comparison by structure. */
import { readFileSync } from "node:fs";
import { Parser } from "@xmpp/xml";
import { Element } from "../../protocol/xml.ts";

/** Parses one element; what has no namespace is a client's stanza. Blank text between elements is dropped. */
export function parseXml(text: string): Element {
  const parser = new Parser();
  let found: Element | undefined;
  parser.on("element", (element: Element) => {
    found ??= element;
  });
  parser.write(`<stream xmlns='jabber:client'>${text.trim()}</stream>`);
  if (!found) throw new Error(`no element in: ${text}`);
  found.parent = null;
  found.attrs.xmlns ??= "jabber:client";
  return withoutBlanks(found);
}

function withoutBlanks(element: Element): Element {
  const kept = element.children.filter((one) => one instanceof Element || String(one).trim() !== "");
  // Text alone is content, blanks included.
  if (kept.some((one) => one instanceof Element)) element.children = kept;
  for (const one of element.children) if (one instanceof Element) withoutBlanks(one);
  return element;
}

export type Shape = { name: string; ns: string; attrs: Record<string, string>; children: (Shape | string)[] };

/** An element as a value for `toEqual`: namespaces resolved, order of attributes without meaning. */
export function shape(element: Element): Shape {
  const attrs = Object.entries(element.attrs).filter(([name]) => !name.startsWith("xmlns"));
  return {
    name: element.getName(),
    ns: element.getNS() ?? "jabber:client",
    attrs: Object.fromEntries(attrs.map(([name, value]) => [name, String(value)])),
    children: element.children.map((one) => (one instanceof Element ? shape(one) : String(one))),
  };
}

/** A golden pair of `test/protocol/cases`: the element, and the value it stands for. */
export function golden<T = unknown>(name: string): { element: Element; value: T } {
  const read = (end: string): string =>
    readFileSync(new URL(`../protocol/cases/${name}.${end}`, import.meta.url), "utf8");
  return { element: parseXml(read("xml")), value: JSON.parse(read("json")) };
}
