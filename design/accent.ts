/** Colours computed from a workgroup's accent, so that any accent an administrator picks stays legible (WCAG 2.2 contrast). */

type Rgb = [number, number, number];

/** Reads `#rgb` or `#rrggbb`; undefined for anything else. */
export function parseHex(colour: string): Rgb | undefined {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(colour.trim())?.[1];
  if (!digits) return undefined;
  const size = digits.length / 3;
  const part = (i: number): number =>
    Number.parseInt(digits.slice(i * size, (i + 1) * size).repeat(size === 1 ? 2 : 1), 16);
  return [part(0), part(1), part(2)];
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** White or near-black, whichever reads better on the accent. */
export function onAccent(accent: Rgb): string {
  return contrast(accent, [255, 255, 255]) >= 4.5 ? "#fff" : "#0b1120";
}

/** The accent as a text colour on `ground`: mixed towards white or black until it reads (4.5:1). */
export function accentInk(accent: Rgb, ground: Rgb): string {
  const towards = luminance(ground) > 0.18 ? 0 : 255;
  for (let share = 0; share <= 1; share += 0.05) {
    const [r, g, b] = accent.map((part) => Math.round(part + (towards - part) * share));
    const mixed: Rgb = [r ?? 0, g ?? 0, b ?? 0];
    if (contrast(mixed, ground) >= 4.6) return `rgb(${mixed.join(" ")})`;
  }
  return towards ? "#fff" : "#000";
}
