/** How words of people are compared: case, accents and blanks do not count, and a beginning is enough when it fits one only. */

/** As compared: lower case, without accents, quotes and the dot at the end, single blanks. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/[\p{M}"'„“”‚‘’`]/gu, "")
    .replace(/[\s\u00A0]+/g, " ")
    .trim()
    .replace(/[.!?:,;]+$/, "")
    .trim();
}

/** As people without the keys for umlauts write them. */
const spellings = (name: string): string[] => {
  const umlauts: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue" };
  const spelt = name.toLowerCase().replace(/[äöü]/g, (letter) => umlauts[letter] ?? letter);
  return [...new Set([fold(name), fold(spelt)])];
};

/**
 * Those of `choices` that `text` means, by their names: whoever is named in full alone, else all whose name, or a word of it,
 * begins so. Empty: none.
 */
export function meant<Choice>(
  text: string,
  choices: readonly Choice[],
  namesOf: (choice: Choice) => readonly string[],
): Choice[] {
  const wanted = fold(text);
  if (wanted === "") return [];
  const names = choices.map((choice) => ({ choice, names: namesOf(choice).flatMap(spellings) }));
  const by = (fits: (name: string) => boolean): Choice[] => {
    return names.flatMap((one) => (one.names.some(fits) ? [one.choice] : []));
  };
  const exact = by((name) => name === wanted);
  if (exact.length > 0) return exact;
  return by((name) => name.startsWith(wanted) || name.includes(` ${wanted}`));
}

/** Splits the first word off. */
export function firstWord(text: string): [word: string, rest: string] {
  const found = /^(\S+)\s*(.*)$/s.exec(text.trim());
  return [found?.[1] ?? "", found?.[2]?.trim() ?? ""];
}

/** Splits `john to anna` at its last "to" (in German "an" or "zu"). Without one, or with one at the beginning, all is the first part. */
export function splitAtTo(text: string): [before: string, after: string] {
  const found = /^(.*\S)\s+(?:to|an|zu|@)\s+(\S.*)$/is.exec(text.trim());
  if (found) return [found[1] ?? "", found[2] ?? ""];
  return [text.trim().replace(/^(?:to|an|zu|@)\s+/i, ""), ""];
}
