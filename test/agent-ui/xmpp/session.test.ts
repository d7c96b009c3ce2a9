/** The agent's link on a real Prosody, over a wire that breaks. */
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { createSession, type Session, type SessionRefusal } from "../../../agent-ui/xmpp/session.ts";
import { buildInfoRequest, parseInfo } from "../../../protocol/disco.ts";
import { xml } from "../../../protocol/xml.ts";
import { type ChatServer, HALF_A_FRAME, startChatServer } from "../support/prosody.ts";

type Event = "down" | "up" | "resumed" | `refused ${SessionRefusal}`;
let server: ChatServer;
const sessions: Session[] = [];

beforeAll(async () => {
  server = await startChatServer();
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.stop()));
});
afterAll(() => server?.stop());

function sign(of: { websocket?: string; password?: string; patience?: { answerMs: number; attemptMs: number } } = {}) {
  const events: Event[] = [];
  const stanzas: string[] = [];
  const session = createSession({
    websocket: of.websocket ?? server.websocket,
    domain: "localhost",
    username: "anna",
    password: of.password ?? "secret",
    patience: { everyMs: 300, answerMs: 700, lateMs: 1400, attemptMs: 2000, ...of.patience },
    handlers: { offer: () => undefined, revoke: () => undefined },
    events: {
      up: (resumed) => events.push(resumed ? "resumed" : "up"),
      down: () => events.push("down"),
      retrying: () => undefined,
      refused: (why) => events.push(`refused ${why}`),
      stanza: (stanza) => stanzas.push(stanza.toString()),
    },
  });
  sessions.push(session);
  const until = (...expected: Event[]): Promise<void> =>
    expect.poll(() => events, { timeout: 15_000 }).toEqual(expected);
  return { session, events, stanzas, until };
}

const NS_FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";

/** A server that takes connections and says nothing, or one that answers the first word it hears with these, and no other. */
async function startMute(says: string[] = []) {
  let visits = 0;
  const mute = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  mute.on("connection", (socket) => {
    visits += 1;
    socket.once("message", () => {
      for (const text of says) socket.send(text);
    });
  });
  await once(mute, "listening");
  const address = mute.address();
  if (!address || typeof address === "string") throw new Error("no port");
  return {
    url: `ws://127.0.0.1:${address.port}`,
    visits: () => visits,
    stop() {
      for (const socket of mute.clients) socket.terminate();
      mute.close();
    },
  };
}

describe("signing in", () => {
  it("works with SCRAM, under an address of its own, and answers requests", async () => {
    const { session, until } = sign();
    await until("up");
    expect(session.jid).toMatch(/^anna@localhost\/foyer-[0-9a-f]{8}$/);
    const info = await session.request("get", "localhost", buildInfoRequest());
    expect(info && parseInfo(info).identities[0]?.category).toBe("server");
    expect(server.wire.heard).toContain('mechanism="SCRAM-SHA-256"');
    expect(server.wire.heard).not.toContain(btoa("secret"));
  });

  it("is refused with a wrong password, and not tried again", async () => {
    const { session, until } = sign({ password: "wrong" });
    await until("refused not-authorized");
    expect(session.isUp).toBe(false);
  });

  it("is refused for a while after too many wrong passwords; who was in already tries on", async () => {
    const guessed = await startChatServer();
    try {
      const { websocket } = guessed;
      const { events } = sign({ websocket });
      await expect.poll(() => events, { timeout: 15_000 }).toEqual(["up"]);
      for (let guess = 0; guess < 10; guess++)
        await sign({ websocket, password: "wrong" }).until("refused not-authorized");
      await sign({ websocket }).until("refused too-many-tries");
      guessed.wire.cut();
      await expect.poll(() => guessed.wire.heard.split("<auth").length, { timeout: 15_000 }).toBeGreaterThan(13);
      expect(events).toEqual(["up", "down"]);
    } finally {
      await guessed.stop();
    }
  });

  it("goes on trying while the server cannot look accounts up", async () => {
    const { events } = sign();
    await expect.poll(() => events, { timeout: 15_000 }).toEqual(["up"]);
    const tries = (): number => server.wire.heard.split("<auth").length;
    const before = tries();
    await server.blind(true);
    try {
      server.wire.cut();
      await expect.poll(tries, { timeout: 15_000 }).toBeGreaterThan(before + 1);
      expect(events).toEqual(["up", "down"]);
    } finally {
      await server.blind(false);
    }
    await expect.poll(() => events.at(-1), { timeout: 15_000 }).toMatch(/up|resumed/);
  });

  it("is refused by ourselves where only PLAIN is offered: the password does not leave", async () => {
    const plain = await startChatServer({ scram: false });
    try {
      const { until } = sign({ websocket: plain.websocket });
      await until("refused no-safe-mechanism");
      expect(plain.wire.heard).not.toContain("<auth");
    } finally {
      await plain.stop();
    }
  });

  it("is refused by ourselves when the server cannot prove that it knows the password", async () => {
    const liar = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(liar, "listening");
    liar.on("connection", (socket) => {
      const say = (text: string): void => socket.send(text);
      socket.on("message", (data) => {
        const text = String(data);
        if (text.startsWith("<open")) {
          say(`<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" from="localhost" id="1" version="1.0"/>`);
          say(
            `<stream:features xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams"><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><mechanism>PLAIN</mechanism><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>`,
          );
        } else if (text.includes("<auth")) {
          const nonce = atob(/>([^<]+)</.exec(text)?.[1] ?? "").split("r=")[1] ?? "";
          say(
            `<challenge xmlns="urn:ietf:params:xml:ns:xmpp-sasl">${btoa(`r=${nonce}liar,s=${btoa("salt")},i=4096`)}</challenge>`,
          );
        } else if (text.includes("<response")) {
          say(`<success xmlns="urn:ietf:params:xml:ns:xmpp-sasl">${btoa("v=bGllcw==")}</success>`);
        }
      });
    });
    const address = liar.address();
    if (!address || typeof address === "string") throw new Error("no port");
    const { until } = sign({ websocket: `ws://127.0.0.1:${address.port}` });
    await until("refused server-not-trusted");
    for (const socket of liar.clients) socket.terminate();
    liar.close();
  });
});

