import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { attr, child, childText, Element, elements, xml } from "../../../protocol/xml.ts";
import { createLog, silentLog } from "../../../runtime/log.ts";
import {
  type ComponentLink,
  type ComponentLinkOptions,
  createComponentLink,
  LinkDown,
  type LinkTuning,
} from "../../../runtime/xmpp/component-link.ts";
import { type FakeConnection, type FakeServer, startFakeServer } from "../../support/fake-component-server.ts";
import { freePort } from "../../support/prosody.ts";

const SECRET = "the-secret";
const DOMAIN = "workgroup.test";
const QUICK: Partial<LinkTuning> = {
  handshakeTimeoutMs: 5_000,
  retryFirstMs: 5,
  retryMostMs: 20,
  refusedRetryMs: 40,
  closeMs: 100,
};

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function serve(...args: Parameters<typeof startFakeServer>): Promise<FakeServer> {
  const server = await startFakeServer(...args);
  open.push(server);
  return server;
}

function linkTo(service: string, options: Partial<ComponentLinkOptions> = {}): ComponentLink {
  const tuning = { ...QUICK, ...options.tuning };
  const link = createComponentLink({ service, domain: DOMAIN, secret: SECRET, log: silentLog, ...options, tuning });
  open.push(link);
  link.start();
  return link;
}

const whenOnline = (link: ComponentLink) =>
  vi.waitFor(() => expect(link.online).toBe(true), { timeout: 5_000, interval: 5 });
const accept = (connection: FakeConnection) => connection.accept(SECRET);

/** A link that is up, the server's end of it, and what it has received so far. */
async function linked(options: Partial<ComponentLinkOptions> = {}) {
  const server = await serve(accept);
  const link = linkTo(server.service, options);
  const stanzas: Element[] = [];
  link.onStanza((stanza) => void stanzas.push(stanza));
  await whenOnline(link);
  return { server, link, stanzas, connection: await server.connection(0) };
}

const message = (body: string) => xml("message", { from: `support@${DOMAIN}`, to: "anna@test" }, xml("body", {}, body));
const bodies = (stanzas: Element[]) => stanzas.map((stanza) => childText(stanza, "body"));

describe("a link that comes up", () => {
  it("answers the stream id with the digest of the secret and is online", async () => {
    const { link } = await linked();
    expect(link.online).toBe(true);
  });

  it("tells that it is online before it hands over a stanza of the same chunk", async () => {
    const server = await serve(async (connection) => {
      await connection.open();
      await connection.until(/<handshake>/);
      connection.send("<handshake/><message from='a@test' to='workgroup.test'><body>first</body></message>");
    });
    const link = linkTo(server.service);
    const seen: string[] = [];
    link.onOnline(() => seen.push("online"));
    link.onStanza(() => seen.push("stanza"));
    await vi.waitFor(() => expect(seen).toEqual(["online", "stanza"]));
  });

  it("waits for a server that is not there yet", async () => {
    const port = await freePort();
    const link = linkTo(`xmpp://127.0.0.1:${port}`);
    await expect(link.send(message("too early"))).rejects.toBeInstanceOf(LinkDown);
    await serve(accept, port);
    await whenOnline(link);
  });

  it("waits longer for a handshake than the library's two seconds", async () => {
    const server = await serve(async (connection) => {
      await connection.open();
      await connection.until(/<handshake>/);
      setTimeout(() => connection.send("<handshake/>"), 2_300);
    });
    await whenOnline(linkTo(server.service, { tuning: { handshakeTimeoutMs: 8_000 } }));
    expect(server.connections).toHaveLength(1);
  });

  it.each([
    ["the connection is taken and nothing said", () => undefined],
    ["the stream is opened and the handshake never answered", (connection: FakeConnection) => connection.open()],
    ["the server closes at once", (connection: FakeConnection) => void connection.socket.end()],
    ["the server resets", (connection: FakeConnection) => void connection.socket.resetAndDestroy()],
    ["the host is not loaded yet", (connection: FakeConnection) => connection.refuse("host-unknown")],
  ])("tries again when %s", async (_, first) => {
    const server = await serve((connection, number) => (number === 0 ? first(connection) : accept(connection)));
    await whenOnline(linkTo(server.service, { tuning: { handshakeTimeoutMs: 300 } }));
    await vi.waitFor(() => expect(server.connections[0]?.closed).toBe(true));
  });
});

