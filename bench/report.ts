/** What a row says: figures, each beside its target and what it is measured against. */

export type Figure = {
  what: string;
  /** As the row wants it, in words. */
  target: string;
  /** What was measured, with unit. */
  value: string;
  /** What it is compared with, with unit. */
  baseline?: string;
  ratio?: number;
  /** Whether the target is met; absent where there is none. */
  met?: boolean;
  note?: string;
};

/** Tells a figure from other messages between our own processes. */
export const isFigure = (value: unknown): value is Figure =>
  typeof value === "object" && value !== null && "what" in value && "value" in value;

export type Report = {
  /** Prints a figure at once, and keeps it for the table. */
  figure(figure: Figure): void;
  /** A line of news while it runs. */
  say(text: string): void;
};

export type Row = {
  name: string;
  title: string;
  /** Whether it needs the browser bundles. */
  inBrowser?: boolean;
  /** What the row is measured on, and what it says of itself. */
  run(report: Report, options: RowOptions): Promise<void>;
};

export type RowOptions = {
  /** A fraction of the usual length, for a quick look. */
  scale: number;
  /** How long a long run takes; each has its own length when absent. */
  minutes?: number;
  /** Where profiles are written; none are when absent. */
  profileDir?: string;
};

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
export const perS = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)}/s`;
export const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
export const MB = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** A figure as a ratio that must not exceed `most` (or, with `least`, fall below). */
export function ratioOf(value: number, baseline: number, bound: { most?: number; least?: number }) {
  const ratio = value / baseline;
  const met = ratio <= (bound.most ?? Number.POSITIVE_INFINITY) && ratio >= (bound.least ?? 0);
  return { ratio, met };
}

/** All figures as a table in Markdown. */
export function table(figures: readonly Figure[]): string {
  const head = ["what", "target", "measured", "baseline", "ratio", ""];
  const rows = figures.map(({ what, target, value, baseline = "", ratio, met, note }) => [
    note === undefined ? what : `${what} (${note})`,
    target,
    value,
    baseline,
    ratio === undefined ? "" : ratio.toFixed(2),
    met === undefined ? "" : met ? "met" : "**short**",
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((c, i) => c.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
