import { describe, expect, it } from "vitest";
import { NS_CARBONS, NS_DATA_FORM, NS_HINTS, NS_QUICK_RESPONSE } from "../../../protocol/ns.ts";
import { attr, child, children, childText, type Element, xml } from "../../../protocol/xml.ts";
import { ANNA, BEN, createWorld, DANA, SUPPORT } from "./world.ts";

type World = ReturnType<typeof createWorld>;

const PHONE = "anna@example.org/phone";
const METADATA = {
  username: ["Dana"],
  question: ["My router is offline"],
  url: ["https://x.org/a"],
  timeZone: ["UTC"],
};
const bodies = (sent: Element[]): string[] =>
  sent.flatMap((one) => (one.name === "message" ? (childText(one, "body") ?? []) : []));

/** An agent with an ordinary client, who has the workgroup among the contacts and is online. */
async function onDuty(world: World, device = ANNA, inside = ""): Promise<void> {
  await world.tell(`<presence from='${device.split("/")[0]}' to='${SUPPORT}' type='subscribed'/>`);
  await world.tell(`<presence from='${device}' to='${SUPPORT}'>${inside}</presence>`);
}

const say = (world: World, text: string, from = ANNA, more = ""): Promise<Element[]> =>
  world.tell(`<message type='chat' from='${from}' to='${SUPPORT}'><body>${text}</body>${more}</message>`);

/** Dana has joined; the messages that went out of it. */
async function offered(world: World, metadata: Record<string, string[]> = METADATA): Promise<Element[]> {
  const before = world.link.sent.length;
  await world.join(DANA, metadata);
  return world.link.sent.slice(before).filter(({ name }) => name === "message");
}

const phase = (world: World): string | undefined => world.support.committed.requests.get("r1")?.phase.name;

describe("an offer to an agent with an ordinary client", () => {
  it("is a message that says who asks what, and how long there is", async () => {
    const world = createWorld();
    await onDuty(world);
    const [message, ...more] = await offered(world);
    expect(more).toEqual([]);
    expect(message?.attrs).toMatchObject({ type: "chat", from: SUPPORT, to: ANNA, "xml:lang": "en" });
    expect(message && childText(message, "body")).toBe(
      [
        "New chat in Support: Dana asks: My router is offline",
        "Page: https://x.org/a",
        "Will you take it? Answer “yes” or “no” (or 1, 2) within 20 s.",
      ].join("\n"),
    );
  });

  it("has buttons and a form, goes to this device alone, and is kept nowhere", async () => {
    const world = createWorld();
    await onDuty(world);
    const [message = xml("none")] = await offered(world);
    expect(children(message, "response", NS_QUICK_RESPONSE).map((one) => one.attrs.value)).toEqual(["yes", "no"]);
    expect(child(message, "x", NS_DATA_FORM)?.attrs.type).toBe("form");
    expect(child(message, "private", NS_CARBONS)).toBeDefined();
    expect(child(message, "no-copy", NS_HINTS)).toBeDefined();
    expect(child(message, "no-store", NS_HINTS)).toBeDefined();
  });

  it("has no form for a client that cannot send it", async () => {
    const world = createWorld();
    await onDuty(
      world,
      ANNA,
      "<c xmlns='http://jabber.org/protocol/caps' node='http://profanity-im.github.io' ver='x'/>",
    );
    const [message = xml("none")] = await offered(world);
    expect(child(message, "x", NS_DATA_FORM)).toBeUndefined();
    expect(children(message, "response", NS_QUICK_RESPONSE)).toHaveLength(2);
  });

  it("needs no acknowledgement, and nothing else is sent to the client", async () => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    expect(world.support.effects.flatMap((one) => (one.type === "start-timer" ? one.timer.kind : []))).not.toContain(
      "acknowledgement",
    );
    expect(world.link.requests).toEqual([]);
  });

  it("that comes back is as one that was not delivered", async () => {
    const world = createWorld();
    await onDuty(world);
    const [message = xml("none")] = await offered(world);
    await world.tell(`<message type='error' id='${attr(message, "id")}' from='${ANNA}' to='${SUPPORT}'/>`);
    expect(phase(world)).toBe("queued");
    expect(world.support.committed.agents.size).toBe(0);
  });

  it("goes to every device that is available", async () => {
    const world = createWorld();
    await onDuty(world);
    await onDuty(world, PHONE);
    await onDuty(world, "anna@example.org/tablet", "<show>dnd</show>");
    expect((await offered(world)).map(({ attrs }) => attrs.to)).toEqual([ANNA, PHONE]);
  });

  it.each(["yes", "Yes!", " OK ", "1", "y", "sure"])("is taken by “%s”", async (text) => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    expect(bodies(await say(world, text))).toEqual([
      "You have taken Dana’s chat. The invitation to the room is on its way.",
    ]);
    expect(world.support.committed.requests.get("r1")?.phase).toMatchObject({ name: "opening-room", device: ANNA });
  });

  it.each(["no", "Nope.", "2", "decline"])("is declined by “%s”", async (text) => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    expect(bodies(await say(world, text))).toEqual(["All right, Dana goes to somebody else."]);
    expect(phase(world)).toBe("queued");
  });

  it("is in the agent's language, and answered in it", async () => {
    const world = createWorld();
    await onDuty(world);
    await world.tell(`<message type='chat' xml:lang='de-AT' from='${ANNA}' to='${SUPPORT}'><body>?</body></message>`);
    const [message = xml("none")] = await offered(world);
    expect(childText(message, "body")).toContain("Dana fragt: My router is offline");
    expect(message.attrs["xml:lang"]).toBe("de");
    expect(bodies(await say(world, "Ja"))).toEqual([
      "Sie haben den Chat mit Dana übernommen. Die Einladung in den Raum ist unterwegs.",
    ]);
  });

  const form = (type: string, formType: string, answer: string, request = "r1"): string =>
    `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>${formType}</value></field>
     <field var='request'><value>${request}</value></field><field var='answer'><value>${answer}</value></field></x>`.replace(
      "'submit'",
      `'${type}'`,
    );

  it("is taken by its form", async () => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    await say(world, "", ANNA, form("submit", "urn:foyer:offer:0", "yes"));
    expect(phase(world)).toBe("opening-room");
  });

  it.each([
    ["another FORM_TYPE", form("submit", "urn:example:other", "yes"), "This form is not known here."],
    ["no answer", form("submit", "urn:foyer:offer:0", "perhaps"), "This form is not known here."],
    ["another chat", form("submit", "urn:foyer:offer:0", "yes", "r9"), "That chat is not on offer any more."],
    ["being put aside", form("cancel", "urn:foyer:offer:0", "yes"), null],
  ])("is not changed by a form with %s", async (_what, x, reply) => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    const said = bodies(await say(world, "", ANNA, x));
    expect(said[0] ?? null).toEqual(reply === null ? null : expect.stringContaining(reply));
    expect(phase(world)).toBe("offered");
  });
});

