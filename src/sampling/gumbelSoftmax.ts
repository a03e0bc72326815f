import { checkArray, checkFloats } from "../args/arrays.js";
import { dtypeOf, type FloatArray } from "../args/dtype.js";
import { setArray } from "../args/engine.js";
import { type OptionList, readOptions } from "../args/options.js";
import { renaming } from "../args/renaming.js";
import { readShape, rowsOf, startOf } from "../args/shape.js";
import { newArray } from "../exec/copy.js";
import { log } from "../formulas/elementary.js";
import { indexOfMax } from "../formulas/argmax.js";
import { softmax } from "../ops/softmax.js";
import type { SoftmaxGradientOptions } from "../families/rows.js";
import { checkRange } from "./filter.js";
import { checkUsable } from "./rowOf.js";
import { Generator, type RandomOptions } from "./random.js";

/** Options of `gumbelSoftmax`. */
export interface GumbelSoftmaxOptions<A extends FloatArray = FloatArray> extends RandomOptions {
  /** The lengths of the axes, in C order. Default: one axis. */
  readonly shape?: readonly number[] | undefined;
  /** The axis along which the rows lie. Default: -1, the last. */
  readonly axis?: number | undefined;
  /** What logits with noise are divided by: the smaller, the nearer a row is to one-hot. PyTorch's tau. Default: 1. */
  readonly temperature?: number | undefined;
  /** Whether the result is one-hot: 1 where the soft one is largest. Default: false. */
  readonly hard?: boolean | undefined;
  /** Where the soft result goes, of the type and length of the logits: `backward` needs it where `hard` is true. Default: nowhere. */
  readonly soft?: A | undefined;
  /** Where the result goes; may be the logits themselves. Default: a new array. */
  readonly out?: A | undefined;
}

const OPTIONS: OptionList = { names: ["shape", "axis", "temperature", "hard", "soft", "out", "seed", "random"] };

/**
 * Gumbel softmax: a draw from a categorical distribution that can be differentiated, `softmax((x + g) / temperature)` with Gumbel noise
 * g = -log(-log(u)). Where it is largest is distributed as `sample` draws; with `hard` the result is 1 there and else 0, and its gradient is
 * taken to be that of the soft result (straight through). A row with NaN gives NaN.
 *
 * `gumbelSoftmax.backward(y, dy, { shape, axis, temperature })` gives the gradient with respect to x from the soft result y.
 *
 * @formula `y = \operatorname{softmax}\left(\frac{x + g}{T}\right), \qquad g_i = -\log(-\log u_i), \qquad u_i \text{ even in } [0, 1)`
 * @derivative `\frac{\partial y_i}{\partial x_j} = \frac{y_i\,(\delta_{ij} - y_j)}{T}`
 * @param x a Float32Array or Float64Array of logits
 * @param options `shape` and `axis`, as of softmax; `temperature`, from 1e-30 to 1e30, default 1; `hard`, default false; `soft` and `out`,
 *   arrays of the type and length of x; `seed` or `random`, as of `createSampler`: one number for each element, in their order
 * @returns `out`, or a new array of the type and length of x
 * @throws {TypeError} if an argument is of another type, or there is no such option
 * @throws {RangeError} if an option is out of range, or an array has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gumbel_softmax.html
 * @see https://arxiv.org/abs/1611.01144
 * @example
 * gumbelSoftmax(Float32Array.of(1, 2, 3), { hard: true, seed: 1 }); // Float32Array [0, 1, 0]
 */
export function gumbelSoftmax<A extends FloatArray>(x: A, options?: GumbelSoftmaxOptions<A>): A {
  const caller = "gumbelSoftmax";
  const [shape, axis, temperature = 1, hard = false, soft, out, seed, random] = readOptions(caller, OPTIONS, options);
  const dtype = checkFloats(caller, "x", x);
  const sizes = readShape(caller, shape);
  const layout = rowsOf(caller, x.length, sizes, axis);
  checkRange(caller, "temperature", temperature, 1e-30, 1e30);
  if (typeof hard !== "boolean") throw new TypeError(`${caller}: hard must be true or false`);
  for (const [name, array] of Object.entries({ soft, out })) {
    if (array !== undefined) checkArray(caller, name, array, dtype.arrayName, x.length);
  }
  const generator = new Generator(caller, seed, random);
  // All at first: the generator might change the array.
  const noise = new Float64Array(x.length);
  for (let i = 0; i < noise.length; i++) noise[i] = gumbel(generator.next(caller));
  // Which may have taken arrays away, too.
  for (const [name, array] of Object.entries({ x, soft, out })) {
    if (array !== undefined) checkUsable(caller, name, array as FloatArray, noise.length);
  }
  const noisy = newArray(dtypeOf(x)!, x.length) as A;
  for (let i = 0; i < x.length; i++) noisy[i] = x[i] + noise[i];
  const placed = { ...(sizes !== undefined && { shape: sizes }), ...(axis !== undefined && { axis: axis as number }) };
  const result = (out ?? noisy) as A;
  if (!hard || soft !== undefined) {
    const y = softmax(noisy, { ...placed, temperature, out: (soft ?? result) as A });
    if (!hard && y !== result) setArray(result, y);
  }
  if (!hard) return result;
  for (let row = 0; row < layout.rows && layout.columns > 0; row++) {
    const start = startOf(layout, row);
    // Not of the soft result: at a high temperature all its elements may be the same.
    const at = indexOfMax(noisy, start, layout.stride, layout.columns);
    const max = noisy[start + at * layout.stride];
    // A row with NaN has no largest: as of hardmax.
    const others = max === max ? 0 : NaN;
    for (let i = 0; i < layout.columns; i++) result[start + i * layout.stride] = i === at ? 1 + others : others;
  }
  return result;
}

/**
 * The gradient of a loss with respect to the logits, from the soft result.
 *
 * @param y what `gumbelSoftmax` gave, or, with `hard`, what it wrote to `soft`
 * @param dy the gradient with respect to the result: an array of the type and length of y
 * @param options `shape`, `axis` and `temperature` as given to `gumbelSoftmax`, and `out`, which may be y or dy itself
 * @returns `out`, or a new array of the type and length of y
 */
gumbelSoftmax.backward = <A extends FloatArray>(y: A, dy: A, options?: SoftmaxGradientOptions<A>): A =>
  renaming(/^softmax/, "gumbelSoftmax", () => softmax.backward(y, dy, options));

/** Gumbel noise of a number from 0 to less than 1, taken at the middle of the 2^-53 that it stands for. */
function gumbel(number: number): number {
  return -log(-log(Math.min(number + 2 ** -54, 1 - 2 ** -53)));
}
