/** Looks at the services from outside the whole time: whether they say that they are ready, how ordinary work goes, what they hold open. */
import { readdirSync } from "node:fs";
import { request } from "node:http";
import type { House } from "./house.ts";
import type { Look } from "./judge.ts";

const EVERY_MS = 250;
/** Longer than any judgement allows. */
const PATIENCE_MS = 3_000;

export class Lookout {
  looks: Look[] = [];
  readonly #house: House;
  readonly #clock: NodeJS.Timeout;
  readonly #before = new Map<number, { name: string; handles: number }>();

  constructor(house: House) {
    this.#house = house;
    this.#clock = setInterval(() => void this.#look(), EVERY_MS);
  }

  /** What came before is not asked about any more. */
  forget(): void {
    this.looks = [];
  }

  /** From now on services are compared with what they hold open at present. */
  remember(): void {
    for (const name of ["gateway", "component"] as const) {
      const pid = this.#house.parts[name].pid();
      if (pid !== undefined && !this.#before.has(pid)) this.#before.set(pid, { name, handles: handlesOf(pid) });
    }
  }

  /** Services that are still the same processes. */
  handles(): { name: string; before: number; after: number }[] {
    return [...this.#before].flatMap(([pid, { name, handles: before }]) => {
      const part = this.#house.parts[name === "gateway" ? "gateway" : "component"];
      return part.pid() === pid ? [{ name, before, after: handlesOf(pid) }] : [];
    });
  }

  stop(): void {
    clearInterval(this.#clock);
  }

  async #look(): Promise<void> {
    const at = performance.now();
    const [ready, ordinary] = await Promise.all([this.#get("/health/ready"), this.#get("/workgroups/support?lang=en")]);
    this.looks.push({ at, ready: ready === 200, ordinaryMs: ordinary === 200 ? performance.now() - at : undefined });
  }

  /** The status; 0 when there was no answer. */
  #get(path: string): Promise<number> {
    return new Promise((resolve) => {
      const options = {
        host: "127.0.0.1",
        port: this.#house.ports.http,
        path,
        localAddress: "127.0.8.1",
        agent: false,
      };
      const asked = request({ ...options, timeout: PATIENCE_MS }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
        response.on("error", () => resolve(0));
      });
      asked.on("timeout", () => asked.destroy());
      asked.on("error", () => resolve(0));
      asked.end();
    });
  }
}

/** Open files and sockets of a process. */
export const handlesOf = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0; // It has just ended.
  }
};
