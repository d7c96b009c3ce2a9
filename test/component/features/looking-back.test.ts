import { describe, expect, it } from "vitest";
import type { AgentChat, SessionRecord } from "../../../component/features/deps.ts";
import { attr, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SALES, SERVICE, SUPPORT } from "./world.ts";

const JIVE = "xmlns='http://jivesoftware.com/protocol/workgroup'";
const WG = "xmlns='http://jabber.org/protocol/workgroup'";
const AT = Date.UTC(2026, 0, 5, 9, 58, 11);

const kept = (workgroup: string): SessionRecord => ({
  workgroup,
  visitor: DANA,
  userId: "dana@webchat.example.org",
  metadata: { username: ["Dana"], email: ["dana@example.net"], question: ["Invoice?"], topic: ["a", "b"] },
  joinedAt: AT,
  endedAt: AT + 1_000,
  hadSession: true,
});

const chat = (session: string, workgroup: string, changes: Partial<AgentChat> = {}): AgentChat => ({
  ...kept(workgroup),
  session,
  startedAt: AT,
  endedAt: AT + 384_000,
  ...changes,
});

function world() {
  const one = createWorld();
  for (const [session, workgroup] of [
    ["s1", "support"],
    ["s2", "sales"],
  ] as const) {
    one.records.sessions.set(session, { workgroup, visitor: DANA, isClosing: false });
    one.records.kept.set(session, kept(workgroup));
  }
  return one;
}

/** The answer must be exactly this, from the address that was asked. */
async function exchange(
  { iq }: ReturnType<typeof world>,
  type: "get" | "set",
  asked: string,
  answer: string,
  to = SUPPORT,
) {
  const result = await iq(type, asked, { to });
  expect(attr(result, "type")).toBe("result");
  expect(attr(result, "from")).toBe(to);
  expect(elements(result).map(shape)).toEqual(answer === "" ? [] : [shape(parseXml(answer))]);
}

describe("T-16: notes about a chat", () => {
  const get = `<chat-notes ${JIVE}><sessionID>s1</sessionID></chat-notes>`;
  const set = (notes: string) => `<chat-notes ${JIVE}><sessionID>s1</sessionID><notes>${notes}</notes></chat-notes>`;
  const told = (text: string) => `<chat-notes ${JIVE}><sessionID>s1</sessionID><text>${text}</text></chat-notes>`;

  it("are set in `notes`, told in `text`, and replaced when they are set again", async () => {
    const one = world();
    await exchange(one, "set", set("called back"), "");
    await exchange(one, "get", get, told("called back"));
    await exchange(one, "set", set("paid &lt;b&gt;&amp;\ndone"), "");
    await exchange(one, "get", get, told("paid &lt;b&gt;&amp;\ndone"));
    expect(one.records.notes.get("s1")).toMatchObject([{ author: "anna@example.org" }]);
  });

  it("of several agents are told together", async () => {
    const one = world();
    for (const [author, text] of [
      ["anna@example.org", "called"],
      ["ben@example.org", "paid"],
    ] as const) {
      await one.deps.stores.notes.add("s1", { author, text, at: AT });
    }
    await exchange(one, "get", get, told("called\npaid"));
  });

  it("that are not there are not found, and neither are they for anybody from outside", async () => {
    const one = world();
    const { refusal } = one;
    const missing = { type: "cancel", condition: "item-not-found" };
    expect(await refusal("get", get)).toMatchObject(missing);
    await exchange(one, "set", set("called back"), "");
    expect(await refusal("get", get, { from: DANA })).toMatchObject(missing);
    expect(await refusal("set", set("mine"), { from: EVE })).toMatchObject(missing);
    // Of another workgroup's chat there is nothing to read or write here.
    expect(await refusal("get", get, { to: SALES })).toMatchObject(missing);
    expect(await refusal("set", set("x"), { to: SALES })).toMatchObject(missing);
    expect(await refusal("set", set("x").replace("s1", "s9"))).toMatchObject(missing);
    await exchange(one, "get", get, told("called back"));
    await exchange(one, "set", set(""), "");
    expect(await refusal("get", get)).toMatchObject(missing);
  });

  it("are bounded", async () => {
    const { refusal } = world();
    expect(await refusal("set", set("x".repeat(10_001)))).toMatchObject({ condition: "not-acceptable" });
    expect(await refusal("set", `<chat-notes ${JIVE}/>`)).toMatchObject({ condition: "bad-request" });
  });
});

