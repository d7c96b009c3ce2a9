import { describe, expect, it } from "vitest";
import type { Hit } from "../../../component/features/deps.ts";
import { attr, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SALES, SERVICE, SUPPORT } from "./world.ts";

const JIVE = "xmlns='http://jivesoftware.com/protocol/workgroup'";
const AT = Date.UTC(2026, 0, 5, 9, 58, 11);

const hit = (changes: Partial<Hit> = {}): Hit => ({
  session: "s1",
  workgroup: "support",
  startedAt: AT,
  agents: ["anna@example.org", "ben@example.org"],
  metadata: { username: ["Dana"], email: ["dana@example.net"], question: ["Router <offline>?"] },
  relevance: 100,
  ...changes,
});

const form = `<transcript-search ${JIVE}/>`;
const submit = (fields: Record<string, string | string[]>) => {
  const written = Object.entries(fields).map(([name, values]) => {
    const all = [values].flat().map((value) => `<value>${value}</value>`);
    return `<field var='${name}'>${all.join("")}</field>`;
  });
  return `<transcript-search ${JIVE}><x xmlns='jabber:x:data' type='submit'>${written.join("")}</x></transcript-search>`;
};

const REPORTED = `<reported>
  <field var='workgroup' type='jid-single'/><field var='sessionID' type='text-single'/>
  <field var='startDate' type='text-single'/><field var='agentJIDs' type='jid-multi'/>
  <field var='relevance' type='text-single'/><field var='question' type='text-single'/>
  <field var='email' type='text-single'/><field var='username' type='text-single'/>
</reported>`;
const result = (items = "") =>
  `<transcript-search ${JIVE}><x xmlns='jabber:x:data' type='result'>${REPORTED}${items}</x></transcript-search>`;

/** The answer of the service must be exactly this. */
async function exchange({ iq }: ReturnType<typeof createWorld>, asked: string, expected: string, from = ANNA) {
  const answer = await iq("get", asked, { to: SERVICE, from });
  expect(attr(answer, "type")).toBe("result");
  expect(attr(answer, "from")).toBe(SERVICE);
  expect(elements(answer).map(shape)).toEqual([shape(parseXml(expected))]);
}

