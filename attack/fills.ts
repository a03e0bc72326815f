/** What arrays are filled with. All of it follows from a seed. */

import { SPECIAL } from "../test/support/bits/inputs.js";
import { randomBits } from "../test/support/random.js";

export type FloatArray = Float32Array | Float64Array;
export type AnyArray = FloatArray | Int32Array | Uint8Array;

/** Ordinary numbers; logits with infinities, equal ones and NaN among them; all bit patterns. */
export const fillNames = ["even", "logits", "every"] as const;
export type FillName = (typeof fillNames)[number];

/** Numbers from 0 to less than 1. */
export type Draw = () => number;

export function drawOf(seed: number): Draw {
  const bits = randomBits(seed);
  // The low bits of the generator have short periods.
  for (let i = 0; i < 4; i++) bits();
  return () => bits() / 2 ** 32;
}

const view = new DataView(new ArrayBuffer(8));

/** A float of any bit pattern. */
function anyFloat(isFloat32: boolean, draw: Draw): number {
  view.setUint32(0, draw() * 2 ** 32);
  view.setUint32(4, draw() * 2 ** 32);
  return isFloat32 ? view.getFloat32(0) : view.getFloat64(0);
}

function special(draw: Draw): number {
  return SPECIAL[Math.floor(draw() * SPECIAL.length)];
}

/** Fills an array of floats. */
export function fillFloats(array: FloatArray, fill: FillName, draw: Draw): void {
  const isFloat32 = array.BYTES_PER_ELEMENT === 4;
  const spread = [3, 9, 30][Math.floor(draw() * 3)];
  for (let i = 0; i < array.length; i++) {
    const ordinary = (2 * draw() - 1) * spread;
    if (fill === "even") array[i] = ordinary;
    else if (fill === "logits") array[i] = draw() < 0.02 ? [-Infinity, -Infinity, 1e4, -1e4, 2.5][i % 5] : ordinary;
    else array[i] = [ordinary, anyFloat(isFloat32, draw), special(draw)][i % 3];
  }
}

/** Fills an array of probabilities, a third of which are 0. */
export function fillProbabilities(array: FloatArray, columns: number, draw: Draw): void {
  for (let i = 0; i < array.length; i++) array[i] = i % 3 === 0 ? 0 : (2 * draw()) / Math.max(columns, 1);
}

/** Fills a mask: any number but 0 is valid. */
export function fillMask(array: Uint8Array, draw: Draw): void {
  const masked = draw();
  for (let i = 0; i < array.length; i++) array[i] = draw() < masked ? 0 : 1 + (i % 2) * 254;
}

/** Fills an array with classes, some of which are ignored. */
export function fillClasses(array: Int32Array, columns: number, draw: Draw): void {
  for (let i = 0; i < array.length; i++) {
    array[i] = columns === 0 || draw() < 0.1 ? -100 : Math.floor(draw() * columns);
  }
}
