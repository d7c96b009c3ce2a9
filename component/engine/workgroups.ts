/** All workgroups of this service, and what one must know of the others: an agent is one person in all of them. */
import { bareJid, domainOf, localOf } from "../../protocol/jid.ts";
import type { Log } from "../../runtime/log.ts";
import { initialState, loadOf, restore, waitingSince } from "../domain/dispatcher.ts";
import type { SpeakEffect } from "../domain/effects.ts";
import { averageWith } from "../domain/estimates.ts";
import type { Elsewhere, Request, WorkgroupSettings, WorkgroupState } from "../domain/model.ts";
import { isSignedIn } from "../domain/people.ts";
import { blocksOf } from "../store/blocks.ts";
import type { Database } from "../store/db.ts";
import { loadOpenRequests } from "../store/requests.ts";
import { lastChatEnds, recentWaits } from "../store/sessions.ts";
import { loadWorkgroups, saveConfiguration } from "../store/workgroups.ts";
import { Workgroup, type WorkgroupDeps } from "./workgroup.ts";

const RETRY_MS = 500;

export type WorkgroupsDeps = {
  db: Database;
  log: Log;
  /** The service's own domain, such as `workgroup.example.org`. */
  domain: string;
  now(): number;
  speak(workgroup: Workgroup, effect: SpeakEffect): void;
  saved?: WorkgroupDeps["saved"];
};

export class Workgroups {
  readonly #deps: WorkgroupsDeps;
  readonly #byNode = new Map<string, Workgroup>();

  constructor(deps: WorkgroupsDeps) {
    this.#deps = deps;
  }

  get all(): Workgroup[] {
    return [...this.#byNode.values()];
  }

  /** The workgroup at a bare or full address; undefined for any other address, and for one removed and run empty. */
  at(jid: string): Workgroup | undefined {
    return domainOf(jid) === this.#deps.domain ? this.#byNode.get(localOf(jid)) : undefined;
  }

  /** The bare address of a workgroup. */
  addressOf({ node }: { node: string }): string {
    return `${node}@${this.#deps.domain}`;
  }

  /** Workgroups that an agent, by bare or full JID, is configured for. */
  ofAgent(jid: string): Workgroup[] {
    const bare = bareJid(jid);
    return this.all.filter(
      ({ committed }) => !committed.removed && committed.settings.agents.some((one) => one.jid === bare),
    );
  }

  /** The open request with this id, in whichever workgroup. */
  findRequest(id: string): { workgroup: Workgroup; request: Request } | undefined {
    for (const workgroup of this.#byNode.values()) {
      const request = workgroup.committed.requests.get(id);
      if (request) return { workgroup, request };
    }
    return undefined;
  }

  /** Finds everything again as it was saved, before the link goes up. */
  async restore(): Promise<void> {
    const requests = Map.groupBy(await loadOpenRequests(this.#deps.db), ({ workgroup }) => workgroup);
    const found: { state: WorkgroupState; changedAt: number }[] = [];
    for (const { settings, changedAt, removed } of await loadWorkgroups(this.#deps.db)) {
      const open = requests.get(settings.node) ?? [];
      // A workgroup removed long ago with nothing left in it is history, not work.
      if (removed && open.length === 0) continue;
      const agents = settings.agents.map(({ jid }) => jid);
      const waits = await recentWaits(this.#deps.db, settings.node);
      const state = {
        ...initialState(settings),
        removed,
        requests: new Map(open.map(({ request }) => [request.id, request])),
        lastChatEndedAt: await lastChatEnds(this.#deps.db, agents),
        averageWaitMs: waits.reduce<number | null>(averageWith, null),
        blocked: await blocksOf(this.#deps.db, settings.node, this.#deps.now()),
      };
      found.push({ state, changedAt });
    }
    // All is read before anything is made: a database that goes away half-way leaves nothing behind.
    for (const { state, changedAt } of found) {
      const workgroup = this.#create(state, changedAt);
      workgroup.decide("restore", (saved) =>
        restore(saved, this.#deps.now(), (agent) => this.#elsewhere(agent, workgroup)),
      );
    }
  }

  /**
   * Takes a checked configuration as the whole truth: adds, changes and removes.
   * @throws when it could not be saved; then nothing has changed
   */
  async configure(settings: readonly WorkgroupSettings[]): Promise<void> {
    const at = this.#deps.now();
    await saveConfiguration(this.#deps.db, [...settings], at);
    const named = new Set(settings.map(({ node }) => node));
    for (const one of settings) {
      const known = this.#byNode.get(one.node);
      if (known === undefined) {
        const workgroup = this.#create(initialState(one), at);
        workgroup.post({ type: "settings-changed", at, settings: one });
      } else {
        known.changedAt = at;
        known.post({ type: "settings-changed", at, settings: one });
      }
    }
    for (const workgroup of this.all) {
      if (!named.has(workgroup.node)) workgroup.post({ type: "workgroup-removed", at });
    }
    // Whoever is told "taken" next finds it so.
    await Promise.all(this.all.map((workgroup) => workgroup.settled()));
  }

  /** Tells the others of an agent that room was freed. */
  capacityFreed(agent: string, by: Workgroup): void {
    for (const other of this.all) {
      if (other !== by && other.current.agents.has(agent)) other.post({ type: "capacity-freed", at: this.#deps.now() });
    }
  }

  #create(state: WorkgroupState, changedAt: number): Workgroup {
    const workgroup: Workgroup = new Workgroup(state, changedAt, {
      db: this.#deps.db,
      log: this.#deps.log,
      elsewhere: (agent) => this.#elsewhere(agent, workgroup),
      speak: this.#deps.speak,
      saved: this.#deps.saved,
      retryMs: RETRY_MS,
    });
    this.#byNode.set(state.settings.node, workgroup);
    return workgroup;
  }

  // Read from the states being decided on, not the saved ones: two workgroups must not promise the same free place.
  #elsewhere(agent: string, asking: Workgroup): ReturnType<Elsewhere> {
    const others = this.all.filter((one) => one !== asking);
    let [chats, offers] = [0, 0];
    for (const { current } of others) {
      const load = loadOf(current, agent);
      chats += load.chats;
      offers += load.offers;
    }
    return {
      chats,
      offers,
      isSignedIn: (device) => others.some(({ current }) => isSignedIn(current, device)),
      waitingSince(at, total) {
        const found = others
          .map(({ current }) => waitingSince(current, agent, at, total))
          .filter((one) => one !== null);
        return found.length === 0 ? null : Math.min(...found);
      },
    };
  }
}
