/**
 * Counts errors of float32 results: by the module of assembly/accuracy/errors.ts, and by bench/ulp, which defines errors, where
 * the module leaves results to it or has found a larger error than any before.
 */

import { readFileSync } from "node:fs";
import type { Crossing } from "lanewise";
import { errorInUlp, leastSpacing } from "../bench/ulp.js";
import { newTally, type OpenTally } from "./tally.js";

/** The elements that assembly/accuracy/errors.ts takes at once. */
const BLOCK = 64;

const PAGE = 65536;

/** No spacing of float32 numbers is smaller. */
const SUBNORMAL = 2 ** -149;

/** The exports of the module; results of `count` are read by the others. */
interface Errors {
  fill(first: number, stride: number, x: number, wide: number, n: number): void;
  count(exact: number, got: number, n: number, minSpacing: number): void;
  getCorrect(): number;
  getWithin1(): number;
  getLargest(): number;
}

/** What results are counted for. */
interface Counting {
  readonly tally: OpenTally;
  readonly crossing: Crossing | undefined;
  readonly bound: number;
}

let compiled: WebAssembly.Module | undefined;

export class Counter {
  /** Float32 inputs. */
  readonly x: Float32Array;
  /** The bit patterns of the inputs. */
  readonly bits: Uint32Array;
  /** The inputs as float64. */
  readonly wide: Float64Array;
  /** The exact results. */
  readonly exact: Float64Array;
  /** The results that are counted. */
  readonly got: Float32Array;

  readonly #errors: Errors;
  #counting: Counting = { tally: newTally(), crossing: undefined, bound: 0 };

  /** The largest error of the last call of `count`. */
  #largest = 0;

  /** @param size the inputs taken at once, a multiple of BLOCK */
  constructor(size: number) {
    const pages = 1 + Math.ceil((24 * size) / PAGE);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new WebAssembly.Module(readFileSync(new URL("../build/errors.wasm", import.meta.url)));
    const leave = (from: number, to: number) => this.#recount(from, to);
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, errors: { leave } });
    this.#errors = exports as unknown as Errors;
    // The first page is the module's own.
    let end = PAGE;
    const take = (bytes: number) => (end += bytes * size) - bytes * size;
    this.wide = new Float64Array(memory.buffer, take(8), size);
    this.exact = new Float64Array(memory.buffer, take(8), size);
    this.x = new Float32Array(memory.buffer, take(4), size);
    this.bits = new Uint32Array(memory.buffer, this.x.byteOffset, size);
    this.got = new Float32Array(memory.buffer, take(4), size);
  }

  /** Fills in all inputs: bit patterns `stride` apart, modulo 2^32. */
  fill(first: number, stride: number): void {
    this.#errors.fill(first, stride, this.x.byteOffset, this.wide.byteOffset, this.x.length);
  }

  /** Adds the errors of the first n results to a tally. */
  count(tally: OpenTally, n: number, crossing: Crossing | undefined, bound: number): void {
    this.#counting = { tally, crossing, bound };
    this.#largest = 0;
    tally.inputs += n;
    const minSpacing = this.#minSpacing(n, crossing, bound);
    const whole = minSpacing === undefined ? 0 : n - (n % BLOCK);
    if (minSpacing !== undefined && whole > 0) {
      const errors = this.#errors;
      errors.count(this.exact.byteOffset, this.got.byteOffset, whole, minSpacing);
      tally.correct += errors.getCorrect();
      tally.within1 += errors.getWithin1();
      this.#largest = Math.max(this.#largest, errors.getLargest());
    }
    if (whole < n) this.#recount(whole, n);
    // The module and bench/ulp may differ in the last bit of an error.
    if (this.#largest > tally.error * (1 + 2 ** -50)) this.#findLargest(n);
  }

  /** The smallest spacing that counts for all of the first n inputs, or undefined if they have none in common. */
  #minSpacing(n: number, crossing: Crossing | undefined, bound: number): number | undefined {
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

  /** The error of result number i; 0 if it is correctly rounded. */
  #error(i: number): number {
    if (Object.is(this.got[i], Math.fround(this.exact[i]))) return 0;
    const { crossing, bound } = this.#counting;
    return errorInUlp(this.got[i], this.exact[i], leastSpacing(crossing, bound, this.x[i]));
  }

  #findLargest(n: number): void {
    const { tally } = this.#counting;
    for (let i = 0; i < n; i++) {
      const error = this.#error(i);
      if (error > tally.error) {
        tally.error = error;
        tally.at = this.bits[i];
      }
    }
  }

  #recount(from: number, to: number): void {
    const { tally } = this.#counting;
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
