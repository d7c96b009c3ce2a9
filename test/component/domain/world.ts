/**
 * Two workgroups with the same agents, their timers, and what a database would hold: the surroundings of the property
 * test. Every step is checked against what must always be true, whatever happened before.
 */
import { expect } from "vitest";
import {
  initialState,
  loadOf,
  maxChatsOf,
  restore,
  step,
  timerKey,
  waitingSince,
} from "../../../component/domain/dispatcher.ts";
import type { Effect } from "../../../component/domain/effects.ts";
import type { HandoverNews, Timer, WorkgroupEvent } from "../../../component/domain/events.ts";
import type { Elsewhere, Request, WorkgroupSettings, WorkgroupState } from "../../../component/domain/model.ts";
import { LEFT_MS } from "../../../component/domain/routing.ts";
import type { Step } from "../../../component/domain/step.ts";
import { timersOf } from "../../../component/domain/timers.ts";
import { agent, settings } from "./scene.ts";

export const AGENTS = ["anna", "ben", "cleo"];

type Armed = { timer: Timer; fireAt: number };
type Untimed<Event> = Event extends { at: number } ? Omit<Event, "at"> : never;
export type Told = Untimed<WorkgroupEvent>;

/** What was saved of one workgroup. */
class Records {
  readonly open = new Map<string, Request>();
  readonly ended = new Set<string>();
  readonly offers = new Map<string, { request: string; outcome: string | null }>();
  readonly present = new Map<string, Set<string>>();

  save(effect: Effect): void {
    switch (effect.type) {
      case "save-request":
        expect(this.ended.has(effect.request.id), "an ended request is saved again").toBe(false);
        this.open.set(effect.request.id, effect.request);
        return;
      case "save-request-ended":
        expect(this.open.delete(effect.request), "a request ends that is not open").toBe(true);
        this.ended.add(effect.request);
        return;
      case "save-offer":
        expect(this.offers.has(effect.offer.id), "an offer's name is used twice").toBe(false);
        expect(this.open.has(effect.request), "an offer of an unknown request").toBe(true);
        this.offers.set(effect.offer.id, { request: effect.request, outcome: null });
        return;
      case "save-offer-ended": {
        const offer = this.offers.get(effect.offer.id);
        expect(offer?.outcome, "an offer ends twice, or was never made").toBeNull();
        if (offer) offer.outcome = effect.outcome;
        return;
      }
      case "save-participant-joined": {
        const present = this.present.get(effect.request) ?? new Set();
        this.present.set(effect.request, present.add(effect.jid));
        return;
      }
      case "save-participant-left":
        this.present.get(effect.request)?.delete(effect.jid);
        return;
      case "save-handover-decided":
        expect(this.ended.has(effect.request), "a visitor's own request is deleted").toBe(false);
        this.open.delete(effect.request);
        for (const [id, { request }] of this.offers) if (request === effect.request) this.offers.delete(id);
    }
  }
}

export class Place {
  state: WorkgroupState;
  readonly records = new Records();
  readonly armed = new Map<string, Armed>();
  /** Timers that were stopped or replaced: they may have been on their way already. */
  readonly stale: Timer[] = [];
  joins = 0;

  constructor(node: string, overrides: Partial<WorkgroupSettings>) {
    this.state = initialState(settings({ node, ...overrides }));
  }

  get requests(): Request[] {
    return [...this.state.requests.values()];
  }
}

export class World {
  now = 1_000_000;
  readonly places: readonly [Place, Place];
  /** Workgroups that have yet to learn that an agent has room again. */
  readonly #freed = new Set<Place>();
  /** What workgroups have said to one another and have not heard yet. A restart loses it. */
  #news: { from: Place; node: string; news: HandoverNews }[] = [];
  /** News does not arrive for the time being. */
  isNewsSlow = false;

  constructor(routing: WorkgroupSettings["routing"]) {
    this.places = [new Place("support", { routing }), new Place("sales", { maxChats: 3 })];
  }

  elsewhereOf(place: Place): Elsewhere {
    const [other = place] = this.places.filter((one) => one !== place);
    return (jid) => ({
      ...loadOf(other.state, jid),
      waitingSince: (at, chats) => waitingSince(other.state, jid, at, chats),
    });
  }

  tell(place: Place, event: Told): void {
    const before = place.state;
    if (event.type === "timer-fired") place.armed.delete(timerKey(event.timer));
    const next = step(place.state, { ...event, at: this.now }, this.elsewhereOf(place));
    if (next.refusal) {
      expect(next).toEqual({ state: before, effects: [], refusal: next.refusal });
      return;
    }
    if (event.type === "join-requested") place.joins += 1;
    const isSeating = event.type.startsWith("occupant") || event.type.startsWith("handover");
    this.#take(place, before, next, isSeating);
    this.#settle();
  }

