/** Lets so many tasks run at a time; the others wait their turn, in order. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

export function createGate(most: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // The place passes on as it is: counting it down and up would let a newcomer slip in between.
      if (next) next();
      else running -= 1;
    }
  };
}
