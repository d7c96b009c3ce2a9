/** Faults of the links between processes: cut, refused, silent, slow, and torn into single bytes. */
import type { Random } from "./random.ts";
import type { Direction, Shape, Wire } from "./wire.ts";
import { type Fault, type Span, sleep, until, type World } from "./world.ts";

type Link = { name: string; wires(world: World): Wire[]; usual: boolean };

const SERVER_LINKS: Link[] = [
  { name: "component–Prosody", wires: ({ house }) => [house.wires.componentProsody], usual: true },
  { name: "gateway–Prosody", wires: ({ house }) => [house.wires.gatewayProsody], usual: true },
];
const DATABASE_LINKS: Link[] = [
  { name: "component–PostgreSQL", wires: ({ house }) => [house.wires.componentPostgres], usual: true },
  { name: "Prosody–PostgreSQL", wires: ({ house }) => [house.wires.prosodyPostgres], usual: true },
];
const PEOPLE_LINKS: Link[] = [
  { name: "all browsers–gateway", wires: ({ people }) => people.visitors.map(({ wire }) => wire), usual: true },
  { name: "all agents–Prosody", wires: ({ people }) => people.desks.map(({ wire }) => wire), usual: true },
];

type Breaking = {
  name: string;
  run(wires: Wire[], world: World, random: Random): Promise<Span>;
  links: Link[];
  rounds: Fault["rounds"];
};

/** Within this time it is noticed that a link is dead, in whatever direction. */
const NOTICED_MS = 15_000;

const cut = async (wires: Wire[]): Promise<Span> => {
  for (const wire of wires) wire.cut();
  const from = performance.now();
  return { from, cured: from };
};

const refuse = async (wires: Wire[]): Promise<Span> => {
  const from = performance.now();
  await Promise.all(wires.map((wire) => wire.refuse()));
  await sleep(5_000);
  await Promise.all(wires.map((wire) => wire.accept()));
  return { from, cured: performance.now() };
};

/** Nothing passes for a while; then the old connections go on, or are found to be dead, as a network may have it. */
export const silence =
  (ms: number, ...directions: Direction[]) =>
  async (wires: Wire[], _world: World, random: Random): Promise<Span> => {
    const from = performance.now();
    for (const wire of wires) wire.hold(...directions);
    await sleep(ms);
    const forgotten = random.next() < 0.5;
    for (const wire of wires) {
      if (forgotten) wire.cut();
      wire.release();
    }
    return { from, cured: performance.now() };
  };

/** Connections that stand carry nothing for ever in one direction; new ones work. Only who asks finds out. */
const deaf =
  (direction: Direction) =>
  async (wires: Wire[]): Promise<Span> => {
    const from = performance.now();
    for (const wire of wires) wire.abandon(direction);
    return { from, cured: from };
  };

/** The same on a link between servers, which is to be noticed in time; recovery is counted from there. */
const deafServer =
  (direction: Direction) =>
  async (wires: Wire[]): Promise<Span> => {
    const before = wires.map(({ opened }) => opened);
    const from = performance.now();
    for (const wire of wires) wire.abandon(direction);
    if (!(await until(() => wires.every(({ opened }, i) => opened > (before[i] ?? 0)), NOTICED_MS)))
      throw new Error(`nobody noticed in ${NOTICED_MS / 1000} s that the link carries nothing`);
    return { from, cured: performance.now() };
  };

const shaped =
  (ms: number, shape: Shape) =>
  async (wires: Wire[]): Promise<Span> => {
    const from = performance.now();
    for (const wire of wires) wire.shape(shape);
    await sleep(ms);
    for (const wire of wires) wire.shape({});
    return { from, cured: performance.now() };
  };

const stormy = async (wires: Wire[]): Promise<Span> => ({ ...(await cut(wires)), storm: true });
const shut = async (wires: Wire[]): Promise<Span> => {
  const from = performance.now();
  const span = await refuse(wires);
  return { ...span, out: { from, to: span.cured - 500 } };
};
const [COMPONENT_LINK, GATEWAY_LINK] = [SERVER_LINKS.slice(0, 1), SERVER_LINKS.slice(1)];

