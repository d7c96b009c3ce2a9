/** Two ways to write an instant: XEP-0082, and the older stamp that Fastpath's payloads need. All in UTC, as epoch ms. */

/** XEP-0082, with milliseconds: `2026-01-05T10:00:00.000Z`. */
export function formatDateTime(at: number): string {
  return new Date(at).toISOString();
}

/** Reads XEP-0082; null when it is none. */
export function parseDateTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** The stamp of XEP-0091 without a zone: `20260105T10:00:00`. Drops what is below a second. */
export function formatStamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll("-", "");
}

/** Reads the stamp; null when it is none. */
export function parseStamp(text: string): number | null {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2}:\d{2}:\d{2})$/.exec(text);
  return parts === null ? null : parseDateTime(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}Z`);
}
