/** Hostile input while people talk, and strangers at the door: the links must stand, and nobody else notice. */
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { client } from "@xmpp/client";
import { WebSocket } from "ws";
import { buildJoin } from "../../protocol/muc.ts";
import { attr, xml } from "../../protocol/xml.ts";
import type { Random } from "./random.ts";
import { strike } from "./servers.ts";
import { type Fault, type Span, sleep, type World } from "./world.ts";

const POISON: ((random: Random) => string | Buffer)[] = [
  () => JSON.stringify({ kind: "say", key: "k".repeat(20), text: "\u0000\u0001\u000b\u001f\ufffe\uffff" }),
  () => '{"kind":"say","key":"abcdefgh12","text":"\\ud800 lone"}',
  () => JSON.stringify({ kind: "say", key: "abcdefgh13", text: "x".repeat(600_000) }),
  () => JSON.stringify({ kind: "say", key: { write: "x" }, text: { toString: "x" } }),
  () =>
    '{"__proto__":{"kind":"say"},"kind":"join","fields":{"__proto__":["x"],"username":["\\u202e\\u0007"]},"page":{}}',
  () =>
    JSON.stringify({
      kind: "join",
      fields: { username: [" "], question: ["]]></body><iq/>"] },
      page: { url: "\u0001" },
    }),
  () => JSON.stringify({ kind: "hello", workgroup: "@", token: "x.y.z" }),
  () => JSON.stringify({ kind: "hello", workgroup: "", session: "\u0000", after: "<>" }),
  () => `${"[".repeat(20_000)}`,
  (random) => Buffer.from(Array.from({ length: random.between(1, 200) }, () => random.between(0, 255))),
  () => "null",
  () =>
    JSON.stringify({
      kind: "leave-message",
      key: "abcdefgh14",
      name: "\u0000",
      email: "a@b\r\nBcc: c@d",
      text: "\u0008",
    }),
];

/** One page that is no page of ours: says hello, joins, and then nothing but poison. */
async function poisoner(world: World, random: Random, number: number, inputs: number): Promise<void> {
  const { house } = world;
  const from = { localAddress: `127.0.9.${number}` };
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${house.ports.http}/socket`, from);
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("open", resolve).once("close", resolve));
    if (socket.readyState === WebSocket.OPEN && random.next() < 0.7)
      socket.send(JSON.stringify({ kind: "hello", workgroup: "support" }));
    return socket;
  };
  let socket = await open();
  for (let i = 0; i < inputs; i++) {
    if (socket.readyState !== WebSocket.OPEN) socket = await open();
    const input = random.pick(POISON)(random);
    if (socket.readyState === WebSocket.OPEN) socket.send(input, { binary: typeof input !== "string" });
    await sleep(random.between(5, 25));
  }
  socket.terminate();
}

/** How often the two services have lost their links so far. */
async function lostLinks({ house }: World): Promise<number> {
  const logs = await Promise.all([house.log("component"), house.log("webchat")]);
  return logs.join("\n").split("no link to the XMPP server").length - 1;
}

/** Presents itself as another component of the same domain, as a second process started by mistake would. */
async function intrude(world: World, domain: string, secret: string): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port: world.house.ports.component });
  socket.on("error", () => undefined);
  socket.write(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}'>`,
  );
  const header = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  const id = /\bid='([^']*)'/.exec(header)?.[1] ?? "";
  socket.write(
    `<handshake>${createHash("sha1")
      .update(id + secret)
      .digest("hex")}</handshake>`,
  );
  await sleep(2_000);
  socket.destroy();
}

/** Somebody with an account, and no agent, who wants into every room at the moment it may be nobody's. */
async function outsider(world: World): Promise<{ entered: string[]; stop(): Promise<void> }> {
  const { house, people } = world;
  const entered: string[] = [];
  const xmpp = client({
    service: `xmpp://127.0.0.1:${house.ports.c2s}`,
    domain: house.domain,
    username: "mal",
    password: house.passwordOf("mal"),
  });
  xmpp.on("error", () => undefined);
  xmpp.on("stanza", (stanza) => {
    const ours = stanza.is("presence") && attr(stanza, "type") === undefined && String(stanza).includes('code="110"');
    if (ours) entered.push(attr(stanza, "from") ?? "");
  });
  await xmpp.start();
  const rooms = people.talking.map(({ session }) => `${session}@conference.${house.domain}`);
  const knocking = setInterval(() => {
    if (xmpp.status !== "online") return;
    for (const room of rooms) void xmpp.send(buildJoin({ room, nick: "Mal" })).catch(() => undefined);
    void xmpp.send(xml("presence")).catch(() => undefined);
  }, 150);
  return {
    entered,
    async stop() {
      clearInterval(knocking);
      xmpp.reconnect.stop();
      await Promise.race([xmpp.stop().catch(() => undefined), sleep(3_000)]);
    },
  };
}

const conflict = (name: string, which: "workgroup" | "webchat"): Fault => ({
  id: "F6",
  name: `a second ${name} under the same name`,
  rounds: { usual: 1, full: 3 },
  async run(world): Promise<Span> {
    const from = performance.now();
    await intrude(world, `${which}.${world.house.domain}`, world.house.secretOf(which));
    return { from, cured: performance.now() };
  },
});

export const poisonFaults: Fault[] = [
  {
    id: "F12",
    name: "1,000 poisoned frames",
    rounds: { usual: 1, full: 3 },
    async run(world, random) {
      const before = await lostLinks(world);
      const from = performance.now();
      const pages = Array.from({ length: 10 }, (_, i) => poisoner(world, random.fork(`poison ${i}`), i + 1, 100));
      await Promise.all(pages);
      if ((await lostLinks(world)) !== before) throw new Error("poison cost a service its link");
      return { from, cured: from };
    },
  },
  {
    id: "F3",
    name: "Prosody: kill -9, and a stranger at every door",
    rounds: { usual: 1, full: 10 },
    async run(world) {
      const mal = await outsider(world);
      const span = await strike(world, "prosody", "SIGKILL");
      await sleep(8_000);
      await mal.stop();
      if (mal.entered.length > 0) throw new Error(`a stranger got into ${mal.entered.length} rooms`);
      return span;
    },
  },
  conflict("gateway", "webchat"),
  conflict("component", "workgroup"),
];
