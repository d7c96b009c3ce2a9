import { describe, expect, it } from "vitest";
import { archivedLine, buildArchiveQuery, parseArchiveEnd, parseArchiveResult } from "../../protocol/archive.ts";
import { buildChatState, CHAT_STATES, parseChatState } from "../../protocol/chat-state.ts";
import { buildDisplayed, buildReceipt, buildRetraction } from "../../protocol/line-changes.ts";
import {
  buildAffiliation,
  buildDestroy,
  buildDirectInvitation,
  buildInvitation,
  buildJoin,
  buildKick,
  buildLeave,
  buildRoomClosing,
  buildRoomConfig,
  buildSubject,
  parseDecline,
  parseInvitation,
  parseRoomPresence,
} from "../../protocol/muc.ts";
import { buildPing, isPing } from "../../protocol/ping.ts";
import { buildRoomLine, buildRoomState, parseRoomMessage } from "../../protocol/room-message.ts";
import { type Element, xml } from "../../protocol/xml.ts";
import { golden, parseXml, shape } from "../support/xml.ts";

const ROOM = "k3x9qa41@conference.example.org";

describe("what we write to rooms", () => {
  it.each([
    pair("muc-join", buildJoin),
    pair("muc-leave", buildLeave),
    pair("muc-room-config", buildRoomConfig),
    pair("muc-room-closing", buildRoomClosing),
    pair("muc-destroy", buildDestroy),
    pair("muc-affiliation", buildAffiliation),
    pair("muc-kick", buildKick),
    pair("muc-invitation-sent", buildInvitation),
    pair("muc-direct-invitation", buildDirectInvitation),
    pair("muc-subject-sent", buildSubject),
    pair("room-line-sent", buildRoomLine),
    pair("room-state-sent", buildRoomState),
    pair("room-retraction-sent", buildRetraction),
    pair("room-displayed-sent", buildDisplayed),
    pair("room-receipt-sent", buildReceipt),
    pair("archive-query-first", buildArchiveQuery),
    pair("archive-query-after", buildArchiveQuery),
  ])("%s is as in the golden pair", (_, element, built) => {
    expect(shape(built)).toEqual(shape(element));
    // And as it is read back from the wire.
    expect(shape(parseXml(built.toString()))).toEqual(shape(element));
  });

  function pair<T>(name: string, build: (value: T) => Element): [string, Element, Element] {
    const { element, value } = golden<T>(name);
    return [name, element, build(value)];
  }

  it("carries further children with a line and with an invitation", () => {
    const extra = [xml("service", { xmlns: "n", kind: "question" })];
    expect(buildRoomLine({ room: ROOM, id: "key-00000001", text: "hi", extra }).getChild("service", "n")).toBeDefined();
    const invitation = buildInvitation({ room: ROOM, to: "anna@example.org", reason: "r", extra });
    expect(invitation.getChild("service", "n")).toBeDefined();
  });
});

