/** The accent as a text colour (WCAG 2.2 contrast). A file of its own: only pages with an accent of their own load it. */
import { parseHex, weights } from "./accent.ts";

const luminance = (colour: number[]): number =>
  colour.reduce((sum, part, i) => {
    const c = part / 255;
    return sum + (weights[i] ?? 0) * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);

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
