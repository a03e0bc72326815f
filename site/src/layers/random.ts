/** Random numbers that a seed gives again. */

/** A generator of numbers of the standard normal distribution. */
export function normals(seed: number): () => number {
  const uniform = mulberry32(seed);
  // Box and Muller's transform; 1 - u is never 0.
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * Numbers from 0 to less than 1. The generator of the tests' random numbers won't do: successive numbers of a linear congruential
 * one depend on each other, which Box and Muller's transform shows.
 */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
