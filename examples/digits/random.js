// @ts-check

/**
 * A seeded generator of numbers in [0, 1), so that every run trains the same network.
 * The algorithm is Tommy Ettinger's mulberry32.
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), 61 | bits);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Puts the elements in a random order, in place (Fisher–Yates).
 *
 * @param {Uint32Array} order
 * @param {() => number} random
 */
export function shuffle(order, random) {
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [order[last], order[chosen]] = [order[chosen], order[last]];
  }
}