describe("T-16: an agent's history", () => {
  const asks = (agent: string, most = 10, since = "0") =>
    `<chat-sessions ${JIVE} agentJID='${agent}' maxSessions='${most}' startDate='${since}'/>`;
  const item = (session: string, began: number, tookMs = 384_000) =>
    `<chat-session><sessionID>${session}</sessionID><date>${began}</date><duration>${tookMs}</duration>
      <visitorsName>Dana</visitorsName><visitorsEmail>dana@example.net</visitorsEmail><question>Invoice?</question></chat-session>`;

  it("has the chats of all the workgroups that the asker serves, newest first, at most as many as asked", async () => {
    const one = world();
    const anna = "anna@example.org";
    one.records.chats.push(
      { agent: anna, chat: chat("s1", "support") },
      { agent: anna, chat: chat("s2", "sales", { endedAt: AT + 500_000 }) },
      { agent: anna, chat: chat("s3", "secret") },
    );
    const both = `<chat-sessions ${JIVE}>${item("s2", AT, 500_000)}${item("s1", AT)}</chat-sessions>`;
    await exchange(one, "get", asks(ANNA), both);
    await exchange(one, "get", asks(anna, 1), `<chat-sessions ${JIVE}>${item("s2", AT, 500_000)}</chat-sessions>`);
    await exchange(one, "get", asks(anna, 10, String(AT + 600_000)), `<chat-sessions ${JIVE}/>`);
    // A colleague may ask, and reads of the workgroup that both serve.
    const answer = await one.ask("get", asks(anna), { from: BEN });
    expect(answer && shape(answer)).toEqual(
      shape(parseXml(`<chat-sessions ${JIVE}>${item("s1", AT)}</chat-sessions>`)),
    );
  });

  it("has empty texts where nothing was entered, and no more than fits", async () => {
    const one = world();
    const long = { username: ["&".repeat(5_000)], question: ["<".repeat(5_000)] };
    for (let i = 0; i < 100; i += 1) {
      one.records.chats.push({ agent: "anna@example.org", chat: chat(`s${i}`, "support", { metadata: long }) });
    }
    const answer = await one.ask("get", asks(ANNA, 1_000));
    expect(answer?.toString().length).toBeLessThan(250_000);
    expect(answer?.toString()).toContain("<visitorsEmail/>");
  });

  it("is no stranger's business", async () => {
    const { refusal } = world();
    const refused = { type: "auth", condition: "not-authorized" };
    expect(await refusal("get", asks(ANNA), { from: EVE })).toMatchObject(refused);
    expect(await refusal("get", asks(DANA), { from: DANA })).toMatchObject(refused);
    expect(await refusal("get", asks(ANNA).replace("10", "ten"))).toMatchObject({ condition: "bad-request" });
  });
});

describe("what a visitor had entered", () => {
  const asks = (session: string) => `<chat-metadata ${JIVE}><sessionID>${session}</sessionID></chat-metadata>`;

  it("is told to the workgroup's agents, with a name and an id in any case", async () => {
    const value = (name: string, text: string) => `<value name='${name}'>${text}</value>`;
    const values = [
      value("username", "Dana"),
      value("email", "dana@example.net"),
      value("question", "Invoice?"),
      value("topic", "a"),
      value("topic", "b"),
      value("userID", "dana@webchat.example.org"),
    ].join("");
    const answer = `<chat-metadata ${JIVE}><sessionID>s1</sessionID><metadata>${values}</metadata></chat-metadata>`;
    await exchange(world(), "get", asks("s1"), answer);
  });

  it("is nobody else's business, and unknown of a chat of another workgroup", async () => {
    const { refusal } = world();
    expect(await refusal("get", asks("s1"), { from: EVE })).toMatchObject({ condition: "not-authorized" });
    expect(await refusal("get", asks("s1"), { to: SALES })).toMatchObject({ condition: "item-not-found" });
    expect(await refusal("get", asks("s2"))).toMatchObject({ condition: "item-not-found" });
    expect(await refusal("get", asks("s1"), { to: `nowhere@${SERVICE}` })).toMatchObject({
      condition: "not-authorized",
    });
  });
});

