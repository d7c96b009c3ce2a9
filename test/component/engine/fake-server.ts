/**
 * The component on a link without a server: everybody outside plays a part at once and in order. Rooms reflect, archive
 * and forget as Prosody's do, and the database keeps transcripts and nothing else.
 */
import { vi } from "vitest";
import { createApp } from "../../../component/app.ts";
import { bareJid, resourceOf } from "../../../protocol/jid.ts";
import {
  NS_MAM,
  NS_MUC_ADMIN,
  NS_MUC_OWNER,
  NS_MUC_USER,
  NS_OCCUPANT_ID,
  NS_ROOMS,
  NS_STANZA_ID,
  NS_STANZAS,
} from "../../../protocol/ns.ts";
import { buildJoinQueue } from "../../../protocol/workgroup/join.ts";
import { buildOfferAnswer } from "../../../protocol/workgroup/offer.ts";
import { buildConfiguration } from "../../../protocol/workgroup/settings.ts";
import { attr, child, childText, type Element, elements, xml } from "../../../protocol/xml.ts";
import { silentLog } from "../../../runtime/log.ts";
import { LinkDown, type Request } from "../../../runtime/xmpp/component-link.ts";
import { createFakeLink } from "../../support/fake-link.ts";
import { parseXml } from "../../support/xml.ts";
import { fakeDatabase } from "./fake-database.ts";

const SERVICE = "workgroup.example.org";
export const SUPPORT = `support@${SERVICE}`;
export const ANNA = "anna@example.org/ui";
export const DANA = "dana@webchat.example.org/web";

type Row = {
  session: string;
  stanzaId: string;
  kind: string;
  speaker: string;
  nick: string;
  key: string;
  body: string;
};

/** Keeps transcript rows, and tells the last one of a session. */
function keepTranscripts(db: ReturnType<typeof fakeDatabase>): Row[] {
  const rows: Row[] = [];
  const { query } = db;
  const column = (values: unknown[] | undefined, n: number): string[] => {
    const found = values?.[n];
    return Array.isArray(found) ? found.map(String) : [];
  };
  Object.assign(db, {
    async query(text: string, values?: unknown[]) {
      const result = await query(text);
      if (text.includes("INSERT INTO transcript_lines")) {
        const of = [0, 1, 2, 3, 4, 7, 8].map((n) => column(values, n));
        for (let n = 0; n < (of[0]?.length ?? 0); n += 1) {
          const [session = "", stanzaId = "", kind = "", speaker = "", nick = "", key = "", body = ""] = of.map(
            (one) => one[n] ?? "",
          );
          if (!rows.some((one) => one.session === session && one.stanzaId === stanzaId))
            rows.push({ session, stanzaId, kind, speaker, nick, key, body });
        }
      }
      if (text.includes("last.stanza_id")) {
        const [session] = column(values, 0);
        const last = rows.findLast((one) => one.session === session && (one.kind === "line" || one.kind === "service"));
        return { ...result, rows: last ? [{ session_id: session, stanza_id: last.stanzaId }] : [] };
      }
      return result;
    },
  });
  return rows;
}

/** The room is to take no line any more. */
export const isClosing = ({ payload }: Request): boolean =>
  payload.is("query", NS_MUC_OWNER) && String(payload).includes(`{${NS_ROOMS}}closed`);

/** A room of which only our own seat is played; others come in by hand. */
type Room = {
  address: string;
  seat: string | null;
  configured: number;
  /** Takes no line any more. */
  closed: boolean;
  subject: string;
  lines: string[];
  /** What its archive has that our seat did not hear. */
  missed: { id: string; nick: string; text: string }[];
};

