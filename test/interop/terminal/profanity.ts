/** profanity as somebody at its keyboard uses it: windows, rooms, forms. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Terminal } from "./terminal.ts";

export type Account = { jid: string; password: string; port: number };

export class Profanity {
  readonly #terminal: Terminal;

  private constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Starts it with a home of its own and signs in. */
  static async signIn({ jid, password, port }: Account, folder: string): Promise<Profanity> {
    const homes = { HOME: folder, XDG_CONFIG_HOME: join(folder, "config"), XDG_DATA_HOME: join(folder, "data") };
    for (const home of Object.values(homes)) await mkdir(home, { recursive: true });
    const terminal = new Terminal("profanity", homes);
    const profanity = new Profanity(terminal);
    try {
      await terminal.sees("Type '/help' to show complete help.");
      terminal.type(`/connect ${jid} server 127.0.0.1 port ${port} tls disable`);
      await terminal.sees("Enter password:");
      terminal.type(password);
      await terminal.sees("logged in successfully");
      return profanity;
    } catch (error) {
      terminal.stop();
      throw error;
    }
  }

  type(line: string): void {
    this.#terminal.type(line);
  }

  sees(words: string, after?: string): Promise<string> {
    return this.#terminal.sees(words, after);
  }

  /** Goes to the window of a contact, and waits for its title: what is typed before goes to whoever is there. */
  async goTo(jid: string): Promise<void> {
    this.type(`/win ${jid}`);
    await this.sees(`${jid} [online]`);
  }

  /** Writes to a contact in its window, and gives the screen once the answer is there. */
  async ask(contact: string, text: string, answer: string): Promise<string> {
    await this.goTo(contact);
    this.type(text);
    return this.sees(answer, `me: ${text}`);
  }

  screen(): string {
    return this.#terminal.screen();
  }

  stop(): void {
    this.#terminal.stop();
  }
}
