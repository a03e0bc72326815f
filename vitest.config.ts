import { defineConfig } from "vitest/config";
import { once, skipsPlain } from "./test/engines/once.js";

// The tests in the Node that runs them; test/engines/vitest.browser.config.ts runs them in browsers.
export default defineConfig({
  test: {
    testTimeout: 120_000, // sweeps over millions of inputs
    hookTimeout: 120_000,
    maxWorkers: "100%", // by default one core is left free
    provide: {
      engine: {
        name: "node",
        relaxedSimd: Number(process.versions.node.split(".")[0]) >= 21,
        skipsPlain: skipsPlain(),
      },
    },
    projects: [
      {
        extends: true,
        test: { name: "node", include: ["test/*.test.ts"], exclude: ["test/*.browser.test.ts", ...once] },
      },
      { extends: true, test: { name: "once", include: once } },
    ],
  },
});
