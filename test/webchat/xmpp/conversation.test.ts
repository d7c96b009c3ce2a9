/** Lines between pages and room: once each, in order, whatever breaks. */
import { describe, expect, it } from "vitest";
import { NS_STANZA_ID } from "../../../protocol/ns.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { buildServiceLine } from "../../../protocol/workgroup/session.ts";
import { xml } from "../../../protocol/xml.ts";
import { eventually } from "../../support/inbox.ts";
import { startGateway, visitOf } from "../gateway.ts";

const texts = (socket: { lines: { text: string }[] }) => socket.lines.map(({ text }) => text);
const QUICK = { tuning: { reflectionMs: 40 } };

describe("a line of the visitor", () => {
  it("is settled by its reflection, on every page", async () => {
    const { talk, connect, room } = await startGateway();
    const dana = await talk();
    const second = await connect({ token: dana.token ?? "" });
    const key = dana.say("Hello");
    expect(await dana.line("Hello")).toEqual({
      id: "a1",
      key,
      from: { kind: "self", name: "Dana" },
      text: "Hello",
      at: expect.any(Number),
    });
    expect((await second.line("Hello")).key).toBe(key);
    expect(room("s1").heard).toEqual(["Hello"]);
  });

  it("said again by its page is not said again in the room", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    const key = dana.say("Hello");
    await dana.line("Hello");
    const before = dana.inbox.all.length;
    dana.say("Hello", key);
    await dana.inbox.first("the line again", (frame) => frame.kind === "lines" && frame, before);
    expect(room("s1").heard).toEqual(["Hello"]);
    expect(texts(dana)).toEqual(["Hello"]);
  });

  it("on its way, said again over a new connection, is not said again in the room", async () => {
    const { talk, connect, room } = await startGateway();
    const dana = await talk();
    room("s1").mute = true;
    const key = dana.say("Hello");
    await eventually("the room to have it", async () => room("s1").archive.length === 1);
    dana.vanish();
    const back = await connect({ token: dana.token ?? "" });
    back.say("Hello", key);
    expect((await back.line("Hello")).key).toBe(key);
    expect(room("s1").heard).toEqual(["Hello"]);
  });

  it("whose reflection was lost is found in the archive", async () => {
    const { talk, room } = await startGateway(QUICK);
    const dana = await talk();
    room("s1").mute = true;
    const key = dana.say("Hello");
    expect((await dana.line("Hello")).key).toBe(key);
    expect(room("s1").heard).toEqual(["Hello"]);
  });

  it("that the room never got is said again until it has", async () => {
    const { talk, room } = await startGateway(QUICK);
    const dana = await talk();
    room("s1").deaf = true;
    dana.say("Hello");
    await eventually("two attempts", async () => room("s1").heard.length >= 2);
    room("s1").deaf = false;
    await dana.line("Hello");
    expect(room("s1").archive).toHaveLength(1);
    expect(texts(dana)).toEqual(["Hello"]);
  });

  it("that the room never takes is given back, and may be said anew", async () => {
    const { talk, room } = await startGateway(QUICK);
    const dana = await talk();
    room("s1").deaf = true;
    const key = dana.say("Hello");
    expect(await dana.frame("refused")).toMatchObject({ code: "unavailable", key });
    room("s1").deaf = false;
    dana.say("Hello", key);
    await dana.line("Hello");
    expect(room("s1").archive).toHaveLength(1);
  });

  it("that the room said without archiving it is not sent, and is said once more when the archive is back", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").broken = true;
    dana.say("Hello");
    dana.say("again");
    await eventually("the room to hear", async () => room("s1").heard.length > 0);
    expect(texts(dana)).toEqual([]);
    room("s1").broken = false;
    await dana.line("again");
    expect(texts(dana)).toEqual(["Hello", "again"]);
    expect(room("s1").heard.filter((text) => text === "Hello")).toHaveLength(2);
    expect(room("s1").archive).toHaveLength(2);
  });

  it("of an agent that the room showed without archiving it, and has after all, is shown in its place", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").broken = true;
    room("s1").say("Anna", "Hello");
    room("s1").broken = false;
    room("s1").mute = true;
    room("s1").say("Anna", "Hello");
    room("s1").mute = false;
    room("s1").say("Anna", "Are you there?");
    await dana.line("Are you there?");
    expect(texts(dana)).toEqual(["Hello", "Are you there?"]);
  });

  it("stored behind others that nobody has heard yet comes after them, though its page says it again", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").mute = true;
    room("s1").say("Anna", "one");
    const key = dana.say("mine");
    await eventually("the room to have it", async () => room("s1").archive.length === 2);
    // The archive cannot be read, and the room is heard nevertheless.
    room("s1").broken = true;
    room("s1").say("Anna", "never stored");
    room("s1").reflectLate("a2");
    dana.say("mine", key);
    dana.send({ kind: "ping" });
    await dana.frame("pong");
    expect(texts(dana)).toEqual([]);
    room("s1").broken = false;
    await dana.line("one");
    await dana.line("mine");
    expect(texts(dana)).toEqual(["one", "mine"]);
    expect(room("s1").heard).toEqual(["mine"]);
  });

  it("that the room passed over while it stored a later one is given back, and not said behind it by itself", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").deaf = true;
    const key = dana.say("Hello");
    await eventually("the room to hear", async () => room("s1").heard.length === 1);
    room("s1").deaf = false;
    dana.say("Are you there?");
    expect(await dana.frame("refused")).toMatchObject({ code: "unavailable", key });
    expect(texts(dana)).toEqual(["Are you there?"]);
    expect(room("s1").heard).toEqual(["Hello", "Are you there?"]);
  });

  it("into a room that put us out unnoticed is said from a new seat", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").kick(true);
    dana.say("Hello");
    await dana.line("Hello");
    expect(room("s1").archive).toHaveLength(1);
    expect(dana.state).toMatchObject({ phase: "talking", agents: ["Anna"] });
  });

  it("said while the link is down goes out once it is back, once", async () => {
    const { talk, room, link } = await startGateway();
    const dana = await talk();
    link.setOnline(false);
    room("s1").kick(true);
    dana.say("Hello");
    dana.send({ kind: "ping" });
    await dana.frame("pong");
    link.setOnline(true);
    await dana.line("Hello");
    expect(room("s1").heard).toEqual(["Hello"]);
  });

  it("of nothing but blanks is refused", async () => {
    const { talk } = await startGateway();
    const dana = await talk();
    const key = dana.say(" \n\t ");
    expect(await dana.frame("refused")).toMatchObject({ code: "bad-frame", key });
  });

  it("that comes when the room is closed is not sent: its page is told that the talk is over, and it is not said again", async () => {
    const { talk, room } = await startGateway(QUICK);
    const dana = await talk();
    room("s1").closed = true;
    const key = dana.say("Too late");
    expect(await dana.frame("refused")).toMatchObject({ code: "ended", key });
    room("s1").destroy("The visitor ended the chat: Dana");
    await dana.phase("ended");
    expect(room("s1").heard).toEqual(["Too late"]);
    expect(texts(dana)).toEqual([]);
  });

  it("without a talk is refused", async () => {
    const { connect } = await startGateway();
    const dana = await connect();
    const key = dana.say("Hello");
    expect(await dana.frame("refused")).toMatchObject({ code: "not-in-session", key });
  });

  it("with markup, control characters and half characters arrives as text, and the link stays", async () => {
    const { talk, room, link } = await startGateway();
    const dana = await talk();
    const text = `<script>alert(1)</script> ]]> & "\u0000\u0008\u001f\ufffe \ud800 x`;
    dana.say(text);
    const shown = await dana.line(`<script>alert(1)</script> ]]> & "\ufffd\ufffd\ufffd\ufffd \ufffd x`);
    expect(shown.from.kind).toBe("self");
    expect(room("s1").archive).toHaveLength(1);
    expect(link.online).toBe(true);
  });
});

