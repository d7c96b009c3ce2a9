import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Line } from "../../../agent-ui/state/model.ts";
import { initialState } from "../../../agent-ui/state/model.ts";
import { createStore } from "../../../agent-ui/state/store.ts";
import { createDesk } from "../../../agent-ui/xmpp/desk.ts";
import { NS_MAM } from "../../../protocol/ns.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { buildOffer, buildOfferRevoke } from "../../../protocol/workgroup/offer.ts";
import { buildSessions, formatSessionEnd, type OpenSession } from "../../../protocol/workgroup/session.ts";
import { buildTranscripts } from "../../../protocol/workgroup/transcript.ts";
import { attr } from "../../../protocol/xml.ts";
import { FakeServer } from "../support/fake-server.ts";
import { chatOf, offer, ROOM, SUPPORT } from "../support/state.ts";

// Every wait below is for what happens within the process; clocks stand still until a test moves them.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());
/** Lets all that has been started come to its end. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

const session: OpenSession = {
  session: "s1",
  room: ROOM,
  workgroup: SUPPORT,
  visitor: "v1@webchat.localhost/web",
  userId: "v1@webchat.localhost",
  startedAt: 1000,
  metadata: { username: ["John"], question: ["My router is offline"] },
};
const payload = buildOffer({ ...offer(), metadata: session.metadata });

function openDesk(server = new FakeServer()) {
  let clock = 1_000_000;
  const store = createStore(initialState(clock));
  const desk = createDesk({
    service: "workgroup.localhost",
    connect: server.connect,
    dispatch: store.dispatch,
    state: () => store.state,
    now: () => clock++,
    kept: () => ({ draft: "", unsent: [] }),
    files: { base: "https://chat.example.org/", maxBytes: 20 },
  });
  const later = (ms: number): void => {
    clock += ms;
  };
  return { server, store, desk, later };
}

async function atDesk(server = new FakeServer()) {
  const all = openDesk(server);
  server.up();
  await settle();
  return all;
}

/** Anna talks with John. */
async function talking(server = new FakeServer()) {
  server.sessions = [session];
  const all = await atDesk(server);
  return { ...all, chat: () => chatOf(all.store.state) };
}

const texts = (lines: readonly Line[]): string[] => lines.flatMap((line) => ("text" in line ? [line.text] : []));

describe("signing in", () => {
  it("finds the workgroups and tells server and workgroups that the agent is there", async () => {
    const { server, store } = await atDesk();
    expect(store.state.account).toEqual({ jid: "anna@localhost", name: "Anna" });
    expect(store.state.workgroups.map(({ jid }) => jid)).toEqual([SUPPORT]);
    const presences = server.sent.map((one) => [
      attr(one, "to") ?? "server",
      one.getChild("agent-status") !== undefined,
    ]);
    expect(presences).toEqual([
      ["server", false],
      [SUPPORT, true],
    ]);
  });

  it("ends with a word when the account is no agent's, or the server refuses", async () => {
    const server = new FakeServer();
    server.workgroups = [];
    const { store } = await atDesk(server);
    expect(store.state.connection).toEqual({ phase: "signed-out", problem: "not-an-agent" });
    expect(server.stopped).toBe(true);
    const other = openDesk();
    other.server.refuse("not-authorized");
    expect(other.store.state.connection).toEqual({ phase: "signed-out", problem: "not-authorized" });
  });

  it("asks again while the service is away, and gives up a server that never answers", async () => {
    const server = new FakeServer();
    server.answers.workgroups = () => new StanzaError("wait", "remote-server-timeout");
    const { store } = await atDesk(server);
    expect(store.state.connection.phase).toBe("signing-in");
    delete server.answers.workgroups;
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.state.connection.phase).toBe("online");
    const silent = openDesk();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(silent.store.state.connection).toEqual({ phase: "signed-out", problem: "unreachable" });
  });

  it("sends a new status to every workgroup, with the most chats that are wanted", async () => {
    const { server, desk } = await atDesk();
    server.sent.length = 0;
    desk.setStatus({ show: "dnd", maxChats: 3 });
    const [, told] = server.sent;
    expect([told?.getChildText("show"), told?.getChild("agent-status")?.getChildText("max-chats")]).toEqual([
      "dnd",
      "3",
    ]);
  });

  it("is told anew to a workgroup that announces itself after a while, and not for every word of it", async () => {
    const { server, store, later } = await atDesk();
    const announce = `<presence from='${SUPPORT}'><workgroup xmlns='http://jivesoftware.com/protocol/workgroup'/></presence>`;
    server.sent.length = 0;
    server.deliver(announce);
    expect(server.sent).toEqual([]);
    // Its queue answers; then, much later, it comes back from a restart.
    server.deliver(
      `<presence from='${SUPPORT}/Default Queue'><notify-queue xmlns='http://jabber.org/protocol/workgroup'><count>2</count><status>open</status></notify-queue></presence>`,
    );
    expect(store.state.workgroups[0]).toMatchObject({ reach: "ready", queue: { count: 2 } });
    later(11_000);
    server.deliver(announce);
    expect(server.sent.map((one) => attr(one, "to"))).toEqual([SUPPORT]);
  });

  it("says that a workgroup is away when it does not answer, and keeps asking", async () => {
    const { server, store } = await atDesk();
    server.sent.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.state.workgroups[0]?.reach).toBe("away");
    expect(server.sent.map((one) => attr(one, "to"))).toEqual([SUPPORT]);
  });

  it("signs out of every workgroup", async () => {
    const { server, store, desk } = await atDesk();
    await desk.signOut();
    expect(attr(server.sent.at(-1) ?? payload, "type")).toBe("unavailable");
    expect([store.state.account, server.stopped]).toEqual([null, true]);
  });
});

