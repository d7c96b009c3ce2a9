/**
 * The XMPP side of the gateway in a few lines: one workgroup and the rooms of its sessions, on a fake link. It plays its
 * part at once and in order; a test bends it where it needs trouble.
 */
import { buildForm, type FormAnswers } from "../../protocol/data-form.ts";
import { buildInfo, buildItems } from "../../protocol/disco.ts";
import { bareJid, resourceOf } from "../../protocol/jid.ts";
import {
  NS_DELAY,
  NS_DISCO_INFO,
  NS_DISCO_ITEMS,
  NS_FORWARD,
  NS_MAM,
  NS_MUC_USER,
  NS_OCCUPANT_ID,
  NS_PING,
  NS_RSM,
  NS_STANZA_ID,
} from "../../protocol/ns.ts";
import { buildStanzaError, notAcceptable, notFound, StanzaError } from "../../protocol/stanza-error.ts";
import { buildChatSettingList } from "../../protocol/workgroup/chat-settings.ts";
import { buildIdentity, type Identity } from "../../protocol/workgroup/identity.ts";
import { buildVisitorInvitation } from "../../protocol/workgroup/invite.ts";
import { buildQueueStatus, buildWorkgroupForm, parseJoinQueue } from "../../protocol/workgroup/join.ts";
import { buildWorkgroupInfo } from "../../protocol/workgroup/settings.ts";
import {
  buildHistory,
  buildVisit,
  buildVisits,
  type HistoryLine,
  parseVisitsRequest,
  type Visit,
} from "../../protocol/workgroup/visit.ts";
import { attr, type Child, child, childText, type Element, elements, xml } from "../../protocol/xml.ts";
import type { Request } from "../../runtime/xmpp/component-link.ts";
import { createFakeLink, type FakeLink } from "../support/fake-link.ts";

export const DOMAIN = "example.org";
export const SUPPORT = `support@workgroup.${DOMAIN}`;

export type FakeXmpp = {
  link: FakeLink;
  /** What `<visit/>` is answered with, by visit id. */
  visits: Map<string, Visit>;
  /** What `<history/>` is answered with. */
  history: HistoryLine[];
  /** The room of the talk that is asked about is still being read. */
  isClosing: boolean;
  /** Answers to joins, in order of arrival; by default an empty result. */
  joins: { from: string; answers: FormAnswers; metadata: Record<string, string[]>; identity?: string }[];
  onJoin: (from: string) => void;
  /** Whom the workgroup believes each JWT to be about; it refuses all others. */
  identities: Map<string, Identity>;
  /** Sites whose pages may embed the workgroup. */
  origins: string[];
  /** Names of payloads that reached the workgroup, in order. */
  asked: string[];
  /** Refuses every request for which it gives an error. */
  refuse: (request: Request) => StanzaError | undefined;
  room(session: string): FakeRoom;
  queueStatus(visit: string, position: number, session: string): void;
  invite(visit: string, session: string): void;
};

/** Opens the fake world with its link online. */
export function createFakeXmpp(): FakeXmpp {
  const link = createFakeLink(`webchat.${DOMAIN}`);
  const rooms = new Map<string, FakeRoom>();
  const to = (visit: string): string => `${visit}@webchat.${DOMAIN}/web`;

  const world: FakeXmpp = {
    link,
    visits: new Map(),
    history: [],
    isClosing: false,
    joins: [],
    onJoin: () => undefined,
    identities: new Map(),
    origins: [],
    asked: [],
    refuse: () => undefined,
    room(session) {
      const address = `${session}@conference.${DOMAIN}`;
      const known = rooms.get(address) ?? new FakeRoom(link, address);
      rooms.set(address, known);
      return known;
    },
    queueStatus(visit, position, session) {
      const status = buildQueueStatus({ position, waitS: position * 10, session, workgroup: SUPPORT });
      link.receive(xml("message", { from: SUPPORT, to: to(visit), id: "q1" }, status));
    },
    invite(visit, session) {
      const { address } = world.room(session);
      const invite = xml("invite", { from: SUPPORT }, xml("reason", {}, "Come"));
      link.receive(
        xml(
          "message",
          { from: address, to: to(visit) },
          ...buildVisitorInvitation({ session, workgroup: SUPPORT }),
          xml("x", { xmlns: NS_MUC_USER }, invite),
        ),
      );
    },
  };

  link.answer = (request) => {
    const refusal = world.refuse(request);
    if (refusal) throw refusal;
    const room = rooms.get(bareJid(request.to));
    return room ? room.answer(request) : answerAsWorkgroup(world, request);
  };
  const send = link.send;
  link.send = async (stanza) => {
    await send(stanza);
    rooms.get(bareJid(attr(stanza, "to") ?? ""))?.take(stanza);
  };
  return world;
}