describe("a page that comes", () => {
  it("gets the whole conversation, in order, own lines known", async () => {
    const { talk, connect, room } = await startGateway();
    const dana = await talk();
    room("s1").say("Anna", "one");
    const key = dana.say("two");
    await dana.line("two");
    for (const text of ["three", "four", "five"]) room("s1").say("Anna", text);
    const back = await connect({ token: dana.token ?? "" });
    await back.line("five");
    expect(texts(back)).toEqual(["one", "two", "three", "four", "five"]);
    expect(back.lines.map(({ from }) => from.kind)).toEqual(["agent", "self", "agent", "agent", "agent"]);
    expect(back.lines[1]?.key).toBe(key);
    const frames = back.inbox.all.filter((frame) => frame.kind === "lines");
    expect(frames.map(({ reset }) => reset)).toEqual([true, ...frames.slice(1).map(() => false)]);
    expect(frames.map(({ complete }) => complete)).toEqual([...frames.slice(1).map(() => false), true]);
  });

  it("gets only what came after its last line", async () => {
    const { talk, connect, room } = await startGateway();
    const dana = await talk();
    for (const text of ["one", "two", "three"]) room("s1").say("Anna", text);
    await dana.line("three");
    const back = await connect({ token: dana.token ?? "", session: "s1", after: "a2" });
    await back.line("three");
    expect(texts(back)).toEqual(["three"]);
    expect(back.inbox.all.some((frame) => frame.kind === "lines" && frame.reset)).toBe(false);
  });

  it.each([
    ["of another session", { session: "s0", after: "a2" }],
    ["of a line that the archive does not know", { session: "s1", after: "gone" }],
  ])(
    "and speaks %s gets everything from the beginning",
    async (_, hello) => {
      const { talk, connect, room } = await startGateway();
      const dana = await talk();
      for (const text of ["one", "two", "three"]) room("s1").say("Anna", text);
      const back = await connect({ token: dana.token ?? "", ...hello });
      await back.line("three");
      expect(texts(back)).toEqual(["one", "two", "three"]);
      expect(back.inbox.all.find((frame) => frame.kind === "lines")).toMatchObject({ reset: true });
    },
    15_000,
  );

  it("and says lines at once has them said after the archive was read, and never twice", async () => {
    const { talk, connect, room } = await startGateway();
    const dana = await talk();
    const key = dana.say("stored");
    await dana.line("stored");
    dana.vanish();
    const back = await connect({ token: dana.token ?? "" });
    back.say("stored", key);
    back.say("new");
    await back.line("new");
    expect(texts(back)).toEqual(["stored", "new"]);
    expect(room("s1").heard).toEqual(["stored", "new"]);
  });

  it("and says a stored line again at once gets it after those that stand before it", async () => {
    const { talk, connect, room } = await startGateway();
    const dana = await talk();
    for (const text of ["zero", "one"]) room("s1").say("Anna", text);
    const key = dana.say("mine");
    await dana.line("mine");
    dana.vanish();
    room("s1").broken = true;
    const back = await connect({ token: dana.token ?? "", session: "s1", after: "a1" });
    back.say("mine", key);
    back.send({ kind: "ping" });
    await back.frame("pong");
    room("s1").broken = false;
    await back.line("mine");
    expect(texts(back)).toEqual(["one", "mine"]);
    expect(room("s1").heard).toEqual(["mine"]);
  });

  it("after the talk has ended gets it from the workgroup's transcript", async () => {
    const { talk, connect, room, visits, history } = await startGateway();
    const dana = await talk();
    const end = { by: "agent", name: "Anna" } as const;
    visits.set(visitOf(dana), { phase: "ended", session: "s1", endedAt: 9_000, end, name: "Dana", question: "Why?" });
    room("s1").destroy("The agent ended the chat: Anna");
    expect(await dana.phase("ended")).toMatchObject({ by: { kind: "agent", name: "Anna" } });
    history.push(
      { id: "a1", key: "", speaker: "visitor", name: "Dana", text: "Why?", at: 1, service: "question" },
      { id: "a2", key: "", speaker: "agent", name: "Anna", text: "Because", at: 2 },
    );
    const back = await connect({ token: dana.token ?? "" });
    await back.line("Because");
    expect(back.lines.map(({ text, from, service }) => [text, from.kind, service])).toEqual([
      ["Why?", "self", "question"],
      ["Because", "agent", undefined],
    ]);
  });
});

