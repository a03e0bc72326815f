// @ts-check
import { sigmoid, softmax } from "lanewise";
import { Dense } from "./dense.js";

/**
 * Dense layers with sigmoid between them and softmax at the end. Buffers are made once, for the largest batch.
 */
export class Network {
  /**
   * @param {number[]} sizes inputs, units of each hidden layer, classes
   * @param {number} batch most rows given at once
   * @param {() => number} random numbers in [0, 1) for the initial weights
   */
  constructor(sizes, batch, random) {
    this.layers = sizes.slice(1).map((outputs, i) => new Dense(sizes[i], outputs, random));
    const perLayer = () => this.layers.map((layer) => new Float32Array(batch * layer.outputs));
    this.classes = sizes[sizes.length - 1];
    /** What each layer computes before its nonlinear function: the pre-activations, and last the logits. */
    this.sums = perLayer();
    /** What each layer gives on: sigmoid of its sums; the last one the probabilities. */
    this.outputs = perLayer();
    /** The gradients of the loss with respect to the sums. */
    this.gradients = perLayer();
  }

  /**
   * @param {Float32Array} x rows × inputs
   * @param {number} rows
   * @returns {Float32Array} rows × classes: the probability of each class; overwritten by the next call
   */
  forward(x, rows) {
    let input = x;
    for (const [at, layer] of this.layers.entries()) {
      const sums = this.sums[at].subarray(0, rows * layer.outputs);
      const out = this.outputs[at].subarray(0, rows * layer.outputs);
      layer.forward(input, sums, rows);
      if (layer === this.layers.at(-1)) softmax(sums, { shape: [rows, layer.outputs], out });
      else sigmoid(sums, { out });
      input = out;
    }
    return input;
  }

  /**
   * Learns from the batch that `forward` was given last: computes the gradients of the mean cross-entropy and takes one
   * step against them.
   *
   * @param {Float32Array} x rows × inputs
   * @param {Uint8Array} labels the class of each row
   * @param {number} rate
   * @param {number} momentum
   * @returns {number} the mean cross-entropy of the rows
   */
  learn(x, labels, rate, momentum) {
    const loss = this.backward(x, labels);
    for (const layer of this.layers) layer.update(rate, momentum);
    return loss;
  }

  /**
   * The gradients of the mean cross-entropy by all weights and biases, left in the layers.
   *
   * @param {Float32Array} x rows × inputs: what `forward` was given last
   * @param {Uint8Array} labels the class of each row
   * @returns {number} the mean cross-entropy of the rows
   */
  backward(x, labels) {
    const rows = labels.length;
    const last = this.layers.length - 1;
    const loss = crossEntropy(this.outputs[last], labels, this.layers[last].outputs, this.gradients[last]);
    for (let at = last; at >= 0; at--) {
      const layer = this.layers[at];
      const dy = this.gradients[at];
      layer.backwardWeights(at === 0 ? x : this.outputs[at - 1], dy, rows);
      if (at === 0) break;
      const size = rows * layer.inputs;
      const dx = this.gradients[at - 1].subarray(0, size);
      layer.backwardInput(dy, dx, rows);
      sigmoid.backward(this.sums[at - 1].subarray(0, size), dx, { out: dx });
    }
    return loss;
  }
}

/**
 * The cross-entropy of softmax's probabilities, and its mean's gradient with respect to the logits, which is simply
 * (probability - target) / rows.
 *
 * @param {Float32Array} probabilities rows × classes
 * @param {Uint8Array} labels the class of each row
 * @param {number} classes
 * @param {Float32Array} gradient rows × classes, written
 * @returns {number} the mean cross-entropy of the rows
 */
function crossEntropy(probabilities, labels, classes, gradient) {
  const rows = labels.length;
  let loss = 0;
  for (let i = 0; i < rows * classes; i++) gradient[i] = probabilities[i] / rows;
  for (let row = 0; row < rows; row++) {
    const at = row * classes + labels[row];
    gradient[at] -= 1 / rows;
    loss -= Math.log(Math.max(probabilities[at], Number.MIN_VALUE));
  }
  return loss / rows;
}
