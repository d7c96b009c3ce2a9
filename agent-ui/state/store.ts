/** Holds the state and tells who listens. Two kinds of listener: those who must know at once, and screens, told in bursts. */
import type { Action } from "./actions.ts";
import type { State } from "./model.ts";
import { reduce } from "./reduce.ts";

export type Store = {
  readonly state: State;
  dispatch(action: Action): void;
  /** Called after every action that changed something. Returns how to stop. */
  subscribe(listener: (state: State, before: State, action: Action) => void): () => void;
};

export function createStore(initial: State): Store {
  let state = initial;
  const listeners = new Set<(state: State, before: State, action: Action) => void>();
  return {
    get state() {
      return state;
    },
    dispatch(action) {
      const before = state;
      state = reduce(before, action);
      if (state === before) return;
      for (const listener of [...listeners]) listener(state, before, action);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * Calls `show` at most once for all changes between two runs of `schedule`, as a browser's animation frame is one:
 * forty rooms that fill at once are one drawing.
 */
export function inBursts(store: Store, show: (state: State) => void, schedule: (run: () => void) => void): () => void {
  let scheduled = false;
  return store.subscribe(() => {
    if (scheduled) return;
    scheduled = true;
    schedule(() => {
      scheduled = false;
      show(store.state);
    });
  });
}
