/** What is told by a payload is told in words too, to a visitor whose client draws no payload of ours. */
import { type Element, xml } from "../../protocol/xml.ts";
import type { Request } from "../domain/model.ts";
import { type Language, languageOf, type Say, sayIn } from "../texts/index.ts";

/** The words as parts of a message; undefined for a visitor whose client needs none. */
export function inWords(
  { dialogue }: Pick<Request, "dialogue">,
  text: (say: Say) => string,
): { attrs: { type: "chat"; "xml:lang": Language }; body: Element } | undefined {
  if (dialogue === undefined) return undefined;
  const lang = languageOf(dialogue) ?? "en";
  return { attrs: { type: "chat", "xml:lang": lang }, body: xml("body", {}, text(sayIn(lang))) };
}
