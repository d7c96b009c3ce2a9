import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { MAX_FRAME_BYTES, MAX_LINE } from "../../../protocol/visitor-api.ts";
import { createTokens } from "../../../webchat/http/token.ts";
import { eventually } from "../../support/inbox.ts";
import { VisitorSocket } from "../../support/visitor-socket.ts";
import { startGateway, TOKEN_SECRET, visitOf } from "../gateway.ts";

const refusals = (socket: VisitorSocket) => socket.inbox.all.filter((frame) => frame.kind === "refused");
const pong = (socket: VisitorSocket) => socket.frame("pong");

describe("hello", () => {
  it("without a token begins a new visit, and costs the workgroup no question about it", async () => {
    const { connect, asked } = await startGateway();
    const dana = await connect();
    expect(dana.state).toEqual({ phase: "idle" });
    expect(visitOf(dana)).toMatch(/^[a-z0-9]{20}$/);
    expect(asked).not.toContain("visit");
    expect(visitOf(await connect())).not.toBe(visitOf(dana));
  });

  it("with a token goes on with the visit it names, with a fresh token", async () => {
    const { connect, visits } = await startGateway();
    const dana = await connect();
    const visit = visitOf(dana);
    visits.set(visit, {
      phase: "waiting",
      session: "s1",
      position: 3,
      waitS: 40,
      joinedAt: 5,
      name: "D",
      question: "Q",
    });
    const back = await connect({ token: dana.token ?? "" });
    expect(visitOf(back)).toBe(visit);
    expect(back.state).toEqual({ phase: "waiting", position: 3, waitS: 40, question: "Q", since: 5 });
  });

  it("is followed by a newer token every now and then, which is as good", async () => {
    const { connect } = await startGateway({ tuning: { renewMs: 30 } });
    const dana = await connect();
    const { token } = await dana.frame("token");
    const back = await connect({ token });
    expect(visitOf(back)).toBe(visitOf(dana));
  });

  it("to an unknown workgroup is refused, and another hello may follow", async () => {
    const { url } = await startGateway();
    const socket = await VisitorSocket.open(url, "nobody");
    for (const workgroup of ["nobody", "", "a b", "x@y", "__proto__"]) socket.send({ kind: "hello", workgroup });
    await socket.inbox.until("refusals", () => (refusals(socket).length >= 5 ? true : undefined));
    const codes = new Set(refusals(socket).map(({ code }) => code));
    expect(codes).toEqual(new Set(["unknown-workgroup", "bad-frame"]));
    socket.send({ kind: "hello", workgroup: "support" });
    await socket.frame("welcome");
    socket.vanish();
  });

  it.each([
    [
      "forged",
      () =>
        createTokens("f".repeat(32), Date.now).issue({
          visit: "a".repeat(20),
          workgroup: "support",
          isIdentified: false,
        }),
    ],
    [
      "of another workgroup",
      () =>
        createTokens(TOKEN_SECRET, Date.now).issue({ visit: "a".repeat(20), workgroup: "sales", isIdentified: false }),
    ],
    [
      "expired",
      () =>
        createTokens(TOKEN_SECRET, () => 0).issue({ visit: "a".repeat(20), workgroup: "support", isIdentified: false }),
    ],
    ["no token at all", async () => "rubbish"],
  ])("with a token that is %s is refused, and tells nothing of any visit", async (_, make) => {
    const { url, asked } = await startGateway();
    const socket = await VisitorSocket.open(url, "support");
    socket.send({ kind: "hello", workgroup: "support", token: await make() });
    expect((await socket.frame("refused")).code).toBe("bad-token");
    expect(asked).not.toContain("visit");
    // As the API asks of a page: forget the token, say hello anew.
    socket.send({ kind: "hello", workgroup: "support" });
    await socket.frame("welcome");
    socket.vanish();
  });

  it("is refused as unavailable while the link is down, with or without a token", async () => {
    const { url, link, connect } = await startGateway({ tuning: { viewAgeMs: 0 } });
    const { token } = await connect();
    link.setOnline(false);
    for (const hello of [{}, { token: token ?? "" }]) {
      const socket = await VisitorSocket.open(url, "support");
      socket.send({ kind: "hello", workgroup: "support", ...hello });
      const refusal = await socket.frame("refused");
      expect(refusal.code).toBe("unavailable");
      expect(refusal.againS).toBeGreaterThan(0);
      socket.vanish();
    }
  });

  it("must be the first frame", async () => {
    const { url } = await startGateway();
    const socket = await VisitorSocket.open(url, "support");
    socket.say("hello?", "key-00000001");
    expect(await socket.frame("refused")).toMatchObject({ code: "bad-frame", key: "key-00000001" });
    socket.vanish();
  });

  it("must come soon", async () => {
    const { url } = await startGateway({ tuning: { helloMs: 50 } });
    const socket = await VisitorSocket.open(url, "support");
    expect(await socket.closed()).toBe(1008);
  });

  it("is said once", async () => {
    const { connect } = await startGateway();
    const dana = await connect();
    dana.send({ kind: "hello", workgroup: "support" });
    expect((await dana.frame("refused")).text).toContain("hello");
  });
});

