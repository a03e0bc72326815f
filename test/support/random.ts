/** The random inputs of all tests, which are the same at every run and in every engine. */

import type { FloatArray } from "../../src/index.js";

/** A constructor of an array of floats. */
export type FloatArrayType = Float32ArrayConstructor | Float64ArrayConstructor;

/** The seeded generator of all random inputs: 32 random bits at each call (a linear congruential one). */
export function randomBits(seed = 1): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

/** An array of random numbers, even over [low, high). */
export function randomArray(type: FloatArrayType, length: number, low: number, high: number, seed = 1): FloatArray {
  const bits = randomBits(seed);
  const array = new type(length);
  // Millions of them are made: a loop takes a fraction of what `map` does.
  for (let i = 0; i < length; i++) array[i] = low + ((high - low) * bits()) / 2 ** 32;
  return array;
}
