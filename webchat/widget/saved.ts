/** Reads what was kept in the browser. Any script of the page may have written there, so nothing is taken on trust. */
import type { MessageForm, PendingLine } from "./state.ts";

export type Saved = {
  token?: string;
  /** Whose all this is, by the site's word; absent: nobody's in particular. */
  subject?: string;
  /** A chat waits or goes on: the next page takes it up without being asked. */
  live?: boolean;
  /** There was a chat, perhaps ended by now: opening the panel shows it. */
  had?: boolean;
  draft?: string;
  answers?: Record<string, string[]>;
  message?: MessageForm;
  /** Id of the last line seen. */
  seen?: string;
  /** The session that was put away. */
  dismissed?: string;
  muted?: boolean;
  /** The line for which a tab has made a sound, so that no other does. */
  rung?: string;
};

type Loose = Record<string, unknown>;

/** Whatever of `text` is as it should be; the rest is left out. */
export function parseSaved(text: string | null): Saved {
  const all = object(text);
  const saved: Saved = { live: all.live === true, had: all.had === true, muted: all.muted === true };
  for (const name of ["token", "subject", "draft", "seen", "dismissed", "rung"] as const) {
    const value = all[name];
    if (typeof value === "string") saved[name] = value;
  }
  if (isObject(all.answers)) saved.answers = Object.fromEntries(Object.entries(all.answers).filter(isAnswer));
  if (isObject(all.message)) {
    const { name, email, text } = all.message;
    saved.message = { name: `${name ?? ""}`, email: `${email ?? ""}`, text: `${text ?? ""}` };
  }
  return saved;
}

/** A line kept for sending; undefined when it is none. */
export function parsePending(text: string | null): PendingLine | undefined {
  const { key, text: words, at, of, file } = object(text);
  const whole = typeof key === "string" && typeof words === "string" && typeof at === "number";
  if (!whole) return undefined;
  return {
    key,
    text: words,
    at,
    epoch: 0,
    ...(typeof of === "string" && { of }),
    ...(typeof file === "string" && { file }),
  };
}

const isObject = (value: unknown): value is Loose => typeof value === "object" && value !== null;

const isAnswer = (entry: [string, unknown]): entry is [string, string[]] =>
  Array.isArray(entry[1]) && entry[1].every((value) => typeof value === "string");

function object(text: string | null): Loose {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isObject(value) ? value : {};
  } catch {
    return {}; // Nothing kept, or not by us.
  }
}
