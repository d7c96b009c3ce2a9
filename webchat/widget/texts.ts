/** The words of the widget in the reader's language. English is at hand; others are fetched when a page wants them. */
import { en, type TextKey, type Texts } from "./texts/en.ts";

/** Says the text of a key, with `{name}` and the like filled in. */
export type Say<K extends string = TextKey> = (key: K, values?: Record<string, string | number>) => string;

const others: Record<string, () => Promise<Texts>> = {
  de: async () => (await import("./texts/de.ts")).de,
  he: async () => (await import("./texts/he.ts")).he,
};

/** The catalogue of a language (`de`, `de-AT`); English where there is none, or where it cannot be loaded. */
export async function loadTexts(lang: string): Promise<Texts> {
  try {
    return (await others[primary(lang)]?.()) ?? en;
  } catch {
    return en;
  }
}

/** @param overrides of the workgroup, by key; they outweigh the catalogue */
export function createSay<K extends string>(texts: Record<K, string>, overrides: Record<string, string>): Say<K> {
  return (key, values = {}) =>
    // Own entries only: an override must not come from the object's prototype.
    (Object.hasOwn(overrides, key) ? (overrides[key] ?? "") : texts[key]).replace(/\{(\w+)\}/g, (hole, name: string) =>
      Object.hasOwn(values, name) ? String(values[name]) : hole,
    );
}

/** True for languages written from right to left. */
export const isRightToLeft = (lang: string): boolean => /^(ar|fa|he|iw|ur|yi|ps|sd)\b/i.test(lang);

const primary = (lang: string): string => lang.toLowerCase().replace(/[-_].*/, "");
