/** What a script tried and what came of it, a line each, as the other programs of test:interop print it. */

/** A check without which those after it would only wait in vain. */
class SceneOver extends Error {}

export class Checks {
  #passed = 0;
  #failed = 0;

  /** Runs one check: what it throws is its failure. */
  async check(name: string, body: () => Promise<void>): Promise<boolean> {
    try {
      await body();
      this.#passed++;
      console.log(`ok ${name}`);
      return true;
    } catch (error) {
      this.fail(name, error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** The same, and the scene ends when it fails. */
  async need(name: string, body: () => Promise<void>): Promise<void> {
    if (!(await this.check(name, body))) throw new SceneOver();
  }

  fail(name: string, why: string): void {
    this.#failed++;
    console.log(`FAIL ${name}: ${why.replaceAll("\n", " ")}`);
  }

  /** Plays a scene to its end, or to the first need that was not met. */
  async scene(name: string, body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      if (!(error instanceof SceneOver)) this.fail(name, String(error instanceof Error ? error.stack : error));
    }
  }

  /** Prints the sum and gives the exit code. */
  conclude(): number {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 ? 0 : 1;
  }
}

export function must(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
