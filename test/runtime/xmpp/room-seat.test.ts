import { describe, expect, it, vi } from "vitest";
import { NS_MAM, NS_PING, NS_RSM } from "../../../protocol/ns.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { type Element, xml } from "../../../protocol/xml.ts";
import { LinkDown } from "../../../runtime/xmpp/component-link.ts";
import { createRoomSeats, type RoomSeat, type SeatEvent } from "../../../runtime/xmpp/room-seat.ts";
import { createFakeLink } from "../../support/fake-link.ts";

const ROOM = "r1@conference.example.org";
const JID = "v1@webchat.example.org/web";
const USER = "http://jabber.org/protocol/muc#user";

const item = (attrs = "") => `<item affiliation='member' role='participant' ${attrs}/>`;
const present = (nick: string, inner = item(), attrs = "") =>
  `<presence from='${ROOM}/${nick}' to='${JID}' ${attrs}><x xmlns='${USER}'>${inner}</x></presence>`;
const gone = (nick: string, inner = item()) => present(nick, inner, "type='unavailable'");
const own = (nick: string, more = "") => present(nick, `${item()}<status code='110'/>${more}`);
const said = (nick: string, body: string, more = "") =>
  `<message type='groupchat' from='${ROOM}/${nick}' to='${JID}' id='k'><body>${body}</body>${more}</message>`;
const conflict = (nick: string) =>
  `<presence type='error' from='${ROOM}/${nick}' to='${JID}'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`;

function room(timeoutMs = 2_000) {
  const link = createFakeLink("webchat.example.org");
  const seats = createRoomSeats(link, { timeoutMs });
  const others: Element[] = [];
  link.onStanza((stanza) => {
    if (!seats.take(stanza)) others.push(stanza);
  });
  const events: SeatEvent[] = [];
  const join = (nick = "Dana") =>
    seats.join({ room: ROOM, jid: JID, nick, onEvent: (event) => void events.push(event) });
  const sentTo = () => link.sent.map((el) => String(el.attrs.to));
  return { link, seats, others, events, join, sentTo };
}

async function seated(...there: string[]) {
  const all = room();
  const joining = all.join();
  for (const presence of there) all.link.receive(presence);
  all.link.receive(own("Dana"));
  const seat = await joining;
  return { ...all, seat };
}

describe("taking a seat", () => {
  it("asks for no history and resolves with the name and who is there", async () => {
    const { link, seat, events } = await seated(
      present("Support", "<item affiliation='owner' role='moderator'/>"),
      present("Anna", item("jid='anna@example.org/x'")),
    );
    expect(link.sent[0]?.toString()).toMatch(/<history maxstanzas="0"\/>/);
    expect(seat.nick).toBe("Dana");
    expect([...seat.occupants.keys()]).toEqual(["Support", "Anna"]);
    expect(seat.occupants.get("Anna")).toEqual({
      nick: "Anna",
      jid: "anna@example.org/x",
      jids: ["anna@example.org/x"],
      occupantId: null,
      affiliation: "member",
      role: "participant",
    });
    expect(events).toEqual([]);
  });

  it("tries further names when one is taken", async () => {
    const { link, join, sentTo } = room();
    const joining = join();
    link.receive(conflict("Dana"));
    await vi.waitFor(() => expect(sentTo()).toContain(`${ROOM}/Dana 2`));
    link.receive(conflict("Dana 2"));
    await vi.waitFor(() => expect(sentTo()).toContain(`${ROOM}/Dana 3`));
    link.receive(own("Dana 3"));
    expect((await joining).nick).toBe("Dana 3");
  });

  it("takes the name that the room gives instead", async () => {
    const { link, join } = room();
    const joining = join();
    link.receive(own("dana", "<status code='210'/>"));
    expect((await joining).nick).toBe("dana");
  });

  it("rejects with the room's own error", async () => {
    const { link, join } = room();
    const joining = join();
    link.receive(conflict("Dana").replace("<conflict", "<registration-required"));
    await expect(joining).rejects.toMatchObject({ condition: "registration-required" });
  });

  it("rejects when the room does not answer, and when the link breaks", async () => {
    await expect(room(20).join()).rejects.toMatchObject({ condition: "remote-server-timeout" });
    const { link, join } = room();
    const joining = join();
    link.setOnline(false);
    await expect(joining).rejects.toBeInstanceOf(LinkDown);
    await expect(join()).rejects.toBeInstanceOf(LinkDown);
  });

  it("anew replaces the seat, and the old one hears nothing more", async () => {
    const { link, seat, seats, events } = await seated();
    const fresh: SeatEvent[] = [];
    const again = seats.join({ room: ROOM, jid: JID, nick: "Dana", onEvent: (event) => void fresh.push(event) });
    link.receive(own("Dana"));
    await again;
    link.receive(said("Anna", "hi"));
    expect(fresh).toHaveLength(1);
    expect(events).toEqual([]);
    link.answer = () => xml("fin", { xmlns: NS_MAM, complete: "true" });
    await expect(seat.catchUp().next()).rejects.toBeInstanceOf(LinkDown);
  });
});