describe("text on its way in", () => {
  it("arrives whole when every byte comes by itself", async () => {
    const { connection, stanzas } = await linked();
    const text = "Grüße, 你好, 👩🏽‍🚀 & <ok>";
    await connection.dribble(`<message from='a@test' to='x@workgroup.test'>${xml("body", {}, text)}</message>`);
    await vi.waitFor(() => expect(bodies(stanzas)).toEqual([text]));
  });

  it("is read as elements of the class that we build with, in the namespace of clients", async () => {
    const { connection, stanzas } = await linked();
    connection.send("<message from='a@test' to='x@workgroup.test'><body>hi</body><x xmlns='n'><y/></x></message>");
    await vi.waitFor(() => expect(stanzas).toHaveLength(1));
    const [stanza] = stanzas;
    if (!stanza) throw new Error("no stanza");
    expect(stanza).toBeInstanceOf(Element);
    expect(stanza.getNS()).toBe("jabber:client");
    expect(child(stanza, "body", "jabber:client")).toBeInstanceOf(Element);
    expect(elements(stanza).map((el) => el.name)).toEqual(["body", "x"]);
    expect(child(stanza, "x", "n")?.getChild("y", "n")).toBeInstanceOf(Element);
    expect(stanza.parent).toBeNull();
  });

  it("passes over text between stanzas", async () => {
    const { connection, stanzas, link } = await linked();
    connection.send(
      "  \n <message from='a@test' to='b'><body>1</body></message> stray &amp; <message from='a@test' to='b'><body>2</body></message>\n",
    );
    await vi.waitFor(() => expect(bodies(stanzas)).toEqual(["1", "2"]));
    expect(link.online).toBe(true);
  });

  it("is cut where it is nested deeper than anything we read", async () => {
    const { connection, stanzas, link } = await linked();
    const deep = "<a>".repeat(20_000) + "</a>".repeat(20_000);
    connection.send(`<message from='a@test' to='b'>${deep}<body>after</body></message>`);
    await vi.waitFor(() => expect(bodies(stanzas)).toEqual(["after"]));
    expect(() => stanzas[0]?.toString()).not.toThrow();
    expect(link.online).toBe(true);
  });
});

describe("a piece of what came in that somebody keeps", () => {
  it("does not keep the rest of it", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const heapBytes = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const server = await serve(accept);
    const link = linkTo(server.service);
    const kept: (string | undefined)[] = [];
    link.onStanza((stanza) => void kept.push(attr(stanza, "id"), childText(stanza, "x")));
    await whenOnline(link);
    const connection = await server.connection(0);
    const before = heapBytes();
    const long = "x".repeat(50_000);
    for (let i = 0; i < 100; i++) {
      const id = `the-id-of-line-${i}`;
      connection.send(`<message from='a@test' to='b' id='${id}'><x>said by ${id}</x><body>${long}</body></message>`);
    }
    await vi.waitFor(() => expect(kept.at(-1)).toBe("said by the-id-of-line-99"), { timeout: 5_000 });
    expect(heapBytes() - before).toBeLessThan(100 * long.length * 0.5);
  });
});

describe("a request that comes in", () => {
  it("is left to the handlers: the library does not answer behind our back", async () => {
    const { link, connection, stanzas } = await linked();
    connection.send("<iq type='get' id='i1' from='a@test' to='s@workgroup.test'><q xmlns='n'/></iq>");
    await vi.waitFor(() => expect(stanzas).toHaveLength(1));
    await link.send(message("the end"));
    await connection.until(/the end/);
    expect(connection.received).not.toContain("<iq");
  });
});

describe("a server that sends what it must not", () => {
  it.each([
    ["tags that do not match", "<message><body></message></body>"],
    ["an end of what never began", "</a></b></c></d>"],
    ["an unknown entity", "<message from='a@test' to='b'><body>&nope;</body></message>"],
    ["data after the end of the stream", "</stream:stream><message/><x>&nope;</x></stream:stream></y>"],
    ["a second root", "</stream:stream><stream:stream xmlns='jabber:component:accept'>"],
    [
      "a stream error",
      "<stream:error><internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
    ],
    ["an empty stream error", "<stream:error/>"],
    ["the end of the stream", "</stream:stream>"],
  ])("costs the link, not the process: %s", async (_, text) => {
    const { server, link, connection } = await linked();
    connection.send(text);
    await server.connection(1);
    await whenOnline(link);
    await vi.waitFor(() => expect(connection.closed).toBe(true));
  });

  it("is not harmed by a handler of ours that throws", async () => {
    const { server, connection, stanzas, link } = await linked();
    link.onStanza(() => {
      throw new Error("a bug");
    });
    const later: Element[] = [];
    link.onStanza((stanza) => void later.push(stanza));
    connection.send("<message from='a@test' to='b'><body>1</body></message>");
    await vi.waitFor(() => expect(later).toHaveLength(1));
    expect(stanzas).toHaveLength(1);
    expect(server.connections).toHaveLength(1);
  });
});

