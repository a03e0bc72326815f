import { checkArray, checkFloats, checkNoOut, checkNumber } from "../args/arrays.js";
import type { FloatArray, NewUint8Array } from "../args/dtype.js";
import { type OptionList, type OutOr, readGiven, refuseSurplus } from "../args/options.js";
import type { Comparison } from "../families/comparison.js";
import { makeComparison } from "../families/lazy.js";
import { compareModule } from "../generated/modules/compare.js";
import { noteImport } from "../runtime/modules.js";

noteImport(compareModule);

/** Options of `greater`. */
export interface GreaterOptions<O = Uint8Array> {
  /** What x is compared with. Default: 0. */
  readonly threshold?: number | undefined;
  /** The array to write to, as long as x. Default: a new array. */
  readonly out?: O | undefined;
}

const OPTIONS: OptionList = { names: ["out", "threshold"] };

let comparison: Comparison<Uint8Array> | undefined;

/**
 * Greater than a threshold, `x > threshold ? 1 : 0`, as a mask: bytes of 1 and 0.
 *
 * NaN is greater than nothing: it gives 0. For a Float32Array the threshold is rounded to float32.
 *
 * @formula `\operatorname{greater}(x) = \begin{cases} 1 & x > \mathrm{threshold} \\ 0 & \text{otherwise} \end{cases}`
 * @param x a Float32Array or Float64Array, or a number, which gives a number
 * @param options `threshold`, default 0; `out`, a Uint8Array as long as x
 * @returns `out`, or a new Uint8Array as long as x
 * @throws {TypeError} if x is no array of floats, out no Uint8Array, threshold no number, or there is no such option
 * @throws {RangeError} if out has another length, or threshold is NaN
 * @see https://pytorch.org/docs/stable/generated/torch.gt.html
 * @example
 * greater(Float32Array.of(-1, 0, 2)); // Uint8Array [0, 0, 1]
 */
export function greater<A extends number | FloatArray, O extends Uint8Array | undefined = NewUint8Array>(
  x: A,
  options?: GreaterOptions<O>,
): A extends number ? number : OutOr<O, NewUint8Array>;
export function greater(x: unknown, options?: GreaterOptions, ...surplus: unknown[]): number | Uint8Array {
  if (surplus.length > 0) refuseSurplus("greater", surplus, 2);
  const given = readGiven("greater", OPTIONS, options);
  const out = given[0];
  const threshold = given[1] === undefined ? 0 : given[1];
  checkNumber("greater", "threshold", threshold);
  if (threshold !== threshold) throw new RangeError("greater: threshold must be a number, not NaN");
  if (typeof x === "number") {
    checkNoOut("greater", out);
    return x > threshold ? 1 : 0;
  }
  const dtype = checkFloats("greater", "x", x, "a number, ");
  const array = x as FloatArray;
  if (out !== undefined) checkArray("greater", "out", out, "Uint8Array", array.length);
  comparison ??= makeComparison<Uint8Array>("compare_greater", Uint8Array);
  return comparison.apply("greater", array, dtype, dtype.round(threshold), out as Uint8Array | undefined);
}
