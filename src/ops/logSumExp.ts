import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import type { OutOr } from "../args/options.js";
import { makeLogSumExpOp } from "../families/lazy.js";
import { type RowDefinition, rowFunction, type SoftmaxOptions } from "../families/rows.js";
import { logSumOf, rowMax } from "../formulas/softmax.js";
import { type LogSumExpKernels, logSumExpModule } from "../generated/modules/logSumExp.js";
import { softmaxDefinition } from "./softmaxDefinitions.js";

/** Options of `logSumExp` and its gradient. */
export interface LogSumExpOptions<A = FloatArray, W = FloatArray> extends SoftmaxOptions<A> {
  /**
   * What e^(x / temperature) is multiplied by, negative numbers too: an array of the type of x, with its shape or its last axes and then
   * repeated over the others. An element of weight 0 doesn't count, whatever x is. Default: 1 for all.
   */
  readonly weights?: W | undefined;
}

/** `logSumExp` and its gradient. */
export interface LogSumExp {
  /**
   * The function of all elements of an array, which are one row.
   *
   * @param x a Float32Array or Float64Array
   * @returns a number
   */
  (x: FloatArray): number;
  /**
   * The function of every row of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options `shape`, `axis`, `temperature`, `mask`, `maskShape` and `causal` as of `softmax`; `weights`: what each e^x is multiplied
   *   by, an array of the type of x, with its shape or its last axes, default 1; `out`: the array to write to, of
   *   the type of x, with an element a row. Default: a new array.
   * @returns `out`, or a new array of the type of x with an element a row: the shape without the axis
   * @throws {TypeError} if an array is of another type, shapes or axis are no integers, temperature is no number, causal none
   *   of its values, maskShape comes without a mask, or there is no such option
   * @throws {RangeError} if the axis or the temperature is out of range, the shape has another number of elements, an array
   *   has another length, maskShape doesn't broadcast to the shape, or causal needs another shape
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A & object,
    options: LogSumExpOptions<O, SameType<A>>,
  ): OutOr<O, NewArray<A>>;
  readonly backward: {
    /**
     * The gradient of a loss with respect to x: softmax(x) · dy / temperature, with weights b·e^x / Σ b·e^x in place of softmax(x).
     *
     * @param x the input of the function
     * @param dy the gradient with respect to each row's result: an array of the type of x with an element a row; or a number,
     *   where there is one row
     * @param options as of the function itself, with `out` of the length of x; it may be x itself
     * @returns `out`, or a new array of the type and length of x
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      x: A & object,
      dy: SameType<A> | number,
      options?: LogSumExpOptions<O, SameType<A>>,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: RowDefinition;
}

const definition: RowDefinition<LogSumExpKernels> = {
  name: "logSumExp",
  family: "softmax",
  module: logSumExpModule,
  inputs: ["x"],
  hasTemperature: true,
  hasWeights: true,
  maskedFill: -Infinity,
  hasCausalKernel: true,
  reduces: true,
  ulp: 2,
  formula: ([x], out, at, stride, columns, row, temperature) => {
    const max = rowMax(x, at, stride, columns);
    out[row] = max / temperature + logSumOf(x, at, stride, columns, max, temperature);
  },
  kernel: "logSumExp",
  begin: "logSumExp_beginRow",
  beginColumns: "logSumExp_beginColumns",
  passes: [
    { kernel: "logSumExp_rowMinMax", columns: "logSumExp_rowMinMaxColumns", reads: [0], writes: false },
    {
      kernel: "logSumExp_sumExpBelowMax",
      columns: "logSumExp_sumExpBelowMaxColumns",
      reads: [0],
      writes: false,
      finish: "logSumExp_finishLogSum",
      finishColumns: "logSumExp_finishLogSumColumns",
    },
  ],
};

/**
 * Logarithm of the sum of exponentials along an axis, `log(Σ e^x)`: a smooth maximum.
 *
 * The maximum is subtracted first, so that nothing overflows. A row that is all -Infinity gives -Infinity, a row with
 * Infinity gives Infinity, a row with NaN gives NaN. With a `temperature`, from 1e-30 to 1e30 and by default 1, it is
 * log(Σ e^(x / temperature)). Masked elements don't count: a row that is all masked gives -Infinity.
 *
 * Where the maximum is negative, and the logarithm of the others' sum nearly makes up for it, its error counts in units in
 * the last place of the maximum (divided by the temperature), not of the result.
 *
 * With `weights` it is log(Σ b·e^x), SciPy's `b`: a negative sum gives NaN, a sum of 0 -Infinity, and so does a row of which nothing counts.
 * It is computed in float64, where e^x is right to 4 ulp, so that terms of both signs may cancel; Infinity of a negative weight gives NaN.
 * The gradient is b·e^x / Σ b·e^x, NaN where the result is.
 *
 * `logSumExp.backward(x, dy)` takes the input x, and an element of dy for each row (or a number, where there is one).
 *
 * @formula `\operatorname{logSumExp}(x) = \log \sum_j e^{x_j / T}`
 * @derivative `\frac{\partial y}{\partial x_i} = \frac{1}{T} \cdot \frac{e^{x_i / T}}{\sum_j e^{x_j / T}}`
 * @see https://pytorch.org/docs/stable/generated/torch.logsumexp.html
 * @example
 * logSumExp(Float32Array.of(1000, 1000)); // 1000.6931762695312
 * logSumExp(logits, { shape: [64, 10] }); // a Float32Array of 64
 * logSumExp(Float32Array.of(2, 1), { weights: Float32Array.of(1, -1) }); // log(e^2 - e): Float32Array [1.5413249]
 */
export const logSumExp: LogSumExp = /* @__PURE__ */ rowFunction<LogSumExp>(
  definition,
  (definition) => makeLogSumExpOp(definition, softmaxDefinition),
  true,
);
