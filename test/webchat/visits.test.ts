/** Visits from hello to end, and what survives a page, the gateway and the workgroup service. */
import { describe, expect, it } from "vitest";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildDepartQueue } from "../../protocol/workgroup/join.ts";
import { xml } from "../../protocol/xml.ts";
import { eventually } from "../support/inbox.ts";
import type { VisitorSocket } from "../support/visitor-socket.ts";
import { createFakeXmpp, SUPPORT } from "./fake-xmpp.ts";
import { FORM, startGateway, type TestGateway, visitOf } from "./gateway.ts";

const waitingVisit = (more = {}) =>
  ({
    phase: "waiting",
    session: "s1",
    position: 2,
    waitS: 20,
    joinedAt: 5,
    name: "Dana",
    question: "Why?",
    ...more,
  }) as const;

/** A visitor in the queue at place 2, of whom the workgroup knows. */
async function queued(test: TestGateway): Promise<VisitorSocket> {
  const dana = await test.connect();
  dana.join(FORM);
  await dana.phase("waiting");
  test.visits.set(visitOf(dana), waitingVisit());
  test.queueStatus(visitOf(dana), 2, "s1");
  await dana.inbox.until(
    "the place",
    () => (dana.state?.phase === "waiting" && dana.state.position === 2) || undefined,
  );
  return dana;
}

describe("a visitor who joins", () => {
  it("hands over the form and where the page is, from an address of its own", async () => {
    const { connect, joins } = await startGateway();
    const dana = await connect();
    dana.join(FORM);
    expect(await dana.phase("waiting")).toMatchObject({ question: "Why?" });
    expect(joins).toEqual([
      {
        from: `${visitOf(dana)}@webchat.example.org/web`,
        answers: { username: ["Dana"], question: ["Why?"] },
        metadata: { url: ["http://shop.example/router"], title: ["Routers"], language: ["en"], timeZone: ["UTC"] },
      },
    ]);
  });

  it("with markup and control characters everywhere gets through as text", async () => {
    const { connect, joins } = await startGateway();
    const dana = await connect();
    dana.join({ username: "<b>\u0000Dana</b>", question: "]]>\ud800 & co", __proto__: "x", "<x>\u0001": "y" });
    await dana.phase("waiting");
    expect(joins[0]?.answers.username).toEqual(["<b>\ufffdDana</b>"]);
    expect(joins[0]?.answers.question).toEqual(["]]>\ufffd & co"]);
  });

  it.each([
    ["not-acceptable", "missing: username, email", "form-incomplete"],
    ["conflict", "", "already-waiting"],
    ["service-unavailable", "", "closed"],
    ["not-authorized", "", "unknown-workgroup"],
  ])("and is refused with %s learns why", async (condition, text, code) => {
    const test = await startGateway();
    const dana = await test.connect();
    test.refuse = ({ payload }) =>
      payload.name === "join-queue" ? new StanzaError("cancel", condition, text) : undefined;
    dana.join(FORM);
    const refusal = await dana.frame("refused");
    expect(refusal.code).toBe(code);
    if (code === "form-incomplete") expect(Object.keys(refusal.fields ?? {})).toEqual(["username", "email"]);
    expect(dana.state?.phase).toBe("idle");
  });

  it("whose join may have arrived though no answer came is asked about", async () => {
    const test = await startGateway();
    const dana = await test.connect();
    test.refuse = ({ payload }) =>
      payload.name === "join-queue" ? new StanzaError("wait", "remote-server-timeout") : undefined;
    test.visits.set(visitOf(dana), waitingVisit());
    dana.join(FORM);
    expect((await dana.frame("refused")).code).toBe("unavailable");
    expect(await dana.phase("waiting")).toMatchObject({ position: 2 });
  });

  it("twice is in the queue once", async () => {
    const { connect, joins } = await startGateway();
    const dana = await connect();
    const other = await connect({ token: dana.token ?? "" });
    dana.join(FORM);
    await other.phase("waiting");
    other.join(FORM);
    expect((await other.frame("refused")).code).toBe("already-waiting");
    expect(joins).toHaveLength(1);
  });
});

