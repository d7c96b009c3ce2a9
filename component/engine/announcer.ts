/**
 * Tells visitors their place and agents their queue, coalesced: whatever changes, an announcement costs a bounded number
 * of stanzas. Visitors whose place changed are told head of the queue first, some at a time, until all know.
 */

import { buildQueueStatus } from "../../protocol/workgroup/join.ts";
import { buildNotifyQueue, buildNotifyQueueDetails, buildWaiting } from "../../protocol/workgroup/queue.ts";
import { type Element, xml } from "../../protocol/xml.ts";
import type { Timers } from "../../runtime/timers.ts";
import { queueText } from "../dialogue/words.ts";
import { availability, expectedWaitMs, positionOf, queueOrder } from "../domain/dispatcher.ts";
import { nameOf, questionOf } from "../domain/metadata.ts";
import type { Request, WorkgroupState } from "../domain/model.ts";
import { bareOf } from "../domain/people.ts";
import { inWords } from "./in-words.ts";
import type { Workgroup } from "./workgroup.ts";

/** FP creates one queue of this name for every workgroup, and clients need a resource to name it by. */
export const QUEUE_NAME = "Default Queue";

const PAUSE_MS = 200;
const VISITORS_AT_A_TIME = 50;
const DETAILS_SHOWN = 100;

export type AnnouncerDeps = {
  domain: string;
  now(): number;
  timers: Timers;
  /** Sends without waiting; a stanza that cannot leave is dropped, the next announcement makes up for it. */
  send(stanza: Element): void;
};

export class Announcer {
  readonly #deps: AnnouncerDeps;
  /** The place each waiting visitor was last told, by workgroup and request id. */
  readonly #told = new Map<string, Map<string, number>>();
  readonly #due = new Set<string>();

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps;
  }

  /** The queue changed. Told at once, or with the next announcement when one was just made. */
  changed(workgroup: Workgroup): void {
    if (this.#due.has(workgroup.node)) return;
    this.#due.add(workgroup.node);
    this.#deps.timers.start(`announce:${workgroup.node}`, this.#deps.now() + PAUSE_MS, () => {
      this.#due.delete(workgroup.node);
      this.#announce(workgroup);
    });
  }

  /** Tells one visitor now, as after joining, and after being put back into the queue. */
  tellVisitor(node: string, state: WorkgroupState, id: string): void {
    const request = state.requests.get(id);
    const position = positionOf(state, id);
    if (request && position) this.#tell(node, state, request, position);
  }

  /** an agent's device is told of the queue for every presence it sends. */
  tellDevice(workgroup: Workgroup, device: string): void {
    const own = workgroup.committed.agents.get(bareOf(device))?.devices.find(({ jid }) => jid === device);
    if (own?.plain) return;
    for (const payload of queuePayloads(workgroup.committed)) this.#toDevice(workgroup, device, payload);
  }

  #announce(workgroup: Workgroup): void {
    const state = workgroup.committed;
    const payloads = queuePayloads(state);
    for (const { devices } of state.agents.values()) {
      for (const { jid, plain } of devices) {
        if (plain) continue;
        for (const payload of payloads) this.#toDevice(workgroup, jid, payload);
      }
    }
    const places = this.#placesTold(workgroup.node);
    let told = 0;
    const waiting = queueOrder(state);
    for (const [index, request] of waiting.entries()) {
      if (places.get(request.id) === index + 1) continue;
      // The rest with the next announcement: never a burst of one stanza for everyone who waits.
      if (told === VISITORS_AT_A_TIME) {
        this.changed(workgroup);
        break;
      }
      this.#tell(workgroup.node, state, request, index + 1);
      told += 1;
    }
    // Not everybody who goes says so.
    if (places.size > waiting.length)
      for (const id of places.keys()) if (positionOf(state, id) === null) places.delete(id);
  }

  /** Forgets a request that waits no more, so that it is told its place when it waits again. */
  forget(node: string, request: string): void {
    this.#placesTold(node).delete(request);
  }

  #placesTold(node: string): Map<string, number> {
    const known = this.#told.get(node) ?? new Map<string, number>();
    this.#told.set(node, known);
    return known;
  }

  #tell(node: string, state: WorkgroupState, request: Request, position: number): void {
    const address = `${node}@${this.#deps.domain}`;
    const places = this.#placesTold(node);
    const isFirst = !places.has(request.id);
    places.set(request.id, position);
    const waitMs = expectedWaitMs(state, position);
    const waitS = Math.ceil(waitMs / 1000);
    const status = buildQueueStatus({ position, waitS, session: request.id, workgroup: address });
    const words = inWords(request, (say) => queueText(say, { position, waitMs, moved: !isFirst }));
    this.#deps.send(xml("message", { from: address, to: request.visitor, ...words?.attrs }, words?.body, status));
  }

  #toDevice(workgroup: Workgroup, to: string, { type, payload }: QueuePayload): void {
    const from = `${workgroup.node}@${this.#deps.domain}/${QUEUE_NAME}`;
    this.#deps.send(xml("presence", { from, to, type }, ...payload));
  }
}

type QueuePayload = { type: "unavailable" | undefined; payload: Element[] };

/** The two presences of reference 4.3; with the second goes what our own UI shows of those who wait. */
function queuePayloads(state: WorkgroupState): QueuePayload[] {
  const waiting = queueOrder(state);
  const open = availability(state) === "open";
  const type = open ? undefined : "unavailable";
  const overview = buildNotifyQueue({
    count: waiting.length,
    oldestAt: waiting.length === 0 ? null : Math.min(...waiting.map(({ joinedAt }) => joinedAt)),
    averageWaitS: Math.round((state.averageWaitMs ?? 0) / 1000),
    status: open ? "open" : waiting.length > 0 ? "active" : "closed",
  });
  const shown = waiting.slice(0, DETAILS_SHOWN);
  const details = buildNotifyQueueDetails(
    shown.map((request, position) => ({
      jid: request.visitor,
      position,
      waitS: Math.round(expectedWaitMs(state, position + 1) / 1000),
      joinedAt: request.joinedAt,
    })),
  );
  const names = buildWaiting(
    shown.map((request) => ({
      request: request.id,
      name: nameOf(request.metadata),
      question: questionOf(request.metadata),
      joinedAt: request.joinedAt,
      offered: request.phase.name === "offered",
    })),
  );
  return [
    { type, payload: [overview] },
    { type, payload: [details, names] },
  ];
}
