/**
 * THE TABLE: one documented `export const` a function, in a file for each family. A row's formulas are the definition
 * of the function, and the fallback; the kernel of the same name in assembly/kernels/ is the approximation, which the
 * row's `ulp` bounds.
 */

export * from "./blocks.js";
export * from "./gated.js";
export * from "./losses.js";
export * from "./masks.js";
export * from "./maxima.js";
export * from "./smooth.js";
export * from "./softmax.js";
export * from "./steps.js";
export * from "./tokens.js";