describe("a visitor who waits", () => {
  it("hears of each change of place on every page", async () => {
    const test = await startGateway();
    const dana = await queued(test);
    const other = await test.connect({ token: dana.token ?? "" });
    test.queueStatus(visitOf(dana), 1, "s1");
    for (const page of [dana, other]) {
      await page.inbox.until(
        "place 1",
        () => (page.state?.phase === "waiting" && page.state.position === 1) || undefined,
      );
    }
  });

  it("and cancels is out of the queue", async () => {
    const test = await startGateway();
    const dana = await queued(test);
    dana.send({ kind: "cancel" });
    await dana.phase("idle");
    expect(test.asked).toContain("depart-queue");
  });

  it("and cancels before the workgroup has answered is out of the queue all the same", async () => {
    const test = await startGateway();
    const dana = await test.connect();
    const { answer } = test.link;
    const held = Promise.withResolvers<void>();
    test.link.answer = async (request) => {
      const answered = answer(request);
      if (request.payload.name === "join-queue") await held.promise;
      return answered;
    };
    dana.join(FORM);
    dana.send({ kind: "cancel" });
    await eventually("the departure", async () => test.asked.includes("depart-queue"));
    held.resolve();
    dana.send({ kind: "ping" });
    await dana.frame("pong");
    expect(dana.state).toEqual({ phase: "idle" });
  });

  it("and is put out learns why", async () => {
    const test = await startGateway();
    const dana = await queued(test);
    const to = `${visitOf(dana)}@webchat.example.org/web`;
    test.link.receive(xml("message", { from: SUPPORT, to }, buildDepartQueue("agent-not-found")));
    expect(await dana.phase("unserved")).toMatchObject({ reason: "nobody-took-it", question: "Why?" });
  });

  it("is not moved by news of another workgroup", async () => {
    const test = await startGateway();
    const dana = await queued(test);
    const to = `${visitOf(dana)}@webchat.example.org/web`;
    test.link.receive(xml("message", { from: "sales@workgroup.example.org", to }, buildDepartQueue("closed")));
    dana.send({ kind: "ping" });
    await dana.frame("pong");
    expect(dana.state?.phase).toBe("waiting");
  });
});

describe("a talk", () => {
  it("that the visitor ends is over when the room says so", async () => {
    const { talk, asked, room } = await startGateway();
    const dana = await talk();
    dana.send({ kind: "end" });
    await eventually("the request", async () => asked.includes("end"));
    expect(dana.state?.phase).toBe("talking");
    room("s1").destroy("The visitor ended the chat: Dana");
    expect(await dana.phase("ended")).toMatchObject({ session: "s1", by: { kind: "visitor", name: "Dana" } });
  });

  it("that is over gives back what was never said", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").deaf = true;
    const key = dana.say("too late");
    await eventually("the room to hear", async () => room("s1").heard.length === 1);
    room("s1").destroy("The chat was closed.");
    expect(await dana.frame("refused")).toMatchObject({ code: "not-in-session", key });
  });

  it("may be followed by another with the same workgroup", async () => {
    const { talk, room, joins, invite } = await startGateway();
    const dana = await talk();
    room("s1").say("Anna", "one");
    await dana.line("one");
    room("s1").destroy("The agent ended the chat: Anna");
    await dana.phase("ended");
    dana.join(FORM);
    await dana.phase("waiting");
    room("s2").enter("Ben");
    room("s2").say("Ben", "two");
    invite(visitOf(dana), "s2");
    expect(await dana.phase("talking")).toMatchObject({ session: "s2" });
    await dana.line("two");
    expect(dana.lines.map(({ text }) => text)).toEqual(["two"]);
    expect(joins).toHaveLength(2);
  });
});

