/** A new gateway beside the old one: the proxy turns to it, the old one stops in order, and nobody is to notice. */
import type { Part } from "../../stack/part.ts";
import { type Fault, sleep, type World } from "./world.ts";

/** The new one takes over the name as the old one lets it go; pages find it at the same address. */
async function handOver({ people }: World, next: Part, port: number, old: Part): Promise<void> {
  const starting = next.start();
  for (const { wire, number } of people.visitors) wire.turnTo({ port, localAddress: `127.0.1.${number}` });
  for (const pair of people.browsers) pair.turnTo(port);
  await sleep(500);
  await Promise.all([starting, old.stop()]);
}

export const upgradeFaults: Fault[] = [
  {
    id: "F14",
    name: "gateway: a new one beside the old one, and back",
    rounds: { usual: 1, full: 5 },
    async run(world) {
      const { house } = world;
      const from = performance.now();
      const next = house.newGateway();
      await handOver(world, next, house.ports.elsewhere, house.parts.gateway);
      await sleep(5_000);
      await handOver(world, house.parts.gateway, house.ports.http, next);
      return { from, cured: performance.now() };
    },
  },
];