describe("a stanza on its way out", () => {
  it("leaves with all that is said in the same turn of the loop, in two packets at most and in their order", async () => {
    const { link, connection } = await linked();
    let packets = 0;
    connection.socket.on("data", () => (packets += 1));
    const said = Array.from({ length: 50 }, (_, i) => String(i));
    await Promise.all(said.map((text) => link.send(message(text))));
    await connection.until(/<body>49</);
    const bodies = [...connection.received.matchAll(/<body>(\d+)</g)].map(([, text]) => text);
    expect(bodies).toEqual(said);
    expect(packets).toBeLessThanOrEqual(2);
  });

  it("keeps its children and is in the stream's own namespace", async () => {
    const { link, connection } = await linked();
    await link.send(
      xml(
        "message",
        { xmlns: "jabber:client", from: `s@${DOMAIN}`, to: "a@test" },
        xml("body", {}, "a & b"),
        xml("x", { xmlns: "n" }, xml("y")),
      ),
    );
    await connection.until(
      /<message from="s@workgroup.test" to="a@test"><body>a &amp; b<\/body><x xmlns="n"><y\/><\/x><\/message>/,
    );
  });

  it("bears the component's address when it has none", async () => {
    const { link, connection } = await linked();
    await link.send(xml("presence", { to: "a@test" }));
    await connection.until(/<presence to="a@test" from="workgroup.test"\/>/);
  });

  const unchecked = (text: string): Element => {
    const el = message("");
    el.children = [text];
    return el;
  };
  it.each<[string, () => Element]>([
    ["a control character", () => unchecked("\u0000")],
    ["a lone surrogate", () => unchecked("\uD800")],
    ["no recipient", () => xml("presence", { from: DOMAIN })],
    ["a sender with an empty local part", () => xml("presence", { from: `@${DOMAIN}`, to: "a@test" })],
    ["a blank in an address", () => xml("presence", { from: DOMAIN, to: "a b@test" })],
    ["more than the server takes", () => message("x".repeat(260_000))],
    [
      "more depth than the stack",
      () => {
        let el = xml("a");
        for (let depth = 0; depth < 100_000; depth++) el = xml("a", {}, el);
        return xml("message", { to: "a@test" }, el);
      },
    ],
  ])("is refused, and the link stays, with %s", async (_, make) => {
    const { link, connection, server } = await linked();
    await expect(link.send(make())).rejects.not.toBeInstanceOf(LinkDown);
    await link.send(message("still here"));
    await connection.until(/still here/);
    expect(server.connections).toHaveLength(1);
  });
});

