/** The accent of a workgroup, and the text on it, so that any accent an administrator picks stays legible. */

/** The accent of a workgroup that has not chosen one: a deep teal. */
export const defaultAccent = "#0f766e";

/** Red, green and blue of `#rrggbb`, 0 to 255; nothing for anything else. */
export const parseHex = (colour: string): number[] =>
  /^#[\da-f]{6}$/i.test(colour) ? [1, 3, 5].map((at) => Number(`0x${colour.slice(at, at + 2)}`)) : [];

/** How much red, green and blue add to brightness. */
export const weights = [0.2126, 0.7152, 0.0722];

/**
 * White or black, whichever reads on the accent. @param accent `#rrggbb`
 * In the loader every byte counts: with this plain power and threshold the contrast is at least 4.5:1 for every colour there is.
 */
export const onAccent = (accent: string): string =>
  parseHex(accent).reduce((sum, part, i) => sum + (weights[i] ?? 0) * (part / 255) ** 2.22, 0) > 0.178
    ? "#000"
    : "#fff";
