/**
 * The look of Foyer as CSS custom properties: one place for widget and agent UI alike.
 * Plain text without a library, so that even the loader of two kilobytes may take from it.
 *
 * Every text colour has a contrast of 4.5:1 on every ground it is used on, every `--edge` 3:1; `test/design` measures it.
 */
import { defaultAccent } from "./accent.ts";

/** The neutrals: one hue in ten steps, light to dark. */
export const slate = {
  50: "#f8fafc",
  100: "#f1f5f9",
  200: "#e2e8f0",
  300: "#cbd5e1",
  400: "#94a3b8",
  500: "#748297",
  600: "#526073",
  700: "#334155",
  800: "#1c2739",
  900: "#111a2b",
};

/** Colours by what they are for. `ground` lies behind everything, `surface` carries text, `sunken` is a quiet field on it. */
export const lightColours = {
  ground: slate[50],
  surface: "#ffffff",
  raised: "#ffffff",
  sunken: slate[100],
  hover: "#e9eef5",
  ink: slate[900],
  "ink-soft": "#3f4c5f",
  "ink-faint": slate[600],
  line: slate[200],
  edge: slate[500],
  amber: "#8a3d0c",
  "amber-tint": "#fef3c7",
  "amber-edge": "#b45309",
  red: "#b01b1b",
  "red-tint": "#fee8e8",
  "red-edge": "#dc2626",
  green: "#166c36",
  "green-tint": "#dcfce7",
  "green-edge": "#16a34a",
};

export type Colours = Record<keyof typeof lightColours, string>;

export const darkColours: Colours = {
  ground: "#0a101c",
  surface: slate[900],
  raised: "#172133",
  sunken: slate[800],
  hover: "#25324a",
  ink: "#e9eef5",
  "ink-soft": "#c3ccd9",
  "ink-faint": "#a3b0c2",
  line: "#2a374d",
  edge: "#6f7f97",
  amber: "#fcd34d",
  "amber-tint": "#3a2b0d",
  "amber-edge": "#d99a1c",
  red: "#fda4a4",
  "red-tint": "#421a1f",
  "red-edge": "#ef5350",
  green: "#6ee79a",
  "green-tint": "#0f3320",
  "green-edge": "#34c26b",
};

/** Sizes, type, radii, shadow and motion; the same in both themes. 4-pixel grid. */
export const scale = `
--font:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Ubuntu,Cantarell,"Helvetica Neue",Arial,sans-serif;
--text-meta:.75rem;--text-small:.875rem;--text-body:1rem;--text-title:1.25rem;--text-large:1.75rem;
--leading:1.45;--weight:400;--weight-strong:600;--measure:65ch;
--s1:4px;--s2:8px;--s3:12px;--s4:16px;--s6:24px;--s8:32px;
--control:36px;--control-touch:44px;
--radius:6px;--radius-card:12px;--radius-panel:16px;
--shadow:0 1px 2px rgb(15 23 42/.08),0 8px 28px rgb(15 23 42/.18);
--quick:150ms;--ease:cubic-bezier(.2,0,0,1);`;

/**
 * What follows from `--foyer-accent` (and from `--foyer-on-accent` and `--foyer-accent-ink-light` / `-dark`, computed by
 * `design/accent.ts` where a workgroup has its own): fill and the text on it, the accent as a text colour, the tint of own lines.
 */
const accentOf = (theme: "light" | "dark", ink: string, tint: number): string =>
  `--accent:var(--foyer-accent,${defaultAccent});--on-accent:var(--foyer-on-accent,#fff);` +
  `--accent-ink:var(--foyer-accent-ink-${theme},${ink});` +
  `--accent-tint:color-mix(in oklab,var(--accent) ${tint}%,var(--surface));` +
  `--accent-hover:color-mix(in oklab,var(--accent) 88%,var(--ink));--focus:var(--accent-ink);`;

const declare = (colours: Colours): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value};`)
    .join("");

/**
 * The whole set as CSS text, light and dark. The reader's system decides unless `data-theme="light|dark"` is set
 * on the element the tokens are bound to.
 * @param scope "host" for a shadow root that stands alone (the widget), "root" for a whole document (the agent UI)
 */
export function tokenText(scope: "host" | "root"): string {
  const on = (condition: string): string => (scope === "host" ? `:host(${condition})` : `:root${condition}`);
  const dark = `color-scheme:dark;${declare(darkColours)}${accentOf("dark", "#5fd0c2", 26)}`;
  return (
    // The text size of somebody else's page is no measure for ours: there sizes are in pixels.
    `:${scope}{color-scheme:light;${scope === "host" ? scale.replace(/([\d.]+)rem/g, (_, size) => `${size * 16}px`) : scale}${declare(lightColours)}${accentOf("light", defaultAccent, 12)}}` +
    `@media (prefers-color-scheme:dark){${on(":not([data-theme=light])")}{${dark}}}` +
    `${on("[data-theme=dark]")}{${dark}}` +
    `@media (prefers-reduced-motion:reduce){:${scope}{--quick:0s}}`
  );
}