describe("a message left for later", () => {
  it("is stored under its key", async () => {
    const { connect, asked } = await startGateway();
    const dana = await connect();
    dana.send({ kind: "leave-message", key: "key-00000001", name: "Dana", email: "d@example.net", text: "Call me" });
    expect(await dana.frame("message-stored")).toEqual({ kind: "message-stored", key: "key-00000001" });
    expect(asked).toContain("leave");
  });

  it("that lacks something says what", async () => {
    const test = await startGateway();
    const dana = await test.connect();
    test.refuse = ({ payload }) =>
      payload.name === "leave" ? new StanzaError("modify", "not-acceptable", "invalid: email") : undefined;
    dana.send({ kind: "leave-message", key: "key-00000001", name: "Dana", email: "x", text: "Call me" });
    const refusal = await dana.frame("refused");
    expect(refusal).toMatchObject({ code: "form-incomplete", key: "key-00000001" });
    expect(Object.keys(refusal.fields ?? {})).toEqual(["email"]);
  });
});

describe("a visitor whose last page closes", () => {
  it("and who waits for nothing is forgotten", async () => {
    const { connect, gateway } = await startGateway();
    const dana = await connect();
    const other = await connect({ token: dana.token ?? "" });
    dana.close();
    other.send({ kind: "ping" });
    await other.frame("pong");
    expect(gateway.visits.size).toBe(1);
    other.close();
    await eventually("nobody to be known", async () => gateway.visits.size === 0);
  });

  it("keeps the place for the grace, then gives it up", async () => {
    const test = await startGateway({ graceMs: 50 });
    const dana = await queued(test);
    dana.vanish();
    await eventually("the place to be given up", async () => test.asked.includes("depart-queue"));
    expect(test.gateway.visits.size).toBe(0);
  });

  it("keeps the seat for the grace, then leaves without ending the talk", async () => {
    const { talk, room, gateway, asked } = await startGateway({ graceMs: 50 });
    const dana = await talk();
    dana.vanish();
    await eventually("the seat to be left", async () => !room("s1").seats.has("Dana"));
    expect(gateway.visits.size).toBe(0);
    expect(asked).not.toContain("end");
  });

  it("and who comes back after the grace takes the seat again, with everything said meanwhile", async () => {
    const { talk, room, gateway, connect } = await startGateway({ graceMs: 20 });
    const dana = await talk();
    dana.say("one");
    await dana.line("one");
    dana.vanish();
    await eventually("the visit to be forgotten", async () => gateway.visits.size === 0);
    room("s1").say("Anna", "two");
    const back = await connect({ token: dana.token ?? "" });
    await back.line("two");
    expect(back.lines.map(({ text, from }) => [text, from.kind])).toEqual([
      ["one", "self"],
      ["two", "agent"],
    ]);
    expect(room("s1").seats.has("Dana")).toBe(true);
  });

  it("and who comes back within it never left", async () => {
    const test = await startGateway({ graceMs: 60_000 });
    const dana = await queued(test);
    dana.vanish();
    const back = await test.connect({ token: dana.token ?? "" });
    expect(back.state).toMatchObject({ phase: "waiting", position: 2 });
    expect(test.asked).not.toContain("depart-queue");
  });
});

