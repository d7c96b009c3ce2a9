/** Pages that say nothing, say too much, or do not read: none of them costs the gateway more than a bounded part of its memory. */
import { connect as connectTcp, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { ServerFrame } from "../../../protocol/visitor-api.ts";
import { startGateway, visitOf } from "../gateway.ts";

const isPong = (frame: ServerFrame): boolean => frame.kind === "pong";

const open: WebSocket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

/** A page of the visit that reads or does not read at a test's word. */
async function page(url: string, token: string | undefined): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`);
  open.push(socket);
  await new Promise((resolve) => socket.once("open", resolve));
  const welcomed = new Promise((resolve) => socket.once("message", resolve));
  socket.send(JSON.stringify({ kind: "hello", workgroup: "support", ...(token === undefined ? {} : { token }) }));
  await welcomed;
  return socket;
}

describe("a page that does not read", () => {
  it("is cut off before what waits for it grows large; the other pages lose nothing", async () => {
    const { talk, url, room, gateway } = await startGateway();
    const dana = await talk();
    const slow = await page(url, dana.token);
    await dana.inbox.until("both pages", () => gateway.pages === 2 || undefined);
    slow.pause();
    let most = 0;
    const lines = 3_000;
    // More than the kernel's buffers hold, by far: 24 MB.
    for (let i = 0; i < lines; i++) {
      room("s1").say("Anna", `${i} ${"x".repeat(8_000)}`);
      most = Math.max(most, gateway.waitingBytes);
      if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await dana.inbox.until("the last line", () => dana.lines.at(-1)?.text.startsWith(`${lines - 1} `) || undefined);
    expect(dana.lines).toHaveLength(lines);
    // One bound for the slow page, and as much again for the quick one while it catches its breath.
    expect(most).toBeLessThan(3 * 1024 * 1024);
    expect(gateway.pages).toBe(1);
  });

  it("gets what it missed when it comes back", async () => {
    const { talk, connect, room, gateway } = await startGateway();
    const dana = await talk();
    const lost = await connect({ token: dana.token ?? "" });
    lost.pause();
    for (let i = 0; i < 2_000 && gateway.pages === 2; i++) {
      room("s1").say("Anna", `${i} ${"x".repeat(8_000)}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(gateway.pages).toBe(1);
    const said = room("s1").archive.length;
    const back = await connect({ token: dana.token ?? "" });
    await back.inbox.until("every line", () => back.lines.length === said || undefined);
    expect(visitOf(back)).toBe(visitOf(dana));
  });
});

describe("a page that says too much", () => {
  it("is listened to more slowly, and loses nothing of what it said", async () => {
    const { connect } = await startGateway();
    const dana = await connect();
    const start = performance.now();
    const pongs = (count: number) =>
      dana.inbox.until(`${count} pongs`, () => dana.inbox.all.filter(isPong).length === count || undefined);
    for (let i = 0; i < 300; i++) dana.send({ kind: "ping" });
    await pongs(300);
    dana.send({ kind: "ping" });
    await pongs(301);
    // 200 at once, then fifty a second: the last one was not read before two seconds were over. A busy machine makes it more.
    expect(performance.now() - start).toBeGreaterThan(1_500);
  });

  it("does not make others wait", async () => {
    const { connect } = await startGateway();
    const [loud, quiet] = [await connect(), await connect()];
    for (let i = 0; i < 3_000; i++) loud.send({ kind: "ping" });
    quiet.send({ kind: "ping" });
    await quiet.frame("pong");
    expect(loud.inbox.all.filter(isPong).length).toBeLessThan(3_000);
    loud.vanish();
  });
});

describe("a connection that says nothing", () => {
  const silent = (url: string): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connectTcp(Number(new URL(url).port), "127.0.0.1", () => resolve(socket));
    });

  it.each([
    ["not even a request", ""],
    ["half a request", "GET /workgroups/support HTTP/1.1\r\nHost: x\r\n"],
    ["half of what nobody asked for", "POST /workgroups/support HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx"],
    ["half an upgrade", "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"],
  ])("%s: is closed", async (_, text) => {
    const { url } = await startGateway({ tuning: { requestMs: 100 } });
    const socket = await silent(url);
    socket.on("error", () => undefined);
    if (text !== "") socket.write(text);
    await new Promise((resolve) => socket.resume().once("close", resolve));
  });

  it("after its upgrade is closed", async () => {
    const { url } = await startGateway({ tuning: { helloMs: 50 } });
    const socket = new WebSocket(`${url.replace("http", "ws")}/socket`);
    open.push(socket);
    expect(await new Promise((resolve) => socket.once("close", resolve))).toBe(1008);
  });

  it("and has vanished is noticed by pings, whatever it held is let go", async () => {
    const { url, gateway, connect } = await startGateway({ tuning: { pingMs: 40 } });
    const dana = await connect();
    const gone = await page(url, undefined);
    // Its machine is asleep: nothing is read, nothing is answered.
    gone.pause();
    await dana.inbox.until("two pages", () => gateway.pages === 2 || undefined);
    const poll = setInterval(() => dana.send({ kind: "ping" }), 30);
    await dana.inbox.until("one page", () => gateway.pages === 1 || undefined);
    clearInterval(poll);
  });
});