describe("a request", () => {
  const ask = (link: ComponentLink, timeoutMs?: number) =>
    link.request({
      from: `s@${DOMAIN}`,
      to: "anna@test/home",
      type: "get",
      payload: xml("q", { xmlns: "n" }),
      timeoutMs,
    });
  const idOf = async (connection: FakeConnection) =>
    (await connection.until(/<iq type="get" id="([^"]+)" from="s@/))[1];

  it("resolves with the first child of the result", async () => {
    const { link, connection, stanzas } = await linked();
    const answer = ask(link);
    const id = await idOf(connection);
    connection.send(`<iq type='result' id='${id}' from='anna@test/home' to='s@${DOMAIN}'><q xmlns='n' a='1'/></iq>`);
    expect((await answer)?.attrs.a).toBe("1");
    expect(stanzas).toEqual([]);
  });

  it("resolves with undefined for an empty result", async () => {
    const { link, connection } = await linked();
    const answer = ask(link);
    connection.send(`<iq type='result' id='${await idOf(connection)}' from='Anna@Test/home' to='s@${DOMAIN}'/>`);
    expect(await answer).toBeUndefined();
  });

  it("rejects with what the peer said", async () => {
    const { link, connection } = await linked();
    const answer = ask(link);
    const error = "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    connection.send(
      `<iq type='error' id='${await idOf(connection)}' from='anna@test/home' to='s@${DOMAIN}'>${error}</iq>`,
    );
    await expect(answer).rejects.toMatchObject({ type: "auth", condition: "forbidden" });
  });

  it("takes no answer from anybody else, and does not hand it to the handlers", async () => {
    const { link, connection, stanzas } = await linked();
    const answer = ask(link);
    const id = await idOf(connection);
    const forged = (from: string, to: string) =>
      `<iq type='result' id='${id}'${from} to='${to}'><q xmlns='n' forged='1'/></iq>`;
    connection.send(forged(" from='mallory@test/x'", `s@${DOMAIN}`));
    connection.send(forged(" from='anna@test'", `s@${DOMAIN}`));
    connection.send(forged(" from='anna@test/HOME'", `s@${DOMAIN}`));
    connection.send(forged("", `s@${DOMAIN}`));
    connection.send(forged(" from='anna@test/home'", `other@${DOMAIN}`));
    connection.send(`<iq type='result' id='${id}' from='anna@test/home' to='s@${DOMAIN}'><q xmlns='n'/></iq>`);
    expect((await answer)?.attrs.forged).toBeUndefined();
    expect(stanzas).toEqual([]);
  });

  it("rejects when nobody answers", async () => {
    const { link } = await linked();
    const answer = ask(link, 20);
    await expect(answer).rejects.toBeInstanceOf(StanzaError);
    await expect(answer).rejects.toMatchObject({ type: "wait", condition: "remote-server-timeout" });
  });

  it("rejects with LinkDown when the link breaks, and when there is none", async () => {
    const { link, connection, server } = await linked();
    const answer = ask(link);
    await idOf(connection);
    connection.socket.destroy();
    await expect(answer).rejects.toBeInstanceOf(LinkDown);
    await server.stop();
    await vi.waitFor(() => expect(link.online).toBe(false));
    await expect(ask(link)).rejects.toBeInstanceOf(LinkDown);
  });

  it("cannot be guessed by its id", async () => {
    const { link, connection } = await linked();
    ask(link).catch(() => undefined);
    expect(await idOf(connection)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });
});

describe("pings", () => {
  it("are answered by the link itself", async () => {
    const { connection, stanzas } = await linked();
    connection.send("<iq type='get' id='p1' from='test' to='workgroup.test'><ping xmlns='urn:xmpp:ping'/></iq>");
    await connection.until(/<iq type="result" id="p1" from="workgroup.test" to="test"\/>/);
    expect(stanzas).toEqual([]);
  });

  it("keep a link whose server answers", async () => {
    const server = await serve(async (connection) => {
      connection.answerPings();
      await accept(connection);
    });
    const link = linkTo(server.service, { tuning: { pingEveryMs: 5, pingAnswerMs: 500 } });
    const connection = await server.connection(0);
    await vi.waitFor(() => expect(connection.received.match(/<ping /g)?.length ?? 0).toBeGreaterThan(5));
    expect(server.connections).toHaveLength(1);
    expect(link.online).toBe(true);
  });

  it("take a refusal for an answer", async () => {
    const server = await serve(async (connection) => {
      await accept(connection);
      for (let number = 1; number < 4; number++) {
        const pattern = new RegExp(`(?:<iq type="get" id="([^"]+)".*?){${number}}`);
        const [, id] = await connection.until(pattern);
        connection.send(`<iq type='error' id='${id}' from='${DOMAIN}' to='${DOMAIN}'><error type='cancel'/></iq>`);
      }
    });
    linkTo(server.service, { tuning: { pingEveryMs: 5, pingAnswerMs: 1_000 } });
    const connection = await server.connection(0);
    await vi.waitFor(() => expect(connection.received.match(/<ping /g)?.length ?? 0).toBeGreaterThan(2));
    expect(server.connections).toHaveLength(1);
  });

  it("cut a link on which nothing comes any more", async () => {
    const { server, link } = await linked({ tuning: { pingEveryMs: 10, pingAnswerMs: 30, pingLateMs: 60 } });
    const offline = vi.fn();
    link.onOffline(offline);
    await server.connection(1);
    expect(offline).toHaveBeenCalled();
  });

  it("cut a link that still brings stanzas and takes none", async () => {
    const server = await serve(async (connection) => {
      await accept(connection);
      const chatter = setInterval(() => connection.send("<message from='a@test' to='b'/>"), 5);
      connection.socket.on("close", () => clearInterval(chatter));
    });
    linkTo(server.service, { tuning: { pingEveryMs: 10, pingAnswerMs: 30, pingLateMs: 60 } });
    await server.connection(1);
  });
});

