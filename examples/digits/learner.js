// @ts-check
import { Network } from "./network.js";
import { createRandom } from "./random.js";
import { PIXELS } from "./shape.js";

/** Inputs, units of each hidden layer, classes. */
export const SIZES = [PIXELS, 50, 100, 10];

/** How the network is trained. */
export const SETTINGS = { epochs: 5, batch: 50, rate: 0.4, momentum: 0.9 };

/**
 * The network that `npm start` and the site's page of digits train, before it has learned, and the random numbers that it
 * learns by: so both get the same weights.
 *
 * @returns {{ network: Network, random: () => number }}
 */
export function createLearner() {
  const random = createRandom(1);
  return { network: new Network(SIZES, SETTINGS.batch, random), random };
}
