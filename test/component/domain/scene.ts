/** A workgroup on a stage: tells the state machine what happens, keeps its timers, and remembers what it ordered. */
import { initialState, restore, step, timerKey } from "../../../component/domain/dispatcher.ts";
import type { Effect } from "../../../component/domain/effects.ts";
import type { Timer, WorkgroupEvent } from "../../../component/domain/events.ts";
import type {
  Elsewhere,
  FieldSetting,
  Offer,
  Phase,
  Request,
  Show,
  WorkgroupSettings,
  WorkgroupState,
} from "../../../component/domain/model.ts";
import type { Step } from "../../../component/domain/step.ts";

type Untimed<Event> = Event extends { at: number } ? Omit<Event, "at"> : never;
type EffectOf<Type extends Effect["type"]> = Extract<Effect, { type: Type }>;

export const START = 1_000_000;

/** Bare address of an agent by first name. */
export const agent = (name: string): string => `${name}@localhost`;
/** Full address of an agent's client. */
export const device = (name: string, resource = "ui"): string => `${agent(name)}/${resource}`;
/** Full address of a visitor, called like its request. */
export const visitor = (id: string): string => `${id}@webchat.localhost/web`;

export const field = (name: string, required: boolean): FieldSetting => ({
  name,
  label: name,
  type: "text-single",
  required,
  options: [],
  value: "",
});

export function settings(overrides: Partial<WorkgroupSettings> = {}): WorkgroupSettings {
  return {
    node: "support",
    title: "Support",
    description: "",
    open: true,
    agents: ["anna", "ben", "cleo"].map((name) => ({ jid: agent(name), name })),
    form: { title: "", instructions: "", fields: [] },
    routing: "fewest-chats",
    offerTimeoutS: 20,
    requestTimeoutS: 240,
    rejectionMemoryS: 20,
    agentJoinTimeoutS: 30,
    agentGraceS: 30,
    visitorGraceS: 60,
    minChats: 1,
    maxChats: 2,
    texts: {},
    ...overrides,
  };
}

export class Scene {
  state: WorkgroupState;
  now = START;
  /** What the latest event led to. */
  last: Step;
  /** Everything ordered since the beginning. */
  readonly history: Effect[] = [];
  readonly armed = new Map<string, { timer: Timer; fireAt: number }>();
  elsewhere: Elsewhere = () => ({ chats: 0, offers: 0 });

  constructor(overrides: Partial<WorkgroupSettings> = {}) {
    this.state = initialState(settings(overrides));
    this.last = { state: this.state, effects: [] };
  }

  tell(event: Untimed<WorkgroupEvent>): this {
    return this.#take(step(this.state, { ...event, at: this.now }, this.elsewhere));
  }

  /** The service stops and starts again, with nothing but what was saved. */
  restart(): this {
    const { settings, removed, requests } = this.state;
    this.armed.clear();
    const open: Request[] = JSON.parse(JSON.stringify([...requests.values()]));
    // Three notes of a request are not kept by the store.
    const saved = open.map(({ unreachable, roomFailures, returns, ...kept }): [string, Request] => [kept.id, kept]);
    return this.#take(restore({ ...initialState(settings), removed, requests: new Map(saved) }, this.now));
  }