function answerAsWorkgroup(world: FakeXmpp, { from, to, payload }: Request): Element | undefined {
  const visit = from.split("@")[0] ?? "";
  world.asked.push(payload.name);
  if (payload.is("query", NS_DISCO_ITEMS)) return buildItems([{ jid: SUPPORT, name: "Support" }]);
  if (to !== SUPPORT) throw notFound("There is no such workgroup.");
  switch (payload.name) {
    case "query":
      return buildInfo({
        identities: [{ category: "collaboration", type: "workgroup", name: "Support" }],
        features: [NS_DISCO_INFO],
        forms: [buildWorkgroupInfo({ description: "We help", status: "OPEN", waitS: 20, origins: world.origins })],
      });
    case "workgroup-form":
      return buildWorkgroupForm(
        buildForm({
          title: "Ask us",
          instructions: "",
          fields: [
            { var: "username", type: "text-single", label: "Name", required: true, options: [], values: [] },
            { var: "question", type: "text-multi", label: "Question", required: false, options: [], values: [] },
          ],
        }),
      );
    case "chat-settings":
      return buildChatSettingList([
        { key: "greeting", value: attr(payload, "xml:lang") === "de" ? "Guten Tag" : "Hello", kind: 1 },
      ]);
    case "visit":
      return buildVisit(world.visits.get(visit) ?? { phase: "idle" });
    case "visits": {
      // One a page, so that whoever asks has to go on.
      const { after } = parseVisitsRequest(payload);
      const rest = [...world.visits]
        .flatMap(([id, one]) => (one.phase === "waiting" || one.phase === "talking" ? [{ id, one }] : []))
        .filter(({ one }) => one.session > after)
        .sort((a, b) => (a.one.session < b.one.session ? -1 : 1));
      const page = rest.slice(0, 1).map(({ id, one }) => ({ jid: `${id}@webchat.${DOMAIN}/web`, visit: one }));
      return buildVisits({ visits: page, complete: rest.length <= 1 });
    }
    case "identity": {
      const identity = world.identities.get(payload.text());
      if (identity === undefined) throw notAcceptable("identity: the signature is not ours");
      return buildIdentity(identity);
    }
    case "join-queue": {
      const { answers, metadata, identity } = parseJoinQueue(payload);
      if (identity !== undefined && !world.identities.has(identity)) throw notAcceptable("identity: it has expired");
      world.joins.push({ from, answers, metadata, ...(identity !== undefined && { identity }) });
      world.onJoin(from);
      return undefined;
    }
    case "history": {
      const after = world.history.findIndex(({ id }) => id === attr(payload, "after"));
      return buildHistory(world.history.slice(after + 1), !world.isClosing);
    }
    default:
      return undefined;
  }
}

type Seat = { jid: string; nick: string; affiliation: string };

