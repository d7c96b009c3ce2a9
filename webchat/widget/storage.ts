/**
 * What one browser keeps of one workgroup, under the origin of the page the widget lives on: `foyer:<base>:<workgroup>`.
 * Each pending line has an entry of its own, so that two tabs never overwrite each other's. Nothing is written before the visitor acts.
 */
import { parsePending, parseSaved, type Saved } from "./saved.ts";
import { type ChatState, isLive, type PendingLine, withoutEditing } from "./state.ts";

export type ChatStorage = {
  read(): Saved;
  /** Changes the given entries, after reading what other tabs wrote meanwhile. */
  write(change: Saved): void;
  /** Begins anew, for `subject`: nothing of somebody else's is kept. */
  forget(subject: string): void;
  pending(): PendingLine[];
  keepPending(line: PendingLine): void;
  dropPending(key: string): void;
  /** Calls back when another tab wrote. */
  onChange(listener: () => void): () => void;
};

/** Lines left unsaid for longer than this belong to another day, in milliseconds. */
const FORGET_MS = 86_400_000;

/** @param name `foyer:<base>:<workgroup>` */
export function createStorage(name: string, now: () => number): ChatStorage {
  const items = storageOrMemory();
  const lineName = (key: string): string => `${name}:line:${key}`;
  const read = (): Saved => parseSaved(items.getItem(name));
  return {
    read,
    write: (change) => items.setItem(name, JSON.stringify({ ...read(), ...change })),
    forget(subject) {
      for (const one of items.names()) if (one.startsWith(lineName(""))) items.removeItem(one);
      items.setItem(name, JSON.stringify({ subject }));
    },
    pending() {
      const lines = items.names().flatMap((one) => {
        const line = one.startsWith(lineName("")) ? parsePending(items.getItem(one)) : undefined;
        return line ? [line] : [];
      });
      for (const line of lines) if (now() - line.at > FORGET_MS) items.removeItem(lineName(line.key));
      return lines.filter((line) => now() - line.at <= FORGET_MS).sort((a, b) => a.at - b.at);
    },
    keepPending: ({ key, text, at, of, file }) =>
      items.setItem(lineName(key), JSON.stringify({ key, text, at, of, file })),
    dropPending: (key) => items.removeItem(lineName(key)),
    onChange(listener) {
      const heard = (event: StorageEvent): void => {
        if (event.key === name) listener();
      };
      addEventListener("storage", heard);
      return () => removeEventListener("storage", heard);
    },
  };
}

/** What a reload begins with. */
export function restored(storage: ChatStorage): Partial<ChatState> {
  const { draft = "", answers = {}, message, seen = "", dismissed = "" } = storage.read();
  return { draft, answers, seen, dismissed, pending: storage.pending(), ...(message && { message }) };
}

/** Writes down what changed, so that a reload and other tabs know it. */
export function keepChanges(storage: ChatStorage, before: ChatState, state: ChatState): void {
  const change: Saved = {};
  const { draft } = withoutEditing(state);
  if (draft !== withoutEditing(before).draft) change.draft = draft;
  if (state.answers !== before.answers) change.answers = state.answers;
  if (state.message !== before.message) change.message = state.message;
  if (state.seen !== before.seen) change.seen = state.seen;
  if (state.dismissed !== before.dismissed) change.dismissed = state.dismissed;
  if (state.visit.phase !== before.visit.phase) {
    change.live = isLive(state);
    change.had = state.visit.phase !== "idle";
  }
  if (Object.keys(change).length) storage.write(change);
  if (state.pending === before.pending) return;
  const now = new Set(state.pending.map((line) => line.key));
  const then = new Set(before.pending.map((line) => line.key));
  for (const line of state.pending) if (!then.has(line.key)) storage.keepPending(line);
  for (const key of then) if (!now.has(key)) storage.dropPending(key);
}

type Items = Pick<Storage, "getItem" | "setItem" | "removeItem"> & { names(): string[] };

/** The browser may refuse storage at any time: while it does, the page remembers for itself. */
function storageOrMemory(): Items {
  const memory = new Map<string, string>();
  const attempt = <T>(real: (store: Storage) => T, own: () => T): T => {
    try {
      return real(localStorage);
    } catch {
      return own(); // Blocked, or full.
    }
  };
  return {
    getItem: (name) =>
      memory.get(name) ??
      attempt(
        (store) => store.getItem(name),
        () => null,
      ),
    setItem(name, value) {
      memory.delete(name);
      attempt(
        (store) => store.setItem(name, value),
        () => void memory.set(name, value),
      );
    },
    removeItem(name) {
      memory.delete(name);
      attempt(
        (store) => store.removeItem(name),
        () => undefined,
      );
    },
    names: () => [
      ...memory.keys(),
      ...attempt(
        (store) => Object.keys(store),
        () => [],
      ),
    ],
  };
}