  #take(next: Step): this {
    this.last = next;
    this.state = next.state;
    this.history.push(...next.effects);
    for (const effect of next.effects) {
      if (effect.type === "start-timer") this.armed.set(timerKey(effect.timer), effect);
      if (effect.type === "stop-timer") this.armed.delete(timerKey(effect.timer));
    }
    return this;
  }

  later(seconds: number): this {
    this.now += seconds * 1000;
    return this;
  }

  /** Lets a running timer fire at its time. */
  fire(kind: Timer["kind"], id?: string): this {
    for (const [key, { timer, fireAt }] of this.armed) {
      if (timer.kind !== kind || (id !== undefined && "request" in timer && timer.request !== id)) continue;
      this.armed.delete(key);
      this.now = Math.max(this.now, fireAt);
      return this.tell({ type: "timer-fired", timer });
    }
    throw new Error(`no timer ${kind} is running; only ${[...this.armed.keys()].join(", ")}`);
  }

  /** In how many seconds a timer fires; null when it is not running. */
  dueInS(kind: Timer["kind"]): number | null {
    for (const { timer, fireAt } of this.armed.values()) if (timer.kind === kind) return (fireAt - this.now) / 1000;
    return null;
  }

  signIn(name: string, how: { resource?: string; show?: Show; maxChats?: number } = {}): this {
    const { resource, show = "available", maxChats = null } = how;
    return this.tell({ type: "agent-signed-in", device: device(name, resource), show, maxChats });
  }

  show(name: string, show: Show, resource?: string): this {
    return this.tell({ type: "agent-changed", device: device(name, resource), show, maxChats: null });
  }

  signOut(name: string, resource?: string): this {
    return this.tell({ type: "agent-signed-out", device: device(name, resource) });
  }

  join(id: string, metadata: Record<string, string[]> = {}): this {
    const from = visitor(id);
    return this.tell({ type: "join-requested", id, visitor: from, userId: `${id}@webchat.localhost`, metadata });
  }

  answer(name: string, id: string, accepted: boolean, resource?: string): this {
    return this.tell({ type: "offer-answered", device: device(name, resource), offer: { id }, accepted });
  }

  accept(name: string, id: string, resource?: string): this {
    return this.answer(name, id, true, resource);
  }

  reject(name: string, id: string, resource?: string): this {
    return this.answer(name, id, false, resource);
  }

  acknowledge(name: string, id: string, resource?: string): this {
    const offer = this.offerTo(name, id).id;
    return this.tell({ type: "offer-acknowledged", request: id, offer, device: device(name, resource) });
  }

  bounce(name: string, id: string, resource?: string): this {
    const offer = this.offerTo(name, id).id;
    return this.tell({ type: "offer-undelivered", request: id, offer, device: device(name, resource) });
  }

  opened(id: string): this {
    return this.tell({ type: "room-opened", request: id });
  }

  enter(id: string, jid: string): this {
    return this.tell({ type: "occupant-joined", request: id, jid, nick: jid.split("@")[0] ?? "" });
  }

  leave(id: string, jid: string, lost = false): this {
    return this.tell({ type: "occupant-left", request: id, jid, lost });
  }

  seen(id: string, ...jids: string[]): this {
    const occupants = jids.map((jid) => ({ jid, nick: jid.split("@")[0] ?? "" }));
    return this.tell({ type: "occupants-known", request: id, occupants });
  }

  /** From an offer to a talk with both sides in the room. */
  talk(name: string, id: string, resource?: string): this {
    return this.accept(name, id, resource).opened(id).enter(id, visitor(id)).enter(id, device(name, resource));
  }

  request(id: string): Request {
    const request = this.state.requests.get(id);
    if (!request) throw new Error(`${id} is over`);
    return request;
  }

  phase<Name extends Phase["name"]>(id: string, name: Name): Extract<Phase, { name: Name }> {
    const { phase } = this.request(id);
    if (!is(phase, name)) throw new Error(`${id} is ${phase.name}, not ${name}`);
    return phase;
  }

  /** Phase of each open request. */
  get phases(): Record<string, string> {
    return Object.fromEntries([...this.state.requests.values()].map(({ id, phase }) => [id, phase.name]));
  }

  /** Who holds an offer of a request, by bare address. */
  asked(id: string): string[] {
    const { phase } = this.request(id);
    return phase.name === "offered" ? phase.offers.map((offer) => offer.agent) : [];
  }

  offerTo(name: string, id: string): Offer {
    const offer = this.phase(id, "offered").offers.find((one) => one.agent === agent(name));
    if (!offer) throw new Error(`${name} holds no offer of ${id}`);
    return offer;
  }

  /** The kinds of effects of the latest event, in order; timers aside unless asked for. */
  types({ timers = false } = {}): string[] {
    return this.last.effects.map(({ type }) => type).filter((type) => timers || !type.endsWith("-timer"));
  }

  /** The effects of one kind that the latest event led to. */
  effects<Type extends Effect["type"]>(type: Type): EffectOf<Type>[] {
    return select(this.last.effects, type);
  }

  /** The effects of one kind since the beginning. */
  all<Type extends Effect["type"]>(type: Type): EffectOf<Type>[] {
    return select(this.history, type);
  }
}

const is = <Name extends Phase["name"]>(phase: Phase, name: Name): phase is Extract<Phase, { name: Name }> =>
  phase.name === name;

const select = <Type extends Effect["type"]>(effects: Effect[], type: Type): EffectOf<Type>[] =>
  effects.filter((effect): effect is EffectOf<Type> => effect.type === type);
