/** The logits of a tensor of transformers.js, which lie on its CPU side, as floats that filters take. */

import { mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import { setArray, tagOf } from "../args/engine.js";
import { fromFloat16, toFloat16 } from "../float16.js";

/** What is asked of a tensor of transformers.js: of its class, or of any object like it. */
export interface LogitsTensor {
  /** Of its numbers: "float32", "float64", or "float16", whose `data` is a Float16Array or a Uint16Array of bits. */
  readonly type: string;
  /** [batch, vocabulary] */
  readonly dims: readonly number[];
  /** The numbers, row by row, which are changed in place. */
  readonly data: unknown;
}

/** The numbers of a tensor, checked. */
export interface Numbers {
  readonly rows: number;
  readonly vocabulary: number;
  /** The tensor's data, or where it has half precision its numbers in float32. */
  readonly values: FloatArray;
  /** The tensor's data as bits where it has half precision. */
  readonly bits: Uint16Array | undefined;
}

/** The arrays that hold the numbers of a type. */
const ARRAYS: Readonly<Record<string, readonly string[]>> = {
  float32: ["Float32Array"],
  float64: ["Float64Array"],
  float16: ["Float16Array", "Uint16Array"],
};

/**
 * Reads a tensor of [rows, vocabulary].
 *
 * @param widened where numbers of half precision go to, if it has the right length
 * @throws {TypeError} if it is no tensor, or none of floats
 * @throws {RangeError} if its dimensions are others
 */
export function readTensor(caller: string, logits: unknown, rows: number, widened?: FloatArray): Numbers {
  const { type, dims, data } = Object(logits) as Partial<Record<keyof LogitsTensor, unknown>>;
  if (typeof type !== "string" || !Array.isArray(dims)) {
    throw mustBe(caller, "logits", "a tensor of transformers.js, with type, dims and data", logits);
  }
  if (!Object.hasOwn(ARRAYS, type)) {
    throw new TypeError(`${caller}: logits must be a tensor of float32, float64 or float16, not of ${type}`);
  }
  const tag = tagOf(data) ?? "";
  if (!ARRAYS[type].includes(tag)) throw mustBe(caller, `the data of ${type} logits`, ARRAYS[type].join(" or "), data);
  const array = data as FloatArray | Uint16Array;
  const [batch, vocabulary] = dims as number[];
  if (dims.length !== 2 || batch !== rows || batch * vocabulary !== array.length) {
    throw new RangeError(
      `${caller}: logits must have dims [${rows}, vocabulary] for ${rows} rows of input ids, not [${dims.join(", ")}]`,
    );
  }
  if (type !== "float16") return { rows, vocabulary, values: array as FloatArray, bits: undefined };
  const bits = new Uint16Array(array.buffer, array.byteOffset, array.length);
  const out = widened?.length === bits.length && tagOf(widened) === "Float32Array" ? widened : undefined;
  return { rows, vocabulary, values: fromFloat16(bits, { out: out as Float32Array | undefined }), bits };
}

/** Writes results in the place of a tensor's numbers. */
export function writeTensor({ values, bits }: Numbers, results: FloatArray): void {
  if (bits === undefined) setArray(values, results);
  else toFloat16(results, { out: bits });
}
