/** A workgroup's own accent; loaded only where there is one. */
import { defaultAccent } from "../../design/accent.ts";
import { accentInk } from "../../design/accent-ink.ts";
import { darkColours, lightColours } from "../../design/tokens.ts";

/** The accent as text has to be legible in both themes, whatever the administrator picked. */
export function paint(panel: HTMLElement, accent: string): void {
  // Foyer's own is chosen by eye already.
  if (accent === defaultAccent) return;
  for (const [theme, { sunken }] of Object.entries({ light: lightColours, dark: darkColours })) {
    panel.style.setProperty(`--foyer-accent-ink-${theme}`, accentInk(accent, sunken));
  }
}
