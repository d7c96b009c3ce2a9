/** Invite, transfer and watching at the wire, as the protocol's checklist numbers them (reference 4.12 to 4.14, 6.5 to 6.8). */
import { afterEach, describe, expect, it, vi } from "vitest";
import { NS_CONFERENCE, NS_MUC_ADMIN, NS_MUC_USER } from "../../../protocol/ns.ts";
import { attr, child, type Element, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { createWorld } from "../features/world.ts";
import { ANNA, BEN, CAROL, EVE, JIVE, JOIN_BY_SMACK, onDuty, openService, parsed, plain, SUPPORT, WG } from "./wire.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});

const BILLING = "billing@workgroup.example.org";
const CLEO = "cleo@example.org/Spark";
const DORA = "dora@example.org/desk";
const others = { billing: { name: "Billing", agents: { "cleo@example.org": { name: "Cleo" } } } };

/** Anna talks with Carol; Ben is on duty beside her, and Cleo in Billing. */
async function talking(of: Record<string, unknown> = {}) {
  const service = await openService(of, others);
  stops.push(() => service.app.stop());
  await service.tell(onDuty(ANNA), 2);
  await service.ask(CAROL, "set", JOIN_BY_SMACK);
  const session = await service.offered();
  await service.ask(ANNA, "set", `<offer-accept ${WG} id='${session}'/>`);
  const room = await service.room(session);
  await vi.waitFor(() => expect(service.invited()).toHaveLength(2));
  service.enter(room, CAROL, "Carol");
  service.enter(room, ANNA, "Anna");
  await service.tell(onDuty(BEN), 2);
  await service.tell(onDuty(CLEO, "", BILLING), 2);

  /** An agent asks somebody into the session. */
  const hand = (kind: string, type: string, invitee: string, from = ANNA, reason = "Billing question") =>
    service.ask(
      from,
      "set",
      `<${kind} ${WG} type='${type}'><session ${JIVE} id='${session}'></session><invitee>${invitee}</invitee><reason>${reason}</reason></${kind}>`,
    );
  /** Whom the service has put out of the room, by nick. */
  const kicked = () =>
    service.link.requests.flatMap(({ payload, to, from }) => {
      const item = payload.is("query", NS_MUC_ADMIN) ? elements(payload)[0] : undefined;
      return item && attr(item, "role") === "none" ? [[from, to, attr(item, "nick"), item.getChildText("reason")]] : [];
    });
  const failure = (kind: string) => service.message(ANNA, kind);
  /** The room says that somebody declines. */
  const decline = (by: string) =>
    service.link.receive(
      `<message from='${room.address}' to='${SUPPORT}'><x xmlns='${NS_MUC_USER}'><decline from='${by}'><reason>No time</reason></decline></x></message>`,
    );
  const leave = (jid: string, nick: string) =>
    service.link.receive(
      `<presence type='unavailable' from='${room.address}/${nick}' to='${room.seat}'><x xmlns='${NS_MUC_USER}'><item affiliation='member' role='none' jid='${jid}'/></x></presence>`,
    );
  const invitations = () =>
    service.link.sent.filter((one) => child(one, "x", NS_MUC_USER)?.getChild("invite") !== undefined);
  return { ...service, session, room, hand, kicked, failure, decline, leave, invitations };
}

/** Whatever was received is decided: the database of these tests answers in the same turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const condition = (answer: Element) => answer.getChild("error")?.getChildElements()[0]?.name;
const isResult = (answer: Element) => attr(answer, "type") === "result" && elements(answer).length === 0;

const failed = (kind: string, type: string, invitee: string, text: string) =>
  parsed(
    `<message type='error' from='${SUPPORT}' to='${ANNA}'><body>${text}</body><${kind} ${WG} type='${type}'><session ${JIVE} id='SESSION'/><inviter>${ANNA}</inviter><invitee>${invitee}</invitee></${kind}><error type='wait' code='404'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );

describe("T-14: a transfer to a queue", () => {
  const QUEUE = `${BILLING}/Default Queue`;

  it("is an offer with a new id that names session, inviter, room and reason; who gets it may enter the room at once", async () => {
    const { hand, request, session, link } = await talking();
    expect(isResult(await hand("transfer", "queue", QUEUE))).toBe(true);
    const { from, payload } = await request(CLEO, "offer");
    const id = attr(payload, "id") ?? "";
    expect(id).not.toBe(session);
    const metadata = `<metadata ${JIVE}><value name='username'>Carol</value><value name='email'>carol@example.net</value><value name='question'>Where is it?</value><value name='userID'>carol@example.org</value></metadata>`;
    expect(from).toBe(BILLING);
    expect(plain(payload, session)).toEqual(
      parsed(
        `<offer ${WG} id='${id}' jid='${CAROL}'>${metadata}<timeout>20</timeout><session ${JIVE} id='SESSION' workgroup='${SUPPORT}'/><transfer type='queue'><inviter>${ANNA}</inviter><room>SESSION@conference.example.org</room>${metadata}<reason>Billing question</reason></transfer><user ${JIVE} id='carol@example.org'/></offer>`,
      ),
    );
    const membership = link.requests.find(
      ({ to, payload }) => to.startsWith(session) && String(payload).includes("cleo@example.org"),
    );
    expect(membership?.from).toBe(`${SUPPORT}/${session}`);
  });

  it.each([
    ["the session's id, as Smack does", (session: string) => session, BILLING],
    ["the session's id, at the wrong workgroup", (session: string) => session, SUPPORT],
    ["the offer's own id", (_: string, id: string) => id, BILLING],
  ])("is accepted by %s (R-38); when the invitee is in, the inviter is out", async (_, named, at) => {
    const { hand, request, session, ask, room, enter, kicked, leave, to, iq, link } = await talking();
    await hand("transfer", "queue", QUEUE);
    const id = attr((await request(CLEO, "offer")).payload, "id") ?? "";
    expect(isResult(await ask(CLEO, "set", `<offer-accept ${WG} id='${named(session, id)}'/>`, at))).toBe(true);
    expect(kicked()).toEqual([]);
    enter(room, CLEO, "Cleo");
    const reason = "Transfer was successful";
    await vi.waitFor(() => expect(kicked()).toEqual([[`${SUPPORT}/${session}`, room.address, "Anna", reason]]));
    leave(ANNA, "Anna");
    // The talk is Cleo's, whom another workgroup has lent: she may end it, and Anna may not any more.
    const end = () => parseXml(`<end xmlns='urn:foyer:session:0' session='${session}'/>`);
    expect(condition(await iq(ANNA, SUPPORT, "set", end()))).toBe("forbidden");
    expect(isResult(await iq(CLEO, BILLING, "set", end()))).toBe(true);
    expect(to(ANNA).filter((one) => attr(one, "type") === "error" && one.name === "message")).toEqual([]);
    expect(link.requests.filter(({ payload }) => payload.name === "offer-revoke")).toEqual([]);
  });

  it("counts the agent who enters before the word of the acceptance is heard", async () => {
    const { hand, request, session, link, room, enter, kicked } = await talking();
    await hand("transfer", "queue", QUEUE);
    await request(CLEO, "offer");
    enter(room, CLEO, "Cleo");
    link.receive(`<iq type='set' id='fast' from='${CLEO}' to='${BILLING}'><offer-accept ${WG} id='${session}'/></iq>`);
    await vi.waitFor(() => expect(kicked()).toHaveLength(1));
  });

  it("that everybody declines is told to the inviter, who keeps the chat (R-46)", async () => {
    const { hand, request, session, ask, failure, kicked } = await talking();
    await hand("transfer", "queue", QUEUE);
    await request(CLEO, "offer");
    await ask(CLEO, "set", `<offer-reject ${WG} id='${session}'/>`, BILLING);
    const message = await failure("transfer");
    expect(plain(message, session)).toEqual(failed("transfer", "queue", QUEUE, "No agent accepted this chat."));
    expect(kicked()).toEqual([]);
  });

  it.each([
    ["queue", `${BILLING}/Night shift`, "Specified queue was not found."],
    ["workgroup", "nobody@workgroup.example.org", "Specified workgroup was not found."],
    ["workgroup", "support@workgroup.elsewhere.org", "Specified workgroup was not found."],
  ])("to a %s that is not there, %s, is told so", async (type, invitee, text) => {
    const { hand, failure, session } = await talking();
    expect(isResult(await hand("transfer", type, invitee))).toBe(true);
    expect(plain(await failure("transfer"), session)).toEqual(failed("transfer", type, invitee, text));
  });

  it("to a workgroup where nobody is on duty is told so", async () => {
    const { hand, failure, session, link } = await talking();
    link.receive(`<presence type='unavailable' from='${CLEO}' to='${BILLING}'/>`);
    await settled();
    await hand("transfer", "workgroup", BILLING);
    const text = "Nobody is there to take this chat.";
    expect(plain(await failure("transfer"), session)).toEqual(failed("transfer", "workgroup", BILLING, text));
  });

  it("to the own workgroup asks the colleagues, and not the inviter", async () => {
    const { hand, request, requestsTo } = await talking({ routing: "ring all" });
    await hand("transfer", "workgroup", SUPPORT);
    await request(BEN, "offer");
    // Only the one by which she has the chat.
    expect(requestsTo(ANNA, "offer")).toHaveLength(1);
  });

  it("goes to the next when who accepted declines the invitation, and fails when there is none", async () => {
    const { hand, request, session, ask, decline, failure, invited } = await talking();
    await hand("transfer", "queue", QUEUE);
    await request(CLEO, "offer");
    await ask(CLEO, "set", `<offer-accept ${WG} id='${session}'/>`, BILLING);
    await vi.waitFor(() => expect(invited().at(-1)).toBe("cleo@example.org"));
    decline(CLEO);
    expect(plain(await failure("transfer"), session)).toEqual(
      failed("transfer", "queue", QUEUE, "No agent accepted this chat."),
    );
  });

  it("ends with the visitor: the offer is taken back, and a late answer is refused", async () => {
    const { hand, request, session, ask, iq, to } = await talking();
    await hand("transfer", "queue", QUEUE);
    await request(CLEO, "offer");
    await iq(CAROL, SUPPORT, "set", parseXml(`<end xmlns='urn:foyer:session:0' session='${session}'/>`));
    const revoke = (await request(CLEO, "offer-revoke")).payload;
    expect(attr(revoke.getChild("session") ?? revoke, "id")).toBe(session);
    expect(condition(await ask(CLEO, "set", `<offer-accept ${WG} id='${session}'/>`, BILLING))).toBeDefined();
    expect(to(ANNA).filter((one) => one.name === "message" && attr(one, "type") === "error")).toEqual([]);
  });
});

describe("T-15: somebody by name", () => {
  it.each([
    ["invite", ""],
    ["transfer", "<value name='transfer'>true</value>"],
  ])("gets, for %s, an invitation with all that Spark's panel needs (R-47)", async (kind, mark) => {
    const { hand, invitations, session } = await talking();
    expect(isResult(await hand(kind, "user", "ben@example.org"))).toBe(true);
    await vi.waitFor(() => expect(invitations()).toHaveLength(3));
    const invitation = invitations().at(-1);
    expect(invitation && plain(invitation, session)).toEqual(
      parsed(
        `<message from='${SUPPORT}' to='SESSION@conference.example.org'><workgroup ${WG} jid='${SUPPORT}'/><session ${JIVE} id='SESSION'/><metadata ${JIVE}><value name='username'>Carol</value><value name='email'>carol@example.net</value><value name='question'>Where is it?</value><value name='userID'>carol@example.org</value><value name='inviter'>${ANNA}</value>${mark}</metadata><x xmlns='${NS_MUC_USER}'><invite to='ben@example.org'><reason>Billing question</reason></invite></x></message>`,
      ),
    );
  });

  it("who comes to help leaves the inviter in the room", async () => {
    const { hand, room, enter, kicked, iq, session } = await talking();
    await hand("invite", "user", "ben@example.org");
    enter(room, BEN, "Ben");
    const end = parseXml(`<end xmlns='urn:foyer:session:0' session='${session}'/>`);
    expect(isResult(await iq(BEN, SUPPORT, "set", end))).toBe(true);
    expect(kicked()).toEqual([]);
  });

  it("who comes to take over puts the inviter out, on every device", async () => {
    const { hand, room, enter, kicked } = await talking();
    enter(room, "anna@example.org/phone", "Anna 2");
    await hand("transfer", "user", "ben@example.org");
    enter(room, BEN, "Ben");
    await vi.waitFor(() => expect(kicked().map(([, , nick]) => nick)).toEqual(["Anna", "Anna 2"]));
  });

  it("who is no agent may come too, and is one of the talk then", async () => {
    const { hand, room, enter, kicked, invited } = await talking();
    await hand("transfer", "user", "dora@example.org");
    await vi.waitFor(() => expect(invited().at(-1)).toBe("dora@example.org"));
    enter(room, DORA, "Dora");
    await vi.waitFor(() => expect(kicked()).toHaveLength(1));
  });

  it("who declines is told to the inviter", async () => {
    const { hand, decline, failure, session, invited } = await talking();
    await hand("transfer", "user", "ben@example.org");
    await vi.waitFor(() => expect(invited().at(-1)).toBe("ben@example.org"));
    decline(BEN);
    const text = "The invitation was declined.";
    expect(plain(await failure("transfer"), session)).toEqual(failed("transfer", "user", "ben@example.org", text));
  });

  it("who does not come within a minute is told to the inviter", async () => {
    const { hand, failure, session } = await talking();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    await hand("invite", "user", "ben@example.org");
    await vi.advanceTimersByTimeAsync(61_000);
    const text = "Agent or user failed to join the room.";
    expect(plain(await failure("invite"), session)).toEqual(failed("invite", "user", "ben@example.org", text));
  });

  it("who is an agent off duty is not bothered, and the inviter told", async () => {
    const { hand, failure, session, link, invited } = await talking();
    link.receive(`<presence type='unavailable' from='${BEN}' to='${SUPPORT}'/>`);
    await settled();
    await hand("invite", "user", "ben@example.org");
    const text = "Nobody is there to take this chat.";
    expect(plain(await failure("invite"), session)).toEqual(failed("invite", "user", "ben@example.org", text));
    expect(invited()).toHaveLength(2);
  });

  it.each([
    ["oneself", "anna@example.org", "conflict"],
    ["the visitor", "carol@example.org", "not-allowed"],
    ["a malformed address", "@@", "jid-malformed"],
    ["a server", "example.org", "jid-malformed"],
  ])("cannot be %s, and nothing changes", async (_, invitee, expected) => {
    const { hand, invited } = await talking();
    expect(condition(await hand("transfer", "user", invitee))).toBe(expected);
    expect(invited()).toHaveLength(2);
  });

  it("can be asked by one agent at a time: a second transfer by a colleague waits for the first", async () => {
    const { hand, room, enter } = await talking();
    await hand("invite", "user", "ben@example.org");
    enter(room, BEN, "Ben");
    expect(isResult(await hand("transfer", "queue", `${BILLING}/Default Queue`))).toBe(true);
    expect(condition(await hand("transfer", "user", "dora@example.org", BEN))).toBe("conflict");
  });
});

describe("an invitation or a transfer", () => {
  it.each([
    ["of no known type", "planet", "ben@example.org", ANNA, "bad-request"],
    ["by somebody who is not signed in", "user", "ben@example.org", EVE, "item-not-found"],
    ["into a colleague's chat", "user", "cleo@example.org", BEN, "forbidden"],
  ])("%s is refused", async (_, type, invitee, from, expected) => {
    const { hand } = await talking();
    expect(condition(await hand("invite", type, invitee, from))).toBe(expected);
  });

  it("into no session is refused", async () => {
    const { ask } = await talking();
    const payload = `<invite ${WG} type='user'><session ${JIVE} id='nothing'/><invitee>ben@example.org</invitee></invite>`;
    expect(condition(await ask(ANNA, "set", payload))).toBe("item-not-found");
  });
});

describe("an inviter who is gone midway", () => {
  it("leaves the talk to whom it was handed, though leaving the room would have ended it", async () => {
    const { hand, room, enter, leave, link, to, session, iq } = await talking();
    await hand("transfer", "user", "ben@example.org");
    leave(ANNA, "Anna");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    await vi.advanceTimersByTimeAsync(40_000);
    vi.useRealTimers();
    enter(room, BEN, "Ben");
    const end = parseXml(`<end xmlns='urn:foyer:session:0' session='${session}'/>`);
    expect(isResult(await iq(BEN, SUPPORT, "set", end))).toBe(true);
    expect(to(ANNA).filter((one) => one.name === "message" && attr(one, "type") === "error")).toEqual([]);
    expect(link.sent.some((one) => String(one).includes('kind="requeued"'))).toBe(false);
  });
});

describe("watching a chat", () => {
  const monitors = { monitors: ["dora@example.org"] };
  const watch = (session: string) => `<monitor ${JIVE}><makeOwner sessionID='${session}'></makeOwner></monitor>`;

  it("is for those who may: they are told so, and made owners of the room", async () => {
    const { ask, session, room, link } = await talking(monitors);
    const answer = await ask(DORA, "get", `<monitor ${JIVE}/>`);
    expect(elements(answer).map((one) => plain(one))).toEqual([
      parsed(`<monitor ${JIVE}><isMonitor>true</isMonitor></monitor>`),
    ]);
    expect(isResult(await ask(DORA, "set", watch(session)))).toBe(true);
    await vi.waitFor(() => {
      const last = link.requests.at(-1);
      expect(last).toMatchObject({ from: `${SUPPORT}/${session}`, to: room.address, type: "set" });
      expect(last && plain(last.payload)).toEqual(
        parsed(`<query xmlns='${NS_MUC_ADMIN}'><item jid='dora@example.org' affiliation='owner'/></query>`),
      );
    });
  });

  it("is refused to others", async () => {
    const { ask, session } = await talking(monitors);
    expect(String(await ask(BEN, "get", `<monitor ${JIVE}/>`))).toContain("<isMonitor>false</isMonitor>");
    expect(condition(await ask(BEN, "set", watch(session)))).toBe("forbidden");
    expect(condition(await ask(DORA, "set", watch("nothing")))).toBe("item-not-found");
  });

  it("does not make one an agent of it: when its agent leaves for good, the chat is over", async () => {
    const { ask, session, room, enter, leave, rooms } = await talking({ monitors: ["ben@example.org"] });
    await ask(BEN, "set", watch(session));
    enter(room, BEN, "Ben");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    leave(ANNA, "Anna");
    await vi.advanceTimersByTimeAsync(3_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(rooms.has(room.address)).toBe(false));
  });
});

describe("the occupants of a chat", () => {
  const ask = `<occupants-info ${JIVE} roomID='r1'/>`;

  it("are told with a stamp that Smack can read", async () => {
    const world = createWorld();
    await world.signIn();
    world.records.sessions.set("r1", { workgroup: "support", visitor: CAROL, isClosing: false });
    const joinedAt = Date.UTC(2026, 0, 5, 9, 58, 11);
    world.records.occupants.set("r1", [{ jid: "anna@example.org/Spark", nick: "Anna", joinedAt }]);
    const answer = await world.ask("get", ask);
    expect(answer && shape(answer)).toEqual(
      parsed(
        `<occupants-info ${JIVE} roomID='r1'><occupant><jid>anna@example.org/Spark</jid><nickname>Anna</nickname><joined>20260105T09:58:11</joined></occupant></occupants-info>`,
      ),
    );
  });

  it("of an unknown room, or another workgroup's, are nobody", async () => {
    const world = createWorld();
    await world.signIn();
    world.records.sessions.set("r1", { workgroup: "sales", visitor: CAROL, isClosing: false });
    expect(String(await world.ask("get", ask))).toBe(String(parseXml(`<occupants-info ${JIVE} roomID='r1'/>`)));
  });

  it("are for agents who are signed in", async () => {
    const world = createWorld();
    expect((await world.refusal("get", ask)).condition).toBe("not-authorized");
    expect((await world.refusal("get", ask, { from: EVE })).condition).toBe("not-authorized");
  });
});

describe("an agent who accepted", () => {
  /** Both sides are invited, and Ben has come on duty. */
  async function accepted() {
    const service = await openService({}, others);
    stops.push(() => service.app.stop());
    await service.tell(onDuty(ANNA), 2);
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    const session = await service.offered();
    await service.ask(ANNA, "set", `<offer-accept ${WG} id='${session}'/>`);
    await vi.waitFor(() => expect(service.invited()).toHaveLength(2));
    await service.tell(onDuty(BEN), 2);
    const decline = (by: string, rooms = "conference.example.org") =>
      service.link.receive(
        `<message from='${session}@${rooms}' to='${SUPPORT}'><x xmlns='${NS_MUC_USER}'><decline from='${by}'/></x></message>`,
      );
    return { ...service, session, decline };
  }

  it("with an ordinary client is invited directly, too, in words (XEP-0249)", async () => {
    const service = await openService();
    stops.push(() => service.app.stop());
    service.link.receive(`<presence from='anna@example.org' to='${SUPPORT}' type='subscribed'/>`);
    service.link.receive(`<presence from='${ANNA}' to='${SUPPORT}'/>`);
    await settled();
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    const bodies = () => service.to(ANNA).flatMap((one) => one.getChildText("body") ?? []);
    await vi.waitFor(() => expect(bodies().join(" ")).toContain("Carol asks: Where is it?"));
    service.link.receive(`<message type='chat' from='${ANNA}' to='${SUPPORT}' id='y'><body>yes</body></message>`);
    const direct = await vi.waitFor(() => {
      const found = service.to(ANNA).find((one) => child(one, "x", NS_CONFERENCE));
      if (!found) throw new Error("no direct invitation");
      return found;
    });
    const [room] = service.rooms.keys().filter((address) => !address.startsWith("workgroup-"));
    const session = room?.replace(/@.*/, "") ?? "";
    expect(plain(direct, session)).toEqual(
      parsed(
        `<message from='${SUPPORT}' to='${ANNA}'><x xmlns='${NS_CONFERENCE}' jid='SESSION@conference.example.org' reason='Carol: Where is it?'/></message>`,
      ),
    );
    // Also the mediated one, to the same client: only that makes a member.
    const mediated = service.link.sent.flatMap((one) => child(one, "x", NS_MUC_USER)?.getChild("invite") ?? []);
    expect(mediated.map((one) => attr(one, "to"))).toContain(ANNA);
    expect(service.rooms.get(room ?? "")).toMatchObject({
      subject: "Carol: Where is it?",
      lines: ["Carol asks: Where is it?"],
    });
  });

  it("and then declines the invitation is not waited for: the visitor goes to the next", async () => {
    const { decline, request, session } = await accepted();
    decline(ANNA);
    expect(attr((await request(BEN, "offer")).payload, "id")).toBe(session);
  });

  it("and whose visitor declines is rid of the chat", async () => {
    const { decline, rooms, session } = await accepted();
    decline(CAROL);
    await vi.waitFor(() => expect(rooms.has(`${session}@conference.example.org`)).toBe(false));
  });

  it("is not declined for by a room elsewhere", async () => {
    const { decline, requestsTo } = await accepted();
    decline(ANNA, "conference.elsewhere.org");
    await settled();
    expect(requestsTo(BEN, "offer")).toEqual([]);
  });
});
