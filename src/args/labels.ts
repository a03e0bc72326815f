/** Labels: the class of each row, in an array of any integers. */

import { type ArrayType, checkArray } from "./arrays.js";
import { isInt32 } from "./dtype.js";
import { tagOf } from "./engine.js";
import { newIndices } from "./indices.js";
import type { Rows } from "./shape.js";

/** Class indices: integers of 8 to 64 bits. */
export type Labels =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Labels as they are used: an Int32Array itself, else numbers that were converted once. */
export type ReadLabels = Int32Array | Float64Array;

/** Whether a value is a typed array of integers. */
export function isLabels(x: unknown): x is Labels {
  if (isInt32(x)) return true;
  const tag = tagOf(x);
  return tag !== undefined && !tag.startsWith("Float");
}

/** The labels of rows; throws unless each is a class or ignored. */
export function readLabels(
  caller: string,
  name: string,
  given: Labels,
  { rows, columns }: Rows,
  ignoreIndex: number,
): ReadLabels {
  if (isInt32(given)) {
    checkArray(caller, name, given, "Int32Array", rows);
    for (let row = 0; row < given.length; row++) {
      const index = given[row];
      if (index === ignoreIndex || (index >= 0 && index < columns)) continue;
      throw noClass(caller, name, row, index, columns, ignoreIndex);
    }
    return given;
  }
  checkArray(caller, name, given, tagOf(given) as ArrayType, rows);
  const labels = newIndices(rows, columns);
  for (let row = 0; row < labels.length; row++) {
    const index = Number(given[row]);
    if (index !== ignoreIndex && !(index >= 0 && index < columns)) {
      throw noClass(caller, name, row, given[row], columns, ignoreIndex);
    }
    labels[row] = index;
  }
  return labels;
}

function noClass(
  caller: string,
  name: string,
  row: number,
  index: number | bigint,
  columns: number,
  ignoreIndex: number,
): RangeError {
  const domain = `from 0 to ${columns - 1}, or ${ignoreIndex} to be ignored`;
  return new RangeError(`${caller}: the ${name.replace(/s$/, "")} of row ${row} must be ${domain}, not ${index}`);
}
