/** softmax and its family, along an axis of an array: rows of the table (see index.ts). */

import { checkNotFreed } from "../arena.js";
import { checkAlike, checkFloats, checkOptions, type FloatArray, isFloat32, overlap } from "../arrays.js";
import { named } from "../elementwise.js";
import { productLoss } from "../numerics.js";
import { type RowDefinition, RowFunction, tempered, type TemperedRowOptions, type TemperedRowWise } from "../rows.js";
import { rowsOf, startOf } from "../shape.js";

/* The formulas in plain JavaScript. */

/** The largest element of a row, NaN passed over. */
function peakOf(x: FloatArray, at: number, stride: number, columns: number): number {
  let peak = -Infinity;
  for (let i = 0, j = at; i < columns; i++, j += stride) if (x[j] > peak) peak = x[j];
  return peak;
}

/**
 * e^((x - peak) / temperature), with what the difference and the quotient lost by rounding; its limit where the peak is
 * infinite: 1 at Infinity, else 0.
 */
function term(x: number, peak: number, temperature: number): number {
  if (Math.abs(peak) === Infinity || x === -Infinity) return x === Infinity ? 1 : x === x ? 0 : x;
  const difference = x - peak;
  const back = difference - x;
  let lost = x - (difference - back) - (peak + back);
  const quotient = difference / temperature;
  const product = quotient * temperature;
  lost += difference - product - productLoss(quotient, temperature, product);
  const e = Math.exp(quotient);
  return e === 0 ? 0 : e + e * (lost / temperature);
}

/** A sum with Neumaier's compensation. */
class Sum {
  #sum = 0;
  #lost = 0;

  add(x: number): void {
    const sum = this.#sum + x;
    const larger = Math.abs(this.#sum) >= Math.abs(x);
    this.#lost += larger ? this.#sum - sum + x : x - sum + this.#sum;
    this.#sum = sum;
  }

  get value(): number {
    // What an infinite term lost is NaN.
    return Math.abs(this.#sum) === Infinity ? this.#sum : this.#sum + this.#lost;
  }
}

/** log(Σ e^((x - peak) / temperature)): with one maximum, log(1 + the others). */
function logSumOf(
  x: FloatArray,
  at: number,
  stride: number,
  columns: number,
  peak: number,
  temperature: number,
): number {
  const others = new Sum();
  let ties = 0;
  for (let i = 0, j = at; i < columns; i++, j += stride) {
    if (x[j] === peak) ties++;
    else others.add(term(x[j], peak, temperature));
  }
  return Math.log1p(ties - 1 + others.value);
}

const softmaxDefinition: RowDefinition = {
  name: "softmax",
  inputs: ["x"],
  kernel: "softmax",
  columnwise: true,
  triangular: true,
  tempers: true,
  leftOut: 0,
  ulp: 4,
  formula: ([x], out, at, stride, columns, _, temperature) => {
    const peak = peakOf(x, at, stride, columns);
    const sum = new Sum();
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      const e = term(x[j], peak, temperature);
      sum.add(e);
      out[j] = e;
    }
    // A row that is all -Infinity stays all zeros.
    const total = sum.value === 0 ? 1 : sum.value;
    for (let i = 0, j = at; i < columns; i++, j += stride) out[j] /= total;
  },
  passes: [
    { kernel: "findPeak", takes: [0], writes: false },
    { kernel: "exponentials", takes: [0], writes: true, then: "endSum" },
    { kernel: "scale", takes: ["out"], writes: true },
  ],
};

const softmaxBackwardDefinition: RowDefinition = {
  name: "softmax.backward",
  inputs: ["y", "dy"],
  kernel: "softmaxBackward",
  columnwise: true,
  tempers: true,
  formula: ([y, dy], out, at, stride, columns, _, temperature) => {
    const sum = new Sum();
    for (let i = 0, j = at; i < columns; i++, j += stride) sum.add(y[j] * dy[j]);
    const mean = sum.value;
    for (let i = 0, j = at; i < columns; i++, j += stride) out[j] = (y[j] / temperature) * (dy[j] - mean);
  },
  passes: [
    { kernel: "dot", takes: [0, 1], writes: false },
    { kernel: "softmaxGradient", takes: [0, 1], writes: true },
  ],
};

const logSoftmaxDefinition: RowDefinition = {
  name: "logSoftmax",
  inputs: ["x"],
  kernel: "logSoftmax",
  columnwise: true,
  triangular: true,
  tempers: true,
  leftOut: -Infinity,
  ulp: 2,
  formula: ([x], out, at, stride, columns, _, temperature) => {
    const peak = peakOf(x, at, stride, columns);
    const logSum = logSumOf(x, at, stride, columns, peak, temperature);
    const infinite = Math.abs(peak) === Infinity;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      // By halves, whose difference doesn't overflow.
      const quotient = (x[j] / 2 - peak / 2) / (temperature / 2);
      const difference = infinite ? (x[j] === Infinity ? 0 : -Infinity) : quotient;
      out[j] = difference - logSum;
    }
  },
  passes: [
    { kernel: "findPeak", takes: [0], writes: false },
    { kernel: "logTerms", takes: [0], writes: false, then: "endLogSum" },
    { kernel: "logShift", takes: [0], writes: true },
  ],
};

