import { describe, expect, it } from "vitest";
import { type Element, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SALES, SERVICE, SUPPORT } from "./world.ts";

const STATUS = "xmlns='http://jabber.org/protocol/workgroup'";
const presence = (from: string, inside = "", of = "", to = SUPPORT) =>
  `<presence id='p1' from='${from}' to='${to}' ${of}>${inside}</presence>`;
const signIn = (inside = "") => `<agent-status ${STATUS}>${inside}</agent-status>`;
const status = (to: string, type = "") =>
  shape(
    parseXml(
      `<presence from='${SUPPORT}' to='${to}' ${type}><workgroup xmlns='http://jivesoftware.com/protocol/workgroup'><lastModified>20260105T09:30:00</lastModified></workgroup></presence>`,
    ),
  );
const kind = ({ attrs }: Element) => [attrs.type ?? "", attrs.to];

describe("an agent's presence", () => {
  it("with an agent's status signs the client in", async () => {
    const { tell, support } = createWorld();
    await tell(presence(ANNA, signIn()));
    expect(support.told("agent-signed-in")).toEqual([
      { type: "agent-signed-in", at: expect.any(Number), device: ANNA, show: "available", maxChats: null },
    ]);
    expect(support.effects).toContainEqual({ type: "tell-queue", device: ANNA });
  });

  it.each([
    ["max-chats", "3", 3],
    ["max_chats", "3", 3],
    ["max-chats", "", null],
  ])("bears a wish in %s (R-30)", async (name, text, maxChats) => {
    const { tell, support } = createWorld();
    await tell(presence(ANNA, `<show>chat</show>${signIn(`<${name}>${text}</${name}>`)}`));
    expect(support.told("agent-signed-in")[0]).toMatchObject({ show: "chat", maxChats });
  });

  it("without it, from a client that is signed in, changes it", async () => {
    const { tell, support } = createWorld();
    await tell(presence(ANNA, signIn()));
    await tell(presence(ANNA, "<show>away</show><status>lunch</status>"));
    expect(support.told("agent-changed")).toMatchObject([{ device: ANNA, show: "away", maxChats: null }]);
    // R-31: every presence is answered with the queue.
    expect(support.effects.filter(({ type }) => type === "tell-queue")).toHaveLength(2);
  });

  it("without it, from a client that is not, only asks (R-13)", async () => {
    const { tell, support } = createWorld();
    expect((await tell(presence(ANNA))).map(shape)).toEqual([status(ANNA, "type='unavailable'")]);
    expect(support.told("agent-signed-in")).toEqual([]);
  });

  it.each(["unavailable", "error"])("of type %s signs the client out", async (type) => {
    const { tell, support } = createWorld();
    await tell(presence(ANNA, signIn()));
    await tell(presence(ANNA, "", `type='${type}'`));
    expect(support.told("agent-signed-out")).toMatchObject([{ device: ANNA }]);
    expect(support.committed.agents.size).toBe(0);
  });

  it("signs the client in anew when it comes before its signing out was decided", async () => {
    const { tell, support } = createWorld();
    await tell(presence(ANNA, signIn()));
    const ask = support.ask.bind(support);
    let signedOut = false;
    support.ask = async (event) => {
      // What the mailbox does: the earlier event is taken first, and this one finds nobody there.
      if (!signedOut) await ask({ type: "agent-signed-out", at: event.at, device: ANNA });
      signedOut = true;
      return ask(event);
    };
    await tell(presence(ANNA, signIn()));
    expect(support.committed.agents.get("anna@example.org")?.devices).toMatchObject([{ jid: ANNA }]);
    expect(support.effects.filter(({ type }) => type === "tell-queue")).toHaveLength(2);
  });

  it("with a wish that is no number is refused", async () => {
    const { tell, support } = createWorld();
    const [answer, ...more] = await tell(presence(ANNA, signIn("<max-chats>many</max-chats>")));
    expect(more).toEqual([]);
    expect(answer && shape(answer)).toEqual(
      shape(
        parseXml(
          `<presence type='error' id='p1' from='${SUPPORT}' to='${ANNA}'><error type='modify' code='400'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>max-chats is "many", not a whole number</text></error></presence>`,
        ),
      ),
    );
    expect(support.committed.agents.size).toBe(0);
  });
});

