/**
 * One workgroup at work: its state, its mailbox, and the rule "commit, then speak".
 * All that waits in the mailbox is stepped as one batch, saved in one transaction, and only then spoken of.
 * When the database is away the batch did not happen: who asked is told to wait, facts are kept and tried again in order.
 */
import { bareJid } from "../../protocol/jid.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { Log } from "../../runtime/log.ts";
import { createMailbox, type Mailbox } from "../../runtime/mailbox.ts";
import { step } from "../domain/dispatcher.ts";
import type { Effect, SaveEffect, SpeakEffect } from "../domain/effects.ts";
import type { Refusal, WorkgroupEvent } from "../domain/events.ts";
import type { Elsewhere, WorkgroupState } from "../domain/model.ts";
import type { Step } from "../domain/step.ts";
import { CommitUnknown, type Database, isAway, saveTogether } from "../store/db.ts";
import { isStatement, save } from "./saves.ts";

export type WorkgroupDeps = {
  db: Database;
  log: Log;
  elsewhere: Elsewhere;
  /** Carries out an order; it must not throw and must not wait. `state` is the committed one. */
  speak(workgroup: Workgroup, effect: SpeakEffect): void;
  /** A batch of steps is saved, and its orders are given. For counting. */
  saved?(workgroup: string, before: WorkgroupState, after: WorkgroupState, effects: readonly SaveEffect[]): void;
  /** How long to wait before the database is tried again, in ms. */
  retryMs: number;
};

type Decide = (state: WorkgroupState) => Step;
type Asker = { resolve(refusal: Refusal | undefined): void; reject(error: Error): void };
type Letter = { decide: Decide; what: string; asker?: Asker };
type Batch = {
  answers: { asker: Asker | undefined; refusal: Refusal | undefined }[];
  saves: { state: WorkgroupState; effect: SaveEffect }[];
  speaks: SpeakEffect[];
};

export class Workgroup {
  /** The last state that is saved; what others may be told. */
  committed: WorkgroupState;
  /** When its settings last changed, for the cache key in its presence (reference 2.4). */
  changedAt: number;
  readonly #deps: WorkgroupDeps;
  readonly #mailbox: Mailbox<Letter>;
  #current: WorkgroupState;
  #databaseAway = false;

  constructor(state: WorkgroupState, changedAt: number, deps: WorkgroupDeps) {
    this.committed = state;
    this.#current = state;
    this.changedAt = changedAt;
    this.#deps = deps;
    this.#mailbox = createMailbox((letters) => this.#work(letters));
  }

  get node(): string {
    return this.committed.settings.node;
  }

  /** How many events wait to be decided and saved. */
  get backlog(): number {
    return this.#mailbox.depth;
  }

  /** The state decisions are made on; ahead of `committed` while a save is under way. For reckoning agents' load only. */
  get current(): WorkgroupState {
    return this.#current;
  }