describe("a page that goes away", () => {
  it("is signed out of every workgroup before it says good-bye, so that nothing is offered to a ghost", async () => {
    const { server, store, desk } = await atDesk();
    desk.leave();
    expect([attr(server.sent.at(-1) ?? payload, "type"), server.left]).toEqual(["unavailable", true]);
    expect(store.state.account).not.toBeNull();
  });
});

describe("an offer", () => {
  it("arrives, is accepted, and becomes a chat when the room invites", async () => {
    const { server, store, desk } = await atDesk();
    server.says(
      "Support",
      "John asks: My router is offline",
      "<service xmlns='urn:foyer:session:0' kind='question' name='John'>My router is offline</service>",
    );
    server.handlers?.offer(payload, SUPPORT);
    expect(store.state.offers[0]).toMatchObject({ id: "s1", timeoutS: 20, metadata: { username: ["John"] } });
    desk.answerOffer("s1", true);
    await settle();
    expect(server.asked.at(-1)).toMatchObject({ to: SUPPORT, type: "set" });
    expect(store.state.offers[0]?.phase.name).toBe("opening");
    server.deliver(
      `<message from='${ROOM}'><session xmlns='http://jivesoftware.com/protocol/workgroup' id='s1'/><x xmlns='http://jabber.org/protocol/muc#user'><invite from='${SUPPORT}'><reason>s1</reason></invite></x></message>`,
    );
    await settle();
    expect(store.state.offers).toEqual([]);
    expect(store.state.activeRoom).toBe(ROOM);
    expect(chatOf(store.state)).toMatchObject({
      seat: "joined",
      name: "John",
      lines: [{ kind: "question", text: "My router is offline" }],
    });
  });

  it("keeps what the site vouches for, from the offer to the chat and over a reload", async () => {
    const { server, store, desk } = await atDesk();
    const verified = ["username", "subject"];
    server.handlers?.offer(buildOffer({ ...offer(), metadata: session.metadata, verified }), SUPPORT);
    expect(store.state.offers[0]?.verified).toEqual(verified);
    desk.answerOffer("s1", true);
    await settle();
    server.deliver(
      `<message from='${ROOM}'><session xmlns='http://jivesoftware.com/protocol/workgroup' id='s1'/><x xmlns='http://jabber.org/protocol/muc#user'><invite from='${SUPPORT}'><reason>s1</reason></invite></x></message>`,
    );
    await settle();
    expect(chatOf(store.state)?.verified).toEqual(verified);

    const reloaded = new FakeServer();
    reloaded.sessions = [{ ...session, verified }];
    const again = await atDesk(reloaded);
    await settle();
    expect(chatOf(again.store.state)?.verified).toEqual(verified);
  });

  it("of a stranger is refused", async () => {
    const { server, store } = await atDesk();
    expect(() => server.handlers?.offer(payload, "evil@elsewhere.example")).toThrow(StanzaError);
    expect(store.state.offers).toEqual([]);
  });

  it("that was decided elsewhere says so, by the service's revoke or its answer", async () => {
    const { server, store, desk } = await atDesk();
    server.handlers?.offer(payload, SUPPORT);
    server.handlers?.revoke(buildOfferRevoke({ ...offer(), reason: "Another agent took this chat" }), SUPPORT);
    expect(store.state.offers[0]?.phase).toMatchObject({ name: "gone", why: "Another agent took this chat." });
    server.handlers?.offer(payload, SUPPORT);
    server.answers["offer-accept"] = () => new StanzaError("modify", "not-acceptable");
    desk.answerOffer("s1", true);
    await settle();
    expect(store.state.offers[0]?.phase.name).toBe("gone");
  });

  it("can be answered again when the answer did not get through", async () => {
    const { server, store, desk } = await atDesk();
    server.handlers?.offer(payload, SUPPORT);
    server.answers["offer-accept"] = () => new StanzaError("wait", "remote-server-timeout");
    desk.answerOffer("s1", true);
    await settle();
    expect(store.state.offers[0]?.phase.name).toBe("open");
  });
});

