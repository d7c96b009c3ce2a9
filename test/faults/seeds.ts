/** Stretches of random runs in which something was found once: they stay, and are played by every run. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** `stretch`: which of those that the seed brings, from 1. */
export type Seed = { seed: string; stretch: number };

const FILE = join(import.meta.dirname, "seeds.json");

export async function readSeeds(): Promise<Seed[]> {
  const kept: unknown = JSON.parse(await readFile(FILE, "utf8"));
  if (!Array.isArray(kept)) throw new Error("seeds.json is not a list");
  return kept.map((one: Seed) => ({ seed: String(one.seed), stretch: Number(one.stretch) }));
}

/** Adds it to the list, unless it is there. */
export async function keepSeed(seed: Seed): Promise<void> {
  const kept = await readSeeds();
  if (kept.some((one) => one.seed === seed.seed && one.stretch === seed.stretch)) return;
  await writeFile(FILE, `${JSON.stringify([...kept, seed], null, 2)}\n`);
}
