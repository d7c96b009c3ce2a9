/** Spans and instants as people read them. An agent's time zone is not known: instants are in UTC, and say so. */
import type { Say } from "../texts/index.ts";

export function span(ms: number, say: Say): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return say("span.soon");
  if (minutes < 60) return say("span.minutes", { minutes });
  return say("span.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** `2026-01-05 10:00 UTC` */
export const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** `10:00` */
export const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
