/** A network of random weights: a signal forth, a gradient back. */

import type { Elementwise, FloatArray } from "lanewise";
import { createRandom } from "../../../examples/digits/random.js";
import { normals } from "../normals.js";

export const LAYERS = 10;
export const WIDTH = 64;
/** How many signals go through. */
export const BATCH = 64;

/** An activation; undefined is none: the layers are linear. */
export type Activation = Elementwise | undefined;

/** What a network is made of. */
export interface Network {
  readonly activation: Activation;
  /** A matrix of WIDTH × WIDTH for each layer: [from][to]. */
  readonly weights: readonly Float32Array[];
  readonly bias: number;
}

/** The random numbers that a seed gives: the signals, the weights at a gain of 1, and the gradient at the end. */
export interface Drawn {
  readonly inputs: Float32Array;
  readonly weights: readonly Float32Array[];
  readonly gradient: Float32Array;
}

/** Draws them. */
export function drawAll(seed: number): Drawn {
  const next = normals(createRandom(seed));
  const matrix = (rows: number, scale: number) => Float32Array.from({ length: rows * WIDTH }, () => next() * scale);
  return {
    inputs: matrix(BATCH, 1),
    weights: Array.from({ length: LAYERS }, () => matrix(WIDTH, 1 / Math.sqrt(WIDTH))),
    gradient: matrix(BATCH, 1),
  };
}

/** A network of weights that are `gain` times those drawn. */
export function makeNetwork({ weights }: Drawn, activation: Activation, gain: number, bias: number): Network {
  return { activation, bias, weights: weights.map((matrix) => matrix.map((weight) => weight * gain)) };
}

/** The sums that come into each layer's units, and what these make of them. */
export interface Forward<A extends FloatArray = Float32Array> {
  /** One for each layer. */
  readonly sums: readonly A[];
  /** The inputs, then one for each layer. */
  readonly activations: readonly A[];
}

/** Sends signals through, in float32 or float64 as they are. */
export function forward<A extends FloatArray>({ activation, weights, bias }: Network, inputs: A): Forward<A> {
  const sums: A[] = [];
  const activations = [inputs];
  for (const matrix of weights) {
    const sum = multiply(activations[activations.length - 1], matrix).map((value) => value + bias) as A;
    sums.push(sum);
    activations.push(activation === undefined ? sum : (activation(sum) as FloatArray as A));
  }
  return { sums, activations };
}

/** The gradients at the inputs and after each layer, from that after the last. */
export function backward({ activation, weights }: Network, { sums }: Forward, last: Float32Array): Float32Array[] {
  const gradients = [last];
  for (let layer = weights.length - 1; layer >= 0; layer--) {
    const after = gradients[0];
    const ofSums = activation === undefined ? after : activation.backward(sums[layer], after);
    gradients.unshift(multiplyTransposed(ofSums, weights[layer]));
  }
  return gradients;
}

/** Rows times a square matrix of WIDTH. */
export function multiply<A extends FloatArray>(rows: A, matrix: Float32Array): A {
  const out = rows.slice() as A;
  for (let row = 0; row < rows.length; row += WIDTH) {
    for (let to = 0; to < WIDTH; to++) {
      // Summed in a number: in the array it would be rounded to float32 at every step.
      let sum = 0;
      for (let from = 0; from < WIDTH; from++) sum += rows[row + from] * matrix[from * WIDTH + to];
      out[row + to] = sum;
    }
  }
  return out;
}

/** Rows times the transpose of a square matrix of WIDTH. */
function multiplyTransposed(rows: Float32Array, matrix: Float32Array): Float32Array {
  const out = new Float32Array(rows.length);
  for (let row = 0; row < rows.length; row += WIDTH) {
    for (let to = 0; to < WIDTH; to++) {
      let sum = 0;
      for (let from = 0; from < WIDTH; from++) sum += rows[row + from] * matrix[to * WIDTH + from];
      out[row + to] = sum;
    }
  }
  return out;
}