  /** The service stops and starts again: all it knows is what was saved. */
  restart(): void {
    this.now += 1_000;
    this.#news = [];
    for (const place of this.places) {
      const saved: Request[] = JSON.parse(JSON.stringify([...place.records.open.values()]));
      const requests = saved.map(({ unreachable, roomFailures, returns, ...kept }): [string, Request] => [
        kept.id,
        kept,
      ]);
      const { settings, removed, blocked } = place.state;
      place.state = { ...initialState(settings), removed, blocked, requests: new Map(requests) };
      for (const [id, request] of requests) place.records.open.set(id, request);
      place.armed.clear();
    }
    for (const place of this.places) {
      this.#take(place, place.state, restore(place.state, this.now, this.elsewhereOf(place)), false);
    }
    this.#settle();
  }

  /** Time passes, and every timer fires that is due, in order. */
  later(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = this.places
        .flatMap((place) => [...place.armed.values()].map(({ timer, fireAt }) => ({ place, timer, fireAt })))
        .filter(({ fireAt }) => fireAt <= until)
        .sort((a, b) => a.fireAt - b.fireAt)[0];
      if (!due) break;
      this.now = Math.max(this.now, due.fireAt);
      this.tell(due.place, { type: "timer-fired", timer: due.timer });
    }
    this.now = until;
  }

  #take(place: Place, before: WorkgroupState, next: Step, isSeating: boolean): void {
    const burdens = AGENTS.map((name) => this.#burden(agent(name)));
    place.state = next.state;
    for (const effect of next.effects) {
      place.records.save(effect);
      if (effect.type === "start-timer") {
        place.stale.push(...[...place.armed.values()].map(({ timer }) => timer).slice(0, 1));
        place.armed.set(timerKey(effect.timer), effect);
      }
      if (effect.type === "stop-timer") {
        expect(place.armed.delete(timerKey(effect.timer)), "a timer is stopped that does not run").toBe(true);
        place.stale.push(effect.timer);
      }
      if (effect.type === "tell-workgroup") this.#news.push({ from: place, node: effect.node, news: effect.news });
    }
    checkOrder(next.effects);
    checkRecords(place);
    checkTimers(place);
    this.#checkBurdens(place, burdens, before, isSeating);
    if (!next.effects.some(({ type }) => type === "capacity-freed")) return;
    for (const other of this.places) if (other !== place) this.#freed.add(other);
  }

  /** Workgroups hear what was said to them, and that an agent has room again, until none has anything to learn. */
  #settle(): void {
    for (;;) {
      const letter = this.isNewsSlow ? undefined : this.#news.shift();
      if (letter) {
        this.#deliver(letter);
        continue;
      }
      const [place] = this.#freed;
      if (!place) break;
      this.#freed.delete(place);
      this.#take(
        place,
        place.state,
        step(place.state, { type: "capacity-freed", at: this.now }, this.elsewhereOf(place)),
        false,
      );
    }
    for (const place of this.places) this.#checkNobodyIsForgotten(place, LEFT_MS);
    if (this.#news.length === 0) this.#checkHandovers();
  }

  #deliver({ from, node, news }: { from: Place; node: string; news: HandoverNews }): void {
    const to = this.places.find(({ state }) => state.settings.node === node);
    if (to) {
      this.#take(to, to.state, step(to.state, { ...news, at: this.now }, this.elsewhereOf(to)), true);
      return;
    }
    if (news.type !== "handover-sought") return;
    const failed = { type: "handover-failed", at: this.now, id: news.id, why: "no-such-workgroup" } as const;
    const answer = step(from.state, { ...failed, request: news.handover.session }, this.elsewhereOf(from));
    this.#take(from, from.state, answer, true);
  }

  /** Who looks for somebody and who has asked for it know of each other. */
  #checkHandovers(): void {
    const [asked, looking]: string[][] = [[], []];
    for (const place of this.places) {
      for (const { id, handover, handovers = [], phase } of place.requests) {
        if (handover) looking?.push(`${handover.owner} ${handover.session} ${id}`);
        if (handovers.length > 0) expect(phase.name, "somebody is asked into no session").toBe("in-session");
        const transfers = handovers.filter(({ kind }) => kind === "transfer");
        expect(transfers.length, "a session is handed over twice at once").toBeLessThanOrEqual(1);
        for (const one of handovers) {
          if (one.to.type === "workgroup") asked?.push(`${place.state.settings.node} ${id} ${one.id}`);
        }
      }
    }
    expect(looking?.sort()).toEqual(asked?.sort());
  }

  placeOf(node: string): Place | undefined {
    return this.places.find(({ state }) => state.settings.node === node);
  }

  /** Nothing happens for a moment: then nobody is left to anybody any more. */
  rest(): void {
    for (let look = 0; look < 3; look += 1) this.later(LEFT_MS);
    for (const place of this.places) this.#checkNobodyIsForgotten(place, 0);
  }

  /** Chats an agent answers for, and offers held, everywhere. */
  #burden(jid: string): { chats: number; offers: number } {
    const isThere = (request: Request): boolean =>
      this.placeOf(request.handover?.owner ?? "")
        ?.state.requests.get(request.handover?.session ?? "")
        ?.phase.occupants?.some((one) => one.jid.startsWith(jid)) ?? false;
    // Who accepted a handover and has come already is counted where the session is.
    const all = this.places.flatMap(({ requests }) =>
      requests.filter((one) => !isThere(one)).map(({ phase }) => phase),
    );
    return {
      chats: all.filter((phase) => "agent" in phase && phase.agent === jid).length,
      offers: all.filter((phase) => phase.name === "offered" && phase.offers.some((offer) => offer.agent === jid))
        .length,
    };
  }

  #checkBurdens(
    place: Place,
    before: { chats: number; offers: number }[],
    was: WorkgroupState,
    isSeating: boolean,
  ): void {
    AGENTS.forEach((name, n) => {
      const { chats, offers } = this.#burden(agent(name));
      expect(offers, "an agent holds two offers").toBeLessThanOrEqual(1);
      const old = before[n] ?? { chats: 0, offers: 0 };
      if (chats + offers <= old.chats + old.offers) return;
      // A colleague in the room who goes on with a talk may be over the limit: nobody else is there.
      const isHandedOver =
        isSeating &&
        place.requests.some(({ id, phase }) => {
          const earlier = was.requests.get(id)?.phase;
          return phase.name === "in-session" && earlier?.name === "in-session" && earlier.agent !== phase.agent;
        });
      if (!isHandedOver) {
        expect(chats + offers, "an agent is over capacity").toBeLessThanOrEqual(maxChatsOf(place.state, agent(name)));
      }
    });
  }

  /** Nobody waits for an agent who could be asked. Written apart from the dispatcher, from the rules. */
  #checkNobodyIsForgotten(place: Place, lookMs: number): void {
    // A timer of this very instant has yet to fire: there is more to decide.
    if ([...place.armed.values()].some(({ fireAt }) => fireAt <= this.now)) return;
    const elsewhere = this.elsewhereOf(place);
    for (const { id, jid, max } of [...place.state.agents.values()].flatMap((one) => {
      const isThere = one.devices.some(({ show }) => show === "available" || show === "chat");
      return isThere ? [{ id: one.name, jid: one.jid, max: maxChatsOf(place.state, one.jid) }] : [];
    })) {
      const [here, there] = [loadOf(place.state, jid), elsewhere(jid)];
      if (here.chats + there.chats >= max || here.offers + there.offers > 0) continue;
      for (const { phase, rejections, deadlineAt, handover } of place.requests) {
        const isMeant = !handover?.ignore.includes(jid);
        const isFree = isMeant && (rejections[jid] ?? 0) <= this.now && deadlineAt > this.now;
        // It may have been left to the other workgroup, whose visitor came earlier; then somebody looks soon.
        const isLookedAt = (place.state.dispatchAt ?? Number.POSITIVE_INFINITY) <= this.now + lookMs;
        expect(phase.name === "queued" && isFree && !isLookedAt, `${id} is free while somebody waits`).toBe(false);
      }
    }
  }
}

