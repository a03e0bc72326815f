import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import type { OutOr } from "../args/options.js";
import { makeRowOp } from "../families/lazy.js";
import { type RowDefinition, rowFunction, type RowOptions } from "../families/rows.js";
import { logCumSumExpFormula, logCumSumExpGradient } from "../families/logCumSumExp.js";

/** `logCumSumExp` and its gradient. */
export interface LogCumSumExp {
  /**
   * The function of every row of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: the one along which the rows lie, or a list of
   *   adjacent ones, default -1, the last; `out`: the array to write to, of the type and length of x; it may be x itself, or overlap
   *   it. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, shapes or axis are no integers, or there is no such option
   * @throws {RangeError} if the axis is out of range, the shape has another number of elements, or an array has another length
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A & object,
    options?: RowOptions<O>,
  ): OutOr<O, NewArray<A>>;
  readonly backward: {
    /**
     * The gradient of a loss with respect to x: of element j the sum over i ≥ j of dy[i] · e^(x[j] - y[i]).
     *
     * @param x the input of the function (not its output)
     * @param dy the gradient with respect to the output: an array of the type and length of x
     * @param options `shape`, `axis`, and `out`, which may be x or dy itself
     * @returns `out`, or a new array of the type and length of x
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      x: A & object,
      dy: SameType<A>,
      options?: RowOptions<O>,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: RowDefinition;
}

const definition: RowDefinition = {
  name: "logCumSumExp",
  family: "softmax",
  inputs: ["x"],
  ulp: 2,
  formula: logCumSumExpFormula,
};

const gradientDefinition: RowDefinition = {
  name: "logCumSumExp.backward",
  family: "softmax",
  inputs: ["x", "dy"],
  formula: logCumSumExpGradient,
};

/**
 * Logarithm of the cumulative sum of exponentials along an axis, `log(Σ e^x up to each)`.
 *
 * Nothing overflows: what is summed is divided by one of the larger exponentials so far. -Infinity adds nothing, from Infinity on all is
 * Infinity, and from NaN on all is NaN. Each sum is made of the one before it, in float64: what follows an element changes nothing of its result.
 *
 * Where a sum's logarithm nearly makes up for a negative maximum, its error counts in units in the last place of the maximum, not of
 * the result.
 *
 * `logCumSumExp.backward(x, dy)` takes the input x. An element that is -Infinity gets 0; if there are several that are Infinity, they
 * share a gradient evenly, as those of `logSumExp` do.
 *
 * @formula `\operatorname{logCumSumExp}(x)_i = \log \sum_{j \le i} e^{x_j}`
 * @derivative `\frac{\partial y_i}{\partial x_j} = \begin{cases} e^{x_j - y_i} & j \le i \\ 0 & \text{otherwise} \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.logcumsumexp.html
 * @example
 * logCumSumExp(Float32Array.of(1000, 1000, 1)); // Float32Array [1000, 1000.6931762695312, 1000.6931762695312]
 * logCumSumExp(logits, { shape: [64, 10] }); // 64 rows of 10
 */
export const logCumSumExp: LogCumSumExp = /* @__PURE__ */ rowFunction<LogCumSumExp>(
  definition,
  (definition) => makeRowOp(definition, gradientDefinition),
  true,
);