describe("what becomes of an offer is one line", () => {
  it("on the agent's other device when it is decided", async () => {
    const world = createWorld();
    await onDuty(world);
    await onDuty(world, PHONE);
    await offered(world);
    const sent = await say(world, "yes", PHONE);
    const lines = sent.map((one) => [one.attrs.to, childText(one, "body")]);
    expect(lines).toContainEqual([ANNA, "You took Dana’s chat on another device."]);
    expect(bodies(await say(world, "yes"))).toEqual(["No chat is offered to you just now. “queue” shows who waits."]);
  });

  it("when another agent took it, with the name", async () => {
    const world = createWorld({ routing: "ring-all" });
    await onDuty(world);
    await onDuty(world, BEN);
    await offered(world);
    const sent = await say(world, "yes", BEN);
    expect(sent.find(({ attrs }) => attrs.to === ANNA)?.getChildText("body")).toBe("Ben took Dana’s chat.");
  });

  it.each([
    [
      "the visitor leaves",
      "Dana has left.",
      async ({ support, deps }: World) => support.ask({ type: "depart-requested", at: deps.now(), visitor: DANA }),
    ],
    [
      "time is up",
      "Dana’s chat: the time to answer is over.",
      async ({ support, deps }: World) =>
        support.ask({ type: "timer-fired", at: deps.now() + 60_000, timer: { kind: "offer", request: "r1" } }),
    ],
  ])("when %s", async (_what, line, happen) => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    const before = world.link.sent.length;
    await happen(world);
    expect(bodies(world.link.sent.slice(before))).toEqual([line]);
  });
});

describe("an agent who takes a chat and does not come into the room", () => {
  it("reads that it goes to somebody else, which it does", async () => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    await say(world, "yes");
    const { support, deps } = world;
    await support.ask({ type: "room-opened", at: deps.now(), request: "r1" });
    const before = world.link.sent.length;
    const at = deps.now() + 31_000;
    await support.ask({ type: "timer-fired", at, timer: { kind: "agent-join", request: "r1" } });
    expect(bodies(world.link.sent.slice(before))).toEqual([
      "You did not come into the room, so Dana’s chat goes to somebody else.",
    ]);
    expect(phase(world)).toBe("queued");
  });
});

describe("an answer counts", () => {
  it("though the service was away when the offer stood", async () => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    world.support.restart(world.deps.now());
    // The presence has not come yet.
    await say(world, "yes");
    expect(phase(world)).toBe("opening-room");
  });

  it("once", async () => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    await say(world, "yes");
    expect(bodies(await say(world, "no"))).toEqual(["No chat is offered to you just now. “queue” shows who waits."]);
    expect(phase(world)).toBe("opening-room");
  });
});

describe("what is not answered", () => {
  it.each([
    ["an error", "type='error'", "<body>yes</body>"],
    ["a room's line", "type='groupchat'", "<body>yes</body>"],
    ["news", "type='headline'", "<body>yes</body>"],
    ["typing", "type='chat'", "<composing xmlns='http://jabber.org/protocol/chatstates'/>"],
    ["a receipt", "type='chat'", "<received xmlns='urn:xmpp:receipts' id='x'/>"],
    [
      "what was said before",
      "type='chat'",
      "<body>yes</body><delay xmlns='urn:xmpp:delay' stamp='2026-01-05T00:00:00Z'/>",
    ],
    ["a copy", "type='chat'", "<body>yes</body><sent xmlns='urn:xmpp:carbons:2'/>"],
    ["a form that asks", "type='chat'", "<x xmlns='jabber:x:data' type='form'/>"],
  ])("%s", async (_what, type, inside) => {
    const world = createWorld();
    await onDuty(world);
    await offered(world);
    expect(await world.tell(`<message ${type} from='${ANNA}' to='${SUPPORT}'>${inside}</message>`)).toEqual([]);
    expect(phase(world)).toBe("offered");
  });

  it("a program that answers every answer, after a word of warning", async () => {
    const world = createWorld();
    await onDuty(world);
    const answers: string[] = [];
    for (let said = 0; said < 60; said += 1) answers.push(...bodies(await say(world, "I do not understand.")));
    expect(answers.length).toBeLessThanOrEqual(22);
    expect(answers.filter((one) => one === "That was a little fast. Please wait a moment.")).toHaveLength(1);
  });

  it("a novel, but by one sentence", async () => {
    const world = createWorld();
    await onDuty(world);
    expect(bodies(await say(world, "x".repeat(10_001)))).toEqual(["That is too long; the limit is 10000 characters."]);
  });
});
