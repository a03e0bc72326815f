/** Arrays that are repeated over the axes of a larger one, by NumPy's rules. */

import { copy } from "../exec/copy.js";
import { maxLoopFill } from "../exec/tuning.js";
import { fillArray } from "./engine.js";
import type { FloatArray } from "./dtype.js";
import { shapeText } from "./shape.js";

/** Neighbouring axes that are all repeated over, or none of them. */
interface Axes {
  /** The elements of these axes. */
  size: number;
  /** How far apart their elements lie in the smaller array; 0 where it is repeated. */
  readonly stride: number;
}

/** Where the elements of an array of `shape` find theirs in one of `sizes`. */
export class Broadcast {
  /** From the last axes to the first. */
  readonly #axes: Axes[] = [];
  /** How many elements the smaller array has. */
  readonly length: number;

  /**
   * @param name of the option `sizes`, for errors
   * @throws {RangeError} unless each axis of `sizes`, counted from the last, is 1 or as long as that axis of `shape`
   */
  constructor(caller: string, name: string, shape: readonly number[], sizes: readonly number[]) {
    const missing = shape.length - sizes.length;
    checkBroadcast(caller, name, shape, sizes);
    let length = 1;
    for (let i = shape.length - 1; i >= 0; i--) {
      const own = i >= missing ? sizes[i - missing] : 1;
      if (shape[i] === 1) continue;
      const last = this.#axes.at(-1);
      const stride = own === 1 ? 0 : length;
      if (last !== undefined && last.stride > 0 === stride > 0) last.size *= shape[i];
      else this.#axes.push({ size: shape[i], stride });
      length *= own;
    }
    if (this.#axes.length === 0) this.#axes.push({ size: 1, stride: 0 });
    this.length = length;
  }

  /** The index in the smaller array of an element of the larger one. */
  indexOf(element: number): number {
    const axes = this.#axes;
    let index = 0;
    for (let i = 0; i < axes.length; i++) {
      const { size, stride } = axes[i];
      const rest = element % size;
      index += rest * stride;
      element = (element - rest) / size;
    }
    return index;
  }

  /**
   * Calls back for the runs of the first n elements: how many elements each has, the index of the first in the smaller array, and whether
   * those that follow it there are the next ones, or the same.
   */
  forRuns(n: number, run: (at: number, count: number, index: number, isRepeated: boolean) => void): void {
    const { size, stride } = this.#axes[0];
    for (let at = 0; at < n;) {
      const count = Math.min(n - at, size);
      run(at, count, this.indexOf(at), stride === 0);
      at += count;
    }
  }

  /** to[at + i] = from[the index of element start + i·stride] */
  load(from: FloatArray, start: number, stride: number, n: number, to: FloatArray, at: number): void {
    if (stride !== 1) {
      for (let i = 0; i < n; i++) to[at + i] = from[this.indexOf(start + i * stride)];
      return;
    }
    // The loop of forRuns again: a call for each of short rows would take as long as what it does, and to look an index up half of that.
    const axes = this.#axes;
    const last = axes[0];
    const rows = axes.length > 1 ? axes[1].size : 1;
    const step = axes.length > 1 ? axes[1].stride : 0;
    let skipped = start % last.size;
    let row = ((start - skipped) / last.size) % rows;
    let index = this.indexOf(start);
    for (let place = 0; place < n;) {
      const count = Math.min(n - place, last.size - skipped);
      if (last.stride === 0) fill(to, from[index], at + place, count);
      else copy(from, index, count, to, at + place);
      place += count;
      // To the first element of the next row, of which the axes before know where their rows begin.
      if (++row < rows) index += step - skipped * last.stride;
      else if (place < n) {
        row = 0;
        index = this.indexOf(start + place);
      }
      skipped = 0;
    }
  }
}

/** to[at + i] = value */
function fill(to: FloatArray, value: number, at: number, count: number): void {
  if (count > maxLoopFill) fillArray(to, value, at, at + count);
  else for (let i = 0; i < count; i++) to[at + i] = value;
}

/** Throws unless an array of shape `sizes` broadcasts to `shape`, or to its last axes. */
export function checkBroadcast(caller: string, name: string, shape: readonly number[], sizes: readonly number[]): void {
  const missing = shape.length - sizes.length;
  if (missing >= 0 && sizes.every((size, i) => size === 1 || size === shape[missing + i])) return;
  throw new RangeError(
    `${caller}: each axis of ${name} must be 1 or as long as that axis of shape, counted from the last: ` +
      `${shapeText(sizes)} doesn't broadcast to ${shapeText(shape)}`,
  );
}
