/** What somebody with an account, but no business here, can do: nothing. And what a visitor learns of agents: their names. */
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { buildArchiveQuery } from "../../protocol/archive.ts";
import { buildItemsRequest, parseItems } from "../../protocol/disco.ts";
import { buildEraseFiles } from "../../protocol/file-erasure.ts";
import { bareJid } from "../../protocol/jid.ts";
import { buildJoin } from "../../protocol/muc.ts";
import { NS_JIVE, NS_MUC_ADMIN, NS_MUC_OWNER, NS_MUC_USER, NS_WORKGROUP } from "../../protocol/ns.ts";
import { parseStanzaError } from "../../protocol/stanza-error.ts";
import { buildAgentStatus } from "../../protocol/workgroup/agent.ts";
import { buildJoinQueue } from "../../protocol/workgroup/join.ts";
import { buildMessageHandled, buildMessagesRequest } from "../../protocol/workgroup/messages.ts";
import { buildOfferAnswer } from "../../protocol/workgroup/offer.ts";
import { buildSearch, parseSearchResult } from "../../protocol/workgroup/search.ts";
import { buildEndSession, buildSessionsRequest } from "../../protocol/workgroup/session.ts";
import { buildTranscriptRequest, buildTranscriptsRequest } from "../../protocol/workgroup/transcript.ts";
import {
  buildHistoryRequest,
  buildVisitRequest,
  buildVisitsRequest,
  parseVisit,
} from "../../protocol/workgroup/visit.ts";
import { attr, type Element, xml } from "../../protocol/xml.ts";
import { FORM, SUPPORT, useHouse } from "../support/house.ts";
import { PlainAgent } from "../support/plain-agent.ts";
import { golden, parseXml } from "../support/xml.ts";

// Ben has an account, and is nobody's agent. Carol is another workgroup's.
const house = useHouse({
  workgroups: `
workgroups = {
  support = { agents = { ["anna@localhost"] = { name = "Anna" } } };
  sales = { agents = { ["carol@localhost"] = { name = "Carol" } } };
}`,
  agents: ["anna", "ben", "carol"],
  env: { webchat: { VISITOR_GRACE_S: "2" } },
});
const SERVICE = "workgroup.localhost";
const ROOMS = "conference.localhost";

async function withAccount(username: string, what: (somebody: PlainAgent) => Promise<void>): Promise<void> {
  const { password = "" } = house.stack.agents[username] ?? {};
  const service = house.stack.c2sService;
  const somebody = await PlainAgent.connect({ service, domain: "localhost", username, password });
  await what(somebody).finally(() => somebody.stop());
}
const withBen = (what: (ben: PlainAgent) => Promise<void>): Promise<void> => withAccount("ben", what);

/** A request as agents and administrators make it, about this session and this agent. */
const wire = (name: string, session: string): Element =>
  parseXml(
    String(golden(name).element)
      .replaceAll(/k3x9qa41|h2b7zz40/g, session)
      .replaceAll("alice@example.org", "anna@localhost"),
  );

const refused = async (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => "not refused",
    (error: { condition?: string }) => error.condition ?? String(error),
  );