const BREAKINGS: Breaking[] = [
  { name: "reset", run: cut, links: [...SERVER_LINKS, ...DATABASE_LINKS], rounds: { usual: 1, full: 5 } },
  { name: "reset", run: stormy, links: PEOPLE_LINKS, rounds: { usual: 1, full: 5 } },
  { name: "refused 5 s", run: shut, links: GATEWAY_LINK, rounds: { usual: 1, full: 5 } },
  { name: "refused 5 s", run: refuse, links: [...COMPONENT_LINK, ...DATABASE_LINKS], rounds: { usual: 1, full: 5 } },
  { name: "refused 5 s", run: refuse, links: PEOPLE_LINKS, rounds: { usual: 0, full: 5 } },
  { name: "silent 20 s", run: silence(20_000, "up", "down"), links: SERVER_LINKS, rounds: { usual: 1, full: 5 } },
  {
    name: "silent 20 s",
    run: silence(20_000, "up", "down"),
    links: [...DATABASE_LINKS, ...PEOPLE_LINKS],
    rounds: { usual: 0, full: 5 },
  },
  { name: "deaf upwards", run: deafServer("up"), links: SERVER_LINKS, rounds: { usual: 1, full: 5 } },
  { name: "deaf upwards", run: deaf("up"), links: PEOPLE_LINKS, rounds: { usual: 0, full: 5 } },
  { name: "deaf downwards", run: deafServer("down"), links: SERVER_LINKS, rounds: { usual: 1, full: 5 } },
  { name: "deaf downwards", run: deaf("down"), links: PEOPLE_LINKS, rounds: { usual: 0, full: 5 } },
  {
    name: "torn inside characters 8 s",
    run: shaped(8_000, { tear: true }),
    links: SERVER_LINKS,
    rounds: { usual: 1, full: 5 },
  },
  {
    name: "one byte at a time 8 s",
    run: shaped(8_000, { dribble: true }),
    links: PEOPLE_LINKS,
    rounds: { usual: 1, full: 5 },
  },
  {
    name: "one byte at a time 8 s",
    run: shaped(8_000, { dribble: true }),
    links: [...SERVER_LINKS, ...DATABASE_LINKS],
    rounds: { usual: 0, full: 5 },
  },
  { name: "2 s late", run: shaped(10_000, { delayMs: 2_000 }), links: SERVER_LINKS, rounds: { usual: 1, full: 5 } },
  {
    name: "2 s late",
    run: shaped(10_000, { delayMs: 2_000 }),
    links: [...DATABASE_LINKS, ...PEOPLE_LINKS],
    rounds: { usual: 0, full: 5 },
  },
];

const everyLink: Fault[] = BREAKINGS.flatMap(({ name, run, links, rounds }) =>
  links.map((link) => ({
    id: "F5",
    name: `${link.name}: ${name}`,
    rounds,
    run: (world: World, random: Random) => run(link.wires(world), world, random),
  })),
);

/** What a server at the other end may do wrong. */
const rudeServer: Fault[] = [
  { name: "handshake answered after 3 s", shape: { delayMs: 3_000 } },
  { name: "stream never answered 10 s", shape: undefined },
].map(({ name, shape }) => ({
  id: "F6",
  name,
  rounds: { usual: 1, full: 3 },
  async run({ house }: World): Promise<Span> {
    const wires = [house.wires.componentProsody, house.wires.gatewayProsody];
    const from = performance.now();
    for (const wire of wires) {
      if (shape) wire.shape(shape);
      else wire.hold("down");
      wire.cut();
    }
    await sleep(10_000);
    for (const wire of wires) await wire.heal();
    return { from, cured: performance.now() };
  },
}));

const nonsense: Fault[] = [
  { name: "not XML from the server", text: "<broken <<" },
  { name: "a control character from the server", text: "<message><body>\u0001</body></message>" },
  { name: "data after the stream's end", text: "</stream:stream><late/>" },
  { name: "half a character, then the end", text: Buffer.from([0xe6, 0xbc]) },
].map(({ name, text }) => ({
  id: "F6",
  name,
  rounds: { usual: 1, full: 3 },
  async run({ house }: World): Promise<Span> {
    const from = performance.now();
    for (const wire of [house.wires.componentProsody, house.wires.gatewayProsody]) {
      wire.inject("down", text);
      if (typeof text !== "string") wire.cut();
    }
    return { from, cured: from };
  },
}));

/** A WebSocket frame of text from a server (RFC 6455 §5.2), shorter than 126 bytes. */
const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
const LATE_FRAMES = ['<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>', "<late/>", "</late>"].map(frame);

/** The same nonsense for those who read it with a library of their own: the workspace, and an ordinary client. */
const nonsenseToAgents: Fault = {
  id: "F6",
  name: "data after the stream's end, to all agents",
  rounds: { usual: 1, full: 3 },
  async run({ people }: World): Promise<Span> {
    const from = performance.now();
    for (const { wire } of people.agents) wire.inject("down", Buffer.concat(LATE_FRAMES));
    for (const { wire } of people.plain) wire.inject("down", "</stream:stream><late/>");
    return { from, cured: from };
  },
};

export const linkFaults: Fault[] = [...everyLink, ...rudeServer, ...nonsense, nonsenseToAgents];
