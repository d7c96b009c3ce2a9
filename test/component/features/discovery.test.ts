import { describe, expect, it } from "vitest";
import { parseAnswers } from "../../../protocol/data-form.ts";
import { buildInfoRequest, buildItemsRequest, parseInfo, parseItems } from "../../../protocol/disco.ts";
import { NS_DATA_FORM } from "../../../protocol/ns.ts";
import { parseWorkgroupInfo } from "../../../protocol/workgroup/settings.ts";
import { attr, child, type Element } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { ADMIN, createWorld, DANA, EVE, SALES, SERVICE, SUPPORT } from "./world.ts";

const read = <Value>(element: Element | undefined, parse: (el: Element) => Value): Value => {
  if (!element) throw new Error("an empty result");
  return parse(element);
};

describe("T-01: the service", () => {
  it("says what it is", async () => {
    const info = await createWorld().ask("get", buildInfoRequest(), { to: SERVICE, from: EVE });
    expect(read(info, parseInfo)).toEqual({
      identities: [{ category: "collaboration", type: "workgroup", name: "Foyer" }],
      features: [
        "http://jabber.org/protocol/workgroup",
        "http://jabber.org/protocol/disco#info",
        "http://jabber.org/protocol/disco#items",
        "jabber:iq:version",
        "urn:xmpp:ping",
        "http://jabber.org/protocol/commands",
        "jive:email:provider",
      ],
    });
  });

  it("names e-mail only while there is a server for it", async () => {
    const { ask, deps } = createWorld();
    deps.mailer = null;
    const info = await ask("get", buildInfoRequest(), { to: SERVICE, from: EVE });
    expect(read(info, parseInfo).features).not.toContain("jive:email:provider");
  });

  it("lists its workgroups, but not one that was removed", async () => {
    const { ask, sales, deps } = createWorld();
    const items = async () => read(await ask("get", buildItemsRequest(), { to: SERVICE }), parseItems);
    const support = { jid: SUPPORT, name: "Support" };
    expect(await items()).toEqual([support, { jid: SALES, name: "Sales" }]);
    sales.post({ type: "workgroup-removed", at: deps.now() });
    expect(await items()).toEqual([support]);
  });

  it("knows no nodes but its commands, and shows those to administrators alone", async () => {
    const { ask, refusal } = createWorld();
    const query = (what: string, node: string) =>
      `<query xmlns='http://jabber.org/protocol/disco#${what}' node='${node}'/>`;
    const commands = "http://jabber.org/protocol/commands";
    const list = async (from: string) => {
      const answer = await ask("get", query("items", commands), { to: SERVICE, from });
      return read(answer, parseItems).map(({ node }) => node);
    };
    const add = "http://jabber.org/protocol/admin#add-workgroup";
    const erase = "http://jabber.org/protocol/admin#erase-visitor";
    expect(await list(ADMIN)).toEqual([add, add.replace("add", "update"), add.replace("add", "delete"), erase]);
    expect(await list(EVE)).toEqual([]);
    const one = await ask("get", query("info", add), { to: SERVICE, from: ADMIN });
    expect(read(one, parseInfo).identities).toEqual([
      { category: "automation", type: "command-node", name: "Make a workgroup" },
    ]);
    const unknown = { type: "cancel", condition: "item-not-found" };
    expect(await refusal("get", query("info", add), { to: SERVICE, from: EVE })).toMatchObject(unknown);
    expect(await refusal("get", query("info", "x"), { to: SERVICE })).toMatchObject(unknown);
    expect(await refusal("get", query("items", "x"), { to: SERVICE })).toMatchObject({
      condition: "service-unavailable",
    });
    expect(await refusal("set", buildItemsRequest(), { to: SERVICE })).toMatchObject({ condition: "bad-request" });
  });
});

