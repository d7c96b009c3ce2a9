/**
 * What an agent's client said of itself beside its presence: "away" by a command, which its presence does not take back, or
 * that it left Fastpath, though it is online still. Forgotten when the client goes.
 */
type Said = "paused" | "left";

export class Duty {
  readonly #said = new Map<string, Said>();

  /** The agent said "away" to this workgroup in words. */
  pause(node: string, device: string): void {
    this.#said.set(`${node} ${device}`, "paused");
  }

  isPaused(node: string, device: string): boolean {
    return this.#said.get(`${node} ${device}`) === "paused";
  }

  /** A client that speaks Fastpath signed out by its own word: it is not to be written to as an ordinary one. */
  leave(node: string, device: string): void {
    this.#said.set(`${node} ${device}`, "left");
  }

  hasLeft(node: string, device: string): boolean {
    return this.#said.get(`${node} ${device}`) === "left";
  }

  forget(node: string, device: string): void {
    this.#said.delete(`${node} ${device}`);
  }
}
