/**
 * The features on a link without a server: stanza in, stanza out. The workgroups behind them decide by the real state
 * machine and lose nothing; the stores are lists in memory, which a test fills.
 */
import { SignJWT } from "jose";
import { vi } from "vitest";
import { Admission } from "../../../component/admission.ts";
import { Duty } from "../../../component/commands/duty.ts";
import { FormSessions } from "../../../component/commands/form-sessions.ts";
import { Memory } from "../../../component/commands/memory.ts";
import { Pace } from "../../../component/commands/pace.ts";
import { Dialogues } from "../../../component/dialogue/dialogues.ts";
import { initialState, restore, step } from "../../../component/domain/dispatcher.ts";
import type { Effect } from "../../../component/domain/effects.ts";
import type { WorkgroupEvent } from "../../../component/domain/events.ts";
import type { Elsewhere, Metadata, Request, WorkgroupSettings } from "../../../component/domain/model.ts";
import { Announcer } from "../../../component/engine/announcer.ts";
import { Contacts } from "../../../component/engine/contacts.ts";
import { PlainOffers } from "../../../component/engine/plain-offers.ts";
import { Roster } from "../../../component/engine/roster.ts";
import type {
  Deps,
  Entry,
  FoundSession,
  LastVisit,
  Mail,
  Mailer,
  Stores,
  Workgroup,
  Workgroups,
} from "../../../component/features/deps.ts";
import { features } from "../../../component/features/index.ts";
import { verifyIdentity } from "../../../component/identity.ts";
import { bareJid, domainOf, localOf } from "../../../protocol/jid.ts";
import { NS_WORKGROUP } from "../../../protocol/ns.ts";
import { parseStanzaError } from "../../../protocol/stanza-error.ts";
import type { StoredMessage } from "../../../protocol/workgroup/messages.ts";
import type { SeenOccupant } from "../../../protocol/workgroup/monitor.ts";
import type { TranscriptSummary } from "../../../protocol/workgroup/transcript.ts";
import { attr, type Element, elements } from "../../../protocol/xml.ts";
import { createLog } from "../../../runtime/log.ts";
import { createTimers } from "../../../runtime/timers.ts";
import { discoFeatures, serveFeatures } from "../../../runtime/xmpp/features.ts";
import { createFakeLink } from "../../support/fake-link.ts";
import { parseXml } from "../../support/xml.ts";
import { settings } from "../domain/scene.ts";
import { type DataRecords, dataRecords, dataStores } from "./data-stores.ts";

export const SERVICE = "workgroup.example.org";
export const SUPPORT = `support@${SERVICE}`;
export const SALES = `sales@${SERVICE}`;
export const ANNA = "anna@example.org/spark";
export const BEN = "ben@example.org/ui";
export const EVE = "eve@example.org/x";
/** Administers the server; no agent. */
export const ADMIN = "root@example.org";
export const DANA = "dana@webchat.example.org/web";
/** What sites sign their visitors' identities with. */
const IDENTITY_SECRET = "a-secret-of-the-shop-and-of-nobody-else";