describe("T-16: canned responses", () => {
  const shared = `<macros ${JIVE}></macros>`;
  const own = `<macros ${JIVE}><personal>true</personal></macros>`;
  const document = (title: string, response: string) =>
    `<macrogroup><macros><macro><title>${title}</title><description/><response>${response}</response><type>0</type></macro></macros><macroGroups/><title>Personal</title></macrogroup>`;
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const save = (text: string) =>
    `<macros ${JIVE}><personal>true</personal><personalMacro>${escaped(text)}</personalMacro></macros>`;
  // Smack reads what stands inside the document's first tag.
  const told = (text: string) =>
    `<macros ${JIVE}><model>${escaped(`<macrogroups>${text}</macrogroups>`)}</model></macros>`;

  it("of an agent are saved, and given back as they were; never those of another", async () => {
    const one = world();
    const missing = { type: "cancel", condition: "item-not-found" };
    expect(await one.refusal("get", own)).toMatchObject(missing);
    await exchange(one, "set", save(document("Hi", "Hello!")), "");
    await exchange(one, "get", own, told(document("Hi", "Hello!")));
    // They are the agent's in every workgroup.
    await exchange(one, "get", own, told(document("Hi", "Hello!")), SALES);
    expect(await one.refusal("get", own, { from: BEN })).toMatchObject(missing);
  });

  it("come back properly escaped where Smack did not escape them", async () => {
    const one = world();
    await exchange(one, "set", save(document("Q & A", "1 < 2 & 3")), "");
    await exchange(one, "get", own, told(document("Q &amp; A", "1 &lt; 2 &amp; 3")));
  });

  it("of the workgroup are as its administrator wrote them, the same for all its agents", async () => {
    const macro = { title: "Hi", description: "", response: "Hello & welcome", kind: "text" } as const;
    const one = createWorld({ macros: { title: "Personal", macros: [macro], groups: [] } });
    await exchange(one, "get", shared, told(document("Hi", "Hello &amp; welcome")));
    const answer = await one.ask("get", shared, { from: BEN });
    expect(answer && shape(answer)).toEqual(shape(parseXml(told(document("Hi", "Hello &amp; welcome")))));
  });

  it("are never answered without a group (R-51)", async () => {
    const { refusal } = world();
    expect(await refusal("get", shared)).toMatchObject({ type: "cancel", condition: "item-not-found" });
  });

  it("are for agents alone, and the workgroup's are not theirs to save", async () => {
    const { refusal, records } = world();
    const mine = save(document("Hi", "Hello!"));
    expect(await refusal("get", shared, { from: EVE })).toMatchObject({ condition: "item-not-found" });
    expect(await refusal("get", own, { from: DANA })).toMatchObject({ condition: "item-not-found" });
    expect(await refusal("set", mine, { from: EVE })).toMatchObject({ condition: "item-not-found" });
    const forAll = mine.replace("<personal>true</personal>", "");
    expect(await refusal("set", forAll)).toMatchObject({ type: "auth", condition: "forbidden" });
    expect(records.macros.size).toBe(0);
  });

  it("that cannot be kept are refused with what is wrong, and nothing changes", async () => {
    const one = world();
    await exchange(one, "set", save(document("Hi", "Hello!")), "");
    expect(await one.refusal("set", save(document("", "x")))).toMatchObject({ condition: "not-acceptable" });
    expect(await one.refusal("set", save("<macrogroup>"))).toMatchObject({ condition: "bad-request" });
    const many = "<macro><title>&lt;</title><response>&amp;</response></macro>".repeat(501);
    const tooMany = `<macrogroup><title>x</title><macros>${many}</macros></macrogroup>`;
    expect(await one.refusal("set", save(tooMany))).toMatchObject({ condition: "not-acceptable" });
    const large = document("x", `<`.repeat(9_999)).replace("<macro>", `<macro>`);
    const larger = `<macrogroup><title>x</title><macros>${large.slice(20, large.indexOf("</macros>")).repeat(6)}</macros></macrogroup>`;
    expect(await one.refusal("set", save(larger))).toMatchObject({ condition: "not-acceptable" });
    await exchange(one, "get", own, told(document("Hi", "Hello!")));
  });

  it("may be asked in either namespace (R-04)", async () => {
    const one = world();
    await exchange(one, "set", save(document("Hi", "Hello!")), "");
    await exchange(one, "get", own.replace(JIVE, WG), told(document("Hi", "Hello!")));
  });
});
