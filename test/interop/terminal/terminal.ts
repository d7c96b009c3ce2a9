/** A program in a terminal that nobody sees: keys go in, the screen is read (tmux). */
import { spawnSync } from "node:child_process";
import { eventually } from "../../support/inbox.ts";

export class Terminal {
  readonly #socket: string;
  readonly #lines: number;

  /** Starts `command` on a server of its own; `env` is all it gets beside PATH. */
  constructor(command: string, env: Record<string, string>, size = { columns: 110, lines: 40 }) {
    this.#socket = `foyer-${process.pid}`;
    this.#lines = size.lines;
    const words = Object.entries({ ...env, TERM: "screen-256color", LANG: "C.UTF-8" }).map(
      ([key, value]) => `${key}=${value}`,
    );
    const shape = ["-x", String(size.columns), "-y", String(size.lines)];
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-s", "it", ...shape, "env", ...words, command);
  }

  /** Types a line and Enter. */
  type(line: string): void {
    this.#tmux("send-keys", "-t", "it", "-l", "--", line);
    this.#tmux("send-keys", "-t", "it", "Enter");
  }

  /** What is on the screen now, without the blanks at the ends of lines. */
  screen(): string {
    return this.#tmux("capture-pane", "-p", "-t", "it")
      .split("\n")
      .slice(0, this.#lines)
      .map((line) => line.trimEnd())
      .join("\n");
  }

  /** Waits until these words are on the screen, wherever lines are broken, and gives it; with `after`, below those. */
  async sees(words: string, after = ""): Promise<string> {
    const [wanted, above] = [words, after].map((text) => text.replace(/\s+/g, ""));
    let screen = "";
    try {
      return await eventually(`"${words}" on the screen`, async () => {
        screen = this.screen();
        const all = screen.replace(/\s+/g, "");
        const from = all.lastIndexOf(above ?? "");
        return from >= 0 && all.slice(above === "" ? 0 : from).includes(wanted ?? "") && screen;
      });
    } catch {
      throw new Error(`"${words}" did not come up`);
    }
  }

  stop(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }

  #tmux(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`);
    return stdout;
  }
}