const logSoftmaxBackwardDefinition: RowDefinition = {
  name: "logSoftmax.backward",
  inputs: ["y", "dy"],
  kernel: "logSoftmaxBackward",
  columnwise: true,
  tempers: true,
  formula: ([y, dy], out, at, stride, columns, _, temperature) => {
    const sum = new Sum();
    // An element whose logarithm is -Infinity was left out.
    for (let i = 0, j = at; i < columns; i++, j += stride) if (y[j] !== -Infinity) sum.add(dy[j]);
    const total = sum.value;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      out[j] = y[j] === -Infinity ? 0 : (dy[j] - Math.exp(y[j]) * total) / temperature;
    }
  },
  passes: [
    { kernel: "addUp", takes: [0, 1], writes: false },
    { kernel: "logSoftmaxGradient", takes: [0, 1], writes: true },
  ],
};

const logSumExpDefinition: RowDefinition = {
  name: "logSumExp",
  inputs: ["x"],
  kernel: "logSumExp",
  columnwise: true,
  triangular: true,
  tempers: true,
  leftOut: 0,
  ulp: 2,
  reduces: true,
  formula: ([x], out, at, stride, columns, row, temperature) => {
    const peak = peakOf(x, at, stride, columns);
    out[row] = peak / temperature + logSumOf(x, at, stride, columns, peak, temperature);
  },
  passes: [
    { kernel: "findPeak", takes: [0], writes: false },
    { kernel: "logTerms", takes: [0], writes: false, then: "endLogSum" },
  ],
};

/**
 * Softmax along an axis, `e^x / Σ e^x`: logits to probabilities, which sum to 1.
 *
 * The maximum of each row is taken off first: e^(x - max) / Σ e^(x - max) is the same number, but no e^x can overflow,
 * so that any finite logits will do; and it is taken off without rounding. A row of n equal values gives 1/n exactly. A
 * row with Infinity gives it all to Infinity (evenly, if there are several); a row that is all -Infinity gives zeros; a
 * row with NaN gives NaN.
 *
 * With a `temperature` it is the softmax of x / temperature: below 1 the large probabilities gain, above 1 the small ones
 * do. What a `mask` leaves out, or `causal` attention, gives 0, also in a row with NaN; a row of which all is left out
 * gives zeros, never NaN.
 *
 * `softmax.backward(y, dy)` takes the output y: y · (dy - Σ y·dy) / temperature. What was left out gets 0.
 *
 * @param x a Float32Array or Float64Array
 * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: along which the rows lie,
 *   default -1, the last; `out`: where to write, default a new array; may be x itself; `temperature`: from 1e-30 to
 *   1e30, default 1; `mask`: a Uint8Array of the full shape or of its last axes, 1 for what takes part, default all;
 *   `causal`: row i of the last two axes, which must be as long as each other, takes part with its first i + 1
 *   elements, default false
 * @returns an array of the type and length of x
 * @throws {TypeError} if x, out or an option is of another type
 * @throws {RangeError} if out or the mask has another length, the shape another number of elements, the axis or the
 *   temperature is out of range, or causal is asked of another axis or shape
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html
 * @example
 * softmax(Float32Array.of(0.3, 2.9, 4)); // Float32Array [0.01821127, 0.24519181, 0.73659691]
 * softmax(logits, { shape: [64, 10] }); // 64 rows of 10
 * softmax(scores, { shape: [batch, heads, n, n], temperature: Math.sqrt(d), causal: true }); // attention
 */
export const softmax: TemperedRowWise = /* @__PURE__ */ tempered(softmaxDefinition, softmaxBackwardDefinition);

/**
 * Softmin along an axis, `e^-x / Σ e^-x`: softmax of -x, the most to the smallest.
 *
 * The limits are those of `softmax`, with the sign of infinity changed.
 *
 * `softmin.backward(y, dy)` takes the output y: -y · (dy - Σ y·dy) / temperature.
 *
 * @param x a Float32Array or Float64Array
 * @param options as of `softmax`
 * @returns an array of the type and length of x
 * @throws {TypeError} as `softmax`
 * @throws {RangeError} as `softmax`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softmin.html
 * @example
 * softmin(Float32Array.of(0.3, 2.9, 4)); // Float32Array [0.9099205, 0.067583047, 0.022496443]
 */