describe("a frame that is none of ours", () => {
  it.each([
    ["no JSON", "{", "JSON"],
    ["a list", "[]", "object"],
    ["null", "null", "object"],
    ["without a kind", "{}", "kind"],
    ["an unknown kind", '{"kind":"delete-everything"}', "delete-everything"],
    ["a kind of the wrong type", '{"kind":{"$ne":null}}', "kind"],
    ["a kind called __proto__", '{"kind":"__proto__"}', "__proto__"],
    ["a text that is an object", '{"kind":"say","key":"key-00000001","text":{"write":1}}', "text"],
    ["a key that is a list", '{"kind":"say","key":["x"],"text":"x"}', "key"],
    ["a key with markup", '{"kind":"say","key":"<script>alert(1)","text":"x"}', "key"],
    ["a line too long", JSON.stringify({ kind: "say", key: "key-00000001", text: "x".repeat(MAX_LINE + 1) }), "8000"],
    ["fields that are a list", '{"kind":"join","fields":[],"page":{}}', "fields"],
    ["a field that is a text", '{"kind":"join","fields":{"a":"b"},"page":{}}', "a"],
  ])("%s: is named, and the socket stays", async (_, text, named) => {
    const { connect } = await startGateway();
    const dana = await connect();
    dana.sendText(text);
    const refusal = await dana.frame("refused");
    expect(refusal.code).toBe("bad-frame");
    expect(refusal.text).toContain(named);
    dana.send({ kind: "ping" });
    await pong(dana);
  });

  it("too often closes the socket", async () => {
    const { connect } = await startGateway();
    const dana = await connect();
    const closed = dana.closed();
    for (let i = 0; i < 25; i++) dana.sendText("{");
    expect(await closed).toBe(1008);
    expect(refusals(dana)).toHaveLength(20);
  });

  it("of more bytes than a frame may have closes the socket; one below stays", async () => {
    const { connect, gateway } = await startGateway();
    const dana = await connect();
    const frame = (bytes: number) =>
      JSON.stringify({ kind: "ping", x: "x".repeat(bytes - '{"kind":"ping","x":""}'.length) });
    dana.sendText(frame(MAX_FRAME_BYTES));
    await pong(dana);
    const closed = dana.closed();
    dana.sendText(frame(MAX_FRAME_BYTES + 1));
    expect(await closed).toBe(1009);
    await eventually("the visit to be forgotten", async () => gateway.visits.size === 0);
  });

  it("of a megabyte closes the socket and harms nobody else", async () => {
    const { connect } = await startGateway();
    const [dana, erik] = [await connect(), await connect()];
    const closed = dana.closed();
    dana.sendText(JSON.stringify({ kind: "say", key: "key-00000001", text: "x".repeat(1_000_000) }));
    expect(await closed).toBe(1009);
    erik.send({ kind: "ping" });
    await pong(erik);
  });

  it("in bytes instead of text is refused", async () => {
    const { url } = await startGateway();
    const socket = new WebSocket(`${url.replace("http", "ws")}/socket`);
    await new Promise((resolve) => socket.once("open", resolve));
    const answer = new Promise((resolve) => socket.once("message", (data) => resolve(JSON.parse(String(data)))));
    socket.send(Buffer.from('{"kind":"ping"}'));
    expect(await answer).toMatchObject({ kind: "refused", code: "bad-frame" });
    socket.terminate();
  });
});

describe("a flood", () => {
  it("of lines waits for its turn in order; what is too much is told to come again, with its key", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    for (let i = 0; i < 90; i++) dana.say(`line ${i}`, `key-0000-${String(i).padStart(4, "0")}`);
    const refusal = await dana.frame("refused");
    expect(refusal).toMatchObject({ code: "too-fast", key: "key-0000-0080" });
    expect(refusal.againS).toBeGreaterThan(0);
    await dana.line("line 31");
    expect(room("s1").heard).toEqual(room("s1").heard.map((_, i) => `line ${i}`));
  });

  it("of joins reaches the workgroup as a trickle", async () => {
    const { connect, joins } = await startGateway();
    const dana = await connect();
    for (let i = 0; i < 50; i++) dana.join({ username: "Dana" });
    await dana.inbox.first("a refusal", (frame) => frame.kind === "refused" && frame.code === "too-fast");
    expect(joins.length).toBeLessThanOrEqual(10);
  });
});

describe("pings", () => {
  it("of the page are answered at once, even before hello", async () => {
    const { url } = await startGateway();
    const socket = await VisitorSocket.open(url, "support");
    socket.send({ kind: "ping" });
    await pong(socket);
    socket.vanish();
  });

  it("that a page does not answer cut it off", async () => {
    const { url, gateway } = await startGateway({ tuning: { pingMs: 30 } });
    const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { autoPong: false });
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ kind: "hello", workgroup: "support" }));
    await new Promise((resolve) => socket.once("close", resolve));
    await eventually("the visit to be forgotten", async () => gateway.visits.size === 0);
  });
});

describe("an open page", () => {
  it("keeps nothing of the request that opened its socket: thousands stand open for hours", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const { connect, gateway } = await startGateway();
    const requests: WeakRef<object>[] = [];
    gateway.server.prependListener("upgrade", (request) => requests.push(new WeakRef(request)));
    await connect();
    expect(requests).toHaveLength(1);
    await eventually("the request to be let go", async () => {
      collectGarbage();
      return requests[0]?.deref() === undefined;
    });
    expect(gateway.pages).toBe(1);
  });
});

describe("an upgrade elsewhere", () => {
  it.each(["/", "/socket/", "/agent/socket", "//socket"])("at %s is refused", async (path) => {
    const { url } = await startGateway();
    const socket = new WebSocket(`${url.replace("http", "ws")}${path}`);
    const error = await new Promise<Error>((resolve) => socket.once("error", resolve));
    expect(error.message).toContain("404");
  });
});

describe("a gateway that stops", () => {
  it("tells its pages to come back later, and leaves the seats as they are", async () => {
    const { talk, gateway, room } = await startGateway();
    const dana = await talk();
    const closed = dana.closed();
    await gateway.stop();
    expect(await closed).toBe(1001);
    expect([...room("s1").seats.keys()]).toContain("Dana");
  });
});