/** A room that archives, reflects and remembers who sits in it. */
export class FakeRoom {
  readonly address: string;
  readonly archive: { id: string; stanza: Element }[] = [];
  readonly seats = new Map<string, Seat>();
  /** Lines it takes without archiving or reflecting them, as if they were lost on the way. */
  deaf = false;
  /** Archives without reflecting: the reflection is lost. */
  mute = false;
  /** Its database is away: it reflects without archiving, and its archive cannot be read. */
  broken = false;
  /** It is about to be destroyed, and takes nothing any more. */
  closed = false;
  /** How many lines reached it. */
  heard: string[] = [];
  refuseJoin: StanzaError | undefined;
  readonly #link: FakeLink;

  constructor(link: FakeLink, address: string) {
    this.#link = link;
    this.address = address;
    this.seats.set("Support", { jid: `${SUPPORT}/s1`, nick: "Support", affiliation: "owner" });
  }

  /** Somebody with another client comes in. */
  enter(nick: string): void {
    const seat = { jid: `${nick.toLowerCase()}@${DOMAIN}/pc`, nick, affiliation: "member" };
    this.seats.set(nick, seat);
    this.#tellOthers(seat, "");
  }

  leave(nick: string): void {
    const seat = this.seats.get(nick);
    this.seats.delete(nick);
    if (seat) this.#tellOthers(seat, "unavailable");
  }

  /** Reflects late what it archived while `mute`. */
  reflectLate(id: string): void {
    const late = this.archive.find((one) => one.id === id);
    if (late) this.#deliver(late.stanza);
  }

  /** Somebody says something. */
  say(nick: string, text: string, ...extra: Child[]): void {
    this.#spread(nick, xml("message", { type: "groupchat", id: crypto.randomUUID() }, xml("body", {}, text), ...extra));
  }

