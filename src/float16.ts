/** Half precision: float16 numbers as their 16 bits, for engines without Float16Array too. */

import { checkArray, checkFloats, mustBe } from "./args/arrays.js";
import { type FloatArray, isFloat32, type NewFloat32Array, type NewUint16Array } from "./args/dtype.js";
import { tagOf } from "./args/engine.js";
import { type OutOption, type OutOr, readGiven } from "./args/options.js";

const OPTIONS = { names: ["out"] } as const;

/** A Float16Array, whose type older libraries of TypeScript lack. */
export interface Float16ArrayLike extends ArrayBufferView {
  readonly length: number;
  readonly [Symbol.toStringTag]: "Float16Array";
}

/**
 * Widens float16 numbers to float32, `(-1)^s · 2^(e - 15) · 1.m`: exact for every number, subnormals, infinities and -0 too. NaN
 * stays NaN with its payload.
 *
 * @param bits a Uint16Array of float16 numbers as their bits, or a Float16Array
 * @param options `out`: the Float32Array to write to, as long as `bits`; it may overlap it. Default: a new array.
 * @returns `out`, or a new Float32Array
 * @throws {TypeError} if an array is of another type, or there is no such option
 * @throws {RangeError} if `out` has another length
 * @see https://en.wikipedia.org/wiki/Half-precision_floating-point_format
 * @example
 * fromFloat16(Uint16Array.of(0x3c00, 0xc000, 0x7c00)); // Float32Array [1, -2, Infinity]
 */
export function fromFloat16<O extends Float32Array | undefined = NewFloat32Array>(
  bits: Uint16Array | Float16ArrayLike,
  options?: OutOption<O>,
): OutOr<O, NewFloat32Array>;
export function fromFloat16(bits: Uint16Array | Float16ArrayLike, options?: OutOption<Float32Array>): Float32Array {
  const caller = "fromFloat16";
  const tag = tagOf(bits);
  if (tag !== "Uint16Array" && tag !== "Float16Array") {
    throw mustBe(caller, "bits", "a Uint16Array of float16 numbers' bits, or a Float16Array", bits);
  }
  checkArray(caller, "bits", bits, tag, bits.length);
  let from = tag === "Uint16Array" ? (bits as Uint16Array) : new Uint16Array(bits.buffer, bits.byteOffset, bits.length);
  const given = readGiven(caller, OPTIONS, options)[0];
  if (given !== undefined) checkArray(caller, "out", given, "Float32Array", from.length);
  const out = (given as Float32Array | undefined) ?? new Float32Array(from.length);
  if (from.buffer === out.buffer) from = from.slice();
  if (from.length < PATTERNS) widen(from, out);
  else lookUp(from, out);
  return out;
}

/** How many patterns of 16 bits there are. */
const PATTERNS = 2 ** 16;

/** The float32 bits of every pattern. To look them up takes half as long as to make them. */
let widened: Uint32Array | undefined;

function lookUp(from: Uint16Array, out: Float32Array): void {
  if (widened === undefined) {
    const numbers = new Float32Array(PATTERNS);
    widen(
      Uint16Array.from(numbers, (_, i) => i),
      numbers,
    );
    widened = new Uint32Array(numbers.buffer);
  }
  const { length } = from;
  // Another name is one that the loop need not read anew.
  const table = widened;
  // As bits: engines may change those of a NaN that they read as a number.
  const words = new Uint32Array(out.buffer, out.byteOffset, length);
  for (let i = 0; i < length; i++) words[i] = table[from[i]];
}

/** Of every exponent of float16 with its sign: what is added to the bits, moved to where those of float32 lie. */
let addends: Int32Array | undefined;

/** Writes the numbers by their bits. */
function widen(from: Uint16Array, out: Float32Array): void {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  addends ??= Int32Array.from({ length: 64 }, (_, i) => {
    const exponent = i & 31;
    const sign = i & 32 ? 0x80000000 - (0x8000 << 13) : 0;
    return sign + (exponent === 31 ? 2 : 1) * (127 - 15) * 2 ** 23;
  });
  const { length } = from;
  for (let i = 0; i < length; i++) {
    const half = from[i];
    // Subnormals, and 0, are integers of 2^-24.
    if ((half & 0x7c00) === 0) out[i] = (half & 0x8000 ? -(half & 0x3ff) : half) * 2 ** -24;
    else words[i] = (half << 13) + addends[half >> 10];
  }
}

