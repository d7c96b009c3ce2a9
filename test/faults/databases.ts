/** Faults of PostgreSQL that are not its death: full house, and another address. */
import pg from "pg";
import { createPostgres } from "../../stack/postgres.ts";
import { type Fault, sleep, type World } from "./world.ts";

/** Takes every connection that is left and throws the services out, so that they find no place. */
async function fullHouse({ house }: World): Promise<void> {
  const taken: pg.Client[] = [];
  try {
    for (;;) {
      const client = new pg.Client({ connectionString: house.databaseUrl });
      client.on("error", () => undefined);
      await client.connect();
      taken.push(client);
    }
  } catch {
    // No place is left, which is what was wanted.
  }
  house.wires.componentPostgres.cut();
  for (let i = 0; i < 20; i++) {
    // Whatever place became free meanwhile is taken too.
    const client = new pg.Client({ connectionString: house.databaseUrl });
    client.on("error", () => undefined);
    await client.connect().then(
      () => taken.push(client),
      () => undefined,
    );
  }
  await sleep(4_000);
  await Promise.all(taken.map((client) => client.end().catch(() => undefined)));
}

export const databaseFaults: Fault[] = [
  {
    id: "F4",
    name: "PostgreSQL: too many connections",
    rounds: { usual: 1, full: 5 },
    async run(world) {
      const from = performance.now();
      await fullHouse(world);
      return { from, cured: performance.now() };
    },
  },
  {
    id: "F4",
    name: "PostgreSQL: its disk is full 8 s",
    rounds: { usual: 1, full: 5 },
    async run({ house, say }) {
      const from = performance.now();
      if (!house.disk) {
        say("    (not played: only root can mount a small disk)");
        return { from, cured: from };
      }
      await house.disk.fill();
      await sleep(8_000);
      await house.disk.free();
      return { from, cured: performance.now() };
    },
  },
  {
    id: "F4",
    name: "PostgreSQL: dies and comes back elsewhere",
    rounds: { usual: 1, full: 5 },
    async run({ house }) {
      const from = performance.now();
      await house.parts.postgres.kill();
      const elsewhere = await createPostgres(house.cluster(house.ports.elsewhere));
      await elsewhere.start();
      const wires = [house.wires.componentPostgres, house.wires.prosodyPostgres];
      for (const wire of wires) wire.turnTo({ port: house.ports.elsewhere });
      await sleep(5_000);
      // And home again, for the checker and the next fault.
      await elsewhere.stop();
      await house.parts.postgres.start();
      for (const wire of wires) {
        wire.turnTo({ port: house.ports.postgres });
        wire.cut();
      }
      return { from, cured: performance.now() };
    },
  },
];