describe("a link that breaks", () => {
  it("is resumed: nothing that was sent meanwhile is lost or doubled", async () => {
    const { session, stanzas, until } = sign();
    await until("up");
    session.send(xml("presence"));
    const pending = session.request("get", "nobody@localhost/x", xml("query", { xmlns: "jabber:iq:version" }));
    const failed = expect(pending).rejects.toThrow();
    server.wire.silence();
    // Given to a wire that carries nothing any more.
    for (const text of ["one", "two"])
      session.send(xml("message", { to: session.jid, type: "chat", id: text }, xml("body", {}, text)));
    await until("up", "down", "resumed");
    await failed;
    const heard = (): string[] => stanzas.flatMap((text) => /<body>(\w+)<\/body>/.exec(text)?.[1] ?? []);
    await expect.poll(heard).toEqual(["one", "two"]);
  });

  it("is resumed again and again, under the same address", async () => {
    const { session, until } = sign();
    await until("up");
    const jid = session.jid;
    server.wire.cut();
    await until("up", "down", "resumed");
    server.wire.cut();
    await until("up", "down", "resumed", "down", "resumed");
    expect(session.jid).toBe(jid);
  });

  it("is resumed also when it broke in the middle of a frame: what is sent afterwards arrives", async () => {
    const { session, events } = sign();
    await expect.poll(() => events, { timeout: 15_000 }).toEqual(["up"]);
    server.wire.tear(HALF_A_FRAME);
    await expect.poll(() => events, { timeout: 15_000 }).toEqual(["up", "down", "resumed"]);
    expect(await session.request("get", "localhost", xml("ping", { xmlns: "urn:xmpp:ping" }))).toBeUndefined();
    server.wire.cut();
    await expect.poll(() => events, { timeout: 15_000 }).toEqual(["up", "down", "resumed", "down", "resumed"]);
    expect(await session.request("get", "localhost", xml("ping", { xmlns: "urn:xmpp:ping" }))).toBeUndefined();
  });

  it("is a new one after the server was killed", async () => {
    const { session, until } = sign();
    await until("up");
    await server.kill();
    await expect.poll(() => session.isUp).toBe(false);
    expect(session.send(xml("presence"))).toBe(false);
    await server.start();
    await until("up", "down", "up");
  });

  it("is left when the server takes the connection and says nothing, and tried anew", async () => {
    const mute = await startMute();
    sign({ websocket: mute.url });
    await expect.poll(mute.visits, { timeout: 15_000 }).toBeGreaterThan(1);
    mute.stop();
  });

  it.each([
    { name: "goes on after the end of the stream", texts: [`<close xmlns="${NS_FRAMING}"/>`, "<late/>"] },
    { name: "ends what was never begun", texts: ["</late>"] },
  ])("is left when the server $name, and tried anew; nothing is thrown", async ({ texts }) => {
    const rude = await startMute([`<open xmlns="${NS_FRAMING}" id="1" version="1.0"/>`, ...texts]);
    sign({ websocket: rude.url, patience: { answerMs: 700, attemptMs: 60_000 } });
    // What is thrown out of a socket's event fails the run (vitest: unhandled errors).
    await expect.poll(rude.visits, { timeout: 15_000 }).toBeGreaterThan(1);
    rude.stop();
  });

  it("is tried anew at once when the network is back, though an attempt of before still hangs", async () => {
    const mute = await startMute();
    const { session } = sign({
      websocket: mute.url,
      patience: { answerMs: 60_000, attemptMs: 60_000 },
    });
    await expect.poll(mute.visits).toBe(1);
    const again = (): number => {
      session.probe();
      return mute.visits();
    };
    await expect.poll(again, { timeout: 15_000, interval: 500 }).toBeGreaterThan(1);
    mute.stop();
  });

  it("is tried anew soon after the network is back, though an attempt had just begun without it", async () => {
    const mute = await startMute();
    const { session } = sign({ websocket: mute.url, patience: { answerMs: 60_000, attemptMs: 60_000 } });
    await expect.poll(mute.visits).toBe(1);
    session.probe();
    await expect.poll(mute.visits, { timeout: 15_000 }).toBe(2);
    mute.stop();
  });
});
