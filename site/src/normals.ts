/** Random numbers of the standard normal distribution. */

/**
 * A generator of them, by Box and Muller's transform.
 *
 * @param random gives numbers from 0 to less than 1, of which successive ones don't depend on each other: mulberry32's, not those
 *   of a linear congruential generator
 */
export function normals(random: () => number): () => number {
  // 1 - random() is never 0.
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