describe("what we read from rooms", () => {
  it.each<[string, (element: Element) => unknown]>([
    ["muc-decline", parseDecline],
    ["muc-presence-seen-by-owner", (el) => parseRoomPresence(el, ROOM)],
    ["muc-presence-own", (el) => parseRoomPresence(el, ROOM)],
    ["muc-presence-renamed", (el) => parseRoomPresence(el, ROOM)],
    ["muc-presence-unanswered", (el) => parseRoomPresence(el, ROOM)],
    ["muc-presence-destroyed", (el) => parseRoomPresence(el, ROOM)],
    ["muc-invitation-received", parseInvitation],
    ["room-line-reflected", (el) => parseRoomMessage(el, ROOM)],
    ["room-line-not-archived", (el) => parseRoomMessage(el, ROOM)],
    ["room-line-from-history", (el) => parseRoomMessage(el, ROOM)],
    ["room-line-of-the-room", (el) => parseRoomMessage(el, ROOM)],
    ["room-subject", (el) => parseRoomMessage(el, ROOM)],
    ["room-line-corrected", (el) => parseRoomMessage(el, ROOM)],
    ["room-retraction", (el) => parseRoomMessage(el, ROOM)],
    ["room-retraction-of-old", (el) => parseRoomMessage(el, ROOM)],
    ["room-marker-displayed", (el) => parseRoomMessage(el, ROOM)],
    ["room-receipt-private", (el) => parseRoomMessage(el, ROOM)],
    ["room-state-reflected", (el) => parseRoomMessage(el, ROOM)],
    ["archive-result", readArchived],
    ["archive-end", parseArchiveEnd],
    ["archive-end-complete", parseArchiveEnd],
  ])("%s is as in the golden pair", (name, read) => {
    const { element, value } = golden(name);
    expect(read(element)).toEqual(value);
  });

  function readArchived(element: Element): unknown {
    const entry = parseArchiveResult(element, { archive: ROOM, queryId: "q1" });
    return entry && archivedLine(entry, ROOM);
  }

  it("is nothing when it does not come from the room that was meant", () => {
    for (const name of ["room-line-reflected", "room-subject", "room-state-reflected"]) {
      expect(parseRoomMessage(golden(name).element, "other@conference.example.org")).toBeNull();
    }
    expect(parseRoomPresence(golden("muc-presence-own").element, "other@conference.example.org")).toBeNull();
  });

  it.each([
    [
      "a receipt that the room itself would give",
      `<message type='chat' from='${ROOM}'><received xmlns='urn:xmpp:receipts' id='a'/></message>`,
    ],
    [
      "a marker of nothing",
      `<message type='groupchat' from='${ROOM}/Dana'><displayed xmlns='urn:xmpp:chat-markers:0'/></message>`,
    ],
    [
      "a retraction of nothing",
      `<message type='groupchat' from='${ROOM}/Dana'><retract xmlns='urn:xmpp:message-retract:1'/></message>`,
    ],
    [
      "a retraction said in private",
      `<message type='chat' from='${ROOM}/Dana'><retract xmlns='urn:xmpp:message-retract:1' id='a'/></message>`,
    ],
    ["a private message", `<message type='chat' from='${ROOM}/Dana'><body>psst</body></message>`],
    ["a bounce", `<message type='error' from='${ROOM}/Dana'><body>hi</body><error type='cancel'/></message>`],
    ["a line with an empty body", `<message type='groupchat' from='${ROOM}/Dana'><body/></message>`],
    ["a message without anything", `<message type='groupchat' from='${ROOM}/Dana'/>`],
    ["a body of another namespace", `<message type='groupchat' from='${ROOM}/Dana'><body xmlns='n'>x</body></message>`],
    ["a presence", `<presence from='${ROOM}/Dana'/>`],
  ])("is no line: %s", (_, text) => {
    expect(parseRoomMessage(parseXml(text), ROOM)).toBeNull();
  });

  it.each([
    [
      "an error",
      `<presence type='error' from='${ROOM}/Dana'><x xmlns='http://jabber.org/protocol/muc#user'/></presence>`,
    ],
    ["ordinary presence", `<presence from='${ROOM}/Dana'/>`],
    ["the room itself", `<presence from='${ROOM}'><x xmlns='http://jabber.org/protocol/muc#user'/></presence>`],
    [
      "a subscription",
      `<presence type='subscribe' from='${ROOM}/D'><x xmlns='http://jabber.org/protocol/muc#user'/></presence>`,
    ],
  ])("is no presence of an occupant: %s", (_, text) => {
    expect(parseRoomPresence(parseXml(text), ROOM)).toBeNull();
  });

  it("is no invitation when an occupant sends what looks like one", () => {
    const { element } = golden("muc-invitation-received");
    element.attrs.from = `${ROOM}/Mallory`;
    expect(parseInvitation(element)).toBeNull();
  });
});

describe("a result of an archive", () => {
  const { element } = golden("archive-result");
  it.each([
    ["another archive", { archive: "other@conference.example.org", queryId: "q1" }],
    ["a seat in the room", { archive: `${ROOM}/Dana`, queryId: "q1" }],
    ["another query", { archive: ROOM, queryId: "q2" }],
  ])("counts for nothing when we asked %s", (_, asked) => {
    expect(parseArchiveResult(element, asked)).toBeNull();
  });

  it("without a time, an id or a message is passed over", () => {
    const wrap = (inner: string, id = "id='a'") =>
      parseXml(
        `<message from='${ROOM}'><result xmlns='urn:xmpp:mam:2' queryid='q1' ${id}><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></result></message>`,
      );
    const delay = "<delay xmlns='urn:xmpp:delay' stamp='2026-01-05T10:00:00Z'/>";
    const message = "<message xmlns='jabber:client'/>";
    const read = (el: Element) => parseArchiveResult(el, { archive: ROOM, queryId: "q1" });
    expect(read(wrap(message))).toBeNull();
    expect(read(wrap(delay))).toBeNull();
    expect(read(wrap(delay + message, ""))).toBeNull();
    expect(read(wrap(delay + message))).not.toBeNull();
  });

  it("ends with a 'fin', and nothing else", () => {
    expect(() => parseArchiveEnd(undefined)).toThrow("without 'fin'");
    expect(() => parseArchiveEnd(xml("fin", { xmlns: "n" }))).toThrow("without 'fin'");
  });
});

describe("small payloads", () => {
  it("reads every chat state it writes", () => {
    for (const state of CHAT_STATES) {
      expect(parseChatState(xml("message", { xmlns: "jabber:client" }, buildChatState(state)))).toBe(state);
    }
    expect(parseChatState(xml("message", {}, xml("composing", { xmlns: "n" })))).toBeNull();
  });

  it("knows its own ping", () => {
    expect(isPing(buildPing())).toBe(true);
    expect(isPing(xml("ping", { xmlns: "n" }))).toBe(false);
  });
});
