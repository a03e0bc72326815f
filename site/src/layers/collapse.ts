/** What the network makes of an input that moves along a straight line. */

import { forward, multiply, type Network, WIDTH } from "./network.js";

/** How far the input moves, in both directions. */
export const FAR = 4;
const POINTS = 121;
/** How many of the last layer's units are shown. */
const SHOWN = 3;

/** What units of the last layer make of the line. */
export interface Composed {
  /** Where on the line. */
  readonly at: Float64Array;
  /** For each unit its values, moved and scaled so that they fill [-1, 1]; all 0 if it gives one number. */
  readonly units: readonly Float64Array[];
  /** The largest distance of a unit's curve from the straight line between its ends, as part of its height. */
  readonly bend: number;
  /** How far the values of a unit lie apart before they are scaled, at most. */
  readonly height: number;
}

/** Sends the points of a line through, from -FAR to FAR times a direction. */
export function compose(network: Network, direction: Float32Array): Composed {
  const at = Float64Array.from({ length: POINTS }, (_, i) => -FAR + (2 * FAR * i) / (POINTS - 1));
  // In float64: after ten layers of sigmoid what is left of the line is as small as the steps of float32.
  const inputs = new Float64Array(POINTS * WIDTH);
  at.forEach((t, i) => {
    for (let j = 0; j < WIDTH; j++) inputs[i * WIDTH + j] = t * direction[j];
  });
  const { activations } = forward(network, inputs);
  const last = activations[activations.length - 1];
  const values = Array.from({ length: SHOWN }, (_, unit) => at.map((_, i) => last[i * WIDTH + unit]));
  const units = values.map(scaled);
  return { at, units, bend: Math.max(...units.map(bendOf)), height: Math.max(...values.map(heightOf)) };
}

function heightOf(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
}

function scaled(values: Float64Array): Float64Array {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = low + heightOf(values);
  // A unit that differs by its last bits alone gives one number.
  if (!(high - low > 1e-13 * Math.max(Math.abs(low), Math.abs(high)))) return values.map(() => 0);
  return values.map((value) => (2 * (value - low)) / (high - low) - 1);
}

function bendOf(values: Float64Array): number {
  const last = values.length - 1;
  return values.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (values[0] + ((values[last] - values[0]) * i) / last)) / 2),
    0,
  );
}

/** The product of all layers' matrices: the one layer that a network of linear ones is. */
export function productOf({ weights }: Network): Float32Array {
  return weights.reduce((product, matrix) => multiply(product, matrix));
}

/** The largest difference of two lists, as part of the largest number. */
export function differenceOf(a: Float32Array, b: Float32Array): number {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / largest;
}
