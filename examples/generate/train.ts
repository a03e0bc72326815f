/** Training from the first weights to a file of weights. */

import { createHash } from "node:crypto";
import { backend, useBackend } from "lanewise";
import { Learner, lossOn, type Settings } from "./learner.js";
import type { Network } from "./network.js";
import type { Text } from "./text.js";
import { type About, packWeights, roundWeights, sizeOf } from "./weights.js";

/** After so many steps what has been learned is hashed, for a test that can't wait until all are done. */
export const BEGINNING = 8;

/**
 * Trains a network. The same text and settings give the same bytes on every machine: the kernels of `simd` give the same bits in every engine,
 * and what is computed around them are sums, products, quotients and roots, which IEEE 754 rounds.
 *
 * @param onStep told after each step how many of all are done, and the loss, a running mean
 * @returns the bytes of a file of weights
 */
export function train(text: Text, settings: Settings, onStep: (done: number, total: number, loss: number) => void) {
  const before = backend();
  useBackend("simd");
  try {
    const learner = new Learner(text, settings);
    const { network, total } = learner;
    let beginning = hashOf(network);
    let loss = 0;
    while (learner.done < total) {
      const now = learner.learn();
      // A mean over some 50 steps, and at first over all.
      loss += (now - loss) / Math.min(learner.done, 50);
      if (learner.done === BEGINNING) beginning = hashOf(network);
      onStep(learner.done, total, loss);
    }
    roundWeights(network);
    const about = { vocabulary: text.vocabulary, units: settings.units, settings, text: hashOfText(text), beginning };
    const heldOutLoss = lossOn(text.heldOut, text.vocabulary, network, sizeOf(about));
    const all: About = { ...about, heldOutLoss };
    return { about: all, bytes: packWeights(all, network) };
  } finally {
    useBackend(before);
  }
}

/** A hash of all that a network has learned. */
export function hashOf({ learned }: Network): string {
  const hash = createHash("sha256");
  for (const { parameters } of learned) hash.update(parameters);
  return hash.digest("hex");
}

/** A hash of a text. */
export function hashOfText({ vocabulary, training, heldOut }: Text): string {
  return createHash("sha256")
    .update(JSON.stringify([vocabulary, training, heldOut]))
    .digest("hex");
}