/** Saves come first; news comes at most once. */
function checkOrder(effects: Effect[]): void {
  const firstWord = effects.findIndex(({ type }) => !type.startsWith("save-"));
  if (firstWord >= 0) {
    expect(
      effects.slice(firstWord).every(({ type }) => !type.startsWith("save-")),
      "a save comes late",
    ).toBe(true);
  }
  const news = effects.flatMap((effect) => {
    if (effect.type === "queue-changed" || effect.type === "availability-changed") return [effect.type];
    return effect.type === "agent-changed" || effect.type === "capacity-freed"
      ? [`${effect.type} ${effect.agent}`]
      : [];
  });
  expect(new Set(news).size, "news comes twice").toBe(news.length);
}

/** What is saved is what is so; every request is in one place; every offer that is out is held, and no other. */
function checkRecords({ state, records, joins }: Place): void {
  expect(records.open.size).toBe(state.requests.size);
  for (const [id, request] of state.requests) expect(records.open.get(id)).toBe(request);
  const visitors = [...state.requests.values()].filter(({ handover }) => handover === undefined);
  expect(visitors.length + records.ended.size, "a request is lost").toBe(joins);
  const held = [...state.requests.values()].flatMap(({ phase }) =>
    phase.name === "offered" ? phase.offers.map(({ id }) => id) : [],
  );
  const out = [...records.offers].filter(([, { outcome }]) => outcome === null).map(([id]) => id);
  expect(out.sort()).toEqual(held.sort());
  expect(new Set(visitors.map(({ visitor }) => visitor)).size, "a visitor waits twice").toBe(visitors.length);
  for (const { phase, id } of state.requests.values()) {
    if (phase.name === "offered") expect(phase.offers.every(({ devices }) => devices.length > 0)).toBe(true);
    const present = new Set((phase.occupants ?? []).map(({ jid }) => jid));
    const recorded = [...(records.present.get(id) ?? [])];
    expect(
      recorded.filter((jid) => !present.has(jid)),
      "somebody is recorded who is gone",
    ).toEqual([]);
  }
}

/** Exactly those timers run that somebody needs. */
function checkTimers({ state, armed }: Place): void {
  const needed = [...state.requests.values()].flatMap((request) => [...timersOf(request, state.settings).keys()]);
  if (state.dispatchAt !== null) needed.push("dispatch");
  expect([...armed.keys()].sort()).toEqual(needed.sort());
}
