/** The words of the workgroup in the language of an agent or a visitor. */
import { de } from "./de.ts";
import { en, type TextKey, type Texts } from "./en.ts";

export type { TextKey } from "./en.ts";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const catalogues: Record<Language, Texts> = { en, de };

/** Says the text of a key, with `{name}` and the like filled in. */
export type Say = (key: TextKey, values?: Record<string, string | number>) => string;

/** Stands before a language tag that an agent's client writes, to tell it from one that the agent chose. */
export const GUESSED = "~";

/** The language meant by a tag such as `de-AT` (BCP 47); null when we do not speak it. */
export function languageOf(tag: string): Language | null {
  const primary = tag
    .replace(GUESSED, "")
    .toLowerCase()
    .replace(/[-_].*/, "");
  return LANGUAGES.find((one) => one === primary) ?? null;
}

export const sayIn =
  (lang: Language): Say =>
  (key, values = {}) =>
    catalogues[lang][key].replace(/\{(\w+)\}/g, (hole, name: string) =>
      Object.hasOwn(values, name) ? String(values[name]) : hole,
    );
