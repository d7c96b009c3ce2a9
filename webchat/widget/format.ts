/** Times, days and numbers in the reader's language and zone. */
import type { Say } from "./texts.ts";

export type Format = {
  /** "14:02" */
  time(at: number): string;
  /** "Today", "Yesterday", or the date. */
  day(at: number): string;
  /** The whole instant, for who hovers. */
  full(at: number): string;
  /** "3 minutes" */
  minutes(seconds: number): string;
  /** "30 seconds", "2 minutes" */
  seconds(seconds: number): string;
  /** "1,234" */
  number(value: number): string;
};

/** What is made when it is first needed, and then kept: a formatter takes milliseconds to make, and most screens need none. */
const lazy = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

/** @param lang of the texts; the reader's own region decides about the rest where it goes with it */
export function createFormat(lang: string, say: Say, now: () => number): Format {
  const locale = navigator.languages.find((own) => own.split("-")[0] === lang.split("-")[0]) ?? lang;
  const dates = (options: Intl.DateTimeFormatOptions) => lazy(() => new Intl.DateTimeFormat(locale, options));
  const hours = dates({ hour: "numeric", minute: "2-digit" });
  const date = dates({ day: "numeric", month: "long", year: "numeric" });
  const full = dates({ dateStyle: "full", timeStyle: "medium" });
  const minute = lazy(() => new Intl.NumberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "long" }));
  const number = lazy(() => new Intl.NumberFormat(lang));
  return {
    time: (at) => hours().format(at),
    day(at) {
      const day = date().format(at);
      if (day === date().format(now())) return say("day.today");
      return day === date().format(now() - 86_400_000) ? say("day.yesterday") : day;
    },
    full: (at) => full().format(at),
    minutes: (seconds) => minute().format(Math.max(1, Math.round(seconds / 60))),
    seconds(seconds) {
      const [unit, value] = seconds < 90 ? ["second", seconds] : ["minute", Math.ceil(seconds / 60)];
      return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(Number(value));
    },
    number: (value) => number().format(value),
  };
}