describe("T-01: on the wire", () => {
  const INFO = "http://jabber.org/protocol/disco#info";
  const exactly = async (ask: string, to: string, expected: string, world = createWorld()) => {
    const answer = await world.iq("get", ask, { to });
    const whole = `<iq type='result' id='i1' from='${to}' to='anna@example.org/spark'>${expected}</iq>`;
    expect(shape(answer)).toEqual(shape(parseXml(whole)));
  };

  it("the service answers what Smack and Spark look for", async () => {
    const features = [
      "http://jabber.org/protocol/workgroup",
      INFO,
      "http://jabber.org/protocol/disco#items",
      "jabber:iq:version",
      "urn:xmpp:ping",
      "http://jabber.org/protocol/commands",
      "jive:email:provider",
    ].map((name) => `<feature var='${name}'/>`);
    const identity = "<identity category='collaboration' type='workgroup' name='Foyer'/>";
    await exactly(
      `<query xmlns='${INFO}'/>`,
      SERVICE,
      `<query xmlns='${INFO}'>${identity}${features.join("")}</query>`,
    );
  });

  it("an open workgroup is OPEN, and its items are refused", async () => {
    const world = createWorld({ description: "We help" });
    await world.signIn();
    const answer = await world.ask("get", `<query xmlns='${INFO}'/>`);
    const form = answer && child(answer, "x", NS_DATA_FORM);
    const expected = `<x xmlns='jabber:x:data' type='result'>
      <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/workgroup#workgroupinfo</value></field>
      <field var='workgroup#description' type='text-single' label='Description'><value>We help</value></field>
      <field var='workgroup#online' type='text-single' label='Status'><value>OPEN</value></field>
    </x>`;
    expect(form && shape(form)).toEqual(shape(parseXml(expected)));
  });
});

describe("T-01: a workgroup", () => {
  it("says what it is and what it can do", async () => {
    const info = await createWorld().ask("get", buildInfoRequest(), { from: DANA });
    expect(read(info, parseInfo)).toEqual({
      identities: [{ category: "collaboration", type: "workgroup", name: "Support" }],
      features: [
        "http://jabber.org/protocol/commands",
        "http://jabber.org/protocol/disco#info",
        "http://jabber.org/protocol/workgroup",
        "jabber:iq:version",
        "urn:foyer:messages:0",
        "urn:foyer:session:0",
        "urn:foyer:visit:0",
        "urn:xmpp:ping",
        "vcard-temp",
      ],
    });
  });

  it("tells gateways, and nobody else, which sites may show it", async () => {
    const origins = ["https://shop.example"];
    const { ask } = createWorld({ origins });
    const told = async (from: string) => {
      const info = await ask("get", buildInfoRequest(), { from });
      return info && parseWorkgroupInfo(info).origins;
    };
    expect(await told("webchat.example.org")).toEqual(origins);
    expect(await told("webchat-2.example.org")).toEqual(origins);
    for (const from of [DANA, EVE, "x@webchat.example.org", "webchat.evil.example", "example.org.evil.example"]) {
      expect([from, await told(from)]).toEqual([from, []]);
    }
  });

  it("tells by form whether it is open, in capital letters (R-12), and how long one waits", async () => {
    const world = createWorld({ description: "We help" });
    const form = async () => {
      const info = await world.ask("get", buildInfoRequest(), { from: DANA });
      const x = info && child(info, "x", NS_DATA_FORM);
      if (!info || !x) throw new Error("no form");
      expect(attr(x, "type")).toBe("result");
      expect(parseAnswers(x).FORM_TYPE).toEqual(["http://jabber.org/protocol/workgroup#workgroupinfo"]);
      return parseWorkgroupInfo(info);
    };
    expect(await form()).toEqual({ description: "We help", status: "READY", waitS: null, origins: [] });
    await world.signIn();
    expect((await form()).status).toBe("OPEN");
    await world.talk();
    expect((await form()).waitS).toBe(1);
    const { settings } = world.support.committed;
    world.support.post({ type: "settings-changed", at: 0, settings: { ...settings, open: false } });
    expect((await form()).status).toBe("CLOSED");
  });

  it("has no items", async () => {
    expect(await createWorld().refusal("get", buildItemsRequest())).toMatchObject({ condition: "not-acceptable" });
  });

  it("says its version and shows its card, from the address that was asked (R-02)", async () => {
    const { iq } = createWorld();
    const version = await iq("get", "<query xmlns='jabber:iq:version'/>", { from: DANA });
    expect(version.attrs).toMatchObject({ from: SUPPORT, to: DANA, type: "result" });
    const card = await iq("get", "<vCard xmlns='vcard-temp'/>", { from: DANA });
    expect(shape(card).children).toEqual([
      shape(
        parseXml(
          `<vCard xmlns='vcard-temp'><FN>Support</FN><NICKNAME>Support</NICKNAME><JABBERID>${SUPPORT}</JABBERID></vCard>`,
        ),
      ),
    ]);
  });

  it("answers a ping", async () => {
    expect(await createWorld().ask("get", "<ping xmlns='urn:xmpp:ping'/>", { from: DANA })).toBeUndefined();
  });

  it.each(["http://jabber.org/protocol/disco#info", "jabber:iq:version"])(
    "that does not exist is not found by %s",
    async (ns) => {
      const { refusal } = createWorld();
      const to = `nobody@${SERVICE}`;
      expect(await refusal("get", `<query xmlns='${ns}'/>`, { to })).toMatchObject({ condition: "item-not-found" });
    },
  );
});
