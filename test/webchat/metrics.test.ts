import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { readLimits } from "../../webchat/http/limits.ts";
import { startGateway } from "./gateway.ts";

const open: WebSocket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

async function socketAt(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`);
  open.push(socket);
  await new Promise((resolve) => socket.once("open", resolve));
  return socket;
}

const PATIENT = { timeout: 10_000 };
const cut = (reason: string): [string] => [`foyer_pages_cut_total{reason="${reason}"}`];

describe("what the gateway counts", () => {
  it("follows a line from the page to the room's word, and not one that was refused", async () => {
    const { talk, counted } = await startGateway();
    const dana = await talk();
    dana.say("one");
    dana.say("two");
    await dana.line("two");
    dana.say("x".repeat(8_001));
    await dana.frame("refused");
    expect(await counted()).toMatchObject({
      foyer_pages: 1,
      foyer_pages_opened_total: 1,
      foyer_visits: 1,
      foyer_lines_said_total: 2,
      foyer_lines_sent_total: 2,
      foyer_line_seconds_count: 2,
      'foyer_refusals_total{code="bad-frame"}': 1,
      foyer_link_up: 1,
    });
  });

  it("tells why sockets were closed: no hello, no answer, nonsense", async () => {
    const { url, counted } = await startGateway({ tuning: { helloMs: 300, pingMs: 100 } });
    const silent = await socketAt(url);
    silent.pause();
    await expect.poll(counted, PATIENT).toHaveProperty(cut("silent"), 1);
    await socketAt(url);
    // The one that was silent said no hello either, and nobody heard our closing it.
    await expect.poll(counted, PATIENT).toHaveProperty(cut("no-hello"));
    const wild = await socketAt(url);
    for (let i = 0; i < 25; i++) wild.send("{");
    await expect.poll(counted, PATIENT).toHaveProperty(cut("bad-frames"), 1);
  });

  it("tells of a page that takes nothing", async () => {
    const { counted, talk, room, gateway } = await startGateway();
    const dana = await talk();
    dana.pause();
    for (let i = 0; i < 3_000 && gateway.pages > 0; i++) {
      room("s1").say("Anna", "x".repeat(8_000));
      if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await counted()).toHaveProperty(cut("slow"), 1);
    expect((await counted()).foyer_unsent_bytes).toBe(0);
  });

  it("tells whose limit was reached, and who floods", async () => {
    const limits = readLimits(["joins.visit=1:0.01", "sockets=2", "refusals.address=1:0.01"]);
    const { url, connect, counted } = await startGateway({ limits });
    const dana = await connect();
    for (let i = 0; i < 4; i++) dana.join({ username: "Dana" });
    await dana.frame("refused");
    await socketAt(url);
    const third = new WebSocket(`${url.replace("http", "ws")}/socket`);
    await new Promise((resolve) => third.once("error", resolve));
    await expect
      .poll(() => counted())
      .toMatchObject({
        'foyer_limited_total{doing="joins",who="visit"}': 2,
        'foyer_limited_total{doing="joins",who="address"}': 1,
        'foyer_limited_total{doing="sockets",who="address"}': 1,
        foyer_floods_total: 1,
      });
  });
});
