/** Tensors as transformers.js has them, for the tests of processors. */

import { fromFloat16, toFloat16 } from "../../src/float16.js";
import type { FloatArray } from "../../src/index.js";
import { randomArray } from "./random.js";

/** A tensor as transformers.js has it, as far as processors look at it. */
export interface FakeTensor {
  type: string;
  dims: number[];
  data: FloatArray | Uint16Array;
}

export type TensorType = "float32" | "float64" | "float16";
export const tensorTypes: readonly TensorType[] = ["float32", "float64", "float16"];

/** A tensor of rows of logits. */
export function tensorOf(type: TensorType, rows: readonly (readonly number[])[]): FakeTensor {
  const numbers = Float64Array.from(rows.flat());
  const data = type === "float16" ? toFloat16(numbers) : type === "float32" ? Float32Array.from(numbers) : numbers;
  return { type, dims: [rows.length, rows[0].length], data };
}

/** The rows of a tensor as float64. */
export function rowsOf({ type, dims: [rows, vocabulary], data }: FakeTensor): Float64Array[] {
  const numbers = Float64Array.from(type === "float16" ? fromFloat16(data as Uint16Array) : data);
  return Array.from({ length: rows }, (_, row) => numbers.slice(row * vocabulary, (row + 1) * vocabulary));
}

/** Logits of a vocabulary, other ones for each row and step, which half precision holds. */
export function logitsAt(step: number, rows: number, vocabulary: number): number[][] {
  return Array.from({ length: rows }, (_, i) => {
    const row = fromFloat16(toFloat16(randomArray(Float32Array, vocabulary, -6, 6, 100 * step + i + 1)));
    // Others may be equal, but no other is the largest.
    row[row.indexOf(Math.max(...row))] += 0.5;
    return [...row];
  });
}

export const idsOf = (rows: readonly (readonly number[])[]): bigint[][] => rows.map((row) => row.map(BigInt));

/** Tokens of three texts so far. */
export const prompts = [
  [1, 2, 3, 1, 2],
  [7, 7, 0, 5, 4],
  [9, 8, 9, 8, 9],
];
