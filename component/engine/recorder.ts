/**
 * Writes transcripts in groups. Whatever gathers in a moment, or while one statement runs, goes with the next; while the
 * database is away rows are held, up to a bound, in their order. Each row is stored once, whoever hands it in again.
 */
import type { Log } from "../../runtime/log.ts";
import { type Database, isAway } from "../store/db.ts";
import { editLine, type LineChange, retractLine } from "../store/line-changes.ts";
import { appendEntries, type TranscriptRow } from "../store/transcripts.ts";

const ROWS_A_STATEMENT = 500;
const MOST_ROWS_HELD = 50_000;
const RETRY_MS = 500;
/**
 * The room's archive and the transcript share a disk, and every commit makes the next one wait for it. The archive keeps
 * what was said in any case, so a row may wait a moment for others, as long as nobody waits for the row.
 */
const GATHER_MS = 1_000;

/** What is written down: a row; a row that is a new text of an earlier one, named by its key; or that a line was taken back. */
export type Recorded = (TranscriptRow & { replaces?: string }) | (LineChange & { kind: "retracted" });

type Change = Extract<Recorded, { kind: "retracted" }> | (TranscriptRow & { replaces: string });

/** Hears of lines, not of comings and goings, for counting. */
export type RecorderWatch = {
  /** A line is stored, for the first time. */
  stored(speaker: TranscriptRow["speakerKind"]): void;
  /** A line was given up. */
  lost(): void;
};

export class Recorder {
  readonly #db: Database;
  readonly #log: Log;
  readonly #watch: RecorderWatch | undefined;
  #held: Recorded[] = [];
  #writing = false;
  /** How many rows were ever taken, and how many of them are stored or given up. */
  #taken = 0;
  #done = 0;
  #waiting: { upTo: number; resolve(): void }[] = [];
  #hurry: (() => void) | undefined;

  constructor(db: Database, log: Log, watch?: RecorderWatch) {
    this.#db = db;
    this.#log = log;
    this.#watch = watch;
  }

  /** How many rows wait to be stored. */
  get held(): number {
    return this.#held.length;
  }

  /** Takes a row. False when no more can be held: the session must then be read from its archive later. */
  record(row: Recorded): boolean {
    if (this.#held.length >= MOST_ROWS_HELD) return false;
    this.#held.push(row);
    this.#taken += 1;
    if (this.#held.length >= ROWS_A_STATEMENT) this.#hurry?.();
    if (!this.#writing) void this.#write();
    return true;
  }

  /** Resolves when everything taken before is stored, which is done at once; waits for a database that is away. */
  settled(): Promise<void> {
    if (this.#done === this.#taken) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ upTo: this.#taken, resolve });
      this.#hurry?.();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#held.length > 0) {
      await this.#gather();
      const rows = this.#next();
      try {
        await this.#store(rows);
      } catch (error) {
        if (isAway(error)) {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        // A row that can never be stored must not stand in the way of all others for ever.
        this.#log.error("transcript rows could not be stored", { rows: rows.length, error });
        await this.#oneByOne(rows);
      }
      this.#held = this.#held.slice(rows.length);
      this.#done += rows.length;
      this.#tellWaiting();
    }
    this.#writing = false;
  }

  /** One tick at least, so that what arrives together is written together. */
  #gather(): Promise<void> {
    if (this.#waiting.length > 0 || this.#held.length >= ROWS_A_STATEMENT || this.#held.some(isChange))
      return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #tellWaiting(): void {
    const ready = this.#waiting.filter(({ upTo }) => upTo <= this.#done);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter(({ upTo }) => upTo > this.#done);
    for (const { resolve } of ready) resolve();
  }

  /** In their order: a row that changes another one goes alone, after what came before it. */
  #next(): Recorded[] {
    const rows = this.#held.slice(0, ROWS_A_STATEMENT);
    const change = rows.findIndex(isChange);
    return change < 0 ? rows : rows.slice(0, Math.max(1, change));
  }

  async #store(rows: readonly Recorded[]): Promise<void> {
    const [first] = rows;
    if (first && isChange(first)) await this.#change(first);
    else await this.#append(rows.flatMap((row) => (isChange(row) ? [] : [row])));
  }

  async #change(change: Change): Promise<void> {
    if (change.kind === "retracted") return retractLine(this.#db, change);
    if (!(await editLine(this.#db, { ...change, of: change.replaces }))) await this.#append([change]);
  }

  async #append(rows: readonly TranscriptRow[]): Promise<void> {
    for (const { kind, speakerKind } of await appendEntries(this.#db, rows)) {
      if (isLine(kind)) this.#watch?.stored(speakerKind);
    }
  }

  async #oneByOne(rows: readonly Recorded[]): Promise<void> {
    for (const row of rows) {
      await this.#store([row]).catch((error: unknown) => {
        this.#log.error("a transcript row was given up", { session: row.session, stanzaId: row.stanzaId, error });
        if (isLine(row.kind)) this.#watch?.lost();
      });
    }
  }
}

const isChange = (row: Recorded): row is Change => row.kind === "retracted" || row.replaces !== undefined;

const isLine = (kind: Recorded["kind"]): boolean => kind === "line" || kind === "service";
