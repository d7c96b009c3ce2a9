import { describe, expect, it } from "vitest";
import { type Extras, NO_EXTRAS } from "../../../component/domain/extras.ts";
import { attr, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SERVICE, SUPPORT } from "./world.ts";

const JIVE = "xmlns='http://jivesoftware.com/protocol/workgroup'";
const missing = { type: "cancel", condition: "item-not-found" };

/** The answer to the bare question `name` must be exactly this. */
async function answered(name: string, extras: Partial<Extras>, expected: string, from = DANA) {
  const { iq } = createWorld({ extras: { ...NO_EXTRAS, ...extras } });
  const answer = await iq("get", `<${name} ${JIVE}/>`, { from });
  expect(attr(answer, "type")).toBe("result");
  expect(attr(answer, "from")).toBe(SUPPORT);
  expect(elements(answer).map(shape)).toEqual([shape(parseXml(`<${name} ${JIVE}>${expected}</${name}>`))]);
}

describe("where a visitor may turn while nobody is there", () => {
  it("is a page, a room, or an address with a text and a subject", async () => {
    await answered(
      "offline-settings",
      { offline: { kind: "page", url: "https://shop.example/contact?a=1&b" } },
      "<redirectPage>https://shop.example/contact?a=1&amp;b</redirectPage>",
    );
    await answered(
      "offline-settings",
      { offline: { kind: "room", room: "lobby@conference.example.org" } },
      "<redirectMUC>lobby@conference.example.org</redirectMUC>",
    );
    await answered(
      "offline-settings",
      { offline: { kind: "mail", address: "desk@example.org", subject: "Web question", text: "We are closed." } },
      "<emailAddress>desk@example.org</emailAddress><offlineText>We are closed.</offlineText><subject>Web question</subject>",
    );
  });

  it("is not found where nothing is configured", async () => {
    const { refusal } = createWorld();
    expect(await refusal("get", `<offline-settings ${JIVE}/>`, { from: DANA })).toMatchObject(missing);
  });
});

describe("sounds", () => {
  it("are told both", async () => {
    const sounds = { incoming: "SU4=", outgoing: "T1VU" };
    const told = "<outgoingSound>T1VU</outgoingSound><incomingSound>SU4=</incomingSound>";
    await answered("sound-settings", { sounds }, told);
  });

  it("are not found where none are configured", async () => {
    const { refusal } = createWorld();
    expect(await refusal("get", `<sound-settings ${JIVE}/>`, { from: DANA })).toMatchObject(missing);
  });
});

describe("places to search, and settings for agents' clients", () => {
  it("are told to agents, each only where it is configured", async () => {
    const search = { forums: "https://forum.example/?q=", kb: "https://kb.example/" };
    const both = "<forums>https://forum.example/?q=</forums><kb>https://kb.example/</kb>";
    await answered("search-settings", { search }, both, ANNA);
    await answered("search-settings", { search: { ...search, forums: "" } }, "<kb>https://kb.example/</kb>", ANNA);
    await answered("search-settings", {}, "", ANNA);
    const entries = "<entry><name>crm</name><value>https://crm.example/</value></entry>";
    await answered("generic-metadata", { properties: { crm: "https://crm.example/" } }, entries, ANNA);
    await answered("generic-metadata", {}, "", ANNA);
  });

  it("are not found by anybody else", async () => {
    const { refusal } = createWorld();
    for (const from of [DANA, EVE]) {
      expect(await refusal("get", `<search-settings ${JIVE}/>`, { from })).toMatchObject(missing);
      expect(await refusal("get", `<generic-metadata ${JIVE}/>`, { from })).toMatchObject(missing);
    }
  });
});

