/** The tests of the whole, against containers. "npm run test:containers" builds the images and names them. */
import { defineConfig } from "vitest/config";
import { PROSODY_TAGS } from "../../stack/containers/images.ts";
import { ROOT } from "../../stack/settings.ts";

export default defineConfig({
  test: {
    projects: Object.values(PROSODY_TAGS).map((tag, index) => ({
      root: ROOT,
      test: {
        name: `prosody ${tag}`,
        include: ["test/containers/*.test.ts", "test/system/road.test.ts", "test/system/browsers.test.ts"],
        env: { FOYER_TEST_STACK: "containers", PROSODY_TAG: tag },
        fileParallelism: false,
        maxWorkers: 1,
        testTimeout: 120_000,
        hookTimeout: 240_000,
        sequence: { groupOrder: index },
      },
    })),
  },
});
