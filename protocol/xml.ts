/**
 * The one door to XML. Elements are built here and nowhere else, and every string is checked on its way in:
 * a single illegal character would close the component's link for everybody.
 */
import baseXml, { Element } from "@xmpp/xml";

export { Element };

/** What may stand inside an element. Empty values are left out, so that optional children read as expressions. */
export type Child = Element | string | number | null | undefined | false;
/** Attribute values; `undefined` leaves the attribute out. Names are constants of ours, never input. */
export type Attrs = Record<string, string | number | undefined>;

// The negation of the Char production of XML 1.0 §2.2, and lone surrogates, which UTF-8 cannot carry.
const ILLEGAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Text that XML can carry: what it cannot is replaced by U+FFFD. */
export function legalText(text: string): string {
  return text.replace(ILLEGAL, "\uFFFD");
}

/** Builds an element. Strings become checked text nodes, numbers are written in decimal, empty children are left out. */
export function xml(name: string, attrs: Attrs = {}, ...children: Child[]): Element {
  const checked: Record<string, string> = {};
  for (const [key, value] of Object.entries(attrs)) {
    if (value !== undefined) checked[key] = legalText(String(value));
  }
  const element = baseXml(name, checked);
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.cnode(child instanceof Element ? child : legalText(String(child)));
  }
  return element;
}

/** The child elements of `parent`, without text nodes. */
export function elements(parent: Element): Element[] {
  return parent.children.filter((child): child is Element => child instanceof Element);
}

/** The first child called `name` in `ns`, if any. A namespace is always asked for: without one any would match. */
export function child(parent: Element, name: string, ns: string): Element | undefined {
  return parent.getChild(name, ns);
}

/** Every child called `name` in `ns`, in order. */
export function children(parent: Element, name: string, ns: string): Element[] {
  return elements(parent).filter((el) => el.is(name, ns));
}

/** The text of the first child called `name`, in `ns` or else in the parent's own namespace; undefined when there is none. */
export function childText(parent: Element, name: string, ns: string = parent.getNS() ?? ""): string | undefined {
  return child(parent, name, ns)?.text();
}

/** An attribute as a string; undefined when absent or empty. */
export function attr(el: Element, name: string): string | undefined {
  const value: unknown = el.attrs[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
