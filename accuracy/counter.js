// @ts-check
// Counts errors of float32 results: by the module that assembly/errors.ts makes, and where that leaves it, or has found
// a larger error than any before, by bench/ulp.js, which defines them.

import { readFileSync } from "node:fs";
import { errorInUlp, leastSpacing } from "../bench/ulp.js";
import { newTally } from "./tally.js";

/** @import { Crossing } from "lanewise" */
/** @import { Tally } from "./tally.js" */

/** The block of assembly/errors.ts. */
const BLOCK = 64;

const PAGE = 65536;

/** No spacing of float32 numbers is less. */
const SUBNORMAL = 2 ** -149;

/** @typedef {{ tally: Tally, crossing: Crossing | undefined, bound: number }} Now what is being counted */

/** @type {WebAssembly.Module | undefined} */
let compiled;

export class Counter {
  /** @type {{ fill: Function, count: Function, getCorrect: Function, getWithin1: Function, getLargest: Function }} */
  #errors;

  /** Float32 inputs, */
  x;
  /** their bit patterns, */
  bits;
  /** the same inputs as float64, */
  wide;
  /** the exact results, */
  exact;
  /** and those that are counted. */
  got;

  /** @type {Now} */
  #now;

  /** The largest error of the last call of `count`. */
  #largest = 0;

  /** @param {number} size the inputs taken at once, a multiple of BLOCK */
  constructor(size) {
    const pages = 1 + Math.ceil((24 * size) / PAGE);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new WebAssembly.Module(readFileSync(new URL("../build/errors.wasm", import.meta.url)));
    const leave = (/** @type {number} */ from, /** @type {number} */ to) => this.#recount(from, to);
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, errors: { leave } });
    this.#errors = /** @type {any} */ (exports);
    this.#now = { tally: newTally(), crossing: undefined, bound: 0 };
    // The first page is the module's own.
    let end = PAGE;
    const take = (/** @type {number} */ bytes) => (end += bytes * size) - bytes * size;
    this.wide = new Float64Array(memory.buffer, take(8), size);
    this.exact = new Float64Array(memory.buffer, take(8), size);
    this.x = new Float32Array(memory.buffer, take(4), size);
    this.bits = new Uint32Array(memory.buffer, this.x.byteOffset, size);
    this.got = new Float32Array(memory.buffer, take(4), size);
  }

  /**
   * Fills in all inputs: bit patterns `stride` apart, modulo 2^32.
   *
   * @param {number} first
   * @param {number} stride
   */
  fill(first, stride) {
    this.#errors.fill(first, stride, this.x.byteOffset, this.wide.byteOffset, this.x.length);
  }

  /**
   * Counts the first n results.
   *
   * @param {Tally} tally what they are added to
   * @param {number} n
   * @param {Crossing | undefined} crossing
   * @param {number} bound
   */
  count(tally, n, crossing, bound) {
    this.#now = { tally, crossing, bound };
    this.#largest = 0;
    tally.inputs += n;
    const least = this.#least(n, crossing, bound);
    const whole = least === undefined ? 0 : n - (n % BLOCK);
    if (whole > 0) {
      const errors = this.#errors;
      errors.count(this.exact.byteOffset, this.got.byteOffset, whole, least);
      tally.correct += errors.getCorrect();
      tally.within1 += errors.getWithin1();
      this.#largest = Math.max(this.#largest, errors.getLargest());
    }
    if (whole < n) this.#recount(whole, n);
    // The two ways may differ in the last bit of an error.
    if (this.#largest > tally.error * (1 + 2 ** -50)) this.#findLargest(n);
  }

  /**
   * The least spacing that counts for all of the first n inputs, or undefined if they have none in common.
   *
   * @param {number} n
   * @param {Crossing | undefined} crossing
   * @param {number} bound
   */
  #least(n, crossing, bound) {
    if (crossing === undefined) return SUBNORMAL;
    const first = this.x[0];
    const last = this.x[n - 1];
    const monotone = this.bits[0] <= this.bits[n - 1] && this.bits[0] >>> 31 === this.bits[n - 1] >>> 31;
    if (!monotone || Number.isNaN(first) || Number.isNaN(last)) return undefined;
    const low = Math.min(first, last);
    const high = Math.max(first, last);
    if (high < crossing.from || low > crossing.to) return SUBNORMAL;
    return low >= crossing.from && high <= crossing.to ? leastSpacing(crossing, bound, low) : undefined;
  }

  /**
   * Of result number i; 0 if it is correctly rounded.
   *
   * @param {number} i
   */
  #error(i) {
    if (Object.is(this.got[i], Math.fround(this.exact[i]))) return 0;
    const { crossing, bound } = this.#now;
    return errorInUlp(this.got[i], this.exact[i], leastSpacing(crossing, bound, this.x[i]));
  }

  /** @param {number} n */
  #findLargest(n) {
    const { tally } = this.#now;
    for (let i = 0; i < n; i++) {
      const error = this.#error(i);
      if (error > tally.error) {
        tally.error = error;
        tally.at = this.bits[i];
      }
    }
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #recount(from, to) {
    const { tally } = this.#now;
    for (let i = from; i < to; i++) {
      const error = this.#error(i);
      const rounded = Math.fround(this.exact[i]);
      if (Object.is(this.got[i], rounded)) tally.correct++;
      else if (!Number.isFinite(this.got[i]) && Number.isFinite(rounded)) tally.notFinite++;
      if (error <= 1) tally.within1++;
      if (error > this.#largest) this.#largest = error;
    }
  }
}