describe("a break of the link", () => {
  it("shows pages nothing but what they missed, once and in order", async () => {
    const { talk, room, link } = await startGateway();
    const dana = await talk();
    room("s1").say("Anna", "one");
    await dana.line("one");
    const before = dana.inbox.all.length;
    link.setOnline(false);
    room("s1").kick(true);
    for (const text of ["two", "three", "four"]) room("s1").say("Anna", text);
    link.setOnline(true);
    await dana.line("four");
    room("s1").say("Anna", "five");
    await dana.line("five");
    expect(texts(dana)).toEqual(["one", "two", "three", "four", "five"]);
    const states = dana.inbox.all.slice(before).flatMap((frame) => (frame.kind === "state" ? [frame.state] : []));
    for (const state of states) expect(state).toMatchObject({ phase: "talking", agents: ["Anna"] });
  });
});

describe("what is no line of the room", () => {
  it("is not shown: a message from elsewhere, a whisper, a line with another's stanza id", async () => {
    const { talk, room, link } = await startGateway();
    const dana = await talk();
    const to = `${visitOf(dana)}@webchat.example.org/web`;
    const { address } = room("s1");
    const body = xml("body", {}, "forged");
    const id = (by: string) => xml("stanza-id", { xmlns: NS_STANZA_ID, by, id: "f1" });
    const forged = (attrs: Record<string, string>, by: string) =>
      xml("message", { to, ...attrs }, xml("body", {}, "forged"), id(by));
    link.receive(
      forged({ type: "groupchat", from: "other@conference.example.org/Anna" }, "other@conference.example.org"),
    );
    link.receive(forged({ type: "groupchat", from: "mallory@example.org/Anna" }, address));
    link.receive(forged({ type: "chat", from: `${address}/Anna` }, address));
    link.receive(forged({ type: "groupchat", from: `${address}/Anna` }, "other@conference.example.org"));
    link.receive(xml("message", { to, from: "mallory@example.org/x" }, body));
    room("s1").say("Anna", "true");
    await dana.line("true");
    expect(texts(dana)).toEqual(["true"]);
  });
});

