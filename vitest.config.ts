import { defineConfig } from "vitest/config";
import { forOneBackend, once, onceABackend } from "./test/engines/plan.js";
import type { Engine } from "./test/support/engine.js";

const engine: Engine = { name: "node", relaxedSimd: Number(process.versions.node.split(".")[0]) >= 21 };

// The tests in the Node that runs them; test/engines/vitest.browser.config.ts runs them in browsers.
export default defineConfig({
  test: {
    testTimeout: 120_000, // sweeps over millions of inputs
    hookTimeout: 120_000,
    maxWorkers: "100%", // by default one core is left free
    provide: { engine },
    projects: [
      {
        extends: true,
        test: {
          name: "engine",
          include: ["test/*.test.ts"],
          exclude: ["test/*.browser.test.ts", ...onceABackend, ...once],
        },
      },
      {
        extends: true,
        test: { name: "onceABackend", include: onceABackend, provide: { engine: forOneBackend(engine) } },
      },
      {
        extends: true,
        // What is not installed here has a stand-in; matrix/tfjs/ tests with tfjs itself.
        resolve: {
          alias: { "@tensorflow/tfjs-core": new URL("test/support/tensorflow.ts", import.meta.url).pathname },
        },
        test: { name: "once", include: once },
      },
      {
        extends: true,
        resolve: { alias: { playwright: new URL("test/engines/node_modules/playwright", import.meta.url).pathname } },
        test: {
          name: "site",
          include: ["test/site/*.test.ts"],
          globalSetup: "test/site/setup.ts",
          expect: { poll: { timeout: 10_000 } }, // pages have the processors to share
        },
      },
    ],
  },
});
