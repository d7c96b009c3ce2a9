/**
 * A TCP link that can be broken in every way a network can: passed on, cut, refused, held in one direction or both, delayed,
 * torn into single bytes, narrowed. TCP itself loses nothing, so neither does this: what is held is either let through
 * later, or its connection dies.
 */
import { createServer, connect as dial, type Server, type Socket } from "node:net";

export type Direction = "up" | "down";
export type Upstream = { host?: string; port: number; localAddress?: string };

/** How bytes pass. `tear`: every byte of a multi-byte character goes alone; `dribble`: every byte does. */
export type Shape = { delayMs?: number; bytesPerS?: number; tear?: boolean; dribble?: boolean };

/** Sees every chunk before it passes on. False swallows it: the connections die with it in them. */
export type Tap = (direction: Direction, chunk: Buffer) => boolean;

type Pump = {
  pair: Pair;
  direction: Direction;
  from: Socket;
  to: Socket;
  queue: { chunk: Buffer; at: number }[];
  queued: number;
  busy: boolean;
  ended: boolean;
};
type Pair = { client: Socket; server: Socket; pumps: Pump[]; dead: Set<Direction> };

/** A sender is stopped when so much of it waits here, as a real network would stop it. */
const MOST_QUEUED = 65_536;

export class Wire {
  readonly name: string;
  #upstream: Upstream;
  #server: Server;
  #port = 0;
  #pairs = new Set<Pair>();
  #held = new Set<Direction>();
  #shape: Shape = {};
  #passed = { up: 0, down: 0 };
  #tap: Tap | undefined;
  #opened = 0;

