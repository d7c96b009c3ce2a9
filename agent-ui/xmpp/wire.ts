/** What every part of the agent's conversation with the server needs: the link, the place for facts, and the clock. */
import type { Action } from "../state/actions.ts";
import type { State } from "../state/model.ts";
import type { FileStore } from "./file-store.ts";
import type { Session } from "./session.ts";

export type Wire = {
  readonly session: Pick<Session, "jid" | "isUp" | "send" | "request">;
  dispatch(action: Action): void;
  readonly state: State;
  /** Epoch ms. */
  now(): number;
  /** Which files are ours. */
  readonly files: FileStore;
};