/** `support` is configured with Anna, or with what `of` says of it in the administrator's words; `others` are as written. */
export async function startService(of: Record<string, unknown> = {}, others: Record<string, unknown> = {}) {
  const link = createFakeLink(SERVICE);
  const db = fakeDatabase();
  const rows = keepTranscripts(db);
  const rooms = new Map<string, Room>();
  /** What the server never answers: the link goes down first. */
  const hanging: ((error: Error) => void)[] = [];
  let hangs = (_: Request): boolean => false;
  let refusals = 0;

  const enterRoom = (stanza: Element): void => {
    const [from = "", to = ""] = [attr(stanza, "from"), attr(stanza, "to")];
    const address = bareJid(to);
    if (refusals > 0) {
      refusals -= 1;
      const error = xml("error", { type: "cancel" }, xml("internal-server-error", { xmlns: NS_STANZAS }));
      link.receive(xml("presence", { from: to, to: from, type: "error" }, error));
      return;
    }
    const known = rooms.get(address);
    const room = known ?? { address, seat: null, configured: 0, closed: false, subject: "", lines: [], missed: [] };
    room.seat = from;
    rooms.set(address, room);
    const item = xml("item", { affiliation: "owner", role: "moderator", jid: from });
    const statuses = (known ? [110] : [110, 201]).map((code) => xml("status", { code }));
    const x = xml("x", { xmlns: NS_MUC_USER }, item, ...statuses);
    link.receive(xml("presence", { from: to, to: from }, xml("occupant-id", { xmlns: NS_OCCUPANT_ID, id: "bot" }), x));
  };

  const reflect = (room: Room, nick: string, stanza: Element): void => {
    room.lines.push(childText(stanza, "body") ?? "");
    const id = `${room.address}-${room.lines.length}`;
    const attrs = { type: "groupchat", id: attr(stanza, "id"), from: `${room.address}/${nick}`, to: room.seat ?? "" };
    const stanzaId = xml("stanza-id", { xmlns: NS_STANZA_ID, by: room.address, id });
    link.receive(xml("message", attrs, ...elements(stanza), stanzaId));
  };

  const { send } = link;
  link.send = async (stanza) => {
    await send(stanza);
    const to = attr(stanza, "to") ?? "";
    if (!bareJid(to).endsWith("@conference.example.org")) return;
    if (stanza.name === "presence") enterRoom(stanza);
    const room = rooms.get(bareJid(to));
    if (room && stanza.name === "message" && attr(stanza, "type") === "groupchat") {
      const subject = childText(stanza, "subject");
      if (subject === undefined) reflect(room, "Support", stanza);
      else room.subject = subject;
    }
  };
  link.answer = (request) => {
    if (hangs(request)) return new Promise((_, reject) => hanging.push(reject));
    const { payload, to } = request;
    const room = rooms.get(to);
    if (payload.is("query", NS_MUC_OWNER) && room) {
      if (child(payload, "destroy", NS_MUC_OWNER)) rooms.delete(to);
      else if (isClosing(request)) room.closed = true;
      else room.configured += 1;
      return undefined;
    }
    if (payload.is("query", NS_MUC_ADMIN) || payload.name === "offer" || payload.name === "offer-revoke")
      return undefined;
    if (payload.name === "ping") return undefined;
    for (const line of payload.is("query", NS_MAM) ? (room?.missed.splice(0) ?? []) : []) {
      link.receive(
        parseXml(`<message from='${to}' to='${request.from}'>
          <result xmlns='${NS_MAM}' queryid='${attr(payload, "queryid")}' id='${line.id}'><forwarded xmlns='urn:xmpp:forward:0'>
            <delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>
            <message xmlns='jabber:client' type='groupchat' from='${to}/${line.nick}'><body>${line.text}</body></message>
          </forwarded></result></message>`),
      );
    }
    const set = xml("set", { xmlns: "http://jabber.org/protocol/rsm" });
    return xml("fin", { xmlns: "urn:xmpp:mam:2", complete: "true" }, set);
  };

  const app = createApp({ db, link, log: silentLog, domain: "example.org" });
  await app.start();
  let asked = 0;
  const iq = async (from: string, to: string, type: "get" | "set", payload: Element): Promise<Element> => {
    const id = `i${++asked}`;
    link.receive(xml("iq", { id, type, from, to }, payload));
    return vi.waitFor(() => {
      const answer = link.sent.find((one) => one.name === "iq" && attr(one, "id") === id);
      if (!answer) throw new Error(`${payload.name} is not answered`);
      return answer;
    });
  };
  const agents = { "anna@example.org": { name: "Anna" } };
  const workgroups = { support: { name: "Support", agents, ...of }, ...others };
  const json = JSON.stringify({ domain: "example.org", admins: [], workgroups });
  await iq(SERVICE, SERVICE, "set", buildConfiguration(json));

  return {
    app,
    link,
    rows,
    rooms,
    iq,

    signIn: (device = ANNA) =>
      link.receive(
        parseXml(
          `<presence from='${device}' to='${SUPPORT}'><agent-status xmlns='http://jabber.org/protocol/workgroup'/></presence>`,
        ),
      ),

    signOut: (device = ANNA) =>
      link.receive(parseXml(`<presence type='unavailable' from='${device}' to='${SUPPORT}'/>`)),

    join: (from = DANA, answers = { username: ["Dana"], email: ["dana@example.net"], question: ["Why?"] }) =>
      iq(from, SUPPORT, "set", buildJoinQueue({ metadata: {}, answers })),

    /** Waits for the next offer and gives the request's id. */
    offered: (before = 0): Promise<string> =>
      vi.waitFor(() => {
        const offer = link.requests.slice(before).find(({ payload }) => payload.name === "offer");
        if (!offer) throw new Error("no offer");
        return attr(offer.payload, "id") ?? "";
      }),

    answer: (id: string, accepted: boolean, from = ANNA) => iq(from, SUPPORT, "set", buildOfferAnswer(id, accepted)),

    /** The room of a session, once it is made. */
    room: (session: string): Promise<Room> =>
      vi.waitFor(() => {
        const room = rooms.get(`${session}@conference.example.org`);
        if (!room) throw new Error("no room");
        return room;
      }),

    /** Somebody comes into the room, as its owner sees it. */
    enter(room: Room, jid: string, nick = resourceOf(jid)): void {
      const x = xml("x", { xmlns: NS_MUC_USER }, xml("item", { affiliation: "member", role: "participant", jid }));
      const occupant = xml("occupant-id", { xmlns: NS_OCCUPANT_ID, id: bareJid(jid) });
      link.receive(xml("presence", { from: `${room.address}/${nick}`, to: room.seat ?? "" }, occupant, x));
    },

    /** Somebody's client does not answer any more, and is put out. */
    leave(room: Room, jid: string, nick = resourceOf(jid)): void {
      const item = xml("item", { affiliation: "member", role: "none", jid });
      const own = jid === room.seat ? [110] : [];
      const statuses = [...own, 307, 333].map((code) => xml("status", { code }));
      const x = xml("x", { xmlns: NS_MUC_USER }, item, ...statuses);
      link.receive(xml("presence", { type: "unavailable", from: `${room.address}/${nick}`, to: room.seat ?? "" }, x));
    },

    /** Bare addresses of those invited so far, in order. */
    invited: (): string[] =>
      link.sent.flatMap((one) => {
        const invite = child(one, "x", NS_MUC_USER)?.getChild("invite");
        return one.name === "message" && invite ? [bareJid(attr(invite, "to") ?? "")] : [];
      }),

    /** Somebody says a line in the room, which archives it. False: it is refused. */
    say(room: Room, nick: string, id: string, text: string): boolean {
      if (room.closed) return false;
      const stanzaId = xml("stanza-id", { xmlns: NS_STANZA_ID, by: room.address, id });
      const attrs = { type: "groupchat", from: `${room.address}/${nick}`, to: room.seat ?? "" };
      link.receive(xml("message", attrs, xml("body", {}, text), stanzaId));
      return true;
    },

    /** The room server cannot let anybody in for so many times, as while its database is away. */
    refuseSeats(count: number): void {
      refusals = count;
    },

    /** From now on the server does not answer these requests. */
    hang(which: (request: Request) => boolean): void {
      hangs = which;
    },

    /** The link is down for a while. */
    async interrupt(): Promise<void> {
      link.setOnline(false);
      for (const reject of hanging.splice(0)) reject(new LinkDown());
      await new Promise((resolve) => setImmediate(resolve));
      hangs = () => false;
      link.setOnline(true);
    },
  };
}