describe("the properties of a workgroup", () => {
  const asks = (jid = "") => `<workgroup-properties ${JIVE}${jid && ` jid='${jid}'`}/>`;

  it("are told to agents: no account is needed, and how a colleague is called", async () => {
    const { ask } = createWorld();
    const told = async (jid?: string) => {
      const answer = await ask("get", asks(jid));
      return answer && shape(answer);
    };
    const properties = (rest: string) =>
      shape(parseXml(`<workgroup-properties ${JIVE}><authRequired>false</authRequired>${rest}</workgroup-properties>`));
    expect(await told()).toEqual(properties(""));
    expect(await told("ben@example.org/ui")).toEqual(properties("<email/><name>Ben</name>"));
    expect(await told("eve@example.org")).toEqual(properties(""));
  });

  it("are nobody else's business", async () => {
    const { refusal } = createWorld();
    const refused = { type: "auth", condition: "not-authorized" };
    expect(await refusal("get", asks(), { from: DANA })).toMatchObject(refused);
    expect(await refusal("get", asks(ANNA), { from: EVE })).toMatchObject(refused);
    expect(await refusal("get", asks("a b@c"))).toMatchObject({ condition: "jid-malformed" });
  });
});

describe("an agent's name", () => {
  const get = `<agent-info ${JIVE}/>`;
  const set = (name: string) => `<agent-info ${JIVE}><jid>eve@example.org</jid><name>${name}</name></agent-info>`;

  it("is told to that agent", async () => {
    const { iq } = createWorld();
    const told = await iq("get", get, { from: BEN });
    const expected = `<agent-info ${JIVE}><jid>ben@example.org</jid><name>Ben</name></agent-info>`;
    expect(elements(told).map(shape)).toEqual([shape(parseXml(expected))]);
  });

  it("is chosen by that agent for itself, whatever address stands beside it", async () => {
    const { iq, renameAgent } = createWorld();
    expect(elements(await iq("set", set(" Anna B. ")))).toEqual([]);
    expect(renameAgent.mock.calls).toEqual([["anna@example.org", "Anna B."]]);
  });

  it.each(["", " ", "two&#10;lines", "x".repeat(101), "a&#8232;b"])("is never %j", async (name) => {
    const { refusal, renameAgent } = createWorld();
    expect(await refusal("set", set(name))).toMatchObject({ type: "modify", condition: "not-acceptable" });
    expect(renameAgent).not.toHaveBeenCalled();
  });

  it("is never a colleague's", async () => {
    const { refusal, ask, renameAgent } = createWorld();
    expect(await refusal("set", set("bEN"))).toMatchObject({ type: "cancel", condition: "conflict" });
    await ask("set", set("ANNA"));
    expect(renameAgent).toHaveBeenCalledOnce();
  });

  it("stays as it is where the administrator gives the names", async () => {
    const agents = [{ jid: "anna@example.org", name: "Anna", mayRename: false }];
    const { refusal, renameAgent } = createWorld({ agents });
    expect(await refusal("set", set("Queen"))).toMatchObject({ type: "cancel", condition: "service-unavailable" });
    expect(renameAgent).not.toHaveBeenCalled();
  });

  it("is not found for anybody else", async () => {
    const { refusal } = createWorld();
    expect(await refusal("get", get, { from: EVE })).toMatchObject(missing);
    expect(await refusal("set", set("Anna"), { from: DANA })).toMatchObject(missing);
    expect(await refusal("set", get)).toMatchObject({ condition: "bad-request" });
  });
});

describe("parts of the protocol that are dead", () => {
  const parts = ["site-user", "site-user-history", "site-invite", "tracker"].map(
    (name) => `<${name} ${JIVE} sessionID='x'/>`,
  );
  const all = [...parts, "<query xmlns='jabber:iq:private'><x xmlns='x'/></query>"];

  it.each(all)("are answered and do nothing: %s", async (payload) => {
    const { refusal, link } = createWorld();
    for (const type of ["get", "set"] as const) {
      for (const from of [ANNA, DANA]) {
        expect(await refusal(type, payload, { from })).toMatchObject({
          type: "cancel",
          condition: "service-unavailable",
        });
      }
    }
    // Nothing but the four answers.
    expect(link.sent).toHaveLength(4);
  });

  it("reveal nothing of unknown workgroups", async () => {
    const { refusal } = createWorld();
    const to = `nobody@${SERVICE}`;
    expect(await refusal("get", all[0] ?? "", { to })).toMatchObject({ condition: "not-authorized" });
    expect(await refusal("get", all[0] ?? "", { to: SERVICE })).toMatchObject({ condition: "service-unavailable" });
  });
});