/** What the shop's server would hand its page about a customer of `support`, good for years. */
export function signedIdentity(claims: Record<string, unknown>, secret = IDENTITY_SECRET): Promise<string> {
  return new SignJWT({ aud: "support", exp: 4_000_000_000, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(secret));
}

const agentNamed = (name: string) => ({ jid: `${name.toLowerCase()}@example.org`, name });

/** A workgroup of the real state machine, without a mailbox and a database: every step is saved at once. */
class Desk implements Workgroup {
  committed: Workgroup["committed"];
  readonly changedAt = Date.UTC(2026, 0, 5, 9, 30);
  readonly node: string;
  readonly asked: WorkgroupEvent[] = [];
  readonly effects: Effect[] = [];
  readonly #speak: (desk: Desk, effect: Effect) => void;

  constructor(of: WorkgroupSettings, speak: (desk: Desk, effect: Effect) => void) {
    this.node = of.node;
    this.committed = initialState(of);
    this.#speak = speak;
  }

  post(event: WorkgroupEvent): void {
    void this.ask(event);
  }

  async ask(event: WorkgroupEvent) {
    this.asked.push(event);
    const nowhere: Elsewhere = () => ({ chats: 0, offers: 0 });
    const { state, effects, refusal } = step(this.committed, event, nowhere);
    this.committed = state;
    this.effects.push(...effects);
    for (const effect of effects) this.#speak(this, effect);
    return refusal;
  }

  /** The service stopped and started. */
  restart(at: number): void {
    this.committed = restore({ ...this.committed, agents: new Map(), recentlyEnded: [] }, at).state;
  }

  told<Type extends WorkgroupEvent["type"]>(type: Type): Extract<WorkgroupEvent, { type: Type }>[] {
    const isOf = (event: WorkgroupEvent): event is Extract<WorkgroupEvent, { type: Type }> => event.type === type;
    return this.asked.filter(isOf);
  }
}

/** What a database would hold. */
export type Records = DataRecords & {
  lastVisits: Map<string, LastVisit>;
  transcripts: { workgroup: string; userId: string; summary: TranscriptSummary }[];
  sessions: Map<string, FoundSession>;
  entries: Map<string, Entry[]>;
  occupants: Map<string, SeenOccupant[]>;
  messages: (StoredMessage & { visitor: string; key: string; handledAt?: number })[];
};

function storesOf(records: Records): Stores {
  const open = (workgroup: string) => records.messages.filter((one) => one.workgroup === workgroup && !one.handledBy);
  return {
    ...dataStores(records),
    lastVisit: async (workgroup, visitor) => records.lastVisits.get(`${workgroup} ${visitor}`) ?? null,
    transcripts: async (workgroup, userId) =>
      records.transcripts
        .filter((one) => one.workgroup === workgroup && one.userId === userId)
        .map(({ summary }) => summary),
    session: async (id) => records.sessions.get(id) ?? null,
    occupants: async (workgroup, session) =>
      records.sessions.get(session)?.workgroup === workgroup ? (records.occupants.get(session) ?? []) : [],
    async entries(session, { after, limit, linesOnly }) {
      const all = records.entries.get(session) ?? [];
      const start = all.findIndex(({ stanzaId }) => stanzaId === after) + 1;
      const shown = all.slice(start).filter(({ kind }) => !linesOnly || kind === "line" || kind === "service");
      return shown.slice(0, limit);
    },
    async leaveMessage({ at, ...left }) {
      if (records.messages.some(({ visitor, key }) => visitor === left.visitor && key === left.key)) return null;
      const message = { ...left, id: `m${records.messages.length + 1}`, leftAt: at, handledBy: "" };
      records.messages.push(message);
      return message;
    },
    openMessages: async (workgroup) => open(workgroup),
    async markHandled(workgroup, id, agent, at) {
      const message = open(workgroup).find((one) => one.id === id);
      if (message) Object.assign(message, { handledBy: agent, handledAt: at });
      return message !== undefined;
    },
  };
}

/** Two workgroups, `support` with Anna and Ben, `sales` with Anna alone. `of` goes into `support`. */
export function createWorld(of: Partial<WorkgroupSettings> = {}) {
  const link = createFakeLink(SERVICE);
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ name: "test", level: "warn", write: (line) => void lines.push(JSON.parse(line)) });
  const send = (stanza: Element): void => void link.send(stanza);
  const roster = new Roster({ domain: SERVICE, now: Date.now, timers: createTimers(), send });
  const speak = (desk: Desk, effect: Effect): void => {
    if (effect.type === "agent-changed") roster.changed(desk, effect.agent);
    if (effect.type === "tell-workgroup") desks.find(({ node }) => node === effect.node)?.post(effect.news);
    speakPlainly(desk, effect);
  };
  const noRows = { rows: [], rowCount: 0, command: "", oid: 0, fields: [] };
  const contacts = new Contacts({ db: { query: async () => noRows }, log, domain: SERVICE, now: () => clock, send });
  const duty = new Duty();
  const langOf = (node: string, agent: string): string | null => contacts.find(node, agent)?.lang ?? null;
  const plainOffers = new PlainOffers({
    now: () => clock,
    send,
    langOf,
    drawsForms: (device) => duty.drawsForms(device),
  });
  /** What ordinary clients of agents are written of offers. */
  const speakPlainly = (desk: Desk, effect: Effect): void => {
    if (effect.type !== "send-offer" && effect.type !== "revoke-offer") return;
    const devices = effect.type === "send-offer" ? effect.offer.devices : effect.devices;
    const plain = new Set(
      [...desk.committed.agents.values()].flatMap((one) => one.devices.flatMap((it) => (it.plain ? [it.jid] : []))),
    );
    for (const device of devices.filter((one) => plain.has(one))) {
      const from = `${desk.node}@${SERVICE}`;
      if (effect.type === "send-offer") plainOffers.offer(desk, from, effect.request, effect.offer, device);
      else plainOffers.revoke(desk, from, effect.request, device, effect.outcome);
    }
  };
  const agents = [agentNamed("Anna"), agentNamed("Ben")];
  const support = new Desk(settings({ agents, ...of }), speak);
  const sales = new Desk(settings({ node: "sales", title: "Sales", agents: [agentNamed("Anna")] }), speak);
  const desks = [support, sales];
  const records: Records = {
    ...dataRecords(),
    lastVisits: new Map(),
    transcripts: [],
    sessions: new Map(),
    entries: new Map(),
    occupants: new Map(),
    messages: [],
  };
  const workgroups: Workgroups = {
    all: desks,
    at: (jid) => (domainOf(jid) === SERVICE ? desks.find(({ node }) => node === localOf(jid)) : undefined),
    ofAgent: (jid) =>
      desks.filter(({ committed }) => committed.settings.agents.some((one) => one.jid === bareJid(jid))),
    findRequest(id) {
      for (const workgroup of desks) {
        const request = workgroup.committed.requests.get(id);
        if (request) return { workgroup, request };
      }
      return undefined;
    },
  };
  let made = 0;
  let clock = Date.UTC(2026, 0, 5, 10);
  const subscribers = new Set<string>();
  const configure = vi.fn(async (_configuration: unknown) => undefined);
  const announcer = new Announcer({ domain: SERVICE, now: () => clock, timers: createTimers(), send });
  const renameAgent = vi.fn(async (_agent: string, _name: string) => undefined);
  const mails: Mail[] = [];
  const mailer: Mailer = { send: async (mail) => void mails.push(mail) };
  const administration = {
    isAdmin: (jid: string) => bareJid(jid) === ADMIN,
    addWorkgroup: vi.fn(async (_of: Parameters<Deps["administration"]["addWorkgroup"]>[0]) => undefined),
    updateWorkgroup: vi.fn(async (_node: string, _members: readonly string[], _by: string) => undefined),
    deleteWorkgroup: vi.fn(async (_node: string) => undefined),
  };
  const erasure = {
    find: vi.fn(async (_who: string) => ({ chats: 3, messages: 1, open: 0 })),
    erase: vi.fn(async (_who: string, _by: string) => ({ chats: 3, messages: 1, open: 1 })),
  };
  const tellVisitor = vi.fn(({ node, committed }: Workgroup, request: string) => {
    announcer.tellVisitor(node, committed, request);
  });
  const closeStaleOffer = vi.fn();
  const speakFor = vi.fn(async (_session: string, _name: string, _text: string) => undefined);
  const inviteVisitor = vi.fn((_request: string, _to: string) => undefined);
  const deps: Deps = {
    domain: SERVICE,
    rooms: "conference.example.org",
    workgroups,
    stores: storesOf(records),
    disco: discoFeatures(features),
    // Every look at the clock is later than the one before.
    now: () => ++clock,
    newId: () => `r${++made}`,
    send,
    configure,
    renameAgent,
    administration,
    erasure,
    mailer,
    verifyIdentity: ({ node }, jwt) => verifyIdentity(jwt, { secret: IDENTITY_SECRET, audience: node, now: clock }),
    subscribers: {
      add: (workgroup, jid) => void subscribers.add(`${workgroup} ${jid}`),
      remove: (workgroup, jid) => void subscribers.delete(`${workgroup} ${jid}`),
    },
    contacts,
    speakFor,
    duty,
    forms: new FormSessions(),
    memory: new Memory(),
    pace: new Pace(),
    admission: new Admission("example.org", () => 0),
    tellVisitor,
    dialogues: new Dialogues(),
    inviteVisitor,
    followRoster: (workgroup, device) => roster.follow(workgroup, device),
    closeStaleOffer,
  };
  serveFeatures({ link, features, deps, log });
  let asked = 0;

  type Ask = [type: "get" | "set", payload: Element | string, way?: { from?: string; to?: string }];

  /** Sends an IQ and gives its answer, whole. */
  async function iq(...[type, payload, { from = ANNA, to = SUPPORT } = {}]: Ask): Promise<Element> {
    const id = `i${++asked}`;
    const stanza = parseXml(`<iq type='${type}' id='${id}' from='${from}' to='${to}'/>`);
    stanza.cnode(typeof payload === "string" ? parseXml(payload) : payload);
    link.receive(stanza);
    const look = (): Element => {
      const answer = link.sent.find((one) => one.name === "iq" && attr(one, "id") === id);
      if (!answer) throw new Error(`no answer to ${String(stanza)}`);
      return answer;
    };
    return vi.waitFor(look, { interval: 1 });
  }

  /** Sends a presence or message and waits until it has been handled. Gives what was sent meanwhile. */
  async function tell(stanza: string): Promise<Element[]> {
    const before = link.sent.length;
    link.receive(stanza);
    // Every lane is a chain of promises: by the next turn of the loop all of it is done.
    await new Promise((resolve) => setImmediate(resolve));
    return link.sent.slice(before);
  }

  /** A visitor joins; the request as it then is. */
  async function join(from = DANA, metadata: Metadata = { username: ["Dana"] }, desk = support): Promise<Request> {
    const [id, userId] = [deps.newId(), bareJid(from)];
    const refusal = await desk.ask({ type: "join-requested", at: deps.now(), id, visitor: from, userId, metadata });
    const request = desk.committed.requests.get(id);
    if (!request) throw new Error(`not let in: ${refusal?.code}`);
    return request;
  }

  return {
    link,
    /** Warnings and errors: a bug shows here. */
    lines,
    support,
    sales,
    contacts,
    speakFor,
    records,
    deps,
    subscribers,
    configure,
    renameAgent,
    administration,
    erasure,
    mails,
    tellVisitor,
    closeStaleOffer,
    inviteVisitor,
    iq,
    tell,
    join,

    /** The payload of an answer that must be a result. */
    async ask(...of: Ask): Promise<Element | undefined> {
      const answer = await iq(...of);
      if (attr(answer, "type") !== "result") throw new Error(`refused: ${String(answer)}`);
      return elements(answer)[0];
    },

    /** What a request is refused with. */
    async refusal(...of: Ask): Promise<{ type: string; condition: string; text: string }> {
      const answer = await iq(...of);
      if (attr(answer, "type") !== "error") throw new Error(`not refused: ${String(answer)}`);
      const { type, condition, message } = parseStanzaError(answer);
      return { type, condition, text: message };
    },

    signIn: (from = ANNA, to = SUPPORT) =>
      tell(`<presence from='${from}' to='${to}'><agent-status xmlns='${NS_WORKGROUP}'/></presence>`),

    /** A visitor and an agent in a room. */
    async talk(agent = ANNA, from = DANA, desk = support): Promise<Request> {
      const { id } = await join(from, { username: ["Dana"], question: ["Why?"], email: ["dana@x.org"] }, desk);
      const at = deps.now();
      await desk.ask({ type: "offer-answered", at, device: agent, offer: { id }, accepted: true });
      await desk.ask({ type: "room-opened", at, request: id });
      await desk.ask({ type: "occupant-joined", at, request: id, jid: from, nick: "Dana" });
      await desk.ask({ type: "occupant-joined", at, request: id, jid: agent, nick: "Anna" });
      const request = desk.committed.requests.get(id);
      if (request?.phase.name !== "in-session") throw new Error("no talk began");
      return request;
    },
  };
}
