/** The link and the seats on a real Prosody: what its rooms say, and what is left when it was killed. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  buildDestroy,
  buildInvitation,
  buildKick,
  buildRoomClosing,
  buildRoomConfig,
  parseInvitation,
} from "../../../protocol/muc.ts";
import type { Element } from "../../../protocol/xml.ts";
import { xml } from "../../../protocol/xml.ts";
import { silentLog } from "../../../runtime/log.ts";
import { type ComponentLink, createComponentLink } from "../../../runtime/xmpp/component-link.ts";
import { createRoomSeats, type RoomSeat, type RoomSeats, type SeatEvent } from "../../../runtime/xmpp/room-seat.ts";
import { startProsody, type TestProsody } from "../../support/prosody.ts";

type Side = { link: ComponentLink; seats: RoomSeats; others: Element[] };

const WORKGROUP = "support@workgroup.localhost";
const VISITOR = "v1@webchat.localhost/web";
let prosody: TestProsody;
let workgroup: Side;
let gateway: Side;
let rooms = 0;
const links: ComponentLink[] = [];

beforeAll(async () => {
  prosody = await startProsody();
});
afterAll(async () => {
  await prosody?.stop();
});
afterEach(async () => {
  for (const link of links.splice(0)) await link.stop();
});

function side(domain: string): Side {
  const tuning = { retryFirstMs: 20, retryMostMs: 50, pingEveryMs: 100 };
  const link = createComponentLink({
    service: prosody.service,
    domain,
    secret: prosody.secret,
    log: silentLog,
    tuning,
  });
  links.push(link);
  const seats = createRoomSeats(link, { timeoutMs: 5_000 });
  const others: Element[] = [];
  link.onStanza((stanza) => {
    if (!seats.take(stanza)) others.push(stanza);
  });
  link.start();
  return { link, seats, others };
}

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 10_000, interval: 10 });

async function bothOnline(): Promise<void> {
  workgroup = side("workgroup.localhost");
  gateway = side("webchat.localhost");
  await until(() => expect([workgroup.link.online, gateway.link.online]).toEqual([true, true]));
}

type Talk = { room: string; bot: RoomSeat; visitor: RoomSeat; botEvents: SeatEvent[]; visitorEvents: SeatEvent[] };

const takeSeat = async (on: Side, room: string, jid: string, nick: string) => {
  const events: SeatEvent[] = [];
  const seat = await on.seats.join({ room, jid, nick, onEvent: (event) => void events.push(event) });
  return { seat, events };
};

/** A room as a session has it, with the workgroup and a visitor in it. */
async function talk(): Promise<Talk> {
  if (!workgroup?.link.online || !gateway?.link.online) await bothOnline();
  const room = `room${rooms++}@conference.localhost`;
  const jid = `${WORKGROUP}/${rooms}`;
  const bot = await takeSeat(workgroup, room, jid, "Support");
  await workgroup.link.request({ from: jid, to: room, type: "set", payload: buildRoomConfig({ name: "Dana" }) });
  const extra = [xml("session", { xmlns: "urn:test", id: "s1" })];
  await workgroup.link.send(buildInvitation({ from: WORKGROUP, room, to: VISITOR, reason: "s1", extra }));
  await until(() => expect(gateway.others.some((el) => parseInvitation(el)?.room === room)).toBe(true));
  const visitor = await takeSeat(gateway, room, VISITOR, "Dana");
  await until(() => expect([...bot.seat.occupants.keys()]).toEqual(["Dana"]));
  return { room, bot: bot.seat, visitor: visitor.seat, botEvents: bot.events, visitorEvents: visitor.events };
}

const lines = (events: SeatEvent[]) => events.flatMap((event) => (event.type === "line" ? [event.line] : []));
const archived = async (seat: RoomSeat, after?: string) => {
  const all = [];
  for await (const { entry } of seat.catchUp(after)) if (entry.kind === "line") all.push(entry);
  return all;
};