describe("people in the room", () => {
  it("come, type and leave before the visitor's eyes; the workgroup's own seat does not", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    expect(dana.state).toMatchObject({ phase: "talking", agents: ["Anna"] });
    room("s1").enter("Ben");
    room("s1").state("Ben", "composing");
    expect(await dana.frame("joined")).toMatchObject({ name: "Ben" });
    expect(await dana.frame("typing")).toEqual({ kind: "typing", name: "Ben", active: true });
    room("s1").leave("Ben");
    expect(await dana.frame("left")).toMatchObject({ name: "Ben" });
    room("s1").leave("Support");
    room("s1").say("Anna", "x");
    await dana.line("x");
    expect(dana.inbox.all.filter((frame) => frame.kind === "left")).toHaveLength(1);
  });

  it("see the visitor typing, once for each change", async () => {
    const { talk, link } = await startGateway();
    const dana = await talk();
    for (const active of [true, true, false]) dana.send({ kind: "typing", active });
    dana.say("x");
    await dana.line("x");
    const states = link.sent.filter((one) => one.is("message") && !one.getChild("body"));
    expect(states.map((one) => (one.getChild("composing") ? "composing" : "paused"))).toEqual(["composing", "paused"]);
  });

  it("lost, put the visitor back into the queue, at the place it is told, with all lines kept", async () => {
    const { talk, room, queueStatus } = await startGateway();
    const dana = await talk();
    room("s1").say("Anna", "one moment");
    room("s1").leave("Anna");
    room("s1").say("Support", "The agent was lost", buildServiceLine({ kind: "requeued" }));
    queueStatus(visitOf(dana), 2, "s1");
    await eventually("the place", async () => dana.state?.phase === "waiting" && dana.state.position === 2);
    expect(dana.lines.at(-1)).toMatchObject({ service: "requeued", from: { kind: "service" } });
    dana.say("still here");
    await dana.line("still here");
    room("s1").enter("Ben");
    expect(await dana.phase("talking")).toMatchObject({ agents: ["Ben"] });
    expect(texts(dana)).toEqual(["one moment", "The agent was lost", "still here"]);
  });
});

describe("a seat that is hard to get", () => {
  it("is asked for again until the room gives it", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").refuseJoin = new StanzaError("wait", "resource-constraint");
    room("s1").kick();
    await eventually("a refusal", async () => !room("s1").seats.has("Dana"));
    dana.say("Hello");
    room("s1").refuseJoin = undefined;
    await dana.line("Hello");
  });

  it("under a name that is taken is had under another, and own lines stay own", async () => {
    const { connect, room, invite, visits } = await startGateway();
    room("s1").enter("Dana");
    const dana = await connect();
    dana.join({ username: "Dana" });
    await dana.phase("waiting");
    visits.set(visitOf(dana), {
      phase: "talking",
      session: "s1",
      room: room("s1").address,
      startedAt: 1,
      name: "Dana",
      question: "",
    });
    invite(visitOf(dana), "s1");
    await dana.phase("talking");
    dana.say("mine");
    room("s1").say("Dana", "theirs");
    await dana.line("theirs");
    await dana.line("mine");
    const back = await connect({ token: dana.token ?? "" });
    await back.line("theirs");
    expect(Object.fromEntries(back.lines.map(({ text, from }) => [text, from.kind]))).toEqual({
      mine: "self",
      theirs: "agent",
    });
  });
});
