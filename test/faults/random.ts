/** Chance that can be repeated: the same seed gives the same run of choices. */

export type Random = {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  pick<T>(all: readonly T[]): T;
  /** `count` different ones, or all. */
  some<T>(all: readonly T[], count: number): T[];
  /** An independent run of choices for a part, so that one part's use does not shift another's. */
  fork(name: string): Random;
};

export function createRandom(seed: number | string): Random {
  let state = hash(String(seed));
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick(all) {
      const one = all[between(0, all.length - 1)];
      if (one === undefined) throw new Error("nothing to pick from");
      return one;
    },
    some(all, count) {
      const rest = [...all];
      const taken = [];
      while (taken.length < count && rest.length > 0) taken.push(...rest.splice(between(0, rest.length - 1), 1));
      return taken;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 16_777_619);
  return value | 0;
}
