/** What fits into one stanza: a server refuses larger ones, and a list is as long as others made it. */
import type { Element } from "./xml.ts";

/** Well below what the component's link takes, so that the answer around it fits too. */
export const MOST_BYTES = 200_000;

/** As many values, from the first on, as fit when each is written by `build`. */
export function fitting<T>(values: readonly T[], build: (value: T) => Element, mostBytes = MOST_BYTES): T[] {
  let left = mostBytes;
  const end = values.findIndex((value) => {
    left -= sizeOf(build(value));
    return left < 0;
  });
  return end < 0 ? [...values] : values.slice(0, end);
}

/** Bytes on the wire. */
export const sizeOf = (element: Element): number => new TextEncoder().encode(element.toString()).length;
