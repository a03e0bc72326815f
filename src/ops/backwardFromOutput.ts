import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import { type OutOr, refuseSurplus } from "../args/options.js";
import type { Elementwise, ElementwiseOptions } from "../families/elementwise.js";
import { applyOutputGradient } from "../families/outputGradients.js";
import { fromOutputModule } from "../generated/modules/fromOutput.js";
import { noteImport } from "../runtime/modules.js";

noteImport(fromOutputModule);

/**
 * Gradient of an elementwise function from its output, `dy · f'(x)` where `y = f(x)`: a training loop needs to keep y alone, and may
 * have written it over x.
 *
 * | f | f' in terms of y |
 * | --- | --- |
 * | `relu`, `relu6`, `hardtanh`, `hardshrink`, `softshrink`, `threshold`, `thresholdedRelu`, `leakyRelu` | that at x |
 * | `hardSigmoid` | 1 / 6 where 0 < y < 1, else 0 |
 * | `softplus`, `logSigmoid` | 1 - e^(-beta·y), 1 - e^y |
 * | `squareplus` | 1 / (1 + b / 4y²) |
 * | `exp`, `expm1` | y, y + 1 |
 * | `elu`, `celu`, `selu` | where y <= 0: y + alpha, y / alpha + 1, y + scale·alpha; above as at x |
 * | `sigmoid` | y·(1 - y) |
 * | `tanh` | (1 - y)·(1 + y) |
 * | `softsign` | (1 - abs(y))² |
 *
 * Of the y that is given these are within 3 ulp (those of selu below 0 within an ulp of the largest). The first row is exactly what
 * `f.backward(x, dy)` takes; softplus, logSigmoid, squareplus and exp lose nothing but the rounding of y. The others lose digits as y
 * nears a bound of f, because y has been rounded there: then the derivative is off by up to 2^-22 for float32 (2^-51 for float64) of
 * its largest value, and 0 where y is the bound itself: that of sigmoid from an x of about 17 on (37 for float64), of tanh from 9 (19).
 * PyTorch's gradients of sigmoid and tanh do the same. Where such x matter, write `f.backward(x, dy)`.
 *
 * Where one y comes of x with different derivatives there is an error: leakyRelu with a negativeSlope below 0, elu with an alpha and
 * thresholdedRelu with an alpha below 0, threshold with a value above it. Other functions have no derivative in terms of y: gelu, silu
 * and mish fall and rise, so that one y comes of two x. softmax and its family take y in `backward` as it is.
 *
 * @formula `\frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} \cdot f'(f^{-1}(y))`
 * @param f one of these functions
 * @param y the output of the function (not its input): a Float32Array or Float64Array, or a number, which gives a number
 * @param dy the gradient with respect to y: an array of the type and length of y
 * @param options the function's parameters by name, as they were given to it, and `out`: the array to write to, of the type and length
 *   of y; it may be y or dy itself. Default: a new array.
 * @returns `out`, or a new array of the type and length of y
 * @throws {TypeError} if f is another function, an array is of another type, a parameter is not of its type, or there is no such option
 * @throws {RangeError} if an array has another length, or y doesn't tell the derivative with this parameter
 * @see https://pytorch.org/docs/stable/notes/autograd.html
 * @example
 * const y = sigmoid(x, { out: x });
 * backwardFromOutput(sigmoid, y, dy); // dy · y · (1 - y)
 * backwardFromOutput(tanh, Float32Array.of(0.5), Float32Array.of(2)); // Float32Array [1.5]
 */
export function backwardFromOutput<P, A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
  f: Elementwise<P>,
  y: A,
  dy: SameType<A>,
  options?: ElementwiseOptions<P, O>,
): OutOr<O, NewArray<A>>;
export function backwardFromOutput(
  f: unknown,
  y: unknown,
  dy: unknown,
  options?: unknown,
  ...surplus: unknown[]
): unknown {
  if (surplus.length > 0) refuseSurplus("backwardFromOutput", surplus, 4);
  return applyOutputGradient("backwardFromOutput", f, y, dy, options);
}
