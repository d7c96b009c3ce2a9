/**
 * What an agent's client said of itself beside its presence: "away" by a command, which its presence does not take back, that
 * it left Fastpath, though it is online still, or that a form in a message would only be in its way. Forgotten when it goes.
 */
type Said = "paused" | "left";

/** COMPAT: profanity 0.13 opens a window for the form, over what is being typed, and cannot send it. By node of XEP-0115. */
const NO_FORMS = /profanity/i;

export class Duty {
  readonly #said = new Map<string, Said>();
  readonly #withoutForms = new Set<string>();

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

  /** `software`: what kind of client it says it is; undefined when it does not say. */
  is(device: string, software: string | undefined): void {
    if (software !== undefined && NO_FORMS.test(software)) this.#withoutForms.add(device);
    else if (software !== undefined) this.#withoutForms.delete(device);
  }

  drawsForms(device: string): boolean {
    return !this.#withoutForms.has(device);
  }

  gone(node: string, device: string): void {
    this.forget(node, device);
    this.#withoutForms.delete(device);
  }
}
