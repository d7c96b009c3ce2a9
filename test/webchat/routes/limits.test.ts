/** How much one visit, one address and one workgroup may ask of the gateway: each refusal has a text and a time. */
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { ServerFrame } from "../../../protocol/visitor-api.ts";
import { readLimits } from "../../../webchat/http/limits.ts";
import { eventually } from "../../support/inbox.ts";
import { VisitorSocket } from "../../support/visitor-socket.ts";
import { startGateway, visitOf } from "../gateway.ts";

const PROXY = ["127.0.0.1"];
const FORM = { username: "Dana" };

/** What a page is told of its limits. */
const limited = (socket: VisitorSocket, code: string) =>
  socket.inbox.first(`a refusal ${code}`, (frame) => frame.kind === "refused" && frame.code === code && frame);

const told = (frame: Extract<ServerFrame, { kind: "refused" }>) => {
  expect(frame.text).not.toBe("");
  expect(frame.againS).toBeGreaterThan(0);
  return frame.code;
};

/** Opens a socket, or gives what its upgrade was refused with. */
function upgrade(
  url: string,
  headers: Record<string, string> = {},
): Promise<WebSocket | { status: number; again: string; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { headers });
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
    socket.once("unexpected-response", (_, response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, again: response.headers["retry-after"] ?? "", body }),
      );
    });
  });
}

describe("connections", () => {
  it("of one address are bounded in their rate: the upgrade is refused with a text and a time", async () => {
    const { url } = await startGateway({ limits: readLimits(["connections.address=2:0.1"]) });
    const answers = [await upgrade(url), await upgrade(url), await upgrade(url)];
    expect(answers.slice(0, 2).every((one) => one instanceof WebSocket)).toBe(true);
    expect(answers[2]).toMatchObject({ status: 429, again: "10" });
    expect(JSON.parse(String(Object(answers[2]).body))).toEqual({
      error: { code: "too-fast", text: "Too much at once", againS: 10 },
    });
    for (const one of answers) if (one instanceof WebSocket) one.terminate();
  });

  it("of one address are bounded in their number, and one that closes makes room", async () => {
    const { url } = await startGateway({ limits: readLimits(["sockets=2"]) });
    const [first, second] = [await upgrade(url), await upgrade(url)];
    expect(await upgrade(url)).toMatchObject({ status: 429 });
    if (first instanceof WebSocket) first.close();
    const third = await eventually("room for another", async () => {
      const one = await upgrade(url);
      return one instanceof WebSocket && one;
    });
    third.terminate();
    if (second instanceof WebSocket) second.terminate();
  });

  it("count for the visitor behind our proxy, and for the proxy's address when the proxy is nobody we know", async () => {
    const limits = readLimits(["connections.address=1:0.1"]);
    const from = (address: string) => ({ "X-Forwarded-For": address });
    const trusting = await startGateway({ limits, trustedProxies: PROXY });
    const served = [await upgrade(trusting.url, from("1.1.1.1")), await upgrade(trusting.url, from("2.2.2.2"))];
    for (const one of served) {
      expect(one).toBeInstanceOf(WebSocket);
      if (one instanceof WebSocket) one.terminate();
    }
    expect(await upgrade(trusting.url, from("9.9.9.9, 2.2.2.2"))).toMatchObject({ status: 429 });

    const wary = await startGateway({ limits });
    const one = await upgrade(wary.url, from("1.1.1.1"));
    if (one instanceof WebSocket) one.terminate();
    expect(await upgrade(wary.url, from("2.2.2.2"))).toMatchObject({ status: 429 });
  });

  it("of one visit and of one workgroup are bounded at their hello", async () => {
    for (const [limit, isNew] of [
      ["connections.visit=2:0.1", false],
      ["connections.workgroup=2:0.1", true],
    ] as const) {
      const { url, connect } = await startGateway({ limits: readLimits([limit]) });
      const dana = await connect();
      const hello = isNew ? {} : { token: dana.token ?? "" };
      await connect(hello);
      const third = await VisitorSocket.open(url, "support");
      third.send({ kind: "hello", workgroup: "support", ...hello });
      expect(told(await limited(third, "too-fast"))).toBe("too-fast");
      third.vanish();
    }
  });
});

describe("questions about a workgroup", () => {
  it("are bounded by address", async () => {
    const { url } = await startGateway({ limits: readLimits(["lookups.address=2:0.25"]) });
    const ask = () => fetch(`${url}/workgroups/support`);
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const third = await ask();
    expect([third.status, third.headers.get("retry-after")]).toEqual([429, "4"]);
    expect(third.headers.get("access-control-allow-origin")).toBe("*");
    expect(await third.json()).toEqual({ error: { code: "too-fast", text: "Too much at once" } });
  });
});

