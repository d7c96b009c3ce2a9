import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Quick tests run side by side, first. Then what starts a whole stack or a browser of its own, two at a time: they wait for
// one another's servers more than they work. What measures a machine under load has it alone, at the end.
const ALONE = ["test/system/limits.test.ts"];

/** Those that take a minute or so; they go first, lest one worker be left with one of them at the end. */
const LONG = ["browsers", "start", "widget-states", "widget", "security", "embedding"];
const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return place < 0 ? LONG.length : place;
};

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/component/store/**", "test/stack/**", "test/system/**", "test/containers/**"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "store",
          include: ["test/component/store/**/*.test.ts"],
          globalSetup: "test/support/one-database.ts", // One PostgreSQL for all of them.
          testTimeout: 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "system",
          include: ["test/stack/**/*.test.ts", "test/system/**/*.test.ts"],
          exclude: ALONE,
          globalSetup: "test/support/bundles.ts",
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "alone",
          include: ALONE,
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
