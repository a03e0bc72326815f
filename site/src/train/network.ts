/** A network of two layers that tells two classes of points apart. */

import { type Elementwise, sigmoid, sigmoidCrossEntropy } from "lanewise";
import { Dense } from "../../../examples/digits/dense.js";
import type { Points } from "./data.js";

const MOMENTUM = 0.9;

/**
 * How much larger than Glorot's the weights of the first layer begin. Its units fold the plane where their sums are 0: with two
 * inputs, small weights and no bias all folds would lie in one place, and far from the points.
 */
const SPREAD = 4;

/** Two inputs, a hidden layer with an activation or none, and one output, whose sigmoid is the probability of class 1. */
export class PointNetwork {
  readonly #hidden: Dense;
  readonly #output: Dense;
  /** What the hidden layer computes before its activation. */
  readonly #sums: Float32Array;
  readonly #activations: Float32Array;
  readonly #logits: Float32Array;
  /** The gradients of the loss with respect to these. */
  readonly #sumsGradient: Float32Array;
  readonly #logitsGradient: Float32Array;

  /**
   * @param units of the hidden layer
   * @param activation undefined for none: the layer is linear
   * @param rows most points given at once
   * @param random numbers in [0, 1) for the initial weights
   */
  constructor(
    readonly units: number,
    readonly activation: Elementwise | undefined,
    rows: number,
    random: () => number,
  ) {
    this.#hidden = new Dense(2, units, random);
    this.#output = new Dense(units, 1, random);
    this.#hidden.weights.forEach((weight, i, weights) => (weights[i] = SPREAD * weight));
    this.#hidden.bias.forEach((_, i, bias) => (bias[i] = 2 * random() - 1));
    this.#sums = new Float32Array(rows * units);
    this.#activations = new Float32Array(rows * units);
    this.#logits = new Float32Array(rows);
    this.#sumsGradient = new Float32Array(rows * units);
    this.#logitsGradient = new Float32Array(rows);
  }

  /** The logits of points, overwritten by the next call. */
  #forward(x: Float32Array): Float32Array {
    const rows = x.length / 2;
    const sums = this.#sums.subarray(0, rows * this.units);
    const out = this.#activations.subarray(0, rows * this.units);
    const logits = this.#logits.subarray(0, rows);
    this.#hidden.forward(x, sums, rows);
    if (this.activation === undefined) out.set(sums);
    else this.activation(sums, { out });
    this.#output.forward(out, logits, rows);
    return logits;
  }

  /** The probabilities of class 1, written to `out`. */
  predict(x: Float32Array, out: Float32Array): Float32Array {
    return sigmoid(this.#forward(x), { out });
  }

  /** The mean cross-entropy of points, and the share of them on the right side of the boundary. */
  evaluate({ x, classes, count }: Points): { readonly loss: number; readonly accuracy: number } {
    const logits = this.#forward(x);
    let right = 0;
    logits.forEach((logit, i) => (right += Number(logit > 0 === classes[i] > 0.5)));
    return { loss: sigmoidCrossEntropy(logits, classes), accuracy: right / count };
  }

  /** One step of gradient descent with momentum on all points. */
  step({ x, classes, count }: Points, rate: number): void {
    const size = count * this.units;
    const logits = this.#forward(x);
    const sums = this.#sums.subarray(0, size);
    const activations = this.#activations.subarray(0, size);
    const dLogits = this.#logitsGradient.subarray(0, count);
    const dSums = this.#sumsGradient.subarray(0, size);
    sigmoidCrossEntropy.backward(logits, classes, { out: dLogits });
    this.#output.backwardWeights(activations, dLogits, count);
    this.#output.backwardInput(dLogits, dSums, count);
    this.activation?.backward(sums, dSums, { out: dSums });
    this.#hidden.backwardWeights(x, dSums, count);
    this.#output.update(rate, MOMENTUM);
    this.#hidden.update(rate, MOMENTUM);
  }
}