describe("an invitation that nobody asked for", () => {
  const invite = (from = SUPPORT): string =>
    `<message from='${ROOM}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='${from}'><reason>s1</reason></invite></x></message>`;

  it("is passed over, from strangers and from workgroups that know of no such session", async () => {
    const { server, store } = await atDesk();
    server.deliver(invite("evil@elsewhere.example"));
    server.deliver(invite());
    await settle();
    expect([store.state.chats.size, server.joins]).toEqual([0, []]);
  });

  it("is taken when the workgroup lists the session as ours", async () => {
    const { server, store } = await atDesk();
    server.sessions = [session];
    server.deliver(invite());
    await settle();
    expect([...store.state.chats.keys()]).toEqual([ROOM]);
  });
});

describe("a chat", () => {
  it("is found again after signing in, with all that was said", async () => {
    const server = new FakeServer();
    for (const word of ["one", "two", "three", "four", "five"]) server.says("John", word);
    const { chat } = await talking(server);
    expect(chat()).toMatchObject({ seat: "joined", unread: 5, lastStanzaId: "a5" });
    expect(texts(chat().lines)).toEqual(["one", "two", "three", "four", "five"]);
  });

  it("knows files of the own gateway from the archive, as the next agent reads it; others are links", async () => {
    const server = new FakeServer();
    const oob = (url: string): string => `<x xmlns='jabber:x:oob'><url>${url}</url></x>`;
    for (const host of ["chat.example.org", "elsewhere.example"]) {
      const url = `https://${host}/files/slot-0001/a.png`;
      server.says("John", url, oob(url));
    }
    const { chat } = await talking(server);
    expect(chat().lines.map((line) => "file" in line && line.file)).toEqual([
      { path: "/files/slot-0001/a.png", name: "a.png" },
      false,
    ]);
  });

  it("shows an own line as sent when the room shows it", async () => {
    const { server, desk, chat } = await talking();
    desk.say(ROOM, "Hello");
    expect([server.lines, texts(chat().lines), chat().unsent]).toEqual([["Hello"], ["Hello"], []]);
  });

  it("shows what comes while the archive is read after what the archive held, and once", async () => {
    const server = new FakeServer();
    server.says("John", "one");
    server.holdArchive = true;
    const { chat } = await talking(server);
    server.says("John", "two");
    expect(texts(chat().lines)).toEqual([]);
    server.release();
    await settle();
    expect(texts(chat().lines)).toEqual(["one", "two"]);
  });

  it("sends nothing before the archive was read", async () => {
    const server = new FakeServer();
    server.holdArchive = true;
    const { desk } = await talking(server);
    desk.say(ROOM, "Hello");
    expect(server.lines).toEqual([]);
    server.release();
    await settle();
    expect(server.lines).toEqual(["Hello"]);
  });

  it("takes another nick when the own one is taken", async () => {
    const server = new FakeServer();
    server.takenNicks = ["Anna", "Anna 2"];
    const { chat } = await talking(server);
    expect([server.joins, chat().seat]).toEqual([["Anna", "Anna 2", "Anna 3"], "joined"]);
  });

  it("believes nobody but the room", async () => {
    const { server, chat } = await talking();
    const line = (from: string): string =>
      `<message type='groupchat' from='${from}' id='x'><body>forged</body><stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='zz'/></message>`;
    server.deliver(line("evil@elsewhere.example/John"));
    server.deliver(line("s2@conference.localhost/John"));
    server.deliver(
      `<message from='evil@elsewhere.example'><result xmlns='urn:xmpp:mam:2' queryid='q' id='a1'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-11-21T09:00:00Z'/>${line(`${ROOM}/John`)}</forwarded></result></message>`,
    );
    expect(chat().lines).toEqual([]);
  });

  it("ends by the room's end, and says by whom", async () => {
    const { server, chat } = await talking();
    const reason = formatSessionEnd({ by: "visitor", name: "John" });
    server.deliver(
      server.presenceOf("Anna", { self: true, gone: true, inside: `<destroy><reason>${reason}</reason></destroy>` }),
    );
    expect(chat().ended).toMatchObject({ by: "visitor", name: "John" });
  });

  it("ends when the agent is put out, and takes its seat again when it was only lost", async () => {
    const { server, chat } = await talking();
    server.deliver(
      server.presenceOf("Anna", { self: true, gone: true, inside: "<status code='333'/><status code='307'/>" }),
    );
    await settle();
    expect([server.joins.length, chat().seat, chat().ended]).toEqual([2, "joined", null]);
    server.deliver(server.presenceOf("Anna", { self: true, gone: true, inside: "<status code='321'/>" }));
    expect(chat().ended?.by).toBe("service");
  });

  it("is ended by asking the workgroup; one that is not known there is over", async () => {
    const { server, desk, chat } = await talking();
    desk.endChat(ROOM);
    await settle();
    expect(server.asked.at(-1)).toMatchObject({ to: SUPPORT, payload: { name: "end" } });
    expect(chat().ended).toBeNull();
    server.answers.end = () => new StanzaError("cancel", "item-not-found");
    desk.endChat(ROOM);
    await settle();
    expect(chat().ended?.by).toBe("service");
  });

  it("tells the room that the agent writes, and hears that the visitor does", async () => {
    const { server, desk, chat } = await talking();
    desk.typing(ROOM, true);
    expect(server.sent.at(-1)?.getChild("composing")).toBeDefined();
    server.deliver(
      `<message type='groupchat' from='${ROOM}/John'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
    );
    expect(Object.keys(chat().typing)).toEqual(["John"]);
  });
});

describe("a line after it was said", () => {
  const CORRECT = "urn:xmpp:message-correct:0";
  const RETRACT = "urn:xmpp:message-retract:1";
  const MARKERS = "urn:xmpp:chat-markers:0";

  /** Anna has said "Helo", and it came back as a1. */
  async function said() {
    const all = await talking();
    all.desk.say(ROOM, "Helo");
    const key = all.server.archive[0]?.key ?? "";
    return { ...all, key };
  }

  it("is corrected by its own id (XEP-0308), once, also over a broken link", async () => {
    const { server, store, desk, chat, key } = await said();
    server.room = "deaf";
    store.dispatch({ type: "line-edited", room: ROOM, line: key });
    desk.say(ROOM, "Hello");
    const correction = server.sent.at(-1);
    expect(correction?.getChild("replace", CORRECT)?.attrs.id).toBe(key);
    expect(correction?.attrs.id).not.toBe(key);
    server.down();
    // The room had it; only its reflection was lost.
    const extra = `<replace xmlns='${CORRECT}' id='${key}'/>`;
    server.archive.push({ id: "a2", nick: "Anna", key: correction?.attrs.id, text: "Hello", extra });
    server.room = "open";
    server.up();
    await settle();
    expect(server.lines).toEqual(["Helo", "Hello"]);
    expect([texts(chat().lines), chat().unsent]).toEqual([["Hello"], []]);
  });

  it("is corrected again by a new link when the room never got the correction", async () => {
    const { server, store, desk, chat, key } = await said();
    server.room = "deaf";
    store.dispatch({ type: "line-edited", room: ROOM, line: key });
    desk.say(ROOM, "Hello");
    server.down();
    server.room = "open";
    server.up();
    await settle();
    const ids = server.sent.flatMap((one) => (one.getChild("replace", CORRECT) ? [one.attrs.id] : []));
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect([texts(chat().lines), chat().unsent]).toEqual([["Hello"], []]);
  });

  it("is taken back by the room's id (XEP-0424), with words for clients that do not know how", async () => {
    const { server, desk, chat } = await said();
    desk.retract(ROOM, "a1");
    const retraction = server.sent.at(-1);
    expect(retraction?.getChild("retract", RETRACT)?.attrs.id).toBe("a1");
    expect(retraction?.getChildText("body")).toContain("taken an earlier message back");
    expect([texts(chat().lines), chat().unsent]).toEqual([[""], []]);
  });

  it("is known to be delivered by a private receipt, and to be read by a marker in the room", async () => {
    const { server, chat, key } = await said();
    expect(server.sent.at(-1)?.getChild("request", "urn:xmpp:receipts")).toBeDefined();
    expect(server.sent.at(-1)?.getChild("markable", MARKERS)).toBeDefined();
    const from = `${ROOM}/John`;
    server.deliver(
      `<message type='chat' from='${from}'><received xmlns='urn:xmpp:receipts' id='${key}'/><x xmlns='http://jabber.org/protocol/muc#user'/></message>`,
    );
    expect(chat().marks).toEqual({ delivered: "a1" });
    server.deliver(`<message type='groupchat' from='${from}'><displayed xmlns='${MARKERS}' id='a1'/></message>`);
    expect(chat().marks).toEqual({ delivered: "a1", read: "a1" });
  });

  it("of the visitor's is marked as displayed once, when the agent has it before the eyes", async () => {
    const { server, store, desk } = await talking();
    const marks = (): string[] => server.sent.flatMap((one) => one.getChild("displayed", MARKERS)?.attrs.id ?? []);
    store.subscribe(() => desk.looked());
    server.says("John", "one");
    server.says("John", "two");
    expect(marks()).toEqual([]);
    store.dispatch({ type: "chat-selected", room: ROOM });
    expect(marks()).toEqual(["a2"]);
    store.dispatch({ type: "focus-changed", focused: false });
    server.says("John", "three");
    expect(marks()).toEqual(["a2"]);
    store.dispatch({ type: "focus-changed", focused: true });
    store.dispatch({ type: "tick", at: 5 });
    expect(marks()).toEqual(["a2", "a3"]);
  });

  it("of the visitor's is not marked again by who has marked it before a reload", async () => {
    const server = new FakeServer();
    server.archive.push({ id: "a1", nick: "John", key: "k1", text: "one", extra: "" });
    const marker = `<displayed xmlns='${MARKERS}' id='a1'/>`;
    server.archive.push({ id: "a2", nick: "Anna", key: "k2", text: "", extra: marker });
    const { store, desk } = await talking(server);
    store.subscribe(() => desk.looked());
    store.dispatch({ type: "chat-selected", room: ROOM });
    expect(server.sent.filter((one) => one.getChild("displayed", MARKERS))).toEqual([]);
  });

  it("of a visitor whose client asks for a receipt is acknowledged to that visitor alone", async () => {
    const { server } = await talking();
    server.says("John", "Did you get this?", "<request xmlns='urn:xmpp:receipts'/>");
    const receipt = server.sent.at(-1);
    expect(receipt?.attrs).toMatchObject({ type: "chat", to: `${ROOM}/John` });
    expect(receipt?.getChild("received", "urn:xmpp:receipts")?.attrs.id).toBe("John-0");
  });
});

describe("a line that is not confirmed", () => {
  it("has failed for good when the room is closed, a moment before it goes", async () => {
    const server = new FakeServer();
    const { desk, chat } = await talking(server);
    server.room = "closed";
    desk.say(ROOM, "Too late");
    expect(chat().unsent).toMatchObject([{ text: "Too late", state: "failed", late: true }]);
    expect(server.joins).toHaveLength(1);
  });

  it("was sent all the same when its place is known, though the chat ends before the archive was read", async () => {
    const server = new FakeServer();
    const { desk, chat } = await talking(server);
    desk.say(ROOM, "Hello");
    server.down();
    server.holdArchive = true;
    server.up();
    desk.say(ROOM, "never left");
    server.deliver(
      `<message type='groupchat' id='k9' from='${ROOM}/John'><body>one more</body><stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='a9'/></message>`,
    );
    server.deliver(
      server.presenceOf("Anna", {
        self: true,
        gone: true,
        inside: "<destroy><reason>The visitor ended the chat: John</reason></destroy>",
      }),
    );
    expect(chat().ended).toMatchObject({ by: "visitor" });
    expect(chat().lines.flatMap((one) => (one.kind === "said" ? [one.text] : []))).toEqual(["Hello", "one more"]);
    expect(chat().unsent).toMatchObject([{ text: "never left", state: "failed" }]);
  });

  it("stays pending when the room could not store it, and fails when the archive does not know it either", async () => {
    const server = new FakeServer();
    server.room = "forgetful";
    const { desk, chat } = await talking(server);
    desk.say(ROOM, "Hello");
    expect(chat().unsent.map(({ state }) => state)).toEqual(["pending"]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(chat().unsent.map(({ state }) => state)).toEqual(["failed"]);
  });

  it("because the room could not store it is said again by itself, before all that was written later", async () => {
    const server = new FakeServer();
    server.room = "forgetful";
    const { desk, chat } = await talking(server);
    desk.say(ROOM, "Hello");
    server.room = "open";
    desk.say(ROOM, "Are you there?");
    expect(server.lines).toEqual(["Hello"]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(texts(chat().lines)).toEqual(["Hello", "Are you there?"]);
    expect([server.lines, chat().unsent]).toEqual([["Hello", "Hello", "Are you there?"], []]);
  });

  it("and is in the archive after all, before what was said meanwhile, is found there and not sent twice", async () => {
    const server = new FakeServer();
    server.room = "forgetful";
    const { desk, chat } = await talking(server);
    desk.say(ROOM, "Hello");
    const key = chat().unsent[0]?.key ?? "";
    server.archive.push({ id: "late", nick: "Anna", key, text: "Hello", extra: "" });
    server.room = "open";
    server.says("John", "Hi");
    expect(texts(chat().lines)).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([server.lines, texts(chat().lines), chat().unsent]).toEqual([["Hello"], ["Hello", "Hi"], []]);
  });

  it("of the visitor is shown in its place when the archive has it after all", async () => {
    const { server, chat } = await talking();
    server.deliver(`<message type='groupchat' from='${ROOM}/John' id='j1'><body>Hello</body></message>`);
    server.archive.push({ id: "late", nick: "John", key: "j1", text: "Hello", extra: "" });
    server.says("John", "Are you there?");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(texts(chat().lines)).toEqual(["Hello", "Are you there?"]);
  });

  it("is found in the archive and not sent twice when it is tried again", async () => {
    const server = new FakeServer();
    server.room = "deaf";
    const { desk, chat } = await talking(server);
    desk.say(ROOM, "Hello");
    await vi.advanceTimersByTimeAsync(15_000);
    const key = chat().unsent[0]?.key ?? "";
    // The room had it all the time; only its reflection was lost.
    server.archive.push({ id: "a1", nick: "Anna", key, text: "Hello", extra: "" });
    desk.retry(ROOM, key);
    await settle();
    expect([server.lines, texts(chat().lines), chat().unsent]).toEqual([["Hello"], ["Hello"], []]);
  });

  it("is sent again with the same key when it is tried again", async () => {
    const server = new FakeServer();
    server.room = "deaf";
    const { desk, chat } = await talking(server);
    desk.say(ROOM, "Hello");
    await vi.advanceTimersByTimeAsync(15_000);
    server.room = "open";
    desk.retry(ROOM, chat().unsent[0]?.key ?? "");
    await settle();
    expect([server.lines, texts(chat().lines)]).toEqual([["Hello", "Hello"], ["Hello"]]);
  });

  it("because the room could not store it, and a later one could be, is sent once when it is tried again", async () => {
    const server = new FakeServer();
    server.room = "deaf";
    const { desk, chat } = await talking(server);
    desk.say(ROOM, "one");
    desk.say(ROOM, "two");
    const [one = "", two = ""] = chat().unsent.map(({ key }) => key);
    server.deliver(`<message type='groupchat' from='${ROOM}/Anna' id='${one}'><body>one</body></message>`);
    server.archive.push({ id: "late", nick: "Anna", key: two, text: "two", extra: "" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(chat().unsent).toMatchObject([{ key: one, state: "failed" }]);
    server.room = "open";
    desk.retry(ROOM, one);
    await settle();
    expect([server.lines, chat().unsent]).toEqual([["one", "two", "one"], []]);
  });

  it("goes out with a new seat when the room refused it for want of one", async () => {
    const server = new FakeServer();
    server.room = "refusing";
    const { desk, chat } = await talking(server);
    desk.say(ROOM, "Hello");
    await settle();
    expect([server.joins.length, texts(chat().lines), chat().unsent]).toEqual([2, ["Hello"], []]);
  });
});

describe("a broken link", () => {
  it("loses nothing and doubles nothing: what the room has is not sent again, the rest is", async () => {
    const { server, desk, chat } = await talking();
    server.room = "deaf";
    desk.say(ROOM, "stored, but the answer was lost");
    desk.say(ROOM, "lost on the way");
    const key = chat().unsent[0]?.key ?? "";
    server.down();
    desk.say(ROOM, "written offline");
    server.archive.push({ id: "a1", nick: "Anna", key, text: "stored, but the answer was lost", extra: "" });
    server.says("John", "said meanwhile");
    server.room = "open";
    server.sent.length = 0;
    server.up();
    await settle();
    expect(server.lines).toEqual(["lost on the way", "written offline"]);
    expect(texts(chat().lines)).toEqual([
      "stored, but the answer was lost",
      "said meanwhile",
      "lost on the way",
      "written offline",
    ]);
    expect(chat().unsent).toEqual([]);
  });

  it("after which the archive cannot be read at first shows nothing before what was missed", async () => {
    const { server, chat } = await talking();
    server.down();
    server.says("John", "said meanwhile");
    let refusals = 1;
    server.answers.query = (payload) => {
      if (!payload.is("query", NS_MAM)) return new StanzaError("cancel", "service-unavailable");
      return refusals-- > 0 ? new StanzaError("wait", "internal-server-error") : server.page(payload);
    };
    server.up();
    await settle();
    server.says("John", "said live");
    expect(texts(chat().lines)).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(texts(chat().lines)).toEqual(["said meanwhile", "said live"]);
  });

  it("that is resumed sends only what never left", async () => {
    const { server, desk, chat } = await talking();
    server.room = "deaf";
    desk.say(ROOM, "in the library's queue");
    server.down();
    desk.say(ROOM, "written offline");
    server.room = "open";
    server.sent.length = 0;
    server.up(true);
    await settle();
    expect([server.lines, server.joins, chat().unsent.map(({ text }) => text)]).toEqual([
      ["written offline"],
      [],
      ["in the library's queue"],
    ]);
  });

  it("finds the rooms at once when the workgroup service comes back later than the server, and then keeps what it offers", async () => {
    const { server, store, desk, chat } = await talking();
    server.down();
    desk.say(ROOM, "written offline");
    server.answers.workgroups = () => new StanzaError("wait", "remote-server-timeout");
    server.answers.sessions = () => new StanzaError("wait", "remote-server-timeout");
    server.sent.length = 0;
    server.up();
    await settle();
    expect([store.state.connection.phase, chat().seat, server.lines]).toEqual([
      "online",
      "joined",
      ["written offline"],
    ]);
    server.handlers?.offer(buildOffer({ ...offer({ id: "s2", session: "s2" }), metadata: {} }), SUPPORT);
    server.answers = {};
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.joins).toEqual(["Anna"]);
    expect(store.state.offers.map(({ id }) => id)).toEqual(["s2"]);
    expect(server.sent.some((one) => one.getChild("agent-status") !== undefined)).toBe(true);
  });

  it("keeps what is offered while the workgroup service owes its first answer, and waits no longer than a moment for it", async () => {
    const { server, store, desk, chat } = await talking();
    server.down();
    desk.say(ROOM, "written offline");
    // Asked just as its link broke: no answer comes, and no error either.
    const lost = Promise.withResolvers<never>();
    server.answers.workgroups = () => lost.promise;
    server.sent.length = 0;
    server.up();
    await settle();
    expect([store.state.connection.phase, server.joins]).toEqual(["online", []]);
    server.handlers?.offer(buildOffer({ ...offer({ id: "s2", session: "s2" }), metadata: {} }), SUPPORT);
    await vi.advanceTimersByTimeAsync(3_000);
    expect([chat().seat, server.lines]).toEqual(["joined", ["written offline"]]);
    server.answers = {};
    lost.reject(new StanzaError("wait", "remote-server-timeout"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.joins).toEqual(["Anna"]);
    expect(store.state.offers.map(({ id }) => id)).toEqual(["s2"]);
  });

  it("gives back a chat that was lost to the queue when it is offered again and accepted", async () => {
    const { server, store, desk, chat } = await talking();
    server.says("John", "are you back?");
    server.down();
    server.sessions = [];
    server.up();
    await settle();
    expect(chat().ended?.by).toBe("service");
    server.handlers?.offer(payload, SUPPORT);
    desk.answerOffer("s1", true);
    await settle();
    server.deliver(
      `<message from='${ROOM}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='${SUPPORT}'><reason>s1</reason></invite></x></message>`,
    );
    await settle();
    expect(chat()).toMatchObject({ ended: null, seat: "joined" });
    expect(texts(chat().lines)).toEqual(["are you back?"]);
    desk.say(ROOM, "I am");
    expect([texts(chat().lines).at(-1), store.state.activeRoom]).toEqual(["I am", ROOM]);
  });

  it("keeps a chat that began while it asked which were its own", async () => {
    const { server, desk, chat } = await talking();
    server.down();
    const asked = Promise.withResolvers<void>();
    server.answers.sessions = () => asked.promise.then(() => buildSessions([]));
    server.up();
    await settle();
    // The one of before is over, and the visitor is offered to the same agent at once.
    server.deliver(
      `<presence type='unavailable' from='${ROOM}/Anna'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/><destroy/></x></presence>`,
    );
    server.handlers?.offer(payload, SUPPORT);
    desk.answerOffer("s1", true);
    await settle();
    server.deliver(
      `<message from='${ROOM}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='${SUPPORT}'><reason>s1</reason></invite></x></message>`,
    );
    asked.resolve();
    await settle();
    expect(chat().ended).toBeNull();
  });

  it("after which the room is not made anew yet is no end of the chat, unless it never is", async () => {
    const { server, chat } = await talking();
    server.down();
    server.room = "gone";
    server.up();
    await settle();
    expect([chat().ended, chat().seat]).toEqual([null, "lost"]);
    server.room = "open";
    await vi.advanceTimersByTimeAsync(2_000);
    expect([chat().ended, chat().seat]).toEqual([null, "joined"]);
    server.down();
    server.room = "gone";
    server.up();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(chat().ended?.by).toBe("service");
  });

  it("ends chats that are ours no more, and keeps those of which nothing can be learned", async () => {
    const { server, chat } = await talking();
    server.down();
    server.answers.sessions = () => new StanzaError("wait", "remote-server-timeout");
    server.up();
    await settle();
    expect([chat().ended, chat().seat]).toEqual([null, "joined"]);
    server.down();
    delete server.answers.sessions;
    server.sessions = [];
    server.up();
    await settle();
    expect(chat().ended?.by).toBe("service");
  });
});

