/** Files through the gateway: what is taken, what is refused and in which words, and how they are given out. */
import { createServer, request as httpRequest, type Server } from "node:http";
import { connect as connectTcp } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import type { LineView } from "../../../protocol/visitor-api.ts";
import { attr, xml } from "../../../protocol/xml.ts";
import { readLimits } from "../../../webchat/http/limits.ts";
import { eventually } from "../../support/inbox.ts";
import type { VisitorSocket } from "../../support/visitor-socket.ts";
import { type GatewaySetup, startGateway, type TestGateway, visitOf } from "../gateway.ts";

const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(100, 7)]);
const PUBLIC = "https://chat.example.org";
const NS = "urn:xmpp:http:upload:0";

type Stored = { body: Buffer; type: string; name: string };
type Store = { files: Map<string, Stored>; asked: string[]; close(): Promise<void>; address: string };

/** What Prosody does with PUT and GET, as far as it matters. */
async function startStore(): Promise<Store> {
  const files = new Map<string, Stored>();
  const asked: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const [, , slot = "", name = ""] = (request.url ?? "").split("/");
    asked.push(`${request.method} ${request.headers.host}`);
    if (request.method === "PUT") {
      const parts: Buffer[] = [];
      try {
        for await (const part of request) parts.push(part);
      } catch {
        return; // Cut off.
      }
      if (request.headers.authorization !== `Bearer ${slot}`) return response.writeHead(401).end();
      files.set(slot, { body: Buffer.concat(parts), type: request.headers["content-type"] ?? "", name });
      return response.writeHead(201).end();
    }
    const file = files.get(slot);
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": file.type,
      "Content-Length": file.body.length,
      "Content-Disposition": `inline; filename*=UTF-8''${file.name}`,
    });
    response.end(file.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  return {
    files,
    asked,
    address: `http://127.0.0.1:${typeof at === "object" && at ? at.port : 0}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type World = { test: TestGateway; store: Store; dana: VisitorSocket; slots: { from: string; name: string }[] };

async function start(setup: GatewaySetup = {}): Promise<World> {
  const store = await startStore();
  closing.push(() => store.close());
  const test = await startGateway({ ...setup, files: { server: store.address, ...setup.files } });
  const slots: World["slots"] = [];
  const answer = test.link.answer;
  test.link.answer = (request) => {
    if (!request.payload.is("request", NS)) return answer(request);
    const refusal = test.refuse(request);
    if (refusal) throw refusal;
    const name = attr(request.payload, "filename") ?? "";
    slots.push({ from: request.from, name });
    const slot = `slot-${slots.length}000000`;
    const url = `${PUBLIC}/files/${slot}/${encodeURIComponent(name)}`;
    const put = xml("put", { url }, xml("header", { name: "Authorization" }, `Bearer ${slot}`));
    return xml("slot", { xmlns: NS }, xml("get", { url }), put);
  };
  return { test, store, dana: await test.talk(), slots };
}

type Answer = { status: number; headers: Headers; body: { error?: { code: string; text: string }; ticket?: string } };

async function send(
  { test, dana }: Pick<World, "test" | "dana">,
  body: Uint8Array<ArrayBuffer> | string,
  {
    name = "photo.png",
    token = dana.token,
    headers = {},
  }: { name?: string; token?: string | undefined; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const answer = await fetch(`${test.url}/workgroups/support/files?name=${encodeURIComponent(name)}`, {
    method: "POST",
    body,
    headers: { Authorization: `Bearer ${token}`, ...headers },
  });
  return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
}

/** The first line that a page is shown for which `is` holds. */
const shown = (page: VisitorSocket, is: (line: LineView) => boolean): Promise<LineView> =>
  page.inbox.first("a line", (frame) => (frame.kind === "lines" ? frame.lines.find(is) : undefined));

/** Status and code of a refusal, which always has words. */
function refusal({ status, body }: Answer): [number, string] {
  expect(body.error?.text).toMatch(/\w+ \w+/);
  return [status, body.error?.code ?? ""];
}

describe("a visitor's file", () => {
  it("is stored at the server in the visitor's name, and its ticket is said as a line with the address for everybody", async () => {
    const world = await start();
    const { test, dana, store, slots } = world;
    const { status, body } = await send(world, PNG, { name: "../Foto von mir.png" });
    expect(status).toBe(201);
    expect(slots).toEqual([{ from: `${visitOf(dana)}@webchat.example.org/web`, name: "Foto von mir.png" }]);
    expect(store.files.get("slot-1000000")).toEqual({ body: PNG, type: "image/png", name: "Foto%20von%20mir.png" });
    expect(store.asked).toEqual(["PUT files.example.org"]);
    dana.send({ kind: "say", key: "key-00000001", text: "", ...(body.ticket && { file: body.ticket }) });
    const line = await shown(dana, (one) => one.key === "key-00000001");
    const path = "files/slot-1000000/Foto%20von%20mir.png";
    expect(line).toMatchObject({
      text: `${PUBLIC}/${path}`,
      file: { path, name: "Foto von mir.png", type: "image/png", size: PNG.length },
    });
    const said = test.link.sent.findLast((one) => attr(one, "id") === "key-00000001")?.toString() ?? "";
    expect(said).toContain(`<x xmlns="jabber:x:oob"><url>${PUBLIC}/${path}</url></x>`);
    expect(said).toContain("<size>108</size>");
  });

  it("that an agent's client sent elsewhere is a link, and nothing a page would load", async () => {
    const { test, dana } = await start();
    const url = "https://elsewhere.example/files/slot-1000000/a.png";
    test.room("s1").say("Anna", url, "a1", xml("x", { xmlns: "jabber:x:oob" }, xml("url", {}, url)));
    expect(await shown(dana, (one) => one.text === url)).not.toHaveProperty("file");
  });

  it.each<[string, Buffer | string, string]>([
    ["HTML that is called a picture", "<!doctype html><script>alert(1)</script>", "a.png"],
    ["SVG", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "a.svg"],
    ["SVG after a prolog", `\ufeff  <?xml version="1.0"?><svg/>`, "a.txt"],
    ["a picture that is a page as well", Buffer.from("GIF89a/*<script>*/=1;alert(1)//"), "a.gif"],
    ["a PDF that is a page as well", "%PDF-1.4 <html><script>alert(1)</script>", "a.pdf"],
    ["a page that is a PDF as well", "<b></b>%PDF-1.4", "a.pdf"],
    ["a program", Buffer.from("7f454c46020101000000", "hex"), "a.txt"],
    ["text with a null byte", Buffer.from("hello\0world"), "a.txt"],
    [
      "text with a null byte far behind",
      Buffer.concat([Buffer.alloc(9_000, 97), Buffer.from([0]), Buffer.alloc(9, 97)]),
      "a.txt",
    ],
    ["text that is no UTF-8", Buffer.from([0x61, 0xff, 0xfe, 0x62]), "a.txt"],
    ["an archive", Buffer.from("504b0304140000000800", "hex"), "a.zip"],
  ])("is refused when it is %s", async (_, body, name) => {
    const world = await start();
    expect(refusal(await send(world, typeof body === "string" ? body : new Uint8Array(body), { name }))).toEqual([
      415,
      "type",
    ]);
    expect(world.store.files.size).toBe(0);
  });

  it("may be as large as the limit, and not by one byte larger; nor empty", async () => {
    const world = await start();
    const most = new Uint8Array(Buffer.concat([PNG, Buffer.alloc(20_000 - PNG.length)]));
    expect((await send(world, most)).status).toBe(201);
    const more = await send(world, new Uint8Array(20_001));
    expect(refusal(more)).toEqual([413, "too-large"]);
    expect(more.body.error?.text).toBe("This file is 20 kB; the limit is 20 kB");
    expect(refusal(await send(world, ""))).toEqual([400, "empty"]);
  });

  it("must say its size: in pieces without a length it is refused", async () => {
    const { test, dana } = await start();
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const asked = httpRequest(`${test.url}/workgroups/support/files?name=a.png`, {
      method: "POST",
      headers: { Authorization: `Bearer ${dana.token}`, "Transfer-Encoding": "chunked" },
    });
    asked.on("response", (response) => resolve(response.resume().statusCode)).on("error", () => undefined);
    asked.write(PNG);
    expect(await promise).toBe(411);
    asked.destroy();
  });

  it("that does not arrive whole is not stored", async () => {
    const { test, dana, store } = await start();
    const socket = connectTcp(Number(new URL(test.url).port), "127.0.0.1");
    const head = `POST /workgroups/support/files?name=a.png HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${dana.token}\r\nContent-Length: 9000\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), PNG, Buffer.alloc(5_000)]));
    await eventually("the server to be asked", async () => store.asked.length > 0);
    socket.destroy();
    expect((await send({ test, dana }, PNG)).status).toBe(201);
    expect([...store.files.keys()]).toEqual(["slot-2000000"]);
  });

  it("is refused with words without a good token, for another workgroup, and while no talk goes on", async () => {
    const world = await start();
    expect(refusal(await send(world, PNG, { token: "forged" }))).toEqual([401, "bad-token"]);
    expect(refusal(await send(world, PNG, { token: `${world.dana.token}x` }))).toEqual([401, "bad-token"]);
    const elsewhere = await fetch(`${world.test.url}/workgroups/sales/files?name=a.png`, {
      method: "POST",
      body: PNG,
      headers: { Authorization: `Bearer ${world.dana.token}` },
    });
    expect(elsewhere.status).toBe(401);
    const idle = await world.test.connect();
    expect(refusal(await send(world, PNG, { token: idle.token }))).toEqual([409, "not-in-session"]);
  });

  it("is refused from the page of a site that may not have the chat", async () => {
    const world = await start({ tuning: { viewAgeMs: 0 } });
    world.test.origins = ["https://shop.example"];
    const headers = { Origin: "https://evil.example" };
    const answer = await send(world, PNG, { headers });
    expect(refusal(answer)).toEqual([403, "origin-not-allowed"]);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each([
    ["the server's quota", new StanzaError("wait", "resource-constraint", "Daily quota reached"), 429, "quota"],
    ["the server's limit", new StanzaError("modify", "not-acceptable", "File too large"), 413, "too-large"],
    ["the server's list", new StanzaError("modify", "not-acceptable", "File type not allowed"), 415, "type"],
    ["a server that is away", new StanzaError("wait", "remote-server-timeout", ""), 503, "unavailable"],
  ])("is refused with words by %s", async (_, error, status, code) => {
    const world = await start();
    world.test.refuse = ({ payload }) => (payload.is("request", NS) ? error : undefined);
    const answer = await send(world, PNG);
    expect(refusal(answer)).toEqual([status, code]);
    if (error.type === "wait") expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it.each([
    ["visit", "50"],
    ["address", "100"],
    ["workgroup", "100"],
  ])("is bounded in its rate by %s: the sixth is refused with a text and a time", async (who, again) => {
    const others = who === "visit" ? [] : ["uploads.visit=50:1"];
    const limits = readLimits([...others, `uploads.${who}=5:${who === "visit" ? 0.02 : 0.01}`]);
    const world = await start({ limits });
    for (let i = 0; i < 5; i++) expect((await send(world, PNG)).status).toBe(201);
    const sixth = await send(world, PNG);
    expect(refusal(sixth)).toEqual([429, "too-fast"]);
    expect(sixth.headers.get("retry-after")).toBe(again);
    expect(sixth.headers.get("access-control-expose-headers")).toBe("Retry-After");
    expect(world.store.files.size).toBe(5);
  });
});

describe("a ticket", () => {
  it.each([
    ["forged", (ticket: string) => `${ticket.slice(0, -4)}AAAA`],
    [
      "with another file in it",
      (ticket: string) =>
        `${Buffer.from(`{"url":"https://evil.example/","name":"a","visit":"v"}`).toString("base64url")}.${ticket.split(".")[1]}`,
    ],
    ["that is none", () => "x.y.z"],
  ])("%s says nothing", async (_, bend) => {
    const world = await start();
    const { body } = await send(world, PNG);
    world.dana.send({ kind: "say", key: "key-00000001", text: "", file: bend(body.ticket ?? "") });
    expect(await world.dana.frame("refused")).toMatchObject({ code: "bad-frame", key: "key-00000001" });
  });

  it("of one visit says nothing for another", async () => {
    const world = await start();
    const { body } = await send(world, PNG);
    const eve = await world.test.talk("s2");
    eve.send({ kind: "say", key: "key-00000009", text: "", file: body.ticket ?? "" });
    expect(await eve.frame("refused")).toMatchObject({ code: "bad-frame", key: "key-00000009" });
  });
});

describe("a file that is fetched", () => {
  const stored = async (body: Buffer, type: string, name: string) => {
    const world = await start();
    world.store.files.set("slot-1000000", { body, type, name: encodeURIComponent(name) });
    return fetch(`${world.test.url}/files/slot-1000000/${encodeURIComponent(name)}`);
  };

  it("comes as what it is, and can do nothing", async () => {
    const answer = await stored(PNG, "image/png", "a.png");
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": "108",
      "content-disposition": "inline; filename*=UTF-8''a.png",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
      "referrer-policy": "no-referrer",
    });
  });

  it.each([
    [
      "a page that was put there as a picture",
      "<html><script>alert(1)</script>",
      "image/png",
      "a.png",
      "application/octet-stream",
      "a.png.bin",
    ],
    ["text", "hello", "text/html", "a.html", "text/plain; charset=utf-8", "a.html.txt"],
    ["a PDF", "%PDF-1.7\n%", "application/pdf", "a.pdf", "application/pdf", "a.pdf"],
  ])("is no more than a download when it is %s", async (_, body, said, name, type, as) => {
    const answer = await stored(Buffer.from(body), said, name);
    expect(await answer.text()).toBe(body);
    expect(answer.headers.get("content-type")).toBe(type);
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename*=UTF-8''${as}`);
  });

  it.each([
    "/files/slot-9000000/a.png",
    "/files/../a",
    "/files/slot-1000000/..%2fa",
    "/files/slot-1000000/a%00",
    "/files/x/a",
  ])("is none at %s", async (path) => {
    const { test } = await start();
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    httpRequest({ port: new URL(test.url).port, path }, (answer) => resolve(answer.resume().statusCode)).end();
    expect(await promise).toBe(404);
  });

  it("too often is refused with a text and a time; and when the server is away, it says so", async () => {
    const world = await start({ limits: readLimits(["files.address=1:0.1"]) });
    const ask = () => fetch(`${world.test.url}/files/slot-1000000/a.png`);
    expect((await ask()).status).toBe(404);
    const refused = await ask();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
    const away = await start({ files: { server: "http://127.0.0.1:9" } });
    expect((await fetch(`${away.test.url}/files/slot-1000000/a.png`)).status).toBe(503);
  });
});

describe("a file that an agent's client puts where the server said", () => {
  const put = (test: TestGateway, body: Uint8Array<ArrayBuffer> | string, type: string, token = "slot-7000000") =>
    fetch(`${test.url}/files/slot-7000000/a.png`, {
      method: "PUT",
      body,
      headers: { "Content-Type": type, Authorization: `Bearer ${token}` },
    });

  it("gets there with the server's own token", async () => {
    const { test, store } = await start();
    expect((await put(test, new Uint8Array(PNG), "image/png")).status).toBe(201);
    expect(store.files.get("slot-7000000")).toEqual({ body: PNG, type: "image/png", name: "a.png" });
    expect((await put(test, new Uint8Array(PNG), "image/png", "wrong")).status).toBe(401);
  });

  it("is looked into as a visitor's is", async () => {
    const { test, store } = await start();
    expect((await put(test, "<html>", "image/png")).status).toBe(415);
    expect((await put(test, new Uint8Array(PNG), "text/plain")).status).toBe(415);
    expect((await put(test, new Uint8Array(20_001), "image/png")).status).toBe(413);
    expect(store.files.size).toBe(0);
  });

  it("may come from a client on another site's page", async () => {
    const { test } = await start();
    const answer = await fetch(`${test.url}/files/slot-7000000/a.png`, { method: "OPTIONS" });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-methods")).toContain("PUT");
    expect(answer.headers.get("access-control-allow-headers")).toContain("Authorization");
  });
});
