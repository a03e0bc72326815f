import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import type { FloatArray, NewArray, NewInt32Array, SameType } from "../args/dtype.js";
import { type OptionList, type OutOption, type OutOr, readGiven } from "../args/options.js";
import type { Comparison } from "../families/comparison.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { makeComparison } from "../families/lazy.js";
import { applyUnaryRead, type UnaryOp } from "../families/unaryOp.js";
import { stepOf } from "../formulas/ramps.js";
import { compareModule } from "../generated/modules/compare.js";
import { stepModule } from "../generated/modules/step.js";
import { noteImport } from "../runtime/modules.js";

/** Options of `step`. */
export interface StepOptions<O = FloatArray | Int32Array, D = "int32" | undefined> extends OutOption<O> {
  /** The type of the results: with "int32" an Int32Array, in which NaN gives 0. Default: that of x. */
  readonly dtype?: D | undefined;
}

/**
 * `I` with a dtype, `F` without one. Of pairs, because the compiler would infer a mere `D` also of other conditions that it compares
 * this with.
 */
type ByDType<D, I, F> = ["int32"] extends [D] ? I : F;

/** `step`, which can give integers too. */
export interface Step extends Pick<Elementwise, keyof Elementwise> {
  /**
   * x > 0 ? 1 : 0, elementwise.
   *
   * @param x a Float32Array or Float64Array, or without a dtype a number, which gives a number
   * @param options `dtype`: "int32" for integers, in which NaN gives 0, default the type of x; `out`: the array to write to, of the
   *   type of the results and as long as x; it may overlap it. Default: a new array.
   * @returns `out`, or a new array as long as x
   * @throws {TypeError} if x or out is of another type, dtype is something else, or there is no such option
   * @throws {RangeError} if out has another length
   */
  <
    A extends number | FloatArray,
    D extends "int32" | undefined = undefined,
    O extends ByDType<D, Int32Array, SameType<A>> | undefined = ByDType<D, NewInt32Array, NewArray<A>>,
  >(
    x: A,
    options?: StepOptions<O, D>,
  ): OutOr<O, ByDType<D, NewInt32Array, NewArray<A>>>;
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