  state(nick: string, state: string): void {
    this.#reflect(
      nick,
      xml("message", { type: "groupchat" }, xml(state, { xmlns: "http://jabber.org/protocol/chatstates" })),
    );
  }

  destroy(reason: string): void {
    for (const seat of this.#ours()) {
      const destroy = xml("destroy", {}, xml("reason", {}, reason));
      this.#link.receive(this.#presence(seat, seat.jid, "unavailable", [110], destroy));
      this.seats.delete(seat.nick);
    }
  }

  /** Puts the visitor out as Prosody does with one that does not answer; `quietly`, nobody hears of it. */
  kick(quietly = false): void {
    for (const seat of this.#ours()) {
      this.seats.delete(seat.nick);
      if (!quietly) this.#link.receive(this.#presence(seat, seat.jid, "unavailable", [110, 307, 333]));
    }
  }

  take(stanza: Element): void {
    const from = attr(stanza, "from") ?? "";
    if (stanza.name === "presence") return this.#takePresence(stanza, from);
    const seat = [...this.seats.values()].find(({ jid }) => jid === from);
    const body = childText(stanza, "body");
    if (body !== undefined) this.heard.push(body);
    if (this.deaf) return;
    if (!seat || this.closed) {
      const why = seat
        ? new StanzaError("cancel", "not-allowed", "This conversation has ended")
        : new StanzaError("modify", "not-acceptable", "You are not in this room");
      const error = buildStanzaError(why);
      this.#link.receive(
        xml("message", { type: "error", id: attr(stanza, "id"), from: this.address, to: from }, error),
      );
      return;
    }
    if (body === undefined) return this.#reflect(seat.nick, stanza);
    this.#spread(seat.nick, stanza);
  }

  answer({ from, payload }: Request): Element | undefined {
    if (payload.is("ping", NS_PING)) {
      if ([...this.seats.values()].some(({ jid }) => jid === from)) return undefined;
      throw new StanzaError("cancel", "not-acceptable");
    }
    if (!payload.is("query", NS_MAM)) return undefined;
    if (this.broken) throw new StanzaError("wait", "internal-server-error");
    const set = child(payload, "set", NS_RSM);
    const after = set && childText(set, "after", NS_RSM);
    const start = after === undefined ? 0 : this.archive.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && start === 0) throw notFound("The archive does not know that line.");
    const page = this.archive.slice(start, start + 2);
    for (const { id, stanza } of page) {
      const delay = xml("delay", { xmlns: NS_DELAY, stamp: "2026-01-05T10:00:00Z" });
      const forwarded = xml("forwarded", { xmlns: NS_FORWARD }, delay, stanza);
      const result = xml("result", { xmlns: NS_MAM, queryid: attr(payload, "queryid"), id }, forwarded);
      this.#link.receive(xml("message", { from: this.address, to: from }, result));
    }
    const last = page.at(-1)?.id;
    const complete = start + 2 >= this.archive.length;
    return xml(
      "fin",
      { xmlns: NS_MAM, complete: complete ? "true" : undefined },
      xml("set", { xmlns: NS_RSM }, last !== undefined && xml("last", {}, last)),
    );
  }

  #takePresence(stanza: Element, from: string): void {
    const nick = resourceOf(attr(stanza, "to") ?? "");
    if (attr(stanza, "type") === "unavailable") {
      const seat = this.seats.get(nick);
      this.seats.delete(nick);
      if (seat) this.#link.receive(this.#presence(seat, from, "unavailable", [110]));
      return;
    }
    const error =
      this.refuseJoin ??
      (this.seats.has(nick) && this.seats.get(nick)?.jid !== from && new StanzaError("cancel", "conflict"));
    if (error) {
      const attrs = { type: "error", id: attr(stanza, "id"), from: `${this.address}/${nick}`, to: from };
      return this.#link.receive(xml("presence", attrs, buildStanzaError(error)));
    }
    for (const seat of this.seats.values())
      if (seat.jid !== from) this.#link.receive(this.#presence(seat, from, "", []));
    const own = { jid: from, nick, affiliation: "member" };
    this.seats.set(nick, own);
    this.#link.receive(this.#presence(own, from, "", [110]));
  }

  #spread(nick: string, stanza: Element): void {
    if (this.broken) return this.#reflect(nick, stanza);
    const id = `a${this.archive.length + 1}`;
    const copy = xml(
      "message",
      { xmlns: "jabber:client", type: "groupchat", id: attr(stanza, "id"), from: `${this.address}/${nick}` },
      ...elements(stanza),
      xml("stanza-id", { xmlns: NS_STANZA_ID, by: this.address, id }),
      xml("occupant-id", { xmlns: NS_OCCUPANT_ID, id: this.#occupantId(nick) }),
    );
    this.archive.push({ id, stanza: copy });
    if (!this.mute) this.#deliver(copy);
  }

  #reflect(nick: string, stanza: Element): void {
    this.#deliver(
      xml(
        "message",
        { type: "groupchat", id: attr(stanza, "id"), from: `${this.address}/${nick}` },
        ...elements(stanza),
        xml("occupant-id", { xmlns: NS_OCCUPANT_ID, id: this.#occupantId(nick) }),
      ),
    );
  }

  #deliver(stanza: Element): void {
    for (const { jid } of this.#ours()) {
      this.#link.receive(xml("message", { ...stanza.attrs, to: jid }, ...elements(stanza)));
    }
  }

  #tellOthers(seat: Seat, type: string): void {
    for (const { jid } of this.#ours()) this.#link.receive(this.#presence(seat, jid, type, []));
  }

  #ours(): Seat[] {
    return [...this.seats.values()].filter(({ jid }) => jid.includes("@webchat."));
  }

  #occupantId(nick: string): string {
    return `o-${bareJid(this.seats.get(nick)?.jid ?? nick)}`;
  }

  #presence(seat: Seat, to: string, type: string, statuses: number[], extra?: Element): Element {
    return xml(
      "presence",
      { from: `${this.address}/${seat.nick}`, to, type: type === "" ? undefined : type },
      xml("occupant-id", { xmlns: NS_OCCUPANT_ID, id: `o-${bareJid(seat.jid)}` }),
      xml(
        "x",
        { xmlns: NS_MUC_USER },
        xml("item", { affiliation: seat.affiliation, role: "participant" }),
        ...statuses.map((code) => xml("status", { code })),
        extra,
      ),
    );
  }
}
