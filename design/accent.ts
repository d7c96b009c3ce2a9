/** Colours computed from a workgroup's accent, so that any accent an administrator picks stays legible (WCAG 2.2 contrast). */

/** The accent of a workgroup that has not chosen one: a deep teal. */
export const defaultAccent = "#0f766e";

/** Red, green and blue of `#rrggbb`, 0 to 255; nothing for anything else. */
export const parseHex = (colour: string): number[] =>
  /^#[\da-f]{6}$/i.test(colour) ? [1, 3, 5].map((at) => Number(`0x${colour.slice(at, at + 2)}`)) : [];

const weights = [0.2126, 0.7152, 0.0722];
const luminance = (colour: number[]): number =>
  colour.reduce((sum, part, i) => {
    const c = part / 255;
    return sum + (weights[i] ?? 0) * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);

/**
 * White or black, whichever reads on the accent. @param accent `#rrggbb`
 * In the loader every byte counts: with this plain power and threshold the contrast is at least 4.5:1 for every colour there is.
 */
export const onAccent = (accent: string): string =>
  parseHex(accent).reduce((sum, part, i) => sum + (weights[i] ?? 0) * (part / 255) ** 2.22, 0) > 0.178
    ? "#000"
    : "#fff";

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: number[], other: number[]): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The accent as a text colour on `ground`: mixed towards white or black until it reads (4.5:1). Both `#rrggbb`. */
export function accentInk(accent: string, ground: string): string {
  const below = parseHex(ground);
  const goal = luminance(below) > 0.18 ? 0 : 255;
  for (let share = 0; ; share += 0.05) {
    const mixed = parseHex(accent).map((part) => Math.round(part + (goal - part) * Math.min(1, share)));
    if (share >= 1 || contrast(mixed, below) >= 4.6) return `rgb(${mixed.join(" ")})`;
  }
}
