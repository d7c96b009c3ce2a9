/** What is wrong is refused to whoever sent it, in words; nothing crashes and nothing is lost. */
import { request as httpRequest } from "node:http";
import { describe, expect, it } from "vitest";
import { parseStanzaError } from "../../protocol/stanza-error.ts";
import { buildAgentStatus } from "../../protocol/workgroup/agent.ts";
import { buildOfferAnswer } from "../../protocol/workgroup/offer.ts";
import { buildEndSession, buildSessionsRequest } from "../../protocol/workgroup/session.ts";
import { buildTranscriptRequest } from "../../protocol/workgroup/transcript.ts";
import { buildHistoryRequest } from "../../protocol/workgroup/visit.ts";
import { attr, xml } from "../../protocol/xml.ts";
import { FORM, SUPPORT, useHouse } from "../support/house.ts";
import { VisitorSocket } from "../support/visitor-socket.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouse({
  workgroups: workgroupsLua("agent_grace = 2; visitor_grace = 2;"),
  env: { webchat: { VISITOR_GRACE_S: "2" } },
});

const NASTY = [
  "<script>alert(1)</script>",
  "</body><body>",
  "]]>&lt;&amp;&#0;&undefined;",
  "control \u0000\u0001\u0008\u000b\u001f\ufffe\uffff characters",
  "lone \ud800 surrogates \udc00",
  "\u202eright to left\u202c \u200b",
  "__proto__",
  "' OR 1=1; --",
];

describe("a frame that is wrong", () => {
  it.each([
    ["no JSON", "{nonsense", /JSON/],
    ["no object", "[1,2]", /object/],
    ["of an unknown kind", '{"kind":"launch"}', /kind/],
    ["of a wrong type", '{"kind":"say","key":"abcdefgh","text":7}', /"text"/],
    ["with a bad key", '{"kind":"say","key":"!","text":"x"}', /"key"/],
    [
      "with a line of too many characters",
      JSON.stringify({ kind: "say", key: "abcdefgh", text: "x".repeat(8001) }),
      /8000/,
    ],
  ])("%s is refused with what is wrong, and the socket stays", async (_, text, expected) => {
    const john = await house.visitor();
    john.sendText(text);
    const refusal = await john.frame("refused");
    expect(refusal.text).toMatch(expected);
    const from = john.inbox.all.length;
    john.send({ kind: "ping" });
    await john.frame("pong", from);
  });

  it("of a megabyte closes the socket as too large, and nobody else notices", async () => {
    const [john, dana] = [await house.visitor(), await house.visitor()];
    const closed = john.closed();
    john.sendText(JSON.stringify({ kind: "say", key: "abcdefgh", text: "x".repeat(1_000_000) }));
    expect(await closed).toBe(1009);
    dana.send({ kind: "ping" });
    await dana.frame("pong");
  });

  it("that comes before hello is refused", async () => {
    const john = await VisitorSocket.open(house.stack.url, "support");
    john.send({ kind: "say", key: "abcdefgh", text: "hello?" });
    expect((await john.frame("refused")).code).toBe("bad-frame");
    john.close();
  });
});

describe("a hello", () => {
  const hello = async (frame: { workgroup: string; token?: string }) => {
    const john = await VisitorSocket.open(house.stack.url, frame.workgroup);
    john.send({ kind: "hello", ...frame });
    const refusal = await john.frame("refused");
    john.close();
    return refusal;
  };

  it("to an unknown workgroup is refused", async () => {
    expect((await hello({ workgroup: "nowhere" })).code).toBe("unknown-workgroup");
  });

  it.each([
    "support@evil.example",
    "support@workgroup.localhost",
    "support/x",
    "conference.localhost",
    "anna@localhost",
    "sup port",
    "'><x",
    "",
    "\u0000",
    "x".repeat(2_000),
  ])("reaches workgroups of ours and nothing else: %j", async (workgroup) => {
    expect((await hello({ workgroup })).code).toMatch(/^(unknown-workgroup|bad-frame)$/);
  });

  it("with a forged token is refused, whatever was changed", async () => {
    const real = (await house.visitor()).token ?? "";
    const [head = "", body = "", mark = ""] = real.split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    const other = Buffer.from(Buffer.from(body, "base64url").toString().replace("support", "sales")).toString(
      "base64url",
    );
    for (const token of [
      "x",
      `${head}.${body}.`,
      `${none}.${body}.`,
      `${head}.${other}.${mark}`,
      `${head}.${body}.${mark.slice(1)}A`,
    ]) {
      expect((await hello({ workgroup: "support", token })).code).toBe("bad-token");
    }
  });

  it("with a token of another workgroup is refused", async () => {
    const token = (await house.visitor()).token ?? "";
    expect((await hello({ workgroup: "sales", token })).code).toBe("bad-token");
  });
});