describe("somebody who is no agent of the workgroup", () => {
  const refused = (answer: Element[]) =>
    answer.map((one) => [one.attrs.type, elements(elements(one)[0] ?? one)[0]?.name]);

  it("is refused with an agent's status, and not signed in (R-32)", async () => {
    const { tell, support, subscribers } = createWorld();
    expect(refused(await tell(presence(EVE, signIn())))).toEqual([["error", "not-authorized"]]);
    expect(support.asked).toEqual([]);
    expect(subscribers.size).toBe(0);
  });

  it("is refused also when an agent of another workgroup", async () => {
    const { tell, sales } = createWorld();
    expect(refused(await tell(presence(BEN, signIn(), "", SALES)))).toEqual([["error", "not-authorized"]]);
    expect(sales.asked).toEqual([]);
  });

  it("is told whether it is open, now and at every change", async () => {
    const { tell, signIn: agentSignsIn, subscribers, support } = createWorld();
    expect((await tell(presence(DANA))).map(shape)).toEqual([status(DANA, "type='unavailable'")]);
    await agentSignsIn();
    expect((await tell(presence(DANA))).map(shape)).toEqual([status(DANA)]);
    expect([...subscribers]).toEqual([`support ${DANA}`]);
    expect(support.told("visitor-reachable")).toHaveLength(2);
    expect(await tell(presence(DANA, "", "type='unavailable'"))).toEqual([]);
    expect(subscribers.size).toBe(0);
    expect(support.told("visitor-unreachable")).toMatchObject([{ visitor: DANA }]);
  });

  it("may be an agent who tries the service as a visitor", async () => {
    const { tell, signIn: agentSignsIn, join, support } = createWorld();
    await agentSignsIn(ANNA);
    const { id } = await join(BEN);
    await tell(presence(BEN, "", "type='unavailable'"));
    expect(support.committed.requests.get(id)?.unreachable).toMatchObject({ lost: true });
    await tell(presence(BEN));
    expect(support.committed.requests.get(id)?.unreachable).toBeNull();
  });
});

describe("a subscription", () => {
  it("is always granted, and followed by how things stand", async () => {
    const { tell } = createWorld();
    const sent = await tell(presence("dana@example.org", "", "type='subscribe'"));
    expect(sent.map(kind)).toEqual([
      ["subscribed", "dana@example.org"],
      ["unavailable", "dana@example.org"],
    ]);
  });

  it("of an agent is asked for in return, so that every change of show is told (R-34)", async () => {
    const { tell } = createWorld();
    const sent = await tell(presence("anna@example.org", "", "type='subscribe'"));
    expect(sent.map(kind).at(-1)).toEqual(["subscribe", "anna@example.org"]);
    expect(await tell(presence("anna@example.org", "", "type='subscribed'"))).toEqual([]);
  });

  it("may be given up", async () => {
    const sent = await createWorld().tell(presence("dana@example.org", "", "type='unsubscribe'"));
    expect(sent.map(({ attrs }) => attrs.type)).toEqual(["unavailable", "unsubscribed"]);
  });

  it("is refreshed by a probe", async () => {
    const sent = await createWorld().tell(presence("dana@example.org", "", "type='probe'"));
    expect(sent.map(shape)).toEqual([status("dana@example.org", "type='unavailable'")]);
  });
});

describe("a presence to no workgroup of ours", () => {
  it("is refused, and only once: errors and farewells are not answered", async () => {
    const { tell, sales, deps } = createWorld();
    const nobody = `nobody@${SERVICE}`;
    const [answer] = await tell(presence(ANNA, signIn(), "", nobody));
    expect(answer?.attrs).toMatchObject({ type: "error", from: nobody, to: ANNA });
    const refused = await tell(presence("dana@example.org", "", "type='subscribe'", nobody));
    expect(refused.map(kind)).toEqual([["unsubscribed", "dana@example.org"]]);
    for (const type of ["unavailable", "error", "probe"]) {
      expect(await tell(presence(ANNA, "", `type='${type}'`, nobody))).toEqual([]);
    }
    sales.post({ type: "workgroup-removed", at: deps.now() });
    expect((await tell(presence(ANNA, signIn(), "", SALES)))[0]?.attrs.type).toBe("error");
  });
});