export const softmin: TemperedRowWise = /* @__PURE__ */ tempered(
  { ...softmaxDefinition, name: "softmin", negates: true },
  { ...softmaxBackwardDefinition, name: "softmin.backward", negates: true },
);

/**
 * Logarithm of softmax along an axis, `x - log(Σ e^x)`: log-probabilities, without the rounding to 0 that softmax has.
 *
 * The limits are those of `softmax`: a row that is all -Infinity gives -Infinity, a row with NaN gives NaN. What is left
 * out gives -Infinity.
 *
 * `logSoftmax.backward(y, dy)` takes the output y: (dy - e^y · Σ dy) / temperature, but 0 where y is -Infinity.
 *
 * @param x a Float32Array or Float64Array
 * @param options as of `softmax`
 * @returns an array of the type and length of x
 * @throws {TypeError} as `softmax`
 * @throws {RangeError} as `softmax`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
 * @example
 * logSoftmax(Float32Array.of(0.3, 2.9, 4)); // Float32Array [-4.0057144, -1.4057144, -0.3057145]
 */
export const logSoftmax: TemperedRowWise = /* @__PURE__ */ tempered(logSoftmaxDefinition, logSoftmaxBackwardDefinition);

/** `logSumExp` and its gradient. */
export interface LogSumExp {
  (x: FloatArray): number;
  <A extends FloatArray>(x: A, options: TemperedRowOptions<A>): A;
  /**
   * softmax(x) · dy / temperature: the gradient of the loss with respect to x, from x and dy, that with respect to each
   * row's result.
   */
  readonly backward: <A extends FloatArray>(x: A, dy: A | number, options?: TemperedRowOptions<A>) => A;
  /** The row of the table. */
  readonly definition: RowDefinition;
}

/**
 * Logarithm of the sum of exponentials along an axis, `log(Σ e^x)`: a smooth maximum.
 *
 * The maximum is taken off first, so that nothing overflows. A row that is all -Infinity gives -Infinity, a row with
 * Infinity gives Infinity, a row with NaN gives NaN. With a temperature it is log(Σ e^(x / temperature)).
 *
 * Where the maximum is negative, and the logarithm of the others' sum nearly makes up for it, its error counts in units in
 * the last place of the maximum (divided by the temperature), not of the result.
 *
 * `logSumExp.backward(x, dy)` takes the input x, and an element of dy for each row (or a number, where there is one).
 *
 * @param x a Float32Array or Float64Array
 * @param options as of `softmax`; `out`: an array of the type of x with an element a row
 * @returns without options a number; else an array of the type of x, one element a row: the shape without the axis
 * @throws {TypeError} as `softmax`
 * @throws {RangeError} as `softmax`
 * @see https://pytorch.org/docs/stable/generated/torch.logsumexp.html
 * @example
 * logSumExp(Float32Array.of(1000, 1000)); // 1000.6931762695312
 * logSumExp(logits, { shape: [64, 10] }); // a Float32Array of 64
 */
export const logSumExp: LogSumExp = /* @__PURE__ */ logSumExpFunction();

function logSumExpFunction(): LogSumExp {
  const value = new RowFunction(logSumExpDefinition);
  const call = (x: FloatArray, options?: TemperedRowOptions) =>
    options === undefined ? value.reduce(x) : value.apply([x], options);
  const softmaxOf = new RowFunction({ ...softmaxDefinition, name: "logSumExp.backward" });
  const backward = (x: FloatArray, dy: FloatArray | number, options?: TemperedRowOptions) =>
    logSumExpBackward(softmaxOf, x, dy, options);
  return Object.assign(named("logSumExp", call), { backward, definition: logSumExpDefinition }) as LogSumExp;
}

function logSumExpBackward(
  softmaxOf: RowFunction,
  x: FloatArray,
  dy: FloatArray | number,
  options: TemperedRowOptions | undefined,
): FloatArray {
  const { name } = softmaxOf.definition;
  checkFloats(name, "x", x);
  checkOptions(name, options);
  const layout = rowsOf(name, x.length, options?.shape, options?.axis);
  const { rows, columns, stride } = layout;
  let weights: ArrayLike<number>;
  if (typeof dy === "number" && rows === 1) {
    weights = [isFloat32(x) ? Math.fround(dy) : dy];
  } else {
    checkAlike(name, "dy", dy, x, rows);
    checkNotFreed(name, dy);
    weights = options?.out && overlap(dy, options.out) ? dy.slice() : dy;
  }
  const out = softmaxOf.apply([x], options);
  const temperature = options?.temperature ?? 1;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row] / temperature;
    for (let i = 0, j = startOf(layout, row); i < columns; i++, j += stride) out[j] *= weight;
  }
  return out;
}
