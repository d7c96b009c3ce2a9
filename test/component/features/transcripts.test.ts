import { describe, expect, it } from "vitest";
import type { Entry } from "../../../component/features/deps.ts";
import { isJid } from "../../../protocol/jid.ts";
import {
  buildTranscriptRequest,
  buildTranscriptsRequest,
  parseTranscript,
  parseTranscripts,
} from "../../../protocol/workgroup/transcript.ts";
import { attr, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { BEN, createWorld, DANA, EVE, SALES, SUPPORT } from "./world.ts";

const AT = Date.UTC(2026, 0, 5, 10);
const JIVE = "http://jivesoftware.com/protocol/workgroup";

const entry = (stanzaId: string, more: Partial<Entry> = {}): Entry => ({
  stanzaId,
  kind: "line",
  speakerKind: "agent",
  nick: "Anna",
  key: "",
  body: "Hello",
  at: AT,
  ...more,
});

const world = () => {
  const one = createWorld();
  const summary = {
    session: "s1",
    joinedAt: AT,
    leftAt: AT + 60_000,
    agents: [{ jid: "anna@example.org", joinedAt: AT + 1_000, leftAt: AT + 60_000 }],
  };
  one.records.transcripts.push({ workgroup: "support", userId: "dana@webchat.example.org", summary });
  one.records.sessions.set("s1", { workgroup: "support", visitor: DANA, isClosing: false });
  one.records.sessions.set("s2", { workgroup: "sales", visitor: DANA, isClosing: false });
  one.records.entries.set("s1", [
    entry("j1", { kind: "joined", body: "" }),
    entry("a1", { kind: "service", speakerKind: "visitor", nick: "Dana", body: "Why?" }),
    entry("a2", { body: "Because <b>so</b>", at: AT + 20_000 }),
    entry("l1", { kind: "left", body: "", at: AT + 60_000 }),
  ]);
  return one;
};

describe("T-16: the list of a visitor's earlier chats", () => {
  it("is given to agents of the workgroup, in Jive's namespace, with every instant (R-03, R-48)", async () => {
    const answer = await world().iq("get", buildTranscriptsRequest("dana@webchat.example.org"));
    expect(attr(answer, "from")).toBe(SUPPORT);
    expect(shape(answer).children).toEqual([
      shape(
        parseXml(`
          <transcripts xmlns='${JIVE}' userID='dana@webchat.example.org'><transcript sessionID='s1'>
            <agents><agent>
              <agentJID>anna@example.org</agentJID><joinTime>20260105T10:00:01</joinTime><leftTime>20260105T10:01:00</leftTime>
            </agent></agents>
            <joinTime>20260105T10:00:00</joinTime><leftTime>20260105T10:01:00</leftTime>
          </transcript></transcripts>`),
      ),
    ]);
  });

  it("is empty for one who never came, or not to this workgroup", async () => {
    const { ask } = world();
    const list = async (user: string, to = SUPPORT) => {
      const answer = await ask("get", buildTranscriptsRequest(user), { to });
      return answer && parseTranscripts(answer);
    };
    expect(await list("nobody@example.org")).toEqual([]);
    expect(await list("dana@webchat.example.org/web")).toHaveLength(1);
    expect(await list("dana@webchat.example.org", SALES)).toEqual([]);
  });

  it("is nobody else's business", async () => {
    const { refusal } = world();
    const request = buildTranscriptsRequest("dana@webchat.example.org");
    const refused = { type: "auth", condition: "not-authorized" };
    expect(await refusal("get", request, { from: DANA })).toMatchObject(refused);
    expect(await refusal("get", request, { from: EVE })).toMatchObject(refused);
    expect(await refusal("get", request, { from: BEN, to: SALES })).toMatchObject(refused);
    const malformed = await refusal("get", buildTranscriptsRequest("not an address"));
    expect(malformed).toMatchObject({ condition: "jid-malformed" });
  });
});

describe("T-16: a transcript", () => {
  it("is given to agents as stanzas that Smack can read (R-49)", async () => {
    const answer = await world().iq("get", buildTranscriptRequest("s1"));
    const at = (nick: string) => `xmlns='jabber:client' from='s1@conference.example.org/${nick}' to='${SUPPORT}'`;
    const delay = (stamp: string) => `<x xmlns='jabber:x:delay' stamp='20260105T10:0${stamp}'/>`;
    const expected = `<transcript xmlns='${JIVE}' sessionID='s1'>
      <presence ${at("Anna")}>${delay("0:00")}</presence>
      <message type='groupchat' ${at("Dana")}><body>Why?</body>${delay("0:00")}</message>
      <message type='groupchat' ${at("Anna")}><body>Because &lt;b&gt;so&lt;/b&gt;</body>${delay("0:20")}</message>
      <presence type='unavailable' ${at("Anna")}>${delay("1:00")}</presence>
    </transcript>`;
    expect(shape(answer).children).toEqual([shape(parseXml(expected))]);
  });

  it("bears names that are parts of addresses, whatever a visitor called itself (R-06)", async () => {
    const { ask, records } = world();
    const names = ["", "  ", "\u0000\u0007", `A${"ü".repeat(600)}`, "Dana\nDoe", "x/y@z", 'Conan "O\'Brien"'];
    records.entries.set(
      "s1",
      names.map((nick, n) => entry(`a${n}`, { nick })),
    );
    const answer = await ask("get", buildTranscriptRequest("s1"));
    const from = answer ? elements(answer).map((one) => attr(one, "from") ?? "") : [];
    expect(from.filter((jid) => !isJid(jid))).toEqual([]);
    expect(answer && parseTranscript(answer).map(({ nick }) => nick)).toEqual([
      "?",
      "?",
      "?",
      `A${"ü".repeat(99)}`,
      "DanaDoe",
      "x y z",
      "Conan \u201DO\u2019Brien\u201D",
    ]);
  });

  it("of another workgroup's chat is as unknown as one that never was, and has nothing in it", async () => {
    const { ask } = world();
    const asked = async (session: string, to = SUPPORT) => {
      const answer = await ask("get", buildTranscriptRequest(session), { to });
      return answer && shape(answer);
    };
    const nothing = (session: string) => shape(parseXml(`<transcript xmlns='${JIVE}' sessionID='${session}'/>`));
    expect(await asked("nothing")).toEqual(nothing("nothing"));
    expect(await asked("s2")).toEqual(nothing("s2"));
    expect(await asked("s1", SALES)).toEqual(nothing("s1"));
  });

  it("that is too long for a stanza has its newest lines", async () => {
    const { ask, records } = world();
    const long = Array.from({ length: 2_500 }, (_, i) => entry(`a${i}`, { body: `${i} ${"&".repeat(200)}` }));
    records.entries.set("s1", long);
    const answer = await ask("get", buildTranscriptRequest("s1"));
    expect(answer?.toString().length).toBeLessThan(250_000);
    const texts = answer ? parseTranscript(answer).flatMap((one) => (one.kind === "line" ? one.text : [])) : [];
    expect(texts.length).toBeGreaterThan(100);
    expect(texts).toEqual(long.slice(-texts.length).map(({ body }) => body));
  });

  it("is nobody else's business", async () => {
    const { refusal } = world();
    expect(await refusal("get", buildTranscriptRequest("s1"), { from: DANA })).toMatchObject({
      condition: "not-authorized",
    });
  });
});
