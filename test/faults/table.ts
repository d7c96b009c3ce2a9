/** The table at the end. */
import type { Kind } from "./judge.ts";
import type { Result } from "./world.ts";

const HEAD = [
  "",
  "fault",
  "rounds",
  "lines",
  "lost",
  "doubled",
  "out of order",
  "other",
  "recovery: median s",
  "max s",
];

export function printTable(results: readonly Result[], say: (line: string) => void): void {
  const rows = results.map(({ fault, rounds, lines, findings, waits }) => {
    const count = (...kinds: Kind[]): string => String(findings.filter(({ kind }) => kinds.includes(kind)).length);
    return [
      fault.id,
      fault.name,
      String(rounds),
      String(lines),
      count("lost"),
      count("doubled"),
      count("out of order"),
      count("damaged", "unsettled", "astray"),
      seconds(median(waits)),
      seconds(Math.max(0, ...waits)),
    ];
  });
  const widths = HEAD.map((head, i) => Math.max(...[HEAD, ...rows].map((row) => row[i]?.length ?? 0), head.length));
  const line = (row: string[]): string =>
    `| ${row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  say("");
  say(line(HEAD));
  say(`| ${widths.map((width, i) => (i < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`);
  for (const row of rows) say(line(row));
  say("");
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

export function median(all: readonly number[]): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
