/** The k largest, or smallest, elements of each row. */

import { checkFloats, checkInteger, mustBe } from "../../args/arrays.js";
import type { FloatArray } from "../../args/dtype.js";
import { checkInt32Indices } from "../../args/indices.js";
import { type OptionList, readOptions } from "../../args/options.js";
import { readShape, type Rows, rowsOf, startOf } from "../../args/shape.js";
import { insteadBy } from "../../args/spellings.js";
import { newArray } from "../../exec/copy.js";
import { gather, scatter } from "../../exec/rows/gather.js";
import { checkNotFreed } from "../../runtime/placements.js";
import { Logits } from "./logits.js";

const OPTIONS: OptionList = {
  names: ["shape", "axis", "largest"],
  insteadOf: /* @__PURE__ */ insteadBy({
    dim: "axis",
    sorted: "results are always sorted",
    smallest: "for the smallest, write largest: false",
  }),
};

/** The arrays of `topK`. */
export interface Top {
  readonly values: FloatArray;
  readonly indices: Int32Array | Float64Array;
}

/** `topK`: a call without options is one row, sorted where it was collected. */
export function topKOf(caller: string, x: FloatArray, k: unknown, options: unknown): Top {
  const given = options === undefined ? undefined : readOptions(caller, OPTIONS, options);
  const dtype = checkFloats(caller, "logits", x);
  let layout: Rows = { rows: 1, columns: x.length, stride: 1 };
  let largest: unknown = true;
  if (given !== undefined) {
    layout = rowsOf(caller, x.length, readShape(caller, given[0]), given[1]);
    if (given[2] !== undefined) largest = given[2];
    if (typeof largest !== "boolean") throw mustBe(caller, "largest", "true or false", largest);
  }
  const { rows, columns, stride } = layout;
  if (columns === 0 && k !== 0) throw new RangeError(`${caller}: logits must have elements, not 0`);
  checkInteger(caller, "k", k, 0, columns);
  checkInt32Indices(caller, "logits", columns, "take the largest of parts of them, and of these the largest");
  if (given === undefined && k > 0) return new Logits(caller, x).largest(k).sort();
  checkNotFreed(caller, x);
  const values = newArray(dtype, rows * k);
  const indices = new Int32Array(rows * k);
  const top = { rows, columns: k, stride };
  if (k === 0) return { values, indices };
  const row = newArray(dtype, columns);
  const places = largest ? undefined : new Int32Array(columns);
  const numbers = new Logits(caller, row);
  for (let r = 0; r < rows; r++) {
    gather(x, startOf(layout, r), stride, columns, row, 0);
    const count = places === undefined ? columns : negateNumbers(row, places);
    if (numbers.values.length !== count) numbers.use(caller, new dtype.create(row.buffer, 0, count));
    const found = Math.min(k, count);
    const heap = numbers.largest(found).sort();
    const at = startOf(top, r);
    if (places === undefined) {
      scatter(heap.values, 0, k, values, at, stride);
      scatter(heap.indices as Int32Array, 0, k, indices, at, stride);
      continue;
    }
    for (let c = 0; c < k; c++) {
      values[at + c * stride] = c < found ? -heap.values[c] : NaN;
      indices[at + c * stride] = places[c < found ? heap.indices[c] : c];
    }
  }
  return { values, indices };
}

/**
 * Moves the numbers of a row to its beginning, negated, so that the smallest are the largest: NaN isn't among the smallest.
 *
 * @param places where each of them was is written here, and then where NaN was
 * @returns how many numbers there are
 */
function negateNumbers(row: FloatArray, places: Int32Array): number {
  let count = 0;
  let last = row.length;
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (value === value) {
      row[count] = -value;
      places[count++] = i;
    } else places[--last] = i;
  }
  // From the end on they were written; the first NaN goes first.
  places.subarray(last).reverse();
  return count;
}
