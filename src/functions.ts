import type { Elementwise } from "./elementwise.js";
import * as ops from "./ops/index.js";

/** All elementwise functions of the table, prelu among them, with one weight: what tests, benchmarks and plots loop over. */
export const functions: readonly Elementwise[] = /* @__PURE__ */ Object.values(ops).filter(
  (op): op is Elementwise => "derivative" in op,
);
