/** A flood, and what an ordinary visitor notices of it: 5,000 joins from few addresses and 200 frames a second from one socket. */
import { WebSocket } from "ws";
import { type BenchAgent, signInAgent } from "../actors/agents.ts";
import { BenchVisitor } from "../actors/visitor.ts";
import { sleep, summary, until } from "../measure/stats.ts";
import { type CpuShares, watchCpu } from "../measure/usage.ts";
import { ms, percent, perS, type Row } from "../report.ts";
import { startBenchStack, WORKGROUP } from "../stack.ts";

const JOINS = 5_000;
const AT_A_TIME = 40;
/** Where the flood comes from; ordinary visitors have an address each. */
const ADDRESSES = Array.from({ length: 10 }, (_, i) => `127.0.1.${i + 1}`);
const FRAMES_PER_S = 200;
const ORDINARY_BEFORE = 60;
const MOST_MS = 1_000;

export const flood: Row = {
  name: "flood",
  title: `A flood of ${JOINS} joins from ${ADDRESSES.length} addresses, and ${FRAMES_PER_S} frames a second from one socket`,
  async run({ figure, say }, { scale }) {
    // The gateway's own limits: they are what is measured.
    const stack = await startBenchStack({ agents: 1, env: { webchat: { LIMITS: "", VISITOR_GRACE_S: "0" } } });
    try {
      const agent = await signInAgent(stack, "agent0");
      agent.accepts = false;
      await ordinary(stack.url, agent, 20);
      const before = summary(await ordinary(stack.url, agent, ORDINARY_BEFORE));
      say(`without a flood: p50 ${ms(before.p50)}, p99 ${ms(before.p99)}`);

      const watch = watchCpu({ ...stack.pids(), "load maker": process.pid });
      const begin = performance.now();
      const frames = floodOfFrames(stack.url);
      const outcomes: Record<string, number> = {};
      let isOver = false;
      const flooding = floodOfJoins(stack.url, Math.ceil(JOINS * scale), outcomes).then(() => {
        isOver = true;
      });
      const times: number[] = [];
      while (!isOver) times.push(...(await ordinary(stack.url, agent, 1)));
      await flooding;
      const tookS = (performance.now() - begin) / 1000;
      const cpu = watch();
      const said = frames.stop();
      const during = summary(times);
      const came = Object.entries(outcomes).map(([what, count]) => `${count} ${what}`);
      figure({
        what: "an ordinary join → offer meanwhile, p50",
        target: "",
        value: ms(during.p50),
        baseline: ms(before.p50),
        ratio: during.p50 / before.p50,
        note: `${times.length} visitors in ${tookS.toFixed(0)} s; baseline: without a flood`,
      });
      figure({
        what: "an ordinary join → offer meanwhile, the slowest",
        target: "≤ 1 s",
        value: ms(during.max),
        baseline: ms(before.max),
        ratio: during.max / before.max,
        met: during.max <= MOST_MS,
        note: `p99 ${ms(during.p99)}`,
      });
      figure({
        what: "what came of the flood",
        target: "",
        value: came.join(", "),
        note: `${perS(said / tookS)} frames from one socket; ${shown(cpu)}`,
      });
    } finally {
      await stack.stop();
    }
  },
};

const shown = (cpu: CpuShares): string =>
  Object.entries(cpu)
    .map(([name, share]) => `${name} ${percent(share)}`)
    .join(", ");

let guests = 0;

/** Visitors one after the other, each from an address of its own: how long each join took to reach the agent, in ms. */
async function ordinary(url: string, agent: BenchAgent, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    guests += 1;
    const name = `Guest ${guests}`;
    const visitor = new BenchVisitor(url, `127.0.${2 + (guests >> 8)}.${guests & 255}`);
    await visitor.connect();
    const offered = new Promise<void>((resolve) => {
      agent.onOffer = (_session, stanza) => {
        if (stanza.includes(`>${name}<`)) resolve();
      };
    });
    const begin = performance.now();
    visitor.join(name);
    await offered;
    times.push(performance.now() - begin);
    await until("the queue to know of it", () => visitor.state.phase === "waiting", 10_000, 2);
    visitor.send({ kind: "cancel" });
    await until("the way out", () => visitor.state.phase !== "waiting", 10_000, 2);
    visitor.close();
    await sleep(20);
  }
  return times;
}

/** All of it; counts what came of each try. Who got a place keeps the socket open. */
async function floodOfJoins(url: string, joins: number, outcomes: Record<string, number>): Promise<void> {
  const joined: WebSocket[] = [];
  let tries = 0;
  const one = async (): Promise<void> => {
    while (tries < joins) {
      const { outcome, socket } = await tryToJoin(url, ADDRESSES[tries++ % ADDRESSES.length] ?? "");
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === "joined") joined.push(socket);
      else socket.terminate();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  for (const socket of joined) socket.terminate();
}

function tryToJoin(url: string, localAddress: string): Promise<{ outcome: string; socket: WebSocket }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace("http://localhost", "ws://127.0.0.1")}/socket`, { localAddress });
    const done = (outcome: string): void => resolve({ outcome, socket });
    socket.on("error", () => done("refused at the door"));
    socket.on("close", () => done("closed"));
    socket.on("open", () => socket.send(JSON.stringify({ kind: "hello", workgroup: WORKGROUP })));
    socket.on("message", (data) => {
      const frame: { kind: string; code?: string; state?: { phase: string } } = JSON.parse(String(data));
      const fields = { username: ["Flood"], question: ["flood"] };
      if (frame.kind === "welcome") socket.send(JSON.stringify({ kind: "join", fields, page: {} }));
      if (frame.kind === "state" && frame.state?.phase === "waiting") done("joined");
      if (frame.kind === "refused") done(`refused: ${frame.code}`);
    });
  });
}

/** One page that says far too much, and opens its socket again whenever it is closed. `stop` tells how much it said. */
function floodOfFrames(url: string): { stop(): number } {
  const visitor = new BenchVisitor(url, "127.0.1.200");
  let said = 0;
  let due = 0;
  const every = 10;
  const connect = (): void => void visitor.connect().catch(() => undefined);
  visitor.onClosed = () => void setTimeout(connect, 50);
  connect();
  const timer = setInterval(() => {
    due = visitor.open ? due + (FRAMES_PER_S * every) / 1000 : 0;
    for (; due >= 1; due -= 1, said += 1) visitor.say("flood");
  }, every);
  return {
    stop() {
      clearInterval(timer);
      visitor.onClosed = () => undefined;
      visitor.close();
      return said;
    },
  };
}
