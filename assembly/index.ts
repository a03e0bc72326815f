/** What the module exports: everything below as f32 and as f64, and each file of kernels/ through the loops of map.ts. */

import { PARAMETERS } from "./lanes";

export * from "./generated/exports";
export { beginMaxima } from "./maxima";
export { findsExcess } from "./lanes";
export { beginLoss } from "./losses";
export { beginRow } from "./rows";
export { sumRoughly } from "./tokens";

/** 1 if this is the build with relaxed-simd. */
export const relaxed: i32 = ASC_FEATURE_RELAXED_SIMD ? 1 : 0;

/** The first byte of memory that the caller may use. */
export const free: usize = (__heap_base + 63) & ~63;

/** Where the caller writes the parameters of the function to be called. */
export const parameters: usize = PARAMETERS;
