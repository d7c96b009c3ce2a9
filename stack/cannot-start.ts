/** A reason not to start that the person at the keyboard can mend: shown line by line, without a stack trace. */
export class CannotStart extends Error {
  readonly lines: string[];

  constructor(lines: string | string[], cause?: unknown) {
    const list = typeof lines === "string" ? [lines] : lines;
    super(list.join("\n"), { cause });
    this.name = "CannotStart";
    this.lines = list;
  }
}

/** Runs the main of a script of ours; a `CannotStart` becomes its lines on stderr and exit code 1. */
export async function runMain(main: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (error instanceof CannotStart) for (const line of error.lines) console.error(line);
    else console.error(error);
    process.exitCode = 1;
  }
}