describe("a form", () => {
  it("with missing fields is refused, naming them", async () => {
    await house.agent("anna");
    const john = await house.visitor();
    john.join({ username: "John" });
    const refusal = await john.frame("refused");
    expect(refusal.code).toBe("form-incomplete");
    expect(Object.keys(refusal.fields ?? {}).toSorted()).toEqual(["email", "question"]);
  });

  it("with unknown fields and hostile texts arrives as text, and steers nothing", async () => {
    const anna = await house.agent("anna");
    const john = await house.visitor();
    john.send({
      kind: "join",
      fields: {
        ...Object.fromEntries(Object.keys(FORM).map((name) => [name, [NASTY.join(" ")]])),
        ["__proto__"]: ["x"],
        agent: ["ben@localhost"],
        ignore: ["anna@localhost"],
        surprise: NASTY,
      },
      page: { url: NASTY.join(" "), title: "<b>", referrer: "javascript:alert(1)", language: "en", timeZone: "UTC" },
    });
    const offer = await anna.offer();
    expect(offer.metadata.question?.[0]).toContain("<script>alert(1)</script>");
    expect(offer.metadata.surprise).toHaveLength(NASTY.length);
    expect(offer.metadata).not.toHaveProperty("agent");
    expect(offer.metadata).not.toHaveProperty("ignore");
    const room = await anna.take(offer, "Anna");
    await john.phase("talking");
    for (const text of NASTY) {
      const key = john.say(text);
      await john.inbox.until("the line", () => john.lines.some((line) => line.key === key) || undefined);
    }
    await anna.say(room, NASTY.join("\n"));
    await john.inbox.until("the answer", () => john.lines.some(({ from }) => from.kind === "agent") || undefined);
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});

describe("an XMPP user who is not what it claims", () => {
  const stranger = async () => {
    // Ben is no agent of `sales`.
    const ben = await house.agent("ben");
    return ben;
  };

  it("cannot sign in as an agent of a workgroup", async () => {
    const ben = await stranger();
    await ben.send(xml("presence", { to: "sales@workgroup.localhost" }, buildAgentStatus()));
    const refusal = await ben.inbox.first(
      "the refusal",
      (stanza) => stanza.is("presence") && attr(stanza, "type") === "error" && stanza,
    );
    expect(parseStanzaError(refusal).condition).toBe("not-authorized");
  });

  it("cannot answer another agent's offer, end another's chat, or read a transcript or another's history", async () => {
    const { john, anna, room, session } = await house.talk();
    const ben = await stranger();
    await expect(ben.request("set", SUPPORT, buildOfferAnswer(session, true))).rejects.toBeInstanceOf(Error);
    await expect(ben.request("set", SUPPORT, buildEndSession(session))).rejects.toMatchObject({
      condition: "forbidden",
    });
    await expect(ben.request("get", "sales@workgroup.localhost", buildSessionsRequest())).rejects.toMatchObject({
      condition: "not-authorized",
    });
    await expect(
      ben.request("get", "sales@workgroup.localhost", buildTranscriptRequest(session)),
    ).rejects.toMatchObject({ condition: "not-authorized" });
    await expect(ben.request("get", SUPPORT, buildHistoryRequest(session))).rejects.toMatchObject({
      condition: "item-not-found",
    });
    john.say("untouched");
    await anna.hear(room, "untouched");
    john.send({ kind: "end" });
    await john.phase("ended");
  });

  it("cannot speak into a room by writing to the gateway or to the visitor", async () => {
    const { john, anna, room, offer } = await house.talk();
    const ben = await stranger();
    for (const to of [offer.visitor, `${SUPPORT}/${offer.session}`]) {
      await ben.send(xml("message", { to, type: "groupchat" }, xml("body", {}, "forged")));
      await ben.send(xml("message", { to, type: "chat" }, xml("body", {}, "forged")));
    }
    await anna.say(room, "real");
    await john.line("real");
    expect(john.lines.map(({ text }) => text)).not.toContain("forged");
    john.send({ kind: "end" });
    await john.phase("ended");
    const { rows } = await house.db.query("SELECT 1 FROM transcript_lines WHERE body = 'forged'");
    expect(rows).toEqual([]);
  });
});

describe("HTTP", () => {
  const status = (path: string, method = "GET"): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(house.stack.url);
      httpRequest({ hostname, port, path, method }, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });

  it("answers what does not exist, and what leaves its folder, as not to be had", async () => {
    for (const path of [
      "/nothing",
      "/workgroups/nowhere",
      "/demo/../../package.json",
      "/widget/%2e%2e/%2e%2e/package.json",
      "/agent/..%2f..%2fpackage.json",
      "/workgroups/%00",
    ]) {
      expect([path, await status(path)]).toEqual([path, expect.toSatisfy((code: number) => code >= 400 && code < 500)]);
    }
  });

  it("tells that it lives and is ready, and that nothing of all this cost a link or a line", async () => {
    expect(await status("/health/live")).toBe(200);
    expect(await status("/health/ready")).toBe(200);
    const { componentMetrics, webchatMetrics } = house.stack.settings.ports;
    for (const port of [componentMetrics, webchatMetrics]) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(text).toMatch(/^foyer_link_breaks_total 0$/m);
      if (port === componentMetrics) expect(text).toMatch(/^foyer_lines_lost_total 0$/m);
    }
  });
});
