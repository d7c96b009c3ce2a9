/** Ad-hoc commands under way (XEP-0050): each of one client, bounded in number and time. Lost with the process. */
import type { CommandName, Values } from "./command.ts";

export type FormSession = {
  id: string;
  /** Full address of the client that began it. */
  device: string;
  node: string;
  command: CommandName;
  values: Values;
  /** Arguments that were asked for already, answered or not. */
  asked: readonly string[];
  /** The last form asks whether it is meant. */
  confirming: boolean;
  at: number;
};

const EXPIRES_MS = 600_000;
const MOST_OF_ONE = 3;
const MOST = 1_000;

export class FormSessions {
  /** Oldest first. */
  readonly #open = new Map<string, FormSession>();

  /** Begins or goes on; the oldest of the same client, or of all, makes room. */
  keep(session: FormSession): void {
    this.#open.delete(session.id);
    this.#open.set(session.id, session);
    const own = [...this.#open.values()].filter(({ device }) => device === session.device);
    const [oldest] = own.length > MOST_OF_ONE ? own : this.#open.size > MOST ? this.#open.values() : [];
    if (oldest) this.#open.delete(oldest.id);
  }

  /** Undefined when there is none of this client's with that id, or its time is over. */
  find(id: string, device: string, now: number): FormSession | undefined {
    const session = this.#open.get(id);
    if (session?.device !== device) return undefined;
    if (session.at + EXPIRES_MS > now) return session;
    this.#open.delete(id);
    return undefined;
  }

  end(id: string): void {
    this.#open.delete(id);
  }
}