describe("an agent with an ordinary client", () => {
  const BARE = "anna@example.org";
  const granted = async (world: ReturnType<typeof createWorld>) => {
    await world.tell(presence(BARE, "", "type='subscribed'"));
    return world;
  };
  const devices = ({ support }: ReturnType<typeof createWorld>) =>
    (support.committed.agents.get(BARE)?.devices ?? []).map(({ jid, show, plain }) => [jid, show, plain]);

  it.each(["", "chat", "away", "xa", "dnd"])("is on duty as its presence says: %s", async (show) => {
    const world = await granted(createWorld());
    const sent = await world.tell(presence(ANNA, show && `<show>${show}</show>`));
    expect(devices(world)).toEqual([[ANNA, show || "available", true]]);
    // No chatter in Fastpath's words.
    expect(sent.filter(({ attrs }) => String(attrs.from).includes("/"))).toEqual([]);
  });

  it("comes and goes with it", async () => {
    const world = await granted(createWorld());
    await world.tell(presence(ANNA));
    await world.tell(presence(ANNA, "<show>dnd</show>"));
    expect(devices(world)).toEqual([[ANNA, "dnd", true]]);
    await world.tell(presence(ANNA, "", "type='unavailable'"));
    expect(devices(world)).toEqual([]);
  });

  it("is off duty on all devices when its server says that nobody is there, or it withdraws the right to know", async () => {
    for (const [from, type] of [
      [BARE, "unavailable"],
      [BARE, "unsubscribed"],
    ] as const) {
      const world = await granted(createWorld());
      await world.tell(presence(ANNA));
      await world.tell(presence("anna@example.org/phone"));
      await world.tell(presence(from, "", `type='${type}'`));
      expect(devices(world)).toEqual([]);
      expect(world.contacts.isGranted("support", BARE)).toBe(type === "unavailable");
    }
  });

  it("becomes a client that speaks Fastpath by saying so, and is shown what was offered meanwhile", async () => {
    const world = await granted(createWorld());
    await world.tell(presence(ANNA));
    const { id } = await world.join();
    await world.tell(presence(ANNA, signIn()));
    expect(devices(world)).toEqual([[ANNA, "available", undefined]]);
    const shown = world.support.effects.flatMap((one) => (one.type === "send-offer" ? one.request.id : []));
    expect(shown).toEqual([id, id]);
    // From then on its presence is an update.
    await world.tell(presence(ANNA, "<show>away</show>"));
    expect(devices(world)).toEqual([[ANNA, "away", undefined]]);
  });

  it("is left alone after signing out of Fastpath while it is online, until it goes", async () => {
    const world = await granted(createWorld());
    await world.tell(presence(ANNA, signIn()));
    await world.tell(presence(ANNA, signIn(), "type='unavailable'"));
    await world.tell(presence(ANNA, "<show>away</show>"));
    expect(devices(world)).toEqual([]);
    await world.tell(presence(ANNA, "", "type='unavailable'"));
    await world.tell(presence(ANNA));
    expect(devices(world)).toEqual([[ANNA, "available", true]]);
  });

  it("may have another client that speaks Fastpath", async () => {
    const world = await granted(createWorld());
    await world.tell(presence(ANNA, signIn()));
    await world.tell(presence("anna@example.org/phone"));
    expect(devices(world)).toEqual([
      [ANNA, "available", undefined],
      ["anna@example.org/phone", "available", true],
    ]);
  });

  it("sees the workgroup online whether it is open or not", async () => {
    const world = await granted(createWorld());
    const [answer] = await world.tell(presence(ANNA, "", "type='probe'"));
    expect(answer?.attrs.type).toBeUndefined();
    expect(answer?.getChildText("show")).toBe("xa");
  });

  it("is asked once whether it may be a contact, and a stranger never", async () => {
    const world = createWorld();
    const asked = () => world.link.sent.filter(({ attrs }) => attrs.type === "subscribe").map(({ attrs }) => attrs.to);
    await world.contacts.greet(world.support);
    expect(asked()).toEqual([BARE, "ben@example.org"]);
    await world.tell(presence(BARE, "", "type='unsubscribed'"));
    await world.contacts.greet(world.support);
    expect(asked()).toHaveLength(2);
    await world.tell(presence("eve@example.org", "", "type='subscribe'"));
    await world.tell(presence("eve@example.org", "", "type='subscribed'"));
    await world.tell(presence(EVE));
    expect(asked()).toHaveLength(2);
    expect(world.support.committed.agents.size).toBe(0);
  });
});
