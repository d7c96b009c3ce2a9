/**
 * What this tab keeps over a reload: drafts, and lines that the room has not confirmed yet. Nothing else of what is said is
 * ever stored, the password never. Signing out wipes it.
 */
import type { Chat, State, Unsent } from "../state/model.ts";

export type Kept = { draft: string; unsent: readonly Unsent[] };
export type Keeper = {
  of(room: string): Kept;
  /** Called with every new state; writes what changed. */
  save(state: State, before: State): void;
  wipe(): void;
};

const PREFIX = "foyer.chat.";
const NOTHING: Kept = { draft: "", unsent: [] };

/** @param storage usually `sessionStorage`; where a browser refuses, drafts live as long as the page */
export function createKeeper(storage: Storage | undefined): Keeper {
  return {
    of(room) {
      const text = storage?.getItem(PREFIX + room);
      return text ? read(text) : NOTHING;
    },
    save(state, before) {
      if (state.chats === before.chats) return;
      for (const [room, chat] of state.chats) {
        const was = before.chats.get(room);
        if (was?.draft === chat.draft && was.unsent === chat.unsent && was.ended === chat.ended) continue;
        write(chat);
      }
      // A chat that is put away leaves nothing behind; signing out has its own way.
      if (state.account) for (const room of before.chats.keys()) if (!state.chats.has(room)) remove(room);
    },
    wipe() {
      if (!storage) return;
      for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
    },
  };

  function remove(room: string): void {
    storage?.removeItem(PREFIX + room);
  }

  function write({ room, draft, unsent, ended }: Chat): void {
    if (ended || (draft === "" && unsent.length === 0)) return remove(room);
    try {
      storage?.setItem(PREFIX + room, JSON.stringify({ draft, unsent }));
    } catch {
      // Full or forbidden: the page itself still has it.
    }
  }
}

function read(text: string): Kept {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== "object" || json === null) return NOTHING;
    const draft = "draft" in json && typeof json.draft === "string" ? json.draft : "";
    const unsent = "unsent" in json && Array.isArray(json.unsent) ? json.unsent.filter(isUnsent) : [];
    return { draft, unsent };
  } catch {
    return NOTHING; // Written by something else.
  }
}

function isUnsent(value: unknown): value is Unsent {
  if (typeof value !== "object" || value === null) return false;
  const entries = new Map<string, unknown>(Object.entries(value));
  const [state, of] = [entries.get("state"), entries.get("of")];
  return (
    typeof entries.get("key") === "string" &&
    typeof entries.get("text") === "string" &&
    typeof entries.get("at") === "number" &&
    (state === "pending" || state === "failed") &&
    (of === undefined || typeof of === "string") &&
    (entries.get("file") === undefined || isFile(entries.get("file")))
  );
}

/** Nobody else's page can have written it, but an older version of this one may have. */
function isFile(value: unknown): boolean {
  const file = typeof value === "object" && value !== null ? value : {};
  return "path" in file && typeof file.path === "string" && "name" in file && typeof file.name === "string";
}

/** The tab's storage, or nothing where the browser refuses it. */
export function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