describe("a room", () => {
  it("is for members only, until they are invited", async () => {
    const { room } = await talk();
    const stranger = takeSeat(gateway, room, "v2@webchat.localhost/web", "Eve");
    await expect(stranger).rejects.toMatchObject({ condition: "registration-required" });
  });

  it("hands on the invitation as from the bare workgroup, with what travels in it", async () => {
    const { room } = await talk();
    const invitation = gateway.others.find((el) => parseInvitation(el)?.room === room);
    expect(invitation && parseInvitation(invitation)).toEqual({ room, inviter: WORKGROUP, reason: "s1" });
    expect(invitation?.getChild("session", "urn:test")?.attrs.id).toBe("s1");
  });

  it("shows real addresses to its owner only", async () => {
    const { bot, visitor } = await talk();
    expect(bot.occupants.get("Dana")).toMatchObject({ jid: VISITOR, affiliation: "member" });
    expect(visitor.occupants.get("Support")).toMatchObject({
      jid: null,
      affiliation: "owner",
      occupantId: expect.any(String),
    });
  });

  it("gives a second of the same name another one", async () => {
    const { room } = await talk();
    await workgroup.link.send(buildInvitation({ from: WORKGROUP, room, to: "v3@webchat.localhost", reason: "" }));
    await until(() => expect(gateway.others.some((el) => el.attrs.to === "v3@webchat.localhost")).toBe(true));
    const { seat } = await takeSeat(gateway, room, "v3@webchat.localhost/web", "Dana");
    expect(seat.nick).toBe("Dana 2");
  });

  it("reflects a line to both, with one id and one place in its archive", async () => {
    const { bot, visitor, botEvents, visitorEvents } = await talk();
    const text = "Grüße 你好 👩🏽‍🚀 <&>";
    await visitor.say({ id: "key-00000001", text });
    await until(() => expect(lines(visitorEvents)).toHaveLength(1));
    await until(() => expect(lines(botEvents)).toHaveLength(1));
    const [line] = lines(visitorEvents);
    expect(line).toMatchObject({ nick: "Dana", id: "key-00000001", text, stanzaId: expect.any(String), at: null });
    expect(lines(botEvents)).toEqual([line]);
    expect(await archived(bot)).toEqual([{ ...line, at: expect.any(Number) }]);
  });

  it("passes chat states on and does not archive them", async () => {
    const { bot, visitor, botEvents } = await talk();
    await visitor.sendState("composing");
    await until(() =>
      expect(botEvents).toContainEqual(expect.objectContaining({ type: "state", nick: "Dana", state: "composing" })),
    );
    expect(await archived(bot)).toEqual([]);
  });

  it("gives its archive page by page, all of it or what came after a line", async () => {
    const { bot, visitor, botEvents } = await talk();
    const ids = Array.from({ length: 120 }, (_, number) => `key-${number}`);
    for (const id of ids) await visitor.say({ id, text: `line ${id}` });
    await until(() => expect(lines(botEvents)).toHaveLength(120));
    const all = await archived(bot);
    expect(all.map(({ id }) => id)).toEqual(ids);
    expect(all.map(({ stanzaId }) => stanzaId)).toEqual(lines(botEvents).map(({ stanzaId }) => stanzaId));
    const rest = await archived(visitor, all[57]?.stanzaId);
    expect(rest.map(({ id }) => id)).toEqual(ids.slice(58));
    expect(await archived(visitor, all.at(-1)?.stanzaId)).toEqual([]);
    await expect(archived(visitor, "no-such-line")).rejects.toMatchObject({ condition: "item-not-found" });
  });

  it("knows who is seated, also when it is gone", async () => {
    const { room, bot, visitor, visitorEvents } = await talk();
    expect(await visitor.check()).toBe("joined");
    await workgroup.link.request({ from: bot.jid, to: room, type: "set", payload: buildDestroy({ reason: "over" }) });
    await until(() => expect(visitorEvents.at(-1)).toEqual({ type: "unseated", how: "destroyed", reason: "over" }));
    expect(await visitor.check()).toBe("not-joined");
  });

  it("tells who was put out, and lets them come back", async () => {
    const { room, bot, visitor, botEvents, visitorEvents } = await talk();
    await workgroup.link.request({
      from: bot.jid,
      to: room,
      type: "set",
      payload: buildKick({ nick: "Dana", reason: "pause" }),
    });
    await until(() => expect(visitorEvents.at(-1)).toEqual({ type: "unseated", how: "kicked", reason: "pause" }));
    await until(() => expect(botEvents.at(-1)).toMatchObject({ type: "left", how: "kicked" }));
    expect(await visitor.check()).toBe("not-joined");
    await takeSeat(gateway, room, VISITOR, "Dana");
    await until(() => expect(botEvents.at(-1)).toMatchObject({ type: "joined" }));
  });

  it("tells who left, and nothing to who left", async () => {
    const { visitor, botEvents, visitorEvents } = await talk();
    const before = visitorEvents.length;
    await visitor.leave("Bye");
    await until(() => expect(botEvents.at(-1)).toMatchObject({ type: "left", how: "left" }));
    expect(visitorEvents.slice(before)).toEqual([]);
  });

  it("lets one who is seated join again, and tells the whole anew", async () => {
    const { room, botEvents } = await talk();
    const { seat } = await takeSeat(gateway, room, VISITOR, "Dana");
    expect(seat.nick).toBe("Dana");
    expect([...seat.occupants.keys()]).toEqual(["Support"]);
    expect(botEvents.filter(({ type }) => type === "left" || type === "joined")).toHaveLength(1);
  });
});

