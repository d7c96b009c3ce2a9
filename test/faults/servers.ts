/** Faults of whole servers: killed, stopped in order, frozen. */
import type { House } from "./house.ts";
import { type Fault, type Span, sleep, until, type World } from "./world.ts";

type PartName = keyof House["parts"];

/** Sends the signal and waits until the supervisor has brought the part back. */
export async function strike({ house }: World, name: PartName, signal: NodeJS.Signals): Promise<Span> {
  const part = house.parts[name];
  const pid = part.pid();
  const from = performance.now();
  if (pid !== undefined) process.kill(pid, signal);
  const back = await until(() => part.pid() !== undefined && part.pid() !== pid, 60_000);
  if (!back) throw new Error(`${name} did not come back after ${signal}`);
  return { from, cured: from };
}

export async function freeze({ house }: World, name: PartName, ms: number): Promise<Span> {
  const from = performance.now();
  house.parts[name].signal("SIGSTOP");
  await sleep(ms);
  house.parts[name].signal("SIGCONT");
  return { from, cured: performance.now() };
}

export const serverFaults: Fault[] = [
  {
    id: "F1",
    name: "gateway: kill -9",
    rounds: { usual: 2, full: 10 },
    run: (world) => strike(world, "gateway", "SIGKILL"),
  },
  {
    id: "F1",
    name: "gateway: stopped in order",
    rounds: { usual: 1, full: 10 },
    run: (world) => strike(world, "gateway", "SIGTERM"),
  },
  {
    id: "F1",
    name: "gateway: frozen 20 s",
    rounds: { usual: 1, full: 10 },
    run: (world) => freeze(world, "gateway", 20_000),
  },
  {
    id: "F2",
    name: "component: kill -9",
    rounds: { usual: 2, full: 20 },
    run: (world) => strike(world, "component", "SIGKILL"),
  },
  {
    id: "F2",
    name: "component: stopped in order",
    rounds: { usual: 1, full: 10 },
    run: (world) => strike(world, "component", "SIGTERM"),
  },
  {
    id: "F2",
    name: "component: frozen 20 s",
    rounds: { usual: 1, full: 5 },
    run: (world) => freeze(world, "component", 20_000),
  },
  {
    id: "F3",
    name: "Prosody: kill -9",
    rounds: { usual: 2, full: 10 },
    run: (world) => strike(world, "prosody", "SIGKILL"),
  },
  {
    id: "F3",
    name: "Prosody: stopped in order",
    rounds: { usual: 1, full: 10 },
    run: (world) => strike(world, "prosody", "SIGTERM"),
  },
  {
    id: "F3",
    name: "Prosody: frozen",
    rounds: { usual: 1, full: 10 },
    run: (world) => freeze(world, "prosody", world.full ? 40_000 : 20_000),
  },
  {
    id: "F4",
    name: "PostgreSQL: kill -9",
    rounds: { usual: 1, full: 5 },
    run: (world) => strike(world, "postgres", "SIGKILL"),
  },
  {
    id: "F4",
    name: "PostgreSQL: stop -m immediate",
    rounds: { usual: 1, full: 5 },
    run: (world) => strike(world, "postgres", "SIGQUIT"),
  },
  {
    id: "F4",
    name: "PostgreSQL: frozen",
    rounds: { usual: 1, full: 5 },
    run: (world) => freeze(world, "postgres", world.full ? 30_000 : 15_000),
  },
];
