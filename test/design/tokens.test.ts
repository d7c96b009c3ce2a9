import { describe, expect, it } from "vitest";
import { defaultAccent, onAccent, parseHex } from "../../design/accent.ts";
import { accentInk, contrast } from "../../design/accent-ink.ts";
import { darkColours, lightColours } from "../../design/tokens.ts";

const ratio = (one: string, other: string): number => contrast(parseHex(one), parseHex(other));

for (const [theme, colours] of Object.entries({ light: lightColours, dark: darkColours })) {
  describe(`the ${theme} theme`, () => {
    it("has text of 4.5:1 on every ground", () => {
      for (const ink of ["ink", "ink-soft", "ink-faint"] as const) {
        for (const ground of ["ground", "surface", "raised", "sunken", "hover"] as const) {
          expect(ratio(colours[ink], colours[ground]), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    });

    it("has warnings of 4.5:1 on their tint, on the surface and on quiet fields", () => {
      for (const ink of ["amber", "red", "green"] as const) {
        for (const ground of [`${ink}-tint`, "surface", "sunken"] as const) {
          expect(ratio(colours[ink], colours[ground]), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    });

    it("has borders of 3:1", () => {
      for (const edge of ["edge", "amber-edge", "red-edge", "green-edge"] as const) {
        expect(ratio(colours[edge], colours.surface), edge).toBeGreaterThanOrEqual(3);
      }
    });
  });
}

describe("any accent an administrator may pick", () => {
  const parts = [0, 51, 102, 128, 153, 204, 255].map((part) => part.toString(16).padStart(2, "0"));
  const accents = parts.flatMap((r) => parts.flatMap((g) => parts.map((b) => `#${r}${g}${b}`)));

  it("carries text of 4.5:1", () => {
    for (const accent of accents) {
      const ink = onAccent(accent) === "#fff" ? "#ffffff" : "#000000";
      expect(ratio(ink, accent), accent).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("is legible as text in both themes", () => {
    for (const accent of accents) {
      for (const { sunken, surface } of [lightColours, darkColours]) {
        const ink = accentInk(accent, sunken).match(/\d+/g)?.map(Number) ?? [];
        expect(contrast(ink, parseHex(sunken)), accent).toBeGreaterThanOrEqual(4.5);
        expect(contrast(ink, parseHex(surface)), accent).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("is teal when there is none, with white text", () => {
    expect(onAccent(defaultAccent)).toBe("#fff");
    expect(parseHex("teal")).toEqual([]);
  });
});