describe("a room that is closed", () => {
  const close = ({ room, bot }: Talk) =>
    workgroup.link.request({ from: bot.jid, to: room, type: "set", payload: buildRoomClosing() });
  const refusals = (events: readonly SeatEvent[]) =>
    events.flatMap((event) =>
      event.type === "refused" ? [[event.id, event.error.condition, event.error.message]] : [],
    );

  it("takes no line from anybody, and its archive has every one that was shown", async () => {
    const one = await talk();
    const { bot, visitor, botEvents, visitorEvents } = one;
    await visitor.say({ id: "key-before", text: "before" });
    await until(() => expect(lines(visitorEvents)).toHaveLength(1));
    await close(one);
    await visitor.say({ id: "key-after", text: "after" });
    await bot.say({ id: "key-own", text: "after" });
    const why = ["not-allowed", "This conversation has ended"];
    await until(() => expect(refusals(visitorEvents)).toEqual([["key-after", ...why]]));
    await until(() => expect(refusals(botEvents)).toEqual([["key-own", ...why]]));
    expect(lines(visitorEvents).map(({ id }) => id)).toEqual(["key-before"]);
    expect((await archived(bot)).map(({ id }) => id)).toEqual(["key-before"]);
  });

  it("stays closed when Prosody was killed, and when it is configured again", async () => {
    const one = await talk();
    const { room, bot } = one;
    await close(one);
    await prosody.kill();
    await until(() => expect([workgroup.link.online, gateway.link.online]).toEqual([false, false]));
    await prosody.restart();
    await until(() => expect([workgroup.link.online, gateway.link.online]).toEqual([true, true]));
    await takeSeat(workgroup, room, bot.jid, "Support");
    await workgroup.link.request({ from: bot.jid, to: room, type: "set", payload: buildRoomConfig({ name: "Dana" }) });
    const { seat, events } = await takeSeat(gateway, room, VISITOR, "Dana");
    await seat.say({ id: "key-late", text: "late" });
    await until(() => expect(refusals(events)).toMatchObject([["key-late", "not-allowed", expect.any(String)]]));
  });
});

describe("a component that is away", () => {
  it("loses its seat at the next line, as not answering", async () => {
    const { bot, botEvents, visitor } = await talk();
    await gateway.link.stop();
    await bot.say({ id: "key-away", text: "are you there?" });
    await until(() => expect(botEvents).toContainEqual(expect.objectContaining({ type: "left", how: "unanswered" })));
    gateway.link.start();
    await until(() => expect(gateway.link.online).toBe(true));
    expect(await visitor.check()).toBe("not-joined");
    const { seat } = await takeSeat(gateway, bot.room, VISITOR, "Dana");
    expect((await archived(seat)).map(({ id }) => id)).toEqual(["key-away"]);
  });
});

describe("a Prosody that was killed", () => {
  it("is linked again by itself; its configured rooms and their archives are there, the seats are not", async () => {
    const { room, bot, visitor } = await talk();
    await visitor.say({ id: "key-before", text: "before" });
    await until(async () => expect(await archived(bot)).toHaveLength(1));
    await prosody.kill();
    await until(() => expect([workgroup.link.online, gateway.link.online]).toEqual([false, false]));
    await prosody.restart();
    await until(() => expect([workgroup.link.online, gateway.link.online]).toEqual([true, true]));
    expect(await visitor.check()).toBe("not-joined");
    const again = await takeSeat(workgroup, room, bot.jid, "Support");
    expect(again.seat.occupants.size).toBe(0);
    expect((await archived(again.seat)).map(({ id }) => id)).toEqual(["key-before"]);
    await takeSeat(gateway, room, VISITOR, "Dana");
  });
});

describe("a second process with the same domain", () => {
  it("that takes the domain over stops the first, for good", async () => {
    if (!workgroup?.link.online) await bothOnline();
    const fatal = vi.fn();
    workgroup.link.onFatal(fatal);
    const second = side("workgroup.localhost");
    await until(() => expect(fatal).toHaveBeenCalledOnce());
    expect([workgroup.link.online, second.link.online]).toEqual([false, true]);
  });
});
