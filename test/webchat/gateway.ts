/** The real gateway on a free port, before a fake XMPP world. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { createMetrics } from "../../runtime/metrics.ts";
import { createGateway, type Folders, type Gateway, type GatewayOptions, type Tuning } from "../../webchat/app.ts";
import { eventually } from "../support/inbox.ts";
import { samplesOf } from "../support/open-metrics.ts";
import { VisitorSocket } from "../support/visitor-socket.ts";
import { createFakeXmpp, DOMAIN, type FakeXmpp } from "./fake-xmpp.ts";

export const TOKEN_SECRET = "0123456789abcdef0123456789abcdef";
export const FORM = { username: "Dana", question: "Why?" };

export type TestGateway = FakeXmpp & {
  url: string;
  gateway: Gateway;
  /** Its metrics, by name and labels. */
  counted(): Promise<Record<string, number>>;
  /** Says hello and waits for the welcome. */
  connect(hello?: { token?: string; identity?: string; session?: string; after?: string }): Promise<VisitorSocket>;
  /** A visitor in a talk: seated in the room of `session`, with Anna there, and all caught up. */
  talk(session?: string): Promise<VisitorSocket>;
};

export type GatewaySetup = Partial<Pick<GatewayOptions, "limits" | "trustedProxies">> & {
  tuning?: Partial<Tuning>;
  graceMs?: number;
  folders?: Folders;
  files?: Partial<GatewayOptions["files"]>;
  world?: FakeXmpp;
};

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

export async function startGateway(setup: GatewaySetup = {}): Promise<TestGateway> {
  const world = setup.world ?? createFakeXmpp();
  // The link comes up when the gateway listens, as in life.
  world.link.setOnline(false);
  world.link.start = () => world.link.setOnline(true);
  const metrics = createMetrics(world.link);
  const gateway = createGateway({
    metrics,
    link: world.link,
    domain: DOMAIN,
    tokenSecret: TOKEN_SECRET,
    agentWebsocketUrl: "wss://xmpp.example.org:5281/ws",
    visitorGraceMs: setup.graceMs ?? 60_000,
    files: { publicUrl: "https://chat.example.org", server: "http://127.0.0.1:1", maxBytes: 20_000, ...setup.files },
    log: silentLog,
    folders: setup.folders ?? { widget: "/nonexistent", demo: "/nonexistent", agent: "/nonexistent" },
    tuning: setup.tuning ?? {},
    ...(setup.limits && { limits: setup.limits }),
    trustedProxies: setup.trustedProxies ?? [],
  });
  const url = `http://127.0.0.1:${await gateway.start("127.0.0.1", 0)}`;
  const sockets: VisitorSocket[] = [];
  running.push(async () => {
    for (const socket of sockets) socket.vanish();
    await gateway.stop();
  });
  await eventually("the gateway to be ready", async () => gateway.visits.trouble === null);

  const connect: TestGateway["connect"] = async (hello = {}) => {
    const socket = await VisitorSocket.connect(url, "support", hello);
    sockets.push(socket);
    return socket;
  };
  return Object.assign(world, {
    url,
    gateway,
    connect,
    async counted() {
      const samples = samplesOf(await metrics.metrics());
      return Object.fromEntries(samples.map(({ name, labels, value }) => [name + labels, value]));
    },
    async talk(session = "s1") {
      const dana = await connect();
      const visit = visitOf(dana);
      dana.join(FORM);
      await dana.phase("waiting");
      const room = world.room(session);
      room.enter("Anna");
      world.visits.set(visit, {
        phase: "talking",
        session,
        room: room.address,
        startedAt: 1_000,
        name: "Dana",
        question: "Why?",
      });
      world.invite(visit, session);
      await dana.inbox.first("the end of the catch-up", (frame) => frame.kind === "lines" && frame.complete && frame);
      return dana;
    },
  });
}

/** The visit that a socket's token names. */
export function visitOf(socket: VisitorSocket): string {
  const payload = Buffer.from(socket.token?.split(".")[1] ?? "", "base64url").toString();
  const { visit }: { visit: string } = JSON.parse(payload);
  return visit;
}

/** Folders with the given files, removed after the test. */
export async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-gateway-"));
  running.push(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