describe("a stranger with an account", () => {
  it("is refused everything that is an agent's, an administrator's or another visitor's, and changes nothing", async () => {
    const { john, anna, room, session, offer } = await house.talk();
    await withBen(async (ben) => {
      const asked: [string, "get" | "set", Element][] = [
        ["answer an offer", "set", buildOfferAnswer(session, true)],
        ["list open chats", "get", buildSessionsRequest()],
        ["end a chat", "set", buildEndSession(session)],
        ["list a visitor's earlier chats", "get", buildTranscriptsRequest(offer.userId)],
        ["read a transcript", "get", buildTranscriptRequest(session)],
        ["read a visitor's history", "get", buildHistoryRequest(session)],
        ["ask for all visitors", "get", buildVisitsRequest()],
        ["read left messages", "get", buildMessagesRequest()],
        ["ask for the agents' roster", "get", xml("agent-status-request", { xmlns: NS_WORKGROUP })],
        ["configure", "set", xml("configuration", { xmlns: "urn:foyer:configuration:0" })],
        ["hand the chat over", "set", wire("transfer", session)],
        ["invite a colleague into it", "set", wire("invite", session)],
        ["watch it", "set", wire("monitor-request", session)],
        ["see who is in its room", "get", wire("occupants-request", session)],
        ["read its notes", "get", wire("notes-request", session)],
        ["write a note", "set", wire("notes-set", session)],
        ["read what the visitor entered", "get", wire("chat-metadata-request", session)],
        ["have its transcript sent by mail", "set", wire("send-email", session)],
        ["search all transcripts", "get", wire("transcript-search-submit", session)],
        ["read an agent's finished chats", "get", wire("agent-history-request", session)],
        ["read canned answers", "get", wire("macros-request", session)],
        ["write canned answers", "set", wire("macros-save", session)],
        ["take an agent's name", "set", wire("agent-rename", session)],
        ["read the workgroup's properties", "get", wire("workgroup-properties-request", session)],
        ["administer", "set", wire("command-execute", session)],
      ];
      // Of the whole service, too.
      expect(await refused(ben.request("set", SERVICE, wire("command-execute", session)))).toBe("forbidden");
      const answers: [string, string][] = [];
      for (const [what, type, payload] of asked)
        answers.push([what, await refused(ben.request(type, SUPPORT, payload))]);
      expect(answers).toEqual(
        asked.map(([what]) => [
          what,
          expect.stringMatching(/^(not-authorized|forbidden|item-not-found|service-unavailable|not-acceptable)$/),
        ]),
      );
      // Its own standing, and nobody else's.
      const own = await ben.request("get", SUPPORT, buildVisitRequest());
      expect(own && parseVisit(own)).toEqual({ phase: "idle" });
      await ben.send(xml("presence", { to: SUPPORT }, buildAgentStatus({ maxChats: 9 })));
      const refusal = await ben.inbox.first(
        "the refusal",
        (stanza) => stanza.is("presence") && attr(stanza, "type") === "error" && stanza,
      );
      expect(parseStanzaError(refusal).condition).toBe("not-authorized");
      // A client that says it is somebody else: the server stamps it, or throws it out.
      await ben.send(
        xml("message", { from: "anna@localhost/x", to: room, type: "groupchat" }, xml("body", {}, "forged")),
      );
    });
    john.say("still mine");
    await anna.hear(room, "still mine");
    john.send({ kind: "end" });
    await john.phase("ended");
    const { rows } = await house.db.query("SELECT 1 FROM transcript_lines WHERE body = 'forged'");
    expect(rows).toEqual([]);
  });

  it("finds no session's room, and gets in by no door", async () => {
    const { john, anna, room, offer } = await house.talk();
    await withBen(async (ben) => {
      const list = await ben.request("get", ROOMS, buildItemsRequest());
      expect(list && parseItems(list)).toEqual([]);
      const muc = (...children: Element[]): Element => xml("query", { xmlns: NS_MUC_ADMIN }, ...children);
      const version = xml("query", { xmlns: "jabber:iq:version" });
      const doors: [string, "get" | "set", string, Element][] = [
        ["its archive", "set", room, buildArchiveQuery({ queryId: "q" })],
        ["its members", "get", room, muc(xml("item", { affiliation: "member" }))],
        ["its owners", "get", room, muc(xml("item", { affiliation: "owner" }))],
        ["making itself a member", "set", room, muc(xml("item", { affiliation: "member", jid: "ben@localhost" }))],
        ["its configuration", "get", room, xml("query", { xmlns: NS_MUC_OWNER })],
        ["destroying it", "set", room, xml("query", { xmlns: NS_MUC_OWNER }, xml("destroy"))],
        ["the visitor's client behind its nick", "get", `${room}/John`, version],
        ["the visitor's client by its address", "get", offer.visitor, version],
        [
          "erasing its files",
          "set",
          "files.localhost",
          buildEraseFiles({ slots: [], uploaders: [bareJid(offer.visitor)] }),
        ],
      ];
      const answers: [string, string][] = [];
      for (const [what, type, to, payload] of doors)
        answers.push([what, await refused(ben.request(type, to, payload))]);
      expect(answers).toEqual(doors.map(([what]) => [what, expect.stringMatching(/^[a-z]+(-[a-z]+)*$/)]));
      expect(answers.map(([, answer]) => answer)).not.toContain("not refused");
      for (const to of [room, `${room}/John`, `${room}/Anna`]) {
        await ben.send(xml("message", { to, type: to === room ? "groupchat" : "chat" }, xml("body", {}, "let me in")));
      }
      const invite = xml("x", { xmlns: NS_MUC_USER }, xml("invite", { to: "ben@localhost" }));
      await ben.send(xml("message", { to: room }, invite));
      // An invitation in the workgroup's name, made up: the gateway believes the rooms' service alone.
      const forged = xml("x", { xmlns: NS_MUC_USER }, xml("invite", { from: SUPPORT }));
      await ben.send(
        xml("message", { to: offer.visitor }, forged, xml("session", { xmlns: NS_JIVE, id: "somewhere" })),
      );
      await ben.send(buildJoin({ room, nick: "Ben" }));
      const refusal = await ben.inbox.first(
        "the refusal",
        (stanza) =>
          stanza.is("presence") && attr(stanza, "from")?.startsWith(room) && attr(stanza, "type") === "error" && stanza,
      );
      expect(parseStanzaError(refusal).condition).toBe("registration-required");
    });
    await anna.say(room, "only us");
    await john.line("only us");
    expect(john.lines.map(({ text }) => text)).not.toContain("let me in");
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});

describe("an agent of another workgroup", () => {
  const SALES = "sales@workgroup.localhost";
  const UNKNOWN = "abcdefghijklmnopqrst";

  it("learns nothing by any id: not what was said, nor whether there is such a chat", async () => {
    const { john, anna, offer, session: ended } = await house.talk();
    john.say("a peculiarword");
    john.send({ kind: "end" });
    await john.phase("ended");
    const own = buildSearch({ text: "peculiarword", workgroups: [], agent: null, from: null, to: null });
    const hits = async (by: PlainAgent, payload: Element): Promise<number> => {
      const answer = await by.request("get", SERVICE, payload);
      return answer ? parseSearchResult(answer).length : 0;
    };
    await expect.poll(() => hits(anna, own), { timeout: 20_000 }).toBe(1);
    const { session: running, john: dana } = await house.talk();

    await withAccount("carol", async (carol) => {
      await carol.signIn(SALES);
      /** What came of it, with the id and the address as if they were the same each time. */
      const outcome = async (type: "get" | "set", to: string, payload: Element, id: string, user = id) => {
        const answer = await carol.request(type, to, payload).then(
          (found) => String(found ?? "done"),
          (error: { condition?: string; message?: string }) => `${error.condition}: ${error.message}`,
        );
        return answer.replaceAll(id, "ID").replaceAll(user, "USER");
      };
      const walk = async (id: string, user: string, to: string): Promise<Record<string, string>> => {
        const asked: [string, "get" | "set", Element][] = [
          ["transcript", "get", buildTranscriptRequest(id)],
          ["transcripts", "get", buildTranscriptsRequest(user)],
          ["history", "get", buildHistoryRequest(id)],
          ["offer accepted", "set", buildOfferAnswer(id, true)],
          ["offer declined", "set", buildOfferAnswer(id, false)],
          ["end", "set", buildEndSession(id)],
          ["handled", "set", buildMessageHandled("1")],
          ["metadata", "get", wire("chat-metadata-request", id)],
          ["notes", "get", wire("notes-request", id)],
          ["noted", "set", wire("notes-set", id)],
          ["occupants", "get", wire("occupants-request", id)],
          ["watch", "set", wire("monitor-request", id)],
          ["transfer", "set", wire("transfer", id)],
          ["invite", "set", wire("invite", id)],
          ["mail", "set", wire("send-email", id)],
        ];
        const outcomes: Record<string, string> = {};
        for (const [what, type, payload] of asked) outcomes[what] = await outcome(type, to, payload, id, user);
        return outcomes;
      };
      for (const to of [SUPPORT, SALES]) {
        const nobody = await walk(UNKNOWN, "nobody@webchat.localhost", to);
        expect({ to, ...(await walk(running, "nobody@webchat.localhost", to)) }).toEqual({ to, ...nobody });
        expect({ to, ...(await walk(ended, offer.userId, to)) }).toEqual({ to, ...nobody });
        // Nothing of all this is done, and what is answered holds nothing.
        expect(Object.values(nobody).filter((one) => one === "done")).toEqual([]);
      }
      // Lists and searches, of whatever is named or written into the filters: only what is Carol's own, and that is nothing.
      const history = wire("agent-history-request", "");
      expect(String(await carol.request("get", SALES, history))).not.toContain("<chat-session ");
      const texts = [
        "peculiarword",
        "' OR 1=1 --",
        '{"$ne":null}',
        "peculiar%",
        "pec_liarword",
        "a:* | b",
        "\\",
        "()&|!",
      ];
      for (const text of texts) {
        for (const workgroups of [[], [SUPPORT], [SUPPORT, SALES], ["SUPPORT@workgroup.localhost/x"]]) {
          for (const agent of [null, "anna@localhost"]) {
            expect(await hits(carol, buildSearch({ text, workgroups, agent, from: null, to: null }))).toBe(0);
          }
        }
      }
      const [workgroups, dates] = [
        ["support' OR '1'='1", "*@workgroup.localhost", "[object Object]"],
        ["'", "{}", "-1"],
      ];
      const field = (name: string, value: string) => xml("field", { var: name }, xml("value", {}, value));
      for (const more of [
        ...workgroups.map((one) => field("workgroups", one)),
        ...["anna' --", "*", ""].map((one) => field("agent", one)),
        ...dates.flatMap((one) => [field("date/start", one), field("date/end", one)]),
      ]) {
        const form = xml("x", { xmlns: "jabber:x:data", type: "submit" }, field("queryString", "peculiarword"), more);
        const asked = hits(carol, xml("transcript-search", { xmlns: NS_JIVE }, form));
        expect(await asked.catch((error: { condition?: string }) => error.condition)).toSatisfy((one) =>
          [0, "bad-request", "jid-malformed"].includes(one),
        );
      }
      expect(await hits(anna, own)).toBe(1);

      // Words, as with an ordinary client.
      const say = async (text: string): Promise<string> => {
        const from = carol.inbox.all.length;
        await carol.write(SALES, text);
        return carol.read(SALES, "", from);
      };
      const talk = async (id: string): Promise<string[]> => {
        const answers: string[] = [];
        for (const words of ["transcript ID", "note to ID: x", "end ID", "take ID", "transfer ID to sales", "cancel"]) {
          answers.push((await say(words.replace("ID", id))).replaceAll(id, "ID"));
        }
        return answers;
      };
      const nobody = await talk(UNKNOWN);
      expect(await talk(running)).toEqual(nobody);
      expect(await talk(ended)).toEqual(nobody);
    });
    // And the chats are as they were.
    const { rows } = await house.db.query("SELECT count(*)::int AS count FROM notes");
    expect(rows).toEqual([{ count: 0 }]);
    dana.send({ kind: "end" });
    await dana.phase("ended");
  });
});

describe("an agent's address", () => {
  it("is in nothing that a visitor on a page is sent, from first to last", async () => {
    const anna = await house.agent("anna");
    const bytes: string[] = [];
    const connect = async (hello: object): Promise<WebSocket> => {
      const socket = new WebSocket(`${house.stack.url.replace("http", "ws")}/socket`);
      socket.on("message", (data) => bytes.push(String(data)));
      await new Promise((resolve) => socket.once("open", resolve));
      socket.send(JSON.stringify({ kind: "hello", workgroup: "support", ...hello }));
      return socket;
    };
    const shown = async (what: string): Promise<void> => {
      await expect.poll(() => bytes.join("\n"), { timeout: 20_000 }).toContain(what);
    };
    const socket = await connect({});
    await shown('"welcome"');
    const fields = Object.fromEntries(Object.entries(FORM).map(([name, value]) => [name, [value]]));
    socket.send(JSON.stringify({ kind: "join", fields, page: {} }));
    const room = await anna.take(await anna.offer(), "Anna");
    await shown('"agents":["Anna"]');
    await anna.say(room, "a line of Anna's");
    await shown("a line of Anna's");
    await anna.leave(room, "Anna");
    await shown('"ended"');
    // And when all of it is read again.
    const later = await connect({ token: JSON.parse(bytes[0] ?? "").token });
    await shown('"complete":true');
    expect(bytes.join("\n")).not.toMatch(/anna@|localhost|conference\.|\/Anna/);
    socket.close();
    later.close();
  });

  it("is in nothing that a visitor with a client of its own is sent", async () => {
    const anna = await house.agent("anna");
    await withBen(async (ben) => {
      const answers = { username: ["Ben"], email: ["b@x.org"], question: ["Why?"] };
      await ben.request("set", SUPPORT, buildJoinQueue({ metadata: {}, answers }));
      const offer = await anna.offer();
      const room = await anna.take(offer, "Anna");
      await ben.inbox.first(
        "the invitation",
        (stanza) => stanza.is("message") && attr(stanza, "from") === room && room,
      );
      await ben.enter(room, "Ben");
      await anna.say(room, "Hello Ben");
      await ben.hear(room, "Hello Ben");
      await ben.request("set", room, buildArchiveQuery({ queryId: "mine" }));
      for (const item of [{ affiliation: "member" }, { role: "participant" }]) {
        await refused(ben.request("get", room, xml("query", { xmlns: NS_MUC_ADMIN }, xml("item", item))));
      }
      await ben.request("set", SUPPORT, buildEndSession(offer.session));
      await ben.inbox.first(
        "the room's end",
        (stanza) => stanza.is("presence") && String(stanza).includes("<destroy") && stanza,
      );
      await ben.request("get", SUPPORT, buildHistoryRequest(offer.session));
      expect(ben.inbox.all.map(String).filter((stanza) => stanza.includes("anna@"))).toEqual([]);
    });
  });
});

describe("XML that is none", () => {
  /** What Prosody answers on its WebSocket to somebody who has not signed in, until it closes. */
  const answers = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(house.stack.websocketUrl, "xmpp");
      let heard = "";
      socket.on("error", () => undefined);
      socket.on("message", (data) => {
        heard += String(data);
        if (heard.includes("<stream:error") || heard.includes("<close")) socket.close();
      });
      socket.on("close", () => resolve(heard));
      socket.on("open", () => {
        socket.send("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>");
        socket.send(text);
      });
    });
  const declared = (entities: string): string => `<!DOCTYPE a [${entities}]><message><body>&b;</body></message>`;

  it.each([
    ["an entity bomb", declared("<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>")],
    ["an entity from outside", declared("<!ENTITY b SYSTEM 'file:///etc/passwd'>")],
    ["a comment", "<!-- --><message/>"],
    ["more than one megabyte", `<message><body>${"x".repeat(1_200_000)}</body></message>`],
    ["nothing that is closed", "<a>".repeat(10_000)],
  ])("%s ends the stream of who sent it, and nobody else's", async (_, text) => {
    const { john, anna, room } = await house.talk();
    expect(await answers(text)).not.toContain("root:");
    john.say("still here");
    await anna.hear(room, "still here");
    john.send({ kind: "end" });
    await john.phase("ended");
  });

  it("but very deep is read no deeper than anybody needs, whoever it is for", async () => {
    const { john, anna, room, offer } = await house.talk();
    await withBen(async (ben) => {
      let nested = xml("a", { xmlns: "urn:x" });
      for (let depth = 0; depth < 1_000; depth++) nested = xml("a", { xmlns: "urn:x" }, nested);
      for (const to of [SUPPORT, offer.visitor, "webchat.localhost"]) {
        await ben.send(xml("message", { to }, nested));
        expect(await refused(ben.request("set", to, nested))).toBe("service-unavailable");
      }
    });
    john.say("still here");
    await anna.hear(room, "still here");
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});

describe("the largest that anybody may say", () => {
  it("is taken, and what is larger costs nobody but its sender", async () => {
    const { john, anna, room } = await house.talk();
    john.say("<".repeat(8_000));
    await john.line("<".repeat(8_000));
    john.say("<".repeat(8_001));
    expect((await john.frame("refused")).text).toContain("8000");
    await anna.say(room, "&".repeat(40_000));
    await john.line("&".repeat(40_000));
    const dana = await house.visitor();
    // Every answer as long as may be, and of what grows most when it is written as XML.
    const fields = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`field${i}`, ["&".repeat(4_000)]]));
    const page = { url: "", title: "", referrer: "", language: "", timeZone: "" };
    dana.send({ kind: "join", fields: { ...fields, username: ["D"], email: ["d@x.org"], question: ["?"] }, page });
    expect((await dana.frame("refused")).code).toBe("too-long");
    john.say("and all goes on");
    await anna.hear(room, "and all goes on");
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});
