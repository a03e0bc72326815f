/** The plain JavaScript that lanewise is compared with, as a careful user writes it. */

export * from "./plain/gated.js";
export { type Formula, freshCopy, loopOf, plainBackward, plainFormulas, plainLoop, plainLoops } from "./plain/loops.js";
export * from "./plain/rows.js";
export * from "./plain/sampling.js";
export type { FloatArray, PlainFunction } from "./plain/types.js";
