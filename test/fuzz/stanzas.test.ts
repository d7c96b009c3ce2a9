/** Stanzas that are well-formed and nearly right: each is answered, or passed over, and none is a bug. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { bareJid } from "../../protocol/jid.ts";
import { attr, type Element, xml } from "../../protocol/xml.ts";
import type { Attached, PageAction } from "../../webchat/domain/page.ts";
import { ANNA, createWorld, DANA, EVE, SALES, SERVICE, SUPPORT } from "../component/features/world.ts";
import { parseXml } from "../support/xml.ts";
import { startGateway, type TestGateway, visitOf } from "../webchat/gateway.ts";
import { changed, fuzz, nearlyRight, text, unpolluted } from "./fuzzing.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const sender = fc.constantFrom(ANNA, DANA, EVE, "webchat.example.org", SERVICE, "x@y");
const addressee = fc.constantFrom(SUPPORT, SALES, SERVICE, `nobody@${SERVICE}`, `${SUPPORT}/Default Queue`);

describe("the workgroup service", () => {
  let world: ReturnType<typeof createWorld>;
  beforeEach(async () => {
    world = createWorld();
    await world.signIn();
    await world.talk();
  });
  afterEach(() => expect(world.lines).toEqual([]));

  fuzz(
    "answers every request once, and never with a fault of its own",
    fc.tuple(nearlyRight(), sender, addressee, fc.constantFrom("get", "set", "result", "error", "")),
    async ([{ xml: text, changes }, from, to, type]) => {
      const payload = changed(parseXml(text), changes);
      const id = crypto.randomUUID();
      const iq = xml("iq", { type, id, from, to });
      iq.cnode(payload);
      world.link.receive(iq);
      if (type === "result" || type === "error") return;
      const answers = (): Element[] => world.link.sent.filter((one) => one.name === "iq" && attr(one, "id") === id);
      for (let turns = 0; answers().length === 0 && turns < 1_000; turns++) await nextTurn();
      expect(answers()).toHaveLength(1);
      expect(answers()[0]?.getChild("error")?.getChild("internal-server-error")).toBeUndefined();
      world.link.sent.length = 0;
      expect(unpolluted()).toBe(true);
    },
  );

  fuzz(
    "passes over every message and presence that it does not understand",
    fc.tuple(
      nearlyRight(),
      sender,
      addressee,
      fc.constantFrom("message", "presence"),
      fc.constantFrom(undefined, "error", "groupchat", "unavailable", "subscribe", "probe"),
    ),
    async ([{ xml: text, changes }, from, to, name, type]) => {
      const stanza = xml(name, { type, from, to });
      stanza.cnode(changed(parseXml(text), changes));
      world.link.receive(stanza);
      await nextTurn();
      world.link.sent.length = 0;
    },
  );
});

describe("a page", () => {
  const names = fc.oneof(fc.constantFrom("username", "agent", "to", "workgroup"), text());
  const answers = fc.dictionary(names, fc.array(text(), { maxLength: 3 }), { maxKeys: 5 });
  const page = fc.record({ url: text(), title: text(), referrer: text(), language: text(), timeZone: text() });
  const key = fc.constantFrom("key-00000001", "key-00000002");
  const action: fc.Arbitrary<PageAction> = fc.oneof(
    fc.record({ kind: fc.constant("join" as const), fields: answers, page }),
    fc.record({ kind: fc.constant("say" as const), key, text: text() }),
    fc.record({ kind: fc.constant("typing" as const), active: fc.boolean() }),
    fc.record({ kind: fc.constant("leave-message" as const), key, name: text(), email: text(), text: text() }),
    fc.record({ kind: fc.constantFrom("cancel" as const, "end" as const) }),
  );
  let test: TestGateway;
  let attached: Attached;
  let own: string;
  beforeEach(async () => {
    test = await startGateway();
    const dana = await test.talk();
    const hello = {
      visit: visitOf(dana),
      isNew: false,
      workgroup: "support",
      address: "",
      token: "",
      identity: undefined,
    };
    const opened = await test.gateway.visits.open(
      { open: true, send: () => undefined, drained: async () => undefined },
      { ...hello, isIdentified: false, session: undefined, after: undefined },
    );
    if ("kind" in opened) throw new Error(opened.text);
    attached = opened;
    own = `${visitOf(dana)}@webchat.example.org/web`;
  });

  fuzz(
    "reaches its own workgroup and its own room, and nobody else, whatever it does",
    fc.array(action, { maxLength: 6 }),
    async (actions) => {
      for (const one of actions) attached.act(one);
      await nextTurn();
      const reached = [...test.link.sent.map(({ attrs }) => attrs), ...test.link.requests];
      for (const { from, to } of reached) {
        expect([own, "webchat.example.org"]).toContain(from);
        expect(["support@workgroup.example.org", "workgroup.example.org", "s1@conference.example.org"]).toContain(
          bareJid(to),
        );
      }
      test.link.sent.length = 0;
      test.link.requests.length = 0;
    },
  );
});

describe("the gateway", () => {
  let test: TestGateway;
  let visit: string;
  beforeEach(async () => {
    test = await startGateway();
    visit = visitOf(await test.talk());
  });

  const from = fc.constantFrom(
    "support@workgroup.example.org",
    "s1@conference.example.org",
    "s1@conference.example.org/Anna",
    "s1@conference.example.org/Dana",
    "s1@conference.example.org/Support",
    "evil@example.org/x",
    "",
  );
  fuzz(
    "goes on serving its visitors, whatever comes in for them",
    fc.tuple(
      nearlyRight(),
      from,
      fc.constantFrom("message", "presence", "iq"),
      fc.constantFrom(undefined, "error", "groupchat", "unavailable", "get", "set"),
    ),
    async ([{ xml: text, changes }, sender, name, type]) => {
      const element = changed(parseXml(text), changes);
      const to = `${visit}@webchat.example.org/web`;
      const stanza = ["message", "presence", "iq"].includes(element.name)
        ? element
        : xml(name, { type, id: "x" }).cnode(element).root();
      Object.assign(stanza.attrs, { to, from: sender });
      test.link.receive(stanza);
      test.link.sent.length = 0;
      test.link.requests.length = 0;
      expect(test.gateway.visits.trouble).toBeNull();
      expect(unpolluted()).toBe(true);
    },
  );
});
