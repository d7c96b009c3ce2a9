/** Between our values and PostgreSQL's: text it can hold, and metadata with its order kept. */
import type { Metadata } from "../domain/model.ts";

/** PostgreSQL refuses U+0000 and lone surrogates. One such line would make a whole batch fail, again and again. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

/** For a jsonb parameter. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "string" ? storable(one) : one));
}

/** jsonb forgets the order of an object's keys, so metadata is kept as pairs. */
export type MetadataPairs = [name: string, values: string[]][];

export const metadataJson = (metadata: Metadata): string => jsonOf(Object.entries(metadata));

export function readMetadata(pairs: MetadataPairs): Metadata {
  return Object.fromEntries(pairs);
}