  private constructor(name: string, upstream: Upstream) {
    this.name = name;
    this.#upstream = upstream;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Listens on a free port of the loopback interface. */
  static async open(name: string, upstream: Upstream): Promise<Wire> {
    const wire = new Wire(name, upstream);
    await wire.#listen();
    return wire;
  }

  get port(): number {
    return this.#port;
  }
  get connections(): number {
    return this.#pairs.size;
  }
  /** How many there have been so far. */
  get opened(): number {
    return this.#opened;
  }
  /** Bytes that went through so far. */
  get passed(): Readonly<Record<Direction, number>> {
    return this.#passed;
  }

  /** Every connection is reset. */
  cut(): void {
    for (const pair of [...this.#pairs]) this.#kill(pair);
  }

  /** Every connection is reset, and new ones are refused until `accept`. */
  async refuse(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  async accept(): Promise<void> {
    if (!this.#server.listening) await this.#listen();
  }

  /** Nothing passes in these directions, on old connections and new ones, and nobody is told. */
  hold(...directions: Direction[]): void {
    for (const one of directions) this.#held.add(one);
    for (const pair of this.#pairs)
      for (const pump of pair.pumps) if (this.#held.has(pump.direction)) pump.from.pause();
  }

  /** Lets pass what was held. */
  release(): void {
    this.#held.clear();
    for (const pair of [...this.#pairs]) {
      if (pair.dead.size === 0 && (pair.client.destroyed || pair.server.destroyed)) this.#kill(pair);
      else for (const pump of pair.pumps) this.#go(pump);
    }
  }

  /** The connections there are carry nothing any more in these directions, for ever, without a word; new ones are as always. */
  abandon(...directions: Direction[]): void {
    for (const pair of this.#pairs) {
      for (const one of directions) pair.dead.add(one);
      for (const { from, direction } of pair.pumps) if (pair.dead.has(direction)) from.pause();
    }
  }

  shape(shape: Shape): void {
    this.#shape = shape;
  }

  /** Somebody listens in from now on; nobody, without an argument. */
  tap(tap?: Tap): void {
    this.#tap = tap;
  }

  /** New connections go elsewhere from now on. */
  turnTo(upstream: Upstream): void {
    this.#upstream = upstream;
  }

  /** Says something in the other side's name, as a broken or hostile peer would. */
  inject(direction: Direction, text: string | Buffer): void {
    for (const { pumps } of this.#pairs)
      for (const pump of pumps) if (pump.direction === direction) pump.to.write(text);
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.refuse();
    else this.cut();
  }

  /** Everything as it was at first. */
  async heal(): Promise<void> {
    this.#shape = {};
    for (const pair of [...this.#pairs]) if (pair.dead.size > 0) this.#kill(pair);
    this.release();
    await this.accept();
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port: this.#port, host: "127.0.0.1" }, () => {
        this.#server.off("error", reject);
        const address = this.#server.address();
        if (address === null || typeof address === "string") return reject(new Error("a TCP server without a port"));
        this.#port = address.port;
        resolve();
      });
    });
  }

  #accept(client: Socket): void {
    const { host = "127.0.0.1", port, localAddress } = this.#upstream;
    const server = dial({ host, port, allowHalfOpen: true, ...(localAddress === undefined ? {} : { localAddress }) });
    const pair: Pair = { client, server, pumps: [], dead: new Set() };
    const pump = (direction: Direction, from: Socket, to: Socket): Pump => {
      return { pair, direction, from, to, queue: [], queued: 0, busy: false, ended: false };
    };
    pair.pumps.push(pump("up", client, server), pump("down", server, client));
    this.#pairs.add(pair);
    this.#opened += 1;
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.#gone(pair));
      socket.on("close", () => this.#gone(pair));
    }
    for (const one of pair.pumps) this.#attach(one);
  }

  #attach(pump: Pump): void {
    const { from } = pump;
    from.on("data", (chunk: Buffer) => {
      if (this.#tap?.(pump.direction, chunk) === false) return this.cut();
      pump.queue.push({ chunk, at: performance.now() + (this.#shape.delayMs ?? 0) });
      pump.queued += chunk.length;
      if (pump.queued > MOST_QUEUED) from.pause();
      this.#go(pump);
    });
    from.on("end", () => {
      pump.ended = true;
      this.#go(pump);
    });
    if (this.#isStopped(pump)) from.pause();
  }

  #isStopped({ pair, direction }: Pump): boolean {
    return pair.dead.has(direction) || this.#held.has(direction) || !this.#pairs.has(pair);
  }

  /** Passes on what waits, in order, as the link's shape allows. */
  #go(pump: Pump): void {
    if (pump.busy) return;
    pump.busy = true;
    void this.#run(pump).finally(() => {
      pump.busy = false;
    });
  }

  async #run(pump: Pump): Promise<void> {
    for (;;) {
      if (this.#isStopped(pump)) return;
      const next = pump.queue[0];
      if (next === undefined) break;
      const wait = next.at - performance.now();
      if (wait > 0) {
        await sleep(wait);
        continue;
      }
      pump.queue.shift();
      pump.queued -= next.chunk.length;
      await this.#write(pump, next.chunk);
      this.#passed[pump.direction] += next.chunk.length;
    }
    if (pump.ended) pump.to.end();
    else pump.from.resume();
  }

  async #write(pump: Pump, chunk: Buffer): Promise<void> {
    const { tear, dribble, bytesPerS } = this.#shape;
    if (dribble || tear) {
      for (const part of torn(chunk, dribble === true)) {
        pump.to.write(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return;
    }
    const written = pump.to.write(chunk);
    if (bytesPerS !== undefined) await sleep((chunk.length / bytesPerS) * 1000);
    if (!written) await drained(pump.to);
  }

  #kill(pair: Pair): void {
    this.#pairs.delete(pair);
    for (const socket of [pair.client, pair.server]) socket.resetAndDestroy();
  }

  /** One side is gone. The other hears of it at once, unless nothing passes: then when the link is released, or never. */
  #gone(pair: Pair): void {
    if (!this.#pairs.has(pair)) return;
    const { client, server } = pair;
    if (client.destroyed && server.destroyed) this.#pairs.delete(pair);
    else if (pair.dead.size === 0 && this.#held.size === 0) this.#kill(pair);
  }
}

function* torn(chunk: Buffer, everywhere: boolean): Generator<Buffer> {
  let start = 0;
  for (let i = 0; i < chunk.length; i++) {
    if (!everywhere && (chunk[i] ?? 0) < 0x80) continue;
    if (i > start) yield chunk.subarray(start, i);
    yield chunk.subarray(i, i + 1);
    start = i + 1;
  }
  if (start < chunk.length) yield chunk.subarray(start);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => socket.once("drain", resolve).once("close", resolve));
}
