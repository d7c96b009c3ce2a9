/** The name a visitor bears in a room, made from whatever was entered. */

/** Longest nickname, in code points. */
export const MAX_NICK = 40;

// Control, format (zero width, bidirectional), private, unassigned and surrogate characters; line and paragraph separators.
// U+200C and U+200D belong to names in many scripts, but a nickname is an address, and addresses forbid them.
const UNFIT = /[\p{C}\p{Zl}\p{Zp}\uFFFD]/gu;

/** At most 40 characters, one space between words, nothing invisible; "Visitor" when nothing is left. */
export function nickFrom(name: string): string {
  const clean = name.normalize("NFKC").replace(/\s+/gu, " ").replace(UNFIT, "").replace(/ +/g, " ").trim();
  const short = [...clean].slice(0, MAX_NICK).join("").trim();
  return short === "" ? "Visitor" : short;
}
