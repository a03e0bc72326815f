import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import { type OptionList, type OutOption, readGiven } from "../args/options.js";
import type { Comparison } from "../families/comparison.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { makeComparison } from "../families/lazy.js";
import { applyUnaryRead, type UnaryOp } from "../families/unaryOp.js";
import { stepOf } from "../formulas/ramps.js";
import { compareModule } from "../generated/modules/compare.js";
import { stepModule } from "../generated/modules/step.js";
import { noteImport } from "../runtime/modules.js";

/** `step`, which can give integers too. */
export interface Step extends Elementwise {
  /**
   * The function of every element of an array, as integers; NaN gives 0.
   *
   * @param x a Float32Array or Float64Array
   * @param options `dtype`: "int32"; `out`: the Int32Array to write to, as long as x. Default: a new array.
   * @returns `out`, or a new Int32Array as long as x
   * @throws {TypeError} if x or out is of another type, or there is no such option
   * @throws {RangeError} if out has another length
   */
  (x: FloatArray, options: { readonly dtype: "int32"; readonly out?: Int32Array | undefined }): Int32Array;
  /**
   * The function of every element of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options `out`: the array to write to, of the type and length of x; it may be x itself, or overlap it. Default: a new
   *   array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if x or out is of another type, or there is no such option
   * @throws {RangeError} if out has another length
   */
  <A extends FloatArray>(x: A, options?: OutOption<A> & { readonly dtype?: undefined }): A;
  /** The function of a number. */
  (x: number): number;
}

/**
 * Unit step, `x > 0 ? 1 : 0`: the first artificial neuron either fires or doesn't.
 *
 * With `dtype: "int32"` the result is an Int32Array, and so is `out`.
 *
 * Its derivative is 0 everywhere, so a network of steps can't learn from gradients; at the jump x = 0 the function is 0
 * and its derivative is taken as 0. NaN gives NaN, or 0 as an integer.
 *
 * @formula `\operatorname{step}(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}`
 * @derivative `\operatorname{step}'(x) = 0`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.heaviside.html
 * @example
 * step(Float32Array.of(-1, 0, 0.5), { dtype: "int32" }); // Int32Array [0, 0, 1]
 */
export const step: Step = /* @__PURE__ */ elementwise(
  {
    name: "step",
    family: "ramp",
    module: stepModule,
    value: (x) => stepOf(x, 0),
    scalarLoop: (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = stepOf(x[i], 0);
    },
    derivative: (x) => (x === x ? 0 : x),
    ulp: { value: 0, derivative: 0 },
  },
  /* @__PURE__ */ orIntegers(),
) as unknown as Step;

const OPTIONS: OptionList = { names: ["out", "dtype"] };

/** The function with the option `dtype`. */
function orIntegers() {
  let comparison: Comparison<Int32Array> | undefined;
  noteImport(compareModule);
  return (caller: string, op: UnaryOp, x: unknown, options: unknown) => {
    const given = readGiven(caller, OPTIONS, options);
    const out = given[0];
    const dtype = given[1];
    if (dtype === undefined) return applyUnaryRead(caller, op, x, given);
    if (dtype !== "int32") throw mustBe(caller, "dtype", '"int32"', dtype);
    const type = checkFloats(caller, "x", x);
    const array = x as FloatArray;
    if (out !== undefined) checkArray(caller, "out", out, "Int32Array", array.length);
    comparison ??= makeComparison<Int32Array>("compare_stepInt", Int32Array);
    return comparison.apply(caller, array, type, 0, out as Int32Array | undefined);
  };
}