describe("joins", () => {
  it.each(["joins.visit=1:0.1", "joins.address=1:0.1", "joins.workgroup=1:0.1"])(
    "%s: the second is refused",
    async (limit) => {
      const { connect, joins } = await startGateway({ limits: readLimits([limit]) });
      const dana = await connect();
      dana.join(FORM);
      await dana.phase("waiting");
      const next = limit.includes("visit") ? dana : await connect();
      next.join(FORM);
      expect(told(await limited(next, "too-fast"))).toBe("too-fast");
      expect(joins).toHaveLength(1);
    },
  );

  it("of one address count over all its visits, and not for another address", async () => {
    const { url, joins } = await startGateway({ limits: readLimits(["joins.address=1:0.01"]), trustedProxies: PROXY });
    const from = (address: string) =>
      VisitorSocket.connect(url, "support", {}, { headers: { "X-Forwarded-For": address } });
    const [one, other, far] = [
      await from("2001:db8::1"),
      await from("2001:db8::ffff:2"),
      await from("2001:db8:0:1::1"),
    ];
    one.join(FORM);
    await one.phase("waiting");
    other.join(FORM);
    expect(told(await limited(other, "too-fast"))).toBe("too-fast");
    far.join(FORM);
    await far.phase("waiting");
    expect(joins).toHaveLength(2);
    for (const socket of [one, other, far]) socket.vanish();
  });

  it("from one address fill only so much of a queue; who leaves it makes room", async () => {
    const { connect, joins } = await startGateway({ limits: readLimits(["waiting=2"]) });
    const visitors = [await connect(), await connect(), await connect()] as const;
    for (const one of visitors.slice(0, 2)) {
      one.join(FORM);
      await one.phase("waiting");
    }
    visitors[2].join(FORM);
    expect(told(await limited(visitors[2], "queue-full"))).toBe("queue-full");
    expect(joins).toHaveLength(2);
    visitors[0].send({ kind: "cancel" });
    await visitors[0].phase("idle");
    visitors[2].join(FORM);
    await visitors[2].phase("waiting");
  });
});

describe("an address that floods", () => {
  it("loses its places in the queue; a talk of it goes on, and others wait as before", async () => {
    const test = await startGateway({
      limits: readLimits(["joins.address=2:0.01", "refusals.address=3:0.01"]),
      trustedProxies: PROXY,
    });
    const from = (address: string) =>
      VisitorSocket.connect(test.url, "support", {}, { headers: { "X-Forwarded-For": address } });
    const [talking, waiting, flooder, other] = [
      await from("1.1.1.1"),
      await from("1.1.1.1"),
      await from("1.1.1.1"),
      await from("2.2.2.2"),
    ];
    for (const one of [talking, waiting, other]) {
      one.join(FORM);
      await one.phase("waiting");
    }
    test.room("s1").enter("Anna");
    test.invite(visitOf(talking), "s1");
    await talking.phase("talking");
    for (let i = 0; i < 4; i++) flooder.join(FORM);
    expect(told(await limited(waiting, "queue-full"))).toBe("queue-full");
    await waiting.phase("idle");
    expect(test.asked.filter((name) => name === "depart-queue")).toHaveLength(1);
    expect([talking.state?.phase, other.state?.phase]).toEqual(["talking", "waiting"]);
    waiting.join(FORM);
    expect((await limited(waiting, "too-fast")).againS).toBe(60);
    for (const one of [talking, waiting, flooder, other]) one.vanish();
  });
});

describe("lines", () => {
  it.each(["lines.visit=3:1000", "lines.address=3:1000", "lines.workgroup=3:1000"])(
    "%s: wait for their turn and keep their order",
    async (limit) => {
      const { talk, room } = await startGateway({ limits: readLimits([limit]) });
      const dana = await talk();
      for (let i = 0; i < 6; i++) dana.say(`line ${i}`);
      await dana.line("line 5");
      expect(room("s1").heard).toEqual([0, 1, 2, 3, 4, 5].map((i) => `line ${i}`));
    },
  );

  it("of two pages of one visit share one limit", async () => {
    const { talk, connect, room } = await startGateway({ limits: readLimits(["lines.visit=4:0.01"]) });
    const dana = await talk();
    const second = await connect({ token: dana.token ?? "" });
    expect(visitOf(second)).toBe(visitOf(dana));
    for (let i = 0; i < 10; i++) (i % 2 ? dana : second).say(`line ${i}`);
    second.send({ kind: "ping" });
    await second.frame("pong");
    dana.send({ kind: "ping" });
    await dana.frame("pong");
    expect(room("s1").heard).toHaveLength(4);
  });
});

describe("typing", () => {
  it("is left out beyond its rate, without a word", async () => {
    const { talk, link } = await startGateway({ limits: readLimits(["typing.address=2:0.01"]) });
    const dana = await talk();
    const before = link.sent.length;
    for (let i = 0; i < 20; i++) dana.send({ kind: "typing", active: i % 2 === 0 });
    dana.send({ kind: "ping" });
    await dana.frame("pong");
    expect(link.sent.length - before).toBe(2);
    expect(dana.inbox.all.some(({ kind }) => kind === "refused")).toBe(false);
  });
});

describe("messages left for later", () => {
  it.each(["messages.visit=1:0.1", "messages.address=1:0.1", "messages.workgroup=1:0.1"])(
    "%s: the second is refused by its key",
    async (limit) => {
      const { connect, asked } = await startGateway({ limits: readLimits([limit]) });
      const [dana, erik] = [await connect(), await connect()];
      const leave = (socket: VisitorSocket, key: string) =>
        socket.send({ kind: "leave-message", key, name: "Dana", email: "d@example.org", text: "Call me" });
      leave(dana, "message-1");
      await dana.frame("message-stored");
      const next = limit.includes("visit") ? dana : erik;
      leave(next, "message-2");
      const refusal = await limited(next, "too-fast");
      expect([told(refusal), refusal.key]).toEqual(["too-fast", "message-2"]);
      expect(asked.filter((name) => name === "leave")).toHaveLength(1);
    },
  );
});
