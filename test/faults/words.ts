/** What people say: words in many scripts, so that a split in the wrong place shows. */
import type { Random } from "./random.ts";

const WORDS = [
  "router",
  "ünïcødé",
  "漢字",
  "👋🏽",
  "👩‍👩‍👧‍👦",
  "naïve",
  "Übergröße",
  "здравствуйте",
  "مرحبا",
  "नमस्ते",
  "<b>&amp;</b>",
  "]]>",
  "e\u0301",
  "\u{10FFFD}",
  "𝔘𝔫𝔦",
  '"quoted"',
  "two\nlines",
];

/** A few words; one line in forty is long. */
export function words(random: Random): string {
  const count = random.next() < 0.025 ? random.between(150, 300) : random.between(1, 12);
  return Array.from({ length: count }, () => random.pick(WORDS)).join(" ");
}