  /** Tells a fact. It is not lost while the database is away. */
  post(event: WorkgroupEvent): void {
    this.decide(event.type, (state) => step(state, event, this.#deps.elsewhere));
  }

  /** As `post`, for a decision that is no event of the domain, such as restoring after a start. */
  decide(what: string, decide: Decide): void {
    this.#mailbox.post({ what, decide });
  }

  /**
   * Asks for something and waits until it is decided and saved.
   * @returns why it was refused, or undefined when it was done
   * @throws StanzaError `wait` while the database is away
   */
  ask(event: WorkgroupEvent): Promise<Refusal | undefined> {
    if (this.#databaseAway) return Promise.reject(databaseAway());
    return new Promise((resolve, reject) => {
      const decide: Decide = (state) => step(state, event, this.#deps.elsewhere);
      this.#mailbox.post({ what: event.type, decide, asker: { resolve, reject } });
    });
  }

  /** Resolves when everything that was posted is decided and saved. */
  settled(): Promise<void> {
    return this.#mailbox.idle();
  }

  async #work(letters: Letter[]): Promise<void> {
    let waiting = letters;
    while (waiting.length > 0) {
      try {
        const batch = this.#decideAll(waiting);
        await this.#commit(batch);
        this.#setAway(false);
        this.#speak(batch);
        return;
      } catch (error) {
        this.#current = this.committed;
        if (isAway(error)) {
          this.#setAway(true);
          for (const { asker } of waiting) asker?.reject(databaseAway());
          waiting = waiting.filter(({ asker }) => asker === undefined);
          if (waiting.length > 0) await this.#pause();
          else {
            // Nothing is left that would be tried again, and who asks now is sent away: so look ourselves.
            await this.#settle();
            this.#setAway(false);
          }
        } else if (waiting.length > 1) {
          // One of them is a bug. Each alone, so that it harms no other.
          for (const letter of waiting) await this.#work([letter]);
          return;
        } else {
          this.#giveUp(waiting[0], error);
          return;
        }
      }
    }
  }

  #decideAll(letters: readonly Letter[]): Batch {
    const batch: Batch = { answers: [], saves: [], speaks: [] };
    for (const { decide, asker } of letters) {
      const { state, effects, refusal } = decide(this.#current);
      this.#current = state;
      batch.answers.push({ asker, refusal });
      for (const effect of effects) {
        if (isSave(effect)) batch.saves.push({ state, effect });
        else batch.speaks.push(effect);
      }
    }
    return batch;
  }

  async #commit(batch: Batch): Promise<void> {
    const saves = batch.saves.filter(({ effect }) => isStatement(effect));
    while (saves.length > 0) {
      try {
        return await saveTogether(
          this.#deps.db,
          saves.map(
            ({ state, effect }) =>
              (tx) =>
                save(tx, state, effect),
          ),
        );
      } catch (error) {
        // It may have happened. To decide anew could decide otherwise, so the same is saved again until we know.
        if (!(error instanceof CommitUnknown)) throw error;
        this.#setAway(true);
        await this.#settle();
      }
    }
  }

  /** Waits until the database answers again. */
  async #settle(): Promise<void> {
    do await this.#pause();
    while (!(await this.#deps.db.ready()));
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.#deps.retryMs));
  }

  #speak({ answers, saves, speaks }: Batch): void {
    const before = this.committed;
    this.committed = this.#current;
    // The push comes before the answer, as Fastpath does it (reference 3.2), so effects go first.
    for (const effect of speaks) this.#deps.speak(this, effect);
    for (const { asker, refusal } of answers) asker?.resolve(refusal);
    // Counting is what nobody waits for.
    if (saves.length > 0) {
      const effects = saves.map(({ effect }) => effect);
      this.#deps.saved?.(this.node, before, this.committed, effects);
    }
  }

  #giveUp(letter: Letter | undefined, cause: unknown): void {
    this.#deps.log.error("a step failed", { workgroup: this.node, event: letter?.what, error: cause });
    letter?.asker?.reject(new Error("the step failed", { cause }));
  }

  #setAway(away: boolean): void {
    if (away === this.#databaseAway) return;
    this.#databaseAway = away;
    if (away)
      this.#deps.log.warn("the database is away; nothing is decided until it is back", { workgroup: this.node });
    else this.#deps.log.info("the database is back", { workgroup: this.node });
  }
}

/** Whether this client of an agent is written to, as an ordinary contact. */
export const isPlain = ({ committed }: Pick<Workgroup, "committed">, device: string): boolean =>
  committed.agents.get(bareJid(device))?.devices.some(({ jid, plain }) => jid === device && plain === true) ?? false;

function isSave(effect: Effect): effect is SaveEffect {
  return effect.type.startsWith("save-");
}

function databaseAway(): StanzaError {
  return new StanzaError(
    "wait",
    "internal-server-error",
    "The service cannot save just now. Please try again in a moment.",
  );
}
