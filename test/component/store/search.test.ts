import { beforeEach, describe, expect, it } from "vitest";
import { saveRequest } from "../../../component/store/requests.ts";
import { indexSession, type Search, searchSessions, wordsOf } from "../../../component/store/search.ts";
import { participantJoined, startSession } from "../../../component/store/sessions.ts";
import { appendEntries } from "../../../component/store/transcripts.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, line, request } from "./samples.ts";

const store = useDatabase();
const BOTH = ["support", "sales"];
beforeEach(() => configure(store.tx, ...BOTH));

/** An ended talk with Anna in which this was said; the n-th began n seconds later. */
async function talk(id: string, said: string[], { workgroup = "support", n = 0, agents = ["anna@localhost"] } = {}) {
  await saveRequest(
    store.tx,
    workgroup,
    request(id, { metadata: { username: [`Visitor-${id}`], email: ["dana@shop.example"] } }),
  );
  await startSession(store.tx, id, agents[0] ?? "", AT + n * 1000);
  for (const [i, agent] of agents.entries()) {
    const at = AT + (agents.length - i) * 1000;
    await participantJoined(store.tx, id, { jid: `${agent}/a`, nick: agent, role: "agent", at });
  }
  await appendEntries(
    store.tx,
    said.map((body, i) => line(id, `${id}-${i}`, { body })),
  );
  await indexSession(store.tx, id);
}

const find = (text: string, more: Partial<Search> = {}) =>
  searchSessions(store.tx, { text, workgroups: BOTH, limit: 10, ...more });
const idsOf = async (text: string, more: Partial<Search> = {}) =>
  (await find(text, more)).map(({ session }) => session);

describe("words", () => {
  it.each<[text: string, words: string[]]>([
    ["My Router, v2.0: it's OFFLINE!", ["my", "router", "v2", "0", "it", "s", "offline"]],
    ["dana.doe@shop.example https://a.b/c?d=1", ["dana", "doe", "shop", "example", "https", "a", "b", "c", "d", "1"]],
    ["Ärger GRÜSSE ﬁle", ["ärger", "grüsse", "file"]],
    ["路由器坏了", ["路", "由", "器", "坏", "了"]],
    ["привет मुझे", ["привет", "मुझे"]],
    ["'\\:*&|!<->()", []],
  ])("of %j", (text, words) => expect(wordsOf(text)).toEqual(words));
});

