/**
 * Erases visitors: one whom an administrator names, and everybody whose chats are older than a workgroup keeps them
 * (`retention_days`). What was said lives in our database alone: rooms take their archives with them, and agents' own
 * archives hold none of it (prosody/modules/mod_foyer_archive.lua). Files lie at the server, which erases them for us.
 */
import { type FilesToErase, slotOf } from "../protocol/file-erasure.ts";
import { bareJid } from "../protocol/jid.ts";
import { StanzaError } from "../protocol/stanza-error.ts";
import type { Log } from "../runtime/log.ts";
import type { Timers } from "../runtime/timers.ts";
import type { Kept } from "./features/deps.ts";
import { CommitUnknown, type Database, isAway } from "./store/db.ts";
import { eraseKept, eraseMessagesBefore, eraseRequests, filesOf, keptOf, requestsBefore } from "./store/erasure.ts";
import { loadWorkgroups } from "./store/workgroups.ts";

export type ErasureDeps = {
  db: Database;
  log: Log;
  now(): number;
  timers: Timers;
  /** Has the server erase files. @throws StanzaError when it did not */
  eraseFiles(files: FilesToErase): Promise<void>;
  /** Drops what the process itself remembers of these (bare addresses). */
  forget(visitors: readonly string[]): void;
};

const DAY_MS = 86_400_000;
const FIRST_LOOK_MS = 60_000;
const NEXT_LOOK_MS = 3_600_000;
/** So many at once: other writers wait no longer than that takes. */
const TOGETHER = 200;
/** The rest comes with the next look. */
const MOST_AT_A_LOOK = 50_000;

export class Erasure {
  readonly #deps: ErasureDeps;

  constructor(deps: ErasureDeps) {
    this.#deps = deps;
  }

  /** `who`: an address of XMPP or e-mail, or the id of a chat. @throws StanzaError `wait` while nobody can say */
  find(who: string): Promise<Kept> {
    return patient(async () => {
      const { ended, messages, open } = await keptOf(this.#deps.db, bareJid(who));
      return { chats: ended.length, messages, open };
    });
  }

  /** What was erased. Once more is harmless. `by` is a bare address. @throws StanzaError `wait` when nothing was */
  erase(who: string, by: string): Promise<Kept> {
    return patient(async () => {
      const { db, log, now, forget } = this.#deps;
      const kept = await keptOf(db, bareJid(who));
      // First what the rows lead to. Of who still talks only what was sent before.
      await this.#eraseFilesOf(kept.ended, kept.open === 0 ? kept.addresses : []);
      const chats = await eraseKept(db, kept, now());
      forget(kept.addresses);
      log.info("a visitor was erased", { chats, messages: kept.messages, by });
      return { chats, messages: kept.messages, open: kept.open };
    });
  }

  /** Erases what is old, now and then, until the timers are stopped. */
  start(): void {
    this.#lookAt(this.#deps.now() + FIRST_LOOK_MS);
  }

  #lookAt(at: number): void {
    const { timers, log, now } = this.#deps;
    timers.start("erasure", at, () => {
      this.eraseOld()
        .catch((error: unknown) => log.warn("old chats could not be erased; they will be later", { error }))
        .finally(() => this.#lookAt(now() + NEXT_LOOK_MS));
    });
  }

  async #eraseFilesOf(ids: readonly string[], uploaders: readonly string[]): Promise<void> {
    const slots = (await filesOf(this.#deps.db, ids)).flatMap((url) => slotOf(url) ?? []);
    if (slots.length + uploaders.length > 0) await this.#deps.eraseFiles({ slots, uploaders });
  }

  /** Erases every chat and left message that its workgroup has kept for as long as it says. */
  async eraseOld(): Promise<void> {
    const { db, log, now } = this.#deps;
    // Also those that were taken away: what they kept is still there.
    for (const { settings } of await loadWorkgroups(db)) {
      const { node: workgroup, retentionDays = 0 } = settings;
      if (retentionDays === 0) continue;
      const before = now() - retentionDays * DAY_MS;
      const ids = await requestsBefore(db, { workgroup, before, limit: MOST_AT_A_LOOK });
      let chats = 0;
      for (let at = 0; at < ids.length; at += TOGETHER) {
        const some = ids.slice(at, at + TOGETHER);
        await this.#eraseFilesOf(some, []);
        chats += await eraseRequests(db, some, now());
      }
      const messages = await eraseMessagesBefore(db, workgroup, before);
      if (chats + messages > 0) log.info("what was old was erased", { workgroup, chats, messages });
    }
  }
}

function patient<T>(work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    if (!isAway(error) && !(error instanceof CommitUnknown)) throw error;
    throw new StanzaError("wait", "internal-server-error", "Nothing can be erased just now.", { cause: error });
  });
}
