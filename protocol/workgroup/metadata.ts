/**
 * Fastpath's metadata: names and texts of what a visitor entered and where the visitor is (reference 4.7).
 * `name` is written as the first attribute and nothing stands between the values: Smack's parser insists on both.
 */
import { NS_JIVE } from "../ns.ts";
import { attr, children, type Element, xml } from "../xml.ts";

export type MetadataValues = Readonly<Record<string, readonly string[]>>;

export function buildMetadata(metadata: MetadataValues): Element {
  const values = Object.entries(metadata).flatMap(([name, texts]) => texts.map((text) => xml("value", { name }, text)));
  return xml("metadata", { xmlns: NS_JIVE }, ...values);
}

/** Values without a name are passed over; a repeated name gathers its values. */
export function parseMetadata(el: Element): Record<string, string[]> {
  // No prototype: a value called "__proto__" is a value like any other.
  const metadata: Record<string, string[]> = Object.create(null);
  for (const value of children(el, "value", NS_JIVE)) {
    const name = attr(value, "name");
    if (name !== undefined) metadata[name] = [...(metadata[name] ?? []), value.text().trim()];
  }
  return metadata;
}