describe("a search", () => {
  it("finds talks in which every word was said, by whatever line, as a whole or as its beginning", async () => {
    await talk("s1", ["My router is offline", "Which ROUTER?"]);
    await talk("s2", ["My invoice is wrong"]);
    expect(await idsOf("router offline")).toEqual(["s1"]);
    expect(await idsOf("rout")).toEqual(["s1"]);
    expect(await idsOf("router invoice")).toEqual([]);
    expect(await idsOf("outer")).toEqual([]);
    // A single letter begins too many words to be a beginning.
    expect(await idsOf("r")).toEqual([]);
    expect((await idsOf("my")).sort()).toEqual(["s1", "s2"]);
  });

  it("finds what the visitor entered: name and address, whole or in parts", async () => {
    await talk("s1", ["Hello"]);
    for (const text of ["visitor-s1", "dana@shop.example", "shop.example", "DANA"])
      expect(await idsOf(text)).toEqual(["s1"]);
  });

  it.each(["Grüße", "grüße", "路由", "из", "don't", "a & b | c ! (d) <-> 'e'", "it's :*"])(
    "takes %j for words and never for an order",
    async (text) => {
      await talk("s1", ["Viele Grüße: 路由器 из Москвы, don't a b c d e it's"]);
      expect(await idsOf(text)).toEqual(["s1"]);
    },
  );

  it.each(["", "   ", "!?", "' & '"])("for %j finds nothing", async (text) => {
    await talk("s1", ["Hello"]);
    expect(await idsOf(text)).toEqual([]);
  });

  it("gives the most relevant first, then the newest, with agents in the order they came", async () => {
    await talk("s1", ["router"], { n: 1 });
    await talk("s2", ["router"], { n: 2 });
    await talk("s3", ["router router router"], { n: 0, agents: ["ben@localhost", "anna@localhost"] });
    const hits = await find("router");
    expect(hits.map(({ session }) => session)).toEqual(["s3", "s2", "s1"]);
    expect(hits[0]).toEqual({
      session: "s3",
      workgroup: "support",
      startedAt: AT,
      agents: ["anna@localhost", "ben@localhost"],
      metadata: { username: ["Visitor-s3"], email: ["dana@shop.example"] },
      relevance: 100,
    });
    expect(hits[1]?.relevance).toBeLessThan(100);
  });

  it("keeps to workgroups, times, an agent, and a number", async () => {
    await talk("s1", ["router"], { n: 1 });
    await talk("s2", ["router"], { n: 2, workgroup: "sales" });
    await talk("s3", ["router"], { n: 3, agents: ["ben@localhost"] });
    expect(await idsOf("router", { workgroups: ["support"] })).toEqual(["s3", "s1"]);
    expect(await idsOf("router", { workgroups: [] })).toEqual([]);
    expect(await idsOf("router", { from: AT + 2_000 })).toEqual(["s3", "s2"]);
    expect(await idsOf("router", { to: AT + 2_000 })).toEqual(["s2", "s1"]);
    expect(await idsOf("router", { agent: "ben@localhost" })).toEqual(["s3"]);
    expect(await idsOf("router", { limit: 2 })).toEqual(["s3", "s2"]);
    expect(await idsOf("router", { limit: 2, offset: 2 })).toEqual(["s1"]);
    expect(await idsOf("router", { limit: 2, offset: 3 })).toEqual([]);
  });

  it("knows a talk once, as its transcript was when it was indexed last", async () => {
    await talk("s1", ["router"]);
    await appendEntries(store.tx, [line("s1", "later", { body: "and a printer" })]);
    expect(await idsOf("printer")).toEqual([]);
    await indexSession(store.tx, "s1");
    expect(await idsOf("printer router")).toEqual(["s1"]);
  });

  it("knows nothing of who was never served", async () => {
    await saveRequest(store.tx, "support", request("s1"));
    await indexSession(store.tx, "s1");
    await indexSession(store.tx, "nothing");
    expect(await idsOf("why")).toEqual([]);
  });

  it("bears the longest talk", async () => {
    const word = (i: number) => `w${i.toString(36)}\u{10400}`;
    const said = Array.from({ length: 100 }, (_, i) =>
      Array.from({ length: 600 }, (_, j) => word(i * 600 + j)).join(" "),
    );
    await talk("s1", said);
    expect(await idsOf(word(1))).toEqual(["s1"]);
    expect(await idsOf("x".repeat(5_000))).toEqual([]);
    expect(await idsOf(Array.from({ length: 500 }, (_, i) => word(i)).join(" "))).toEqual(["s1"]);
  });
});

it("rare words are found by the index of words, common ones among the newest", async () => {
  await talk("s1", ["router"]);
  await store.tx.query(
    `INSERT INTO requests (id, workgroup, visitor, user_id, metadata, joined_at, rank, deadline_at, rejections, room, served, phase)
     SELECT 'many' || n, 'support', 'v@x/y', 'v@x', '[]', now(), n, now(), '{}', 'none', '{}', '{"name":"queued"}'
     FROM generate_series(1, 5000) AS n`,
  );
  await store.tx.query(
    `INSERT INTO session_words (session_id, workgroup, started_at, words)
     SELECT 'many' || n, 'support', now() - n * interval '1 minute', to_tsvector('simple', 'hello n' || n)
     FROM generate_series(1, 5000) AS n`,
  );
  await store.tx.query("ANALYZE session_words");
  const planOf = async (text: string) => {
    let plan = "";
    await searchSessions(
      {
        query: async (statement, values) => {
          const { rows } = await store.tx.query<{ "QUERY PLAN": string }>(`EXPLAIN ${statement}`, values);
          plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
          return store.tx.query(statement, values);
        },
      },
      { text, workgroups: ["support"], limit: 10 },
    );
    return plan;
  };
  expect(await planOf("n4711")).toContain("session_words_all");
  expect(await planOf("hello")).not.toMatch(/Seq Scan on session_words/);
});