describe("what a seat tells", () => {
  it("is who comes, changes and goes, and how", async () => {
    const { link, events } = await seated(present("Ben"));
    link.receive(present("Anna", item("jid='a@e/1'")));
    link.receive(present("Anna", item("jid='a@e/1'")));
    link.receive(present("Anna", item("jid='a@e/1'") + item("jid='a@e/2'")));
    link.receive(gone("Anna", `${item("nick='Anna M.'")}<status code='303'/>`));
    link.receive(present("Anna M.", item("jid='a@e/1'") + item("jid='a@e/2'")));
    link.receive(gone("Anna M.", `${item()}<status code='333'/><status code='307'/>`));
    link.receive(gone("Ben"));
    link.receive(gone("Nobody"));
    const short = events.map((event) => {
      if (event.type === "changed")
        return `changed ${event.before.nick} > ${event.occupant.nick} ${event.occupant.jids.length}`;
      if (event.type === "left") return `left ${event.occupant.nick} ${event.how}`;
      return event.type === "joined" ? `joined ${event.occupant.nick}` : event.type;
    });
    expect(short).toEqual([
      "joined Anna",
      "changed Anna > Anna 2",
      "changed Anna > Anna M. 2",
      "left Anna M. unanswered",
      "left Ben left",
    ]);
  });

  it("is lines with the room's id, states and subjects", async () => {
    const { link, events } = await seated();
    link.receive(
      said(
        "Anna",
        "hi",
        `<stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='s1'/><active xmlns='http://jabber.org/protocol/chatstates'/>`,
      ),
    );
    link.receive(
      `<message type='groupchat' from='${ROOM}/Anna' to='${JID}'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
    );
    link.receive(`<message type='groupchat' from='${ROOM}/Anna' to='${JID}'><subject>Shoes</subject></message>`);
    expect(events).toEqual([
      {
        type: "line",
        line: expect.objectContaining({ nick: "Anna", text: "hi", stanzaId: "s1" }),
        stanza: expect.anything(),
      },
      { type: "state", nick: "Anna", occupantId: null, state: "composing" },
      { type: "subject", nick: "Anna", text: "Shoes" },
    ]);
  });

  it("is what the room sends back", async () => {
    const { link, events } = await seated();
    link.receive(
      `<message type='error' from='${ROOM}' to='${JID}' id='k9'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    expect(events).toEqual([
      { type: "refused", id: "k9", error: expect.objectContaining({ condition: "not-acceptable" }) },
    ]);
  });

  it.each([
    ["destroyed", "<item affiliation='none' role='none'/><destroy><reason>over</reason></destroy>", "over"],
    ["unanswered", "<item><reason>timeout</reason></item><status code='307'/><status code='333'/>", "timeout"],
    ["kicked", "<item/><status code='307'/>", ""],
    ["banned", "<item/><status code='301'/><status code='307'/>", ""],
    ["removed", "<item/><status code='321'/>", ""],
    ["shutdown", "<item/><status code='332'/>", ""],
    ["left", "<item/>", ""],
  ])("is that it is over: %s", async (how, inner, reason) => {
    const { link, events, others } = await seated();
    link.receive(gone("Dana", `${inner}<status code='110'/>`));
    expect(events).toEqual([{ type: "unseated", how, reason }]);
    link.receive(said("Anna", "nobody listens"));
    expect(events).toHaveLength(1);
    expect(others).toHaveLength(1);
  });

  it("comes from its room only, and to its own address", async () => {
    const { link, events, others, seat } = await seated();
    link.receive(said("Anna", "forged").replaceAll(ROOM, "r2@conference.example.org"));
    link.receive(said("Anna", "forged").replace(JID, "v2@webchat.example.org/web"));
    link.receive(said("Anna", "forged").replace(`${ROOM}/Anna`, "mallory@example.org/r1"));
    link.receive(said("Anna", "private").replace("groupchat", "chat"));
    link.receive(present("Eve").replaceAll(ROOM, "r2@conference.example.org"));
    expect(events).toEqual([]);
    expect(seat.occupants.size).toBe(0);
    expect(others).toHaveLength(5);
  });

  it("leaves an invitation to whoever reads invitations", async () => {
    const { link, others } = await seated();
    link.receive(`<message from='${ROOM}' to='${JID}'><x xmlns='${USER}'><invite from='s@w'/></x></message>`);
    expect(others).toHaveLength(1);
  });
});

describe("leaving", () => {
  it("resolves when the room says so, without an event", async () => {
    const { link, seat, events, others } = await seated();
    const left = seat.leave("Bye");
    expect(link.sent.at(-1)?.toString()).toContain('type="unavailable"');
    link.receive(said("Anna", "just before"));
    link.receive(gone("Dana", `${item()}<status code='110'/>`));
    await left;
    expect(events).toEqual([]);
    expect(others).toEqual([]);
  });

  it("resolves without link and without answer too", async () => {
    const { link, seat } = await seated();
    link.setOnline(false);
    await seat.leave();
    await seat.leave();
  });
});

describe("asking whether the seat is still ours", () => {
  const answered = async (condition: string | null): Promise<{ result: Promise<string>; seat: RoomSeat }> => {
    const { link, seat } = await seated();
    link.answer = ({ to, payload }) => {
      if (to !== `${ROOM}/Dana` || !payload.is("ping", NS_PING)) throw new Error("not a self-ping");
      if (condition === null) return undefined;
      throw new StanzaError("cancel", condition);
    };
    return { result: seat.check(), seat };
  };
  it.each([
    [null, "joined"],
    ["service-unavailable", "joined"],
    ["feature-not-implemented", "joined"],
    // A room that is gone answers this, on Prosody.
    ["item-not-found", "not-joined"],
    ["not-acceptable", "not-joined"],
    ["remote-server-timeout", "unknown"],
  ])("with the answer %s is %s", async (condition, result) => {
    expect(await (await answered(condition)).result).toBe(result);
  });

  it("rejects without a link", async () => {
    const { link, seat } = await seated();
    link.setOnline(false);
    await expect(seat.check()).rejects.toBeInstanceOf(LinkDown);
  });
});

describe("catching up", () => {
  const result = (queryId: string, id: string, from = ROOM, inner = `<body>${id}</body>`) =>
    `<message from='${from}' to='${JID}'><result xmlns='${NS_MAM}' queryid='${queryId}' id='${id}'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-05T10:00:00Z'/><message xmlns='jabber:client' type='groupchat' from='${ROOM}/Anna' id='k-${id}'>${inner}</message></forwarded></result></message>`;
  const fin = (last: string | undefined, complete: boolean) =>
    xml(
      "fin",
      { xmlns: NS_MAM, complete: complete ? "true" : undefined },
      xml("set", { xmlns: NS_RSM }, last !== undefined && xml("last", {}, last)),
    );
  const read = async (seat: RoomSeat, after?: string) => {
    const ids: string[] = [];
    for await (const { entry } of seat.catchUp(after)) ids.push(entry.stanzaId);
    return ids;
  };

  it("reads page after page, in order, and only what the room answers to this question", async () => {
    const { link, seat, events } = await seated();
    const asked: (string | undefined)[] = [];
    link.answer = ({ to, type, payload }) => {
      expect([to, type]).toEqual([ROOM, "set"]);
      const queryId = String(payload.attrs.queryid);
      const after = payload.getChild("set", NS_RSM)?.getChildText("after") ?? undefined;
      asked.push(after);
      if (after === "s0") {
        link.receive(result(queryId, "s1"));
        link.receive(result(queryId, "forged", `${ROOM}/Mallory`));
        link.receive(result("other", "forged"));
        link.receive(result(queryId, "state", ROOM, "<composing xmlns='http://jabber.org/protocol/chatstates'/>"));
        link.receive(result(queryId, "s2"));
        return fin("s2", false);
      }
      link.receive(result(queryId, "s3"));
      return fin("s3", true);
    };
    expect(await read(seat, "s0")).toEqual(["s1", "s2", "s3"]);
    expect(asked).toEqual(["s0", "s2"]);
    expect(events).toEqual([]);
  });

  it("reads an empty archive", async () => {
    const { link, seat } = await seated();
    link.answer = () => fin(undefined, true);
    expect(await read(seat)).toEqual([]);
  });

  it("does not turn in a circle when the archive does", async () => {
    const { link, seat } = await seated();
    link.answer = () => fin("s1", false);
    await expect(read(seat)).rejects.toThrow("does not go on");
    link.answer = () => fin(undefined, false);
    await expect(read(seat)).rejects.toThrow("does not go on");
  });

  it("rejects with what the archive says", async () => {
    const { link, seat } = await seated();
    link.answer = () => Promise.reject(new StanzaError("cancel", "item-not-found"));
    await expect(read(seat, "unknown")).rejects.toMatchObject({ condition: "item-not-found" });
  });
});
