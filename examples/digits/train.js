// @ts-check
import { shuffle } from "./random.js";
import { PIXELS } from "./shape.js";

/** @typedef {import("./data.js").Digits} Digits */
/** @typedef {import("./network.js").Network} Network */

/**
 * @typedef {object} Settings
 * @property {number} epochs
 * @property {number} batch rows of a mini-batch
 * @property {number} rate the first step's learning rate; it falls linearly to zero at the last step
 * @property {number} momentum
 */

/**
 * One pass over all digits, in mini-batches and in a new random order.
 *
 * @param {Network} network
 * @param {Digits} digits
 * @param {Settings} settings
 * @param {number} epoch from 0
 * @param {() => number} random
 * @param {(done: number, loss: number) => void} onBatch told after each batch the share of the epoch that is done, in
 *   (0, 1], and the epoch's mean cross-entropy so far
 * @returns {Float64Array} the mean cross-entropy of each batch, before the network learned from it
 */
export function trainEpoch(network, digits, { epochs, batch, rate, momentum }, epoch, random, onBatch) {
  const order = Uint32Array.from(digits.labels, (_, i) => i);
  shuffle(order, random);
  const batches = Math.floor(digits.count / batch);
  const losses = new Float64Array(batches);
  const x = new Float32Array(batch * PIXELS);
  const labels = new Uint8Array(batch);
  let sum = 0;
  for (let at = 0; at < batches; at++) {
    for (let row = 0; row < batch; row++) {
      const digit = order[at * batch + row];
      x.set(digits.pixels.subarray(digit * PIXELS, (digit + 1) * PIXELS), row * PIXELS);
      labels[row] = digits.labels[digit];
    }
    network.forward(x, batch);
    const left = 1 - (epoch + at / batches) / epochs;
    losses[at] = network.learn(x, labels, rate * left, momentum);
    sum += losses[at];
    onBatch((at + 1) / batches, sum / (at + 1));
  }
  return losses;
}

/**
 * The network's probabilities for each of the digits.
 *
 * @param {Network} network
 * @param {Digits} digits
 * @param {number} batch rows given to the network at once
 * @returns {Float32Array} digits × classes
 */
export function predict(network, { pixels, count }, batch) {
  const classes = network.classes;
  const probabilities = new Float32Array(count * classes);
  for (let from = 0; from < count; from += batch) {
    const rows = Math.min(batch, count - from);
    const x = pixels.subarray(from * PIXELS, (from + rows) * PIXELS);
    probabilities.set(network.forward(x, rows), from * classes);
  }
  return probabilities;
}

/**
 * @param {Float32Array} probabilities rows × classes
 * @param {number} row
 * @param {number} [classes]
 * @returns {number} the most probable class of the row
 */
export function likeliest(probabilities, row, classes = 10) {
  const scores = probabilities.subarray(row * classes, (row + 1) * classes);
  return scores.indexOf(Math.max(...scores));
}

/**
 * @param {Float32Array} probabilities rows × classes
 * @param {Uint8Array} labels
 * @returns {number} the share of the rows whose most probable class is their label
 */
export function accuracy(probabilities, labels) {
  return labels.filter((label, row) => likeliest(probabilities, row) === label).length / labels.length;
}