describe("T-16: search in transcripts", () => {
  it("begins with a form, in which Spark finds what it looks for (R-50)", async () => {
    await exchange(
      createWorld(),
      form,
      `<transcript-search ${JIVE}><x xmlns='jabber:x:data' type='form'>
        <title>Search in transcripts</title>
        <instructions>Every word must occur. Dates are written as 2026-01-31.</instructions>
        <field var='date/start' type='text-single' label='Not before'/>
        <field var='date/end' type='text-single' label='Not after'/>
        <field var='workgroups' type='jid-multi' label='In these workgroups'/>
        <field var='agent' type='jid-single' label='With this agent'/>
        <field var='queryString' type='text-single' label='Words'><required/></field>
      </x></transcript-search>`,
    );
  });

  it("that finds nothing says what would be reported, all the same", async () => {
    await exchange(createWorld(), submit({ queryString: "router" }), result());
  });

  it("that finds something gives every field of every item, if need be empty", async () => {
    const world = createWorld();
    world.records.hits.push(hit(), hit({ session: "s2", workgroup: "sales", metadata: {}, relevance: 40 }));
    const value = (name: string, ...values: string[]) =>
      `<field var='${name}'>${values.map((one) => `<value>${one}</value>`).join("")}</field>`;
    const common = value("startDate", "20260105T09:58:11") + value("agentJIDs", "anna@example.org", "ben@example.org");
    const items = [
      `<item>${value("workgroup", SUPPORT)}${value("sessionID", "s1")}${common}${value("relevance", "100")}${value("question", "Router &lt;offline&gt;?")}${value("email", "dana@example.net")}${value("username", "Dana")}</item>`,
      `<item>${value("workgroup", SALES)}${value("sessionID", "s2")}${common}${value("relevance", "40")}<field var='question'><value/></field><field var='email'><value/></field>${value("username", "Visitor")}</item>`,
    ];
    await exchange(world, submit({ queryString: "router" }), result(items.join("")));
  });

  it("looks only into workgroups that the sender serves", async () => {
    const world = createWorld();
    const nodesFor = async (from: string, fields: Record<string, string | string[]> = {}) => {
      await world.ask("get", submit({ queryString: "x", ...fields }), { to: SERVICE, from });
      return world.records.searches.at(-1)?.workgroups;
    };
    expect(await nodesFor(ANNA)).toEqual(["support", "sales"]);
    expect(await nodesFor(BEN)).toEqual(["support"]);
    expect(await nodesFor(ANNA, { workgroups: [SALES, "secret@workgroup.example.org"] })).toEqual(["sales"]);
    expect(await nodesFor(BEN, { workgroups: [SALES] })).toEqual([]);
    expect(await nodesFor(ANNA, { workgroups: ["support@workgroup.evil.example"] })).toEqual([]);
    expect(await nodesFor(ANNA, { workgroups: "" })).toEqual(["support", "sales"]);
  });

  it.each<[fields: Record<string, string>, search: object]>([
    [{ "date/start": "2026-01-05" }, { from: Date.UTC(2026, 0, 5) }],
    [{ "date/end": "2026-01-05" }, { to: Date.UTC(2026, 0, 6) - 1 }],
    [
      { "date/start": "1/5/26", "date/end": "01/06/2026" },
      { from: Date.UTC(2026, 0, 5), to: Date.UTC(2026, 0, 7) - 1 },
    ],
    [{ "date/start": "20260105T10:00:00" }, { from: Date.UTC(2026, 0, 5, 10) }],
    [{ "date/end": "2026-01-05T10:00:00Z" }, { to: Date.UTC(2026, 0, 5, 10) }],
    [{ agent: "Anna@example.org/spark" }, { agent: "anna@example.org" }],
    [{ "date/start": "", "date/end": " ", agent: "" }, {}],
  ])("may be bounded by %j", async (fields, search) => {
    const { ask, records } = createWorld();
    await ask("get", submit({ queryString: " my router ", ...fields }), { to: SERVICE });
    const workgroups = ["support", "sales"];
    expect(records.searches).toEqual([{ text: "my router", workgroups, limit: 100, ...search }]);
  });

  it.each<[fields: Record<string, string>, condition: string]>([
    [{}, "not-acceptable"],
    [{ queryString: "  " }, "not-acceptable"],
    [{ queryString: "x", "date/start": "yesterday" }, "bad-request"],
    [{ queryString: "x", "date/end": "2026-13-45" }, "bad-request"],
    [{ queryString: "x", agent: "a b@c" }, "jid-malformed"],
    [{ queryString: "x", workgroups: "@" }, "jid-malformed"],
  ])("is refused with %j", async (fields, condition) => {
    const { refusal, records } = createWorld();
    expect(await refusal("get", submit(fields), { to: SERVICE })).toMatchObject({ condition });
    expect(records.searches).toEqual([]);
  });

  it("is for agents alone", async () => {
    const { refusal } = createWorld();
    for (const from of [EVE, DANA]) {
      for (const asked of [form, submit({ queryString: "x" })]) {
        expect(await refusal("get", asked, { to: SERVICE, from })).toMatchObject({
          type: "auth",
          condition: "not-authorized",
        });
      }
    }
  });

  it("gives no more than fits into a stanza", async () => {
    const world = createWorld();
    const long = { question: ["&".repeat(5_000)], username: ["<".repeat(5_000)] };
    for (let i = 0; i < 100; i += 1) world.records.hits.push(hit({ session: `s${i}`, metadata: long }));
    const answer = await world.ask("get", submit({ queryString: "x" }), { to: SERVICE });
    expect(answer?.toString().length).toBeLessThan(250_000);
  });
});