describe("a gateway that starts", () => {
  it("finds its visitors, takes their seats, and keeps them for the grace", async () => {
    const world = createFakeXmpp();
    const about = { session: "s1", name: "Dana", question: "Why?" };
    const room = world.room("s1");
    world.visits.set("a".repeat(20), { phase: "talking", room: room.address, startedAt: 1, ...about });
    world.visits.set("b".repeat(20), waitingVisit({ session: "s2" }));
    const { gateway } = await startGateway({ world, graceMs: 150 });
    await eventually("the seat", async () => room.seats.has("Dana"));
    expect(gateway.visits.size).toBe(2);
    await eventually("the grace to end", async () => gateway.visits.size === 0);
    expect(room.seats.has("Dana")).toBe(false);
    expect(world.asked).toContain("depart-queue");
  });

  it("is not ready before the workgroup service answers, and sends no news back meanwhile", async () => {
    const world = createFakeXmpp();
    let away = true;
    world.refuse = () => (away ? new StanzaError("wait", "remote-server-timeout") : undefined);
    const started = startGateway({ world });
    await eventually("a question", async () => world.link.requests.length > 0);
    world.queueStatus("c".repeat(20), 1, "s1");
    expect(world.link.sent).toEqual([]);
    away = false;
    const { url } = await started;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it("sends news back of visitors it does not know, so that the workgroup need not wait for them", async () => {
    const { queueStatus, link } = await startGateway();
    queueStatus("c".repeat(20), 1, "s1");
    const [gone] = link.sent;
    expect(gone?.attrs).toMatchObject({
      type: "error",
      to: SUPPORT,
      from: `${"c".repeat(20)}@webchat.example.org/web`,
    });
  });
});

describe("a workgroup service that was away", () => {
  it("is asked anew about everybody when it is back", async () => {
    const test = await startGateway({ tuning: { watchMs: 20 } });
    const dana = await queued(test);
    let away = true;
    test.link.answer = ((answer) => (request) => {
      if (away) throw new StanzaError("wait", "remote-server-timeout");
      return answer(request);
    })(test.link.answer);
    await eventually("the gateway to notice", async () => test.gateway.visits.trouble !== null);
    // Meanwhile nobody took the request, and the news of it was lost.
    const about = { session: "s1", name: "Dana", question: "Why?" };
    test.visits.set(visitOf(dana), { phase: "unserved", endedAt: 9, reason: "nobody-took-it", ...about });
    away = false;
    await dana.phase("unserved");
    await eventually("the gateway to be ready", async () => test.gateway.visits.trouble === null);
  });
});

describe("the link to the server", () => {
  it("that was away while the talk ended: pages learn it on return", async () => {
    const { talk, link, visits, room } = await startGateway();
    const dana = await talk();
    link.setOnline(false);
    room("s1").seats.delete("Dana");
    const end = { by: "agent", name: "Anna" } as const;
    visits.set(visitOf(dana), { phase: "ended", session: "s1", endedAt: 9, end, name: "Dana", question: "Why?" });
    expect(dana.state?.phase).toBe("talking");
    link.setOnline(true);
    expect(await dana.phase("ended")).toMatchObject({ by: { kind: "agent", name: "Anna" } });
  });

  it("that was away while the talk ended: pages get what was said meanwhile, when it is stored", async () => {
    const test = await startGateway();
    const dana = await test.talk();
    test.room("s1").say("Anna", "one");
    const { id } = await dana.line("one");
    test.link.setOnline(false);
    test.room("s1").seats.delete("Dana");
    const end = { by: "visitor", name: "Dana" } as const;
    test.visits.set(visitOf(dana), { phase: "ended", session: "s1", endedAt: 9, end, name: "Dana", question: "Why?" });
    const said = (of: string, text: string) =>
      ({ id: of, key: "", speaker: "agent", name: "Anna", text, at: 5 }) as const;
    test.history.push(said(id, "one"), said("h2", "two"));
    test.isClosing = true;
    test.link.setOnline(true);
    await dana.line("two");
    test.history.push(said("h3", "three"));
    test.isClosing = false;
    await dana.line("three");
    expect(dana.lines.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });

  it.each<[what: string, refusals: StanzaError[]]>([
    ["the service is away", [new StanzaError("wait", "remote-server-timeout", "Component unavailable")]],
    [
      "its database is",
      [new StanzaError("wait", "service-unavailable"), new StanzaError("wait", "service-unavailable")],
    ],
  ])(
    "that was away while the talk ended: pages get what was said meanwhile, also when %s at first",
    async (_, refusals) => {
      const test = await startGateway();
      const dana = await test.talk();
      test.link.setOnline(false);
      test.room("s1").seats.delete("Dana");
      const end = { by: "visitor", name: "Dana" } as const;
      test.visits.set(visitOf(dana), {
        phase: "ended",
        session: "s1",
        endedAt: 9,
        end,
        name: "Dana",
        question: "Why?",
      });
      test.history.push({ id: "h1", key: "", speaker: "agent", name: "Anna", text: "two", at: 5 });
      test.refuse = ({ payload }) => (payload.name === "history" ? refusals.shift() : undefined);
      test.link.setOnline(true);
      await dana.line("two");
      expect(refusals).toEqual([]);
      expect(dana.inbox.all.filter(({ kind }) => kind === "refused")).toEqual([]);
    },
  );

  it("that was away while the talk ended: of the one before nothing comes when the visitor has begun another", async () => {
    const test = await startGateway();
    const dana = await test.talk();
    test.link.setOnline(false);
    test.room("s1").seats.delete("Dana");
    const end = { by: "visitor", name: "Dana" } as const;
    test.visits.set(visitOf(dana), { phase: "ended", session: "s1", endedAt: 9, end, name: "Dana", question: "Why?" });
    test.isClosing = true;
    test.link.setOnline(true);
    await dana.phase("ended");
    dana.join(FORM);
    await dana.phase("waiting");
    test.queueStatus(visitOf(dana), 1, "s2");
    test.invite(visitOf(dana), "s2");
    await dana.phase("talking");
    const [before, asked] = [dana.inbox.all.length, test.asked.length];
    test.history.push({ id: "h1", key: "", speaker: "agent", name: "Anna", text: "late", at: 5 });
    await eventually("the transcript to be asked again", async () => test.asked.slice(asked).includes("history"));
    test.room("s2").say("Anna", "now");
    await dana.line("now");
    const sessions = dana.inbox.all.slice(before).flatMap((frame) => (frame.kind === "lines" ? [frame.session] : []));
    expect(new Set(sessions)).toEqual(new Set(["s2"]));
  });

  it("that is away when the visitor acts: the page is told to try again", async () => {
    const test = await startGateway();
    const dana = await queued(test);
    test.link.setOnline(false);
    dana.send({ kind: "cancel" });
    expect(await dana.frame("refused")).toMatchObject({ code: "unavailable", againS: expect.any(Number) });
    expect(dana.state?.phase).toBe("waiting");
  });
});

describe("an address of a visitor", () => {
  const iq = (to: string, name: string, ns: string) =>
    xml("iq", { type: "get", id: "i1", from: "anna@example.org/pc", to }, xml(name, { xmlns: ns }));
  const answer = (test: TestGateway) => eventually("an answer", async () => test.link.sent.find((one) => one.is("iq")));

  it("says what it is, and answers pings", async () => {
    const test = await startGateway();
    const dana = await test.connect();
    const to = `${visitOf(dana)}@webchat.example.org/web`;
    test.link.receive(iq(to, "query", "http://jabber.org/protocol/disco#info"));
    const reply = await answer(test);
    expect(reply.attrs).toMatchObject({ type: "result", id: "i1", from: to });
    expect(String(reply)).toContain('category="client"');
  });

  it.each([
    ["anything else", true, "jabber:iq:version"],
    ["a ping to nobody", false, "urn:xmpp:ping"],
  ])("refuses %s", async (_, known, ns) => {
    const test = await startGateway();
    const dana = await test.connect();
    const visit = known ? visitOf(dana) : "c".repeat(20);
    test.link.receive(iq(`${visit}@webchat.example.org/web`, ns === "urn:xmpp:ping" ? "ping" : "query", ns));
    expect((await answer(test)).attrs.type).toBe("error");
  });
});