describe("a busy server", () => {
  it("that is late with its answer while other things come keeps the link", async () => {
    const server = await serve(async (connection) => {
      await accept(connection);
      const chatter = setInterval(() => connection.send("<message from='a@test' to='b'/>"), 5);
      connection.socket.on("close", () => clearInterval(chatter));
      for (let number = 1; number < 4; number++) {
        const [, id] = await connection.until(new RegExp(`(?:<iq type="get" id="([^"]+)".*?){${number}}`));
        await new Promise((resolve) => setTimeout(resolve, 60));
        connection.send(`<iq type='result' id='${id}' from='${DOMAIN}' to='${DOMAIN}'/>`);
      }
    });
    linkTo(server.service, { tuning: { pingEveryMs: 5, pingAnswerMs: 20, pingLateMs: 5_000 } });
    const connection = await server.connection(0);
    await vi.waitFor(() => expect(connection.received.match(/<ping /g)?.length ?? 0).toBeGreaterThan(2));
    expect(server.connections).toHaveLength(1);
  });
});

describe("a server that will not have us", () => {
  it("for a wrong secret is asked again slowly, and the one complaint names the setting", async () => {
    const lines: { level: string; msg: string }[] = [];
    const log = createLog({ name: "test", level: "info", write: (line) => void lines.push(JSON.parse(line)) });
    const server = await serve((connection, number) =>
      number < 3 ? connection.refuse("not-authorized") : accept(connection),
    );
    const started = performance.now();
    const link = linkTo(server.service, { log, secretSetting: "the XMPP secret (WORKGROUP_SECRET)" });
    await whenOnline(link);
    expect(performance.now() - started).toBeGreaterThan(3 * 35);
    const complaints = lines.filter(({ level }) => level === "error" || level === "warn");
    expect(complaints).toHaveLength(1);
    expect(complaints[0]?.msg).toContain("the XMPP secret (WORKGROUP_SECRET)");
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it("for a second link of the same domain is left alone, and we are told", async () => {
    const server = await serve((connection) => connection.refuse("conflict"));
    const fatal = vi.fn();
    const link = createComponentLink({
      service: server.service,
      domain: DOMAIN,
      secret: SECRET,
      log: silentLog,
      tuning: QUICK,
    });
    open.push(link);
    link.onFatal(fatal);
    link.start();
    await vi.waitFor(() => expect(fatal).toHaveBeenCalledOnce());
    expect(String(fatal.mock.calls[0]?.[0])).toContain(DOMAIN);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.connections).toHaveLength(1);
  });

  it("and throws us out while online, tells the same", async () => {
    const { connection, link } = await linked();
    const [fatal, offline] = [vi.fn(), vi.fn()];
    link.onFatal(fatal);
    link.onOffline(offline);
    connection.send(
      "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
    );
    await vi.waitFor(() => expect(fatal).toHaveBeenCalledOnce());
    expect(offline).toHaveBeenCalledOnce();
  });
});

describe("stopping", () => {
  it("closes the stream, fails what waits, and does not come back", async () => {
    const { server, link, connection } = await linked();
    connection.socket.on("end", () => connection.socket.end());
    const answer = link.request({ from: DOMAIN, to: "a@test", type: "get", payload: xml("q", { xmlns: "n" }) });
    answer.catch(() => undefined);
    await link.stop();
    expect(link.online).toBe(false);
    await expect(answer).rejects.toBeInstanceOf(LinkDown);
    await connection.until(/<\/stream:stream>$/);
    await vi.waitFor(() => expect(connection.closed).toBe(true));
    await expect(link.send(message("late"))).rejects.toBeInstanceOf(LinkDown);
    expect(server.connections).toHaveLength(1);
  });

  it.each<[string, (connection: FakeConnection) => void | Promise<void>]>([
    ["nothing is answered", () => undefined],
    ["the handshake is not answered", (connection) => connection.open()],
    ["the secret is refused", (connection) => connection.refuse("not-authorized")],
  ])("works while %s", async (_, behaviour) => {
    const server = await serve(behaviour);
    const link = linkTo(server.service, { tuning: { handshakeTimeoutMs: 5_000 } });
    await server.connection(0);
    await link.stop();
    expect(link.online).toBe(false);
  });

  it("works before anything was started", async () => {
    const link = createComponentLink({ service: "xmpp://127.0.0.1:1", domain: DOMAIN, secret: SECRET, log: silentLog });
    await link.stop();
    expect(attr(message("x"), "to")).toBe("anna@test");
  });
});