describe("what an agent asks for", () => {
  it("are messages that were left, listed, pushed, and marked as done", async () => {
    const server = new FakeServer();
    const message = (id: string): string =>
      `<message id='${id}' workgroup='${SUPPORT}' left='2026-11-21T09:00:00Z'><name>Bea</name><email>b@example.org</email><text>Call me</text></message>`;
    const { store, desk } = await atDesk(server);
    server.deliver(
      `<message from='${SUPPORT}' type='headline'><body>x</body><messages xmlns='urn:foyer:messages:0'>${message("m1")}</messages></message>`,
    );
    server.deliver(
      `<message from='evil@elsewhere.example' type='headline'><messages xmlns='urn:foyer:messages:0'>${message("m2")}</messages></message>`,
    );
    expect(store.state.messages.map(({ id }) => id)).toEqual(["m1"]);
    desk.markHandled("m1");
    await settle();
    expect([server.asked.at(-1)?.payload.name, store.state.messages]).toEqual(["handled", []]);
  });

  it("are earlier chats, newest first, or the word that they cannot be read", async () => {
    const { server, store, desk } = await talking();
    desk.loadEarlier(ROOM);
    await settle();
    expect(store.state.earlier["v1@webchat.localhost"]).toEqual({ phase: "failed" });
    const one = (id: string, at: number) => ({ session: id, joinedAt: at, leftAt: at, agents: [] });
    server.answers.transcripts = () =>
      buildTranscripts("v1@webchat.localhost", [one("old", 1_000_000), one("new", 9_000_000)]);
    desk.loadEarlier(ROOM);
    await settle();
    const list = store.state.earlier["v1@webchat.localhost"];
    expect(list?.phase === "ready" && list.value.map((each) => each.session)).toEqual(["new", "old"]);
  });
});