/**
 * Narrows numbers to float16, rounded to the nearest, ties to even: from float64 at once, not by way of float32. What rounds beyond
 * 65,504 becomes an infinity, what is below 2^-14 a subnormal or 0 of its sign. NaN stays NaN.
 *
 * @param x a Float32Array or Float64Array
 * @param options `out`: the Uint16Array to write to, as long as x; it may overlap it. Default: a new array.
 * @returns `out`, or a new Uint16Array: the numbers' bits. `new Float16Array(bits.buffer)` shows them where there is such a type.
 * @throws {TypeError} if an array is of another type, or there is no such option
 * @throws {RangeError} if `out` has another length
 * @see https://en.wikipedia.org/wiki/Half-precision_floating-point_format
 * @example
 * toFloat16(Float32Array.of(1, -2, 1e6)); // Uint16Array [0x3c00, 0xc000, 0x7c00]
 */
export function toFloat16<O extends Uint16Array | undefined = NewUint16Array>(
  x: FloatArray,
  options?: OutOption<O>,
): OutOr<O, NewUint16Array>;
export function toFloat16(x: FloatArray, options?: OutOption<Uint16Array>): Uint16Array {
  const caller = "toFloat16";
  checkFloats(caller, "x", x);
  const given = readGiven(caller, OPTIONS, options)[0];
  if (given !== undefined) checkArray(caller, "out", given, "Uint16Array", x.length);
  const out = (given as Uint16Array | undefined) ?? new Uint16Array(x.length);
  const from = x.buffer === out.buffer ? x.slice() : x;
  const words = new Uint32Array(from.buffer, from.byteOffset, from.byteLength / 4);
  if (isFloat32(from)) narrow32(from, words, out);
  else narrow64(from, words, out);
  return out;
}

/** The least magnitude of a normal float16, 2^-14, as float32's bits and as the upper half of float64's. */
const MIN_NORMAL_32 = 0x38800000;
const MIN_NORMAL_64 = 0x3f100000;

/** 65,520, the least magnitude that rounds to an infinity: as these. */
const OVERFLOW_32 = 0x477ff000;
const OVERFLOW_64 = 0x40effe00;

const INFINITY_32 = 0x7f800000;
const INFINITY_64 = 0x7ff00000;

function narrow32(x: Float32Array, words: Uint32Array, out: Uint16Array): void {
  const { length } = x;
  for (let i = 0; i < length; i++) {
    const word = words[i];
    const size = word & 0x7fffffff;
    const sign = (word >>> 16) & 0x8000;
    if (size >= MIN_NORMAL_32 && size < OVERFLOW_32) {
      // Half of the last place less 1, and 1 more where that place is odd: so ties go to even, and a carry to the exponent.
      out[i] = sign | ((size - ((127 - 15) << 23) + 0xfff + ((size >> 13) & 1)) >> 13);
    } else {
      out[i] = sign | (size < MIN_NORMAL_32 ? subnormal(x[i]) : size <= INFINITY_32 ? 0x7c00 : quietNaN(size >> 13));
    }
  }
}

function narrow64(x: Float64Array, words: Uint32Array, out: Uint16Array): void {
  const { length } = x;
  const high = isLittleEndian() ? 1 : 0;
  for (let i = 0; i < length; i++) {
    const word = words[2 * i + high];
    const size = word & 0x7fffffff;
    const sign = (word >>> 16) & 0x8000;
    const low = words[2 * i + 1 - high];
    if (size >= MIN_NORMAL_64 && size < OVERFLOW_64) {
      // Whatever the lower half has is more than a tie.
      const sticky = size | (low === 0 ? 0 : 1);
      out[i] = sign | ((sticky - ((1023 - 15) << 20) + 0x1ff + ((size >> 10) & 1)) >> 10);
    } else {
      const isNaN = size > INFINITY_64 || (size === INFINITY_64 && low !== 0);
      out[i] = sign | (size < MIN_NORMAL_64 ? subnormal(x[i]) : isNaN ? quietNaN(size >> 10) : 0x7c00);
    }
  }
}

/** The integer of 2^-24 nearest to |x|, ties to even: float64's unit in the last place is 1 from 2^52 on. */
function subnormal(x: number): number {
  return Math.abs(x) * 2 ** 24 + 2 ** 52 - 2 ** 52;
}

/** A quiet NaN with what fits of a payload. */
function quietNaN(payload: number): number {
  return 0x7e00 | (payload & 0x1ff);
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
