import { describe, expect, it } from "vitest";
import { parseAnswers } from "../../../protocol/data-form.ts";
import { buildInfoRequest, buildItemsRequest, parseInfo, parseItems } from "../../../protocol/disco.ts";
import { NS_DATA_FORM } from "../../../protocol/ns.ts";
import { parseWorkgroupInfo } from "../../../protocol/workgroup/settings.ts";
import { attr, child, type Element } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { createWorld, DANA, EVE, SALES, SERVICE, SUPPORT } from "./world.ts";

const read = <Value>(element: Element | undefined, parse: (el: Element) => Value): Value => {
  if (!element) throw new Error("an empty result");
  return parse(element);
};

describe("the service", () => {
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
      ],
    });
  });

  it("lists its workgroups, but not one that was removed", async () => {
    const { ask, sales, deps } = createWorld();
    const items = async () => read(await ask("get", buildItemsRequest(), { to: SERVICE }), parseItems);
    const support = { jid: SUPPORT, name: "Support" };
    expect(await items()).toEqual([support, { jid: SALES, name: "Sales" }]);
    sales.post({ type: "workgroup-removed", at: deps.now() });
    expect(await items()).toEqual([support]);
  });

  it("knows no nodes", async () => {
    const ask = createWorld().refusal(
      "get",
      "<query xmlns='http://jabber.org/protocol/disco#info' node='http://jabber.org/protocol/commands'/>",
      { to: SERVICE },
    );
    expect(await ask).toMatchObject({ type: "cancel", condition: "item-not-found" });
  });
});

describe("a workgroup", () => {
  it("says what it is and what it can do", async () => {
    const info = await createWorld().ask("get", buildInfoRequest(), { from: DANA });
    expect(read(info, parseInfo)).toEqual({
      identities: [{ category: "collaboration", type: "workgroup", name: "Support" }],
      features: [
        "http://jabber.org/protocol/disco#info",
        "http://jabber.org/protocol/workgroup",
        "jabber:iq:version",
        "urn:foyer:messages:0",
        "urn:foyer:session:0",
        "urn:foyer:visit:0",
        "urn:xmpp:ping",
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
