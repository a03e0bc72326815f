import type { Elementwise } from "./families/elementwise.js";
import * as ops from "./ops/index.js";

/** All elementwise functions, prelu among them, with one weight: what tests, benchmarks and plots loop over. */
export const functions: readonly Elementwise[] = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.values(ops).filter((op): op is Elementwise => "derivative" in op),
);
