/** Steps and ramps: rows of the table (see index.ts). */

import { checkArray, checkFloats, checkOptions, describe, type FloatArray, isFloat32 } from "../arrays.js";
import { compare } from "../compare.js";
import { type Elementwise, elementwise, named, type OutOption } from "../elementwise.js";
import { KernelPair } from "../instance.js";
import { type Prelu, preluFunction } from "../prelu.js";

/* Formulas that several functions share. */

/** 1 above a threshold, else 0. */
function jump(x: number, threshold: number): number {
  return x > threshold ? 1 : x <= threshold ? 0 : x;
}

/** x where it is positive, else the slope times x, also where -Infinity meets 0. */
function leaky(x: number, slope: number): number {
  return x > 0 ? x : slope * (slope === 0 && x === -Infinity ? -1 : x);
}

function leakyLoop(x: FloatArray, out: FloatArray, slope: number): void {
  for (let i = 0; i < x.length; i++) out[i] = leaky(x[i], slope);
}

/** What the kernel of `leaky` reads: the slope, and the least x that it is multiplied with. */
function leakyNumbers(slope: number): readonly number[] {
  return [slope, slope === 0 ? -1 : -Infinity];
}

function leakySlope(x: number, slope: number): number {
  return x > 0 ? 1 : x <= 0 ? slope : x;
}

function reluOf(x: number): number {
  return x <= 0 ? 0 : x;
}

/**
 * Rectified linear unit, `max(x, 0)`: passes what is positive, nothing else.
 *
 * Its derivative is 1 for x > 0, else 0: also 0 at the kink x = 0, as in PyTorch. Where x > 0 a gradient passes
 * undiminished through any number of layers, elsewhere none does. relu(NaN) is NaN, relu(-0) is 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 * @example
 * relu(Float32Array.of(-1, 0, 2)); // Float32Array [0, 0, 2]
 */
export const relu: Elementwise = /* @__PURE__ */ elementwise({
  name: "relu",
  value: reluOf,
  loop: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = reluOf(x[i]);
  },
  derivative: (x) => jump(x, 0),
  ulp: { value: 0, derivative: 0 },
});

function relu6Of(x: number): number {
  return x <= 0 ? 0 : x >= 6 ? 6 : x;
}

/**
 * ReLU with an upper limit, `min(max(x, 0), 6)`: its values fit few bits, for networks of small integers.
 *
 * Its derivative is 1 for 0 < x < 6, else 0: also 0 at the kinks 0 and 6, as in PyTorch. relu6(Infinity) is 6, relu6(-0)
 * is 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html
 * @example
 * relu6(Float32Array.of(-1, 2, 7)); // Float32Array [0, 2, 6]
 */
export const relu6: Elementwise = /* @__PURE__ */ elementwise({
  name: "relu6",
  value: relu6Of,
  loop: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = relu6Of(x[i]);
  },
  derivative: (x) => (x <= 0 || x >= 6 ? 0 : x === x ? 1 : x),
  ulp: { value: 0, derivative: 0 },
});

/** Parameters of `leakyRelu`. */
export interface LeakyReluParameters {
  /** The slope where x <= 0. Default: 0.01. */
  readonly negativeSlope: number;
}

/**
 * Leaky rectified linear unit, `x > 0 ? x : negativeSlope · x`: lets some gradient through where relu lets none.
 *
 * Its derivative is 1 for x > 0, else negativeSlope: also at the kink x = 0, as in PyTorch. The infinities give their
 * limits: with a slope of 0, -Infinity gives -0. For a Float32Array the slope is rounded to float32.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `negativeSlope`, default 0.01; `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or negativeSlope no number
 * @throws {RangeError} if out has another length, or negativeSlope is not finite
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 * @example
 * leakyRelu(Float32Array.of(-1, 2)); // Float32Array [-0.01, 2]
 * leakyRelu(x, { negativeSlope: 0.2 });
 */
export const leakyRelu: Elementwise<LeakyReluParameters> = /* @__PURE__ */ elementwise<LeakyReluParameters>({
  name: "leakyRelu",
  parameters: { negativeSlope: { default: 0.01 } },
  kernelParameters: ({ negativeSlope }) => leakyNumbers(negativeSlope),
  value: (x, { negativeSlope }) => leaky(x, negativeSlope),
  loop: (x, out, { negativeSlope }) => leakyLoop(x, out, negativeSlope),
  derivative: (x, { negativeSlope }) => leakySlope(x, negativeSlope),
  ulp: { value: 1, derivative: 0 },
});

/**
 * Parametric rectified linear unit, `x > 0 ? x : weight · x`: leakyRelu with slopes that are learnt, one a channel.
 *
 * Its derivative is 1 for x > 0, else the weight: also at the kink x = 0, as in PyTorch. Where a weight is 0, -Infinity
 * gives -0. `prelu.weightGradient(x, dy)` is the gradient of the loss with respect to the weights: for each channel the
 * sum of dy · x where x <= 0, added up in float64.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `weight`: the slopes, an array of the type of x with an element a channel or one for all, or a number,
 *   default 0.25; `shape`: the lengths of the axes in C order, default one axis; `axis`: that of the channels, default 1, or 0
 *   where there is one axis; `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x, weight or out is of another type, or shape or axis are no integers
 * @throws {RangeError} if out has another length, weight is a number that is not finite or has neither an element a channel nor one,
 *   the shape has another number of elements, or the axis is out of range
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html
 * @example
 * prelu(Float32Array.of(-4, 2)); // Float32Array [-1, 2]
 * prelu(x, { weight: slopes, shape: [32, 16, 28, 28] }); // 16 channels, 16 slopes
 */
export const prelu: Prelu = /* @__PURE__ */ preluFunction({
  name: "prelu",
  parameters: { weight: { default: 0.25 } },
  kernelParameters: ({ weight }) => leakyNumbers(weight),
  value: (x, { weight }) => leaky(x, weight),
  loop: (x, out, { weight }) => leakyLoop(x, out, weight),
  derivative: (x, { weight }) => leakySlope(x, weight),
  ulp: { value: 1, derivative: 0 },
});

/** Parameters of `hardtanh`. */
export interface HardtanhParameters {
  /** The least value. Default: -1. */
  readonly minVal: number;
  /** The greatest value. Default: 1. */
  readonly maxVal: number;
}

function hardtanhOf(x: number, { minVal, maxVal }: HardtanhParameters): number {
  return x < minVal ? minVal : x > maxVal ? maxVal : x;
}

/**
 * Hard hyperbolic tangent, `min(max(x, minVal), maxVal)`: tanh drawn with a ruler.
 *
 * Its derivative is 1 for minVal < x < maxVal, else 0: also 0 at both kinks, as in PyTorch. For a Float32Array the limits
 * are rounded to float32.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `minVal`, default -1, less than `maxVal`, default 1; both may be infinite; `out`: where to write,
 *   default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or minVal or maxVal no number
 * @throws {RangeError} if out has another length, or minVal is not less than maxVal
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
 * @example
 * hardtanh(Float32Array.of(-2, 0.5, 2)); // Float32Array [-1, 0.5, 1]
 * hardtanh(x, { minVal: 0, maxVal: 255 });
 */
export const hardtanh: Elementwise<HardtanhParameters> = /* @__PURE__ */ elementwise<HardtanhParameters>({
  name: "hardtanh",
  parameters: { minVal: { default: -1, infinite: true }, maxVal: { default: 1, infinite: true } },
  reject: ({ minVal, maxVal }) =>
    minVal < maxVal ? undefined : `minVal must be less than maxVal, not ${minVal} and ${maxVal}`,
  value: hardtanhOf,
  loop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = hardtanhOf(x[i], parameters);
  },
  derivative: (x, { minVal, maxVal }) => (x <= minVal || x >= maxVal ? 0 : x === x ? 1 : x),
  ulp: { value: 0, derivative: 0 },
});

/** Parameters of `threshold`. */
export interface ThresholdParameters {
  /** What x must be greater than to pass. Default: 0. */
  readonly threshold: number;
  /** What is there instead of what doesn't pass. Default: 0. */
  readonly value: number;
}

function thresholdOf(x: number, { threshold, value }: ThresholdParameters): number {
  return x <= threshold ? value : x;
}

/**
 * Threshold, `x > threshold ? x : value`.
 *
 * Its derivative is 1 for x > threshold, else 0: also 0 at the jump, as in PyTorch, which has no defaults. NaN passes. For
 * a Float32Array the parameters are rounded to float32.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `threshold` and `value`, default 0; both may be infinite; `out`: where to write, default a new array;
 *   may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or threshold or value no number
 * @throws {RangeError} if out has another length, or a parameter is NaN
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Threshold.html
 * @example
 * threshold(Float32Array.of(0.1, 0.6), { threshold: 0.5, value: -1 }); // Float32Array [-1, 0.6]
 */
export const threshold: Elementwise<ThresholdParameters> = /* @__PURE__ */ elementwise<ThresholdParameters>({
  name: "threshold",
  parameters: { threshold: { default: 0, infinite: true }, value: { default: 0, infinite: true } },
  value: thresholdOf,
  loop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = thresholdOf(x[i], parameters);
  },
  derivative: (x, { threshold }) => jump(x, threshold),
  ulp: { value: 0, derivative: 0 },
});

/** Parameters of `thresholdedRelu`. */
export interface ThresholdedReluParameters {
  /** What x must be greater than to pass. Default: 1. */
  readonly alpha: number;
}

function thresholdedReluOf(x: number, { alpha }: ThresholdedReluParameters): number {
  return x <= alpha ? 0 : x;
}

/**
 * Thresholded rectified linear unit, `x > alpha ? x : 0`.
 *
 * Its derivative is 1 for x > alpha, else 0: also 0 at the jump, as of PyTorch's threshold. For a Float32Array alpha is
 * rounded to float32.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `alpha`, default 1; `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or alpha no number
 * @throws {RangeError} if out has another length, or alpha is not finite
 * @see https://onnx.ai/onnx/operators/onnx__ThresholdedRelu.html
 * @example
 * thresholdedRelu(Float32Array.of(0.5, 1, 2)); // Float32Array [0, 0, 2]
 */
export const thresholdedRelu: Elementwise<ThresholdedReluParameters> =
  /* @__PURE__ */ elementwise<ThresholdedReluParameters>({
    name: "thresholdedRelu",
    parameters: { alpha: { default: 1 } },
    value: thresholdedReluOf,
    loop: (x, out, parameters) => {
      for (let i = 0; i < x.length; i++) out[i] = thresholdedReluOf(x[i], parameters);
    },
    derivative: (x, { alpha }) => jump(x, alpha),
    ulp: { value: 0, derivative: 0 },
  });

/** Parameters of `hardshrink` and `softshrink`. */
export interface ShrinkParameters {
  /** The largest |x| that gives 0; at least 0. Default: 0.5. */
  readonly lambd: number;
}

function hardshrinkOf(x: number, { lambd }: ShrinkParameters): number {
  return Math.abs(x) <= lambd ? 0 : x;
}

/**
 * Hard shrinkage, `|x| > lambd ? x : 0`: drops what is small.
 *
 * Its derivative is 1 for |x| > lambd, else 0: also 0 at the jumps, as in PyTorch. For a Float32Array lambd is rounded to
 * float32.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `lambd`, at least 0, default 0.5; `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or lambd no number
 * @throws {RangeError} if out has another length, or lambd is negative or not finite
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html
 * @example
 * hardshrink(Float32Array.of(-2, 0.5, 2)); // Float32Array [-2, 0, 2]
 */
export const hardshrink: Elementwise<ShrinkParameters> = /* @__PURE__ */ elementwise<ShrinkParameters>({
  name: "hardshrink",
  parameters: { lambd: { default: 0.5, least: 0 } },
  value: hardshrinkOf,
  loop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = hardshrinkOf(x[i], parameters);
  },
  derivative: (x, { lambd }) => jump(Math.abs(x), lambd),
  ulp: { value: 0, derivative: 0 },
});

function softshrinkOf(x: number, { lambd }: ShrinkParameters): number {
  return Math.abs(x) <= lambd ? 0 : x > 0 ? x - lambd : x + lambd;
}

/**
 * Soft shrinkage, `x > lambd ? x - lambd : x < -lambd ? x + lambd : 0`: drops what is small and shortens the rest,
 * without a jump.
 *
 * Its derivative is 1 for |x| > lambd, else 0: also 0 at the kinks, as in PyTorch. For a Float32Array lambd is rounded to
 * float32.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `lambd`, at least 0, default 0.5; `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or lambd no number
 * @throws {RangeError} if out has another length, or lambd is negative or not finite
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softshrink.html
 * @example
 * softshrink(Float32Array.of(-2, 0.5, 2)); // Float32Array [-1.5, 0, 1.5]
 */
export const softshrink: Elementwise<ShrinkParameters> = /* @__PURE__ */ elementwise<ShrinkParameters>({
  name: "softshrink",
  parameters: { lambd: { default: 0.5, least: 0 } },
  kernelParameters: ({ lambd }) => [lambd, -lambd],
  value: softshrinkOf,
  loop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = softshrinkOf(x[i], parameters);
  },
  derivative: (x, { lambd }) => jump(Math.abs(x), lambd),
  ulp: { value: 1, derivative: 0 },
});

function hardSigmoidOf(x: number): number {
  return x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6;
}

/** 1/6 as float32. */
const SIXTH = 0.1666666716337204;

/**
 * Hard sigmoid, `min(max(x + 3, 0), 6) / 6`: sigmoid drawn with a ruler.
 *
 * Its derivative is 1/6 for -3 < x < 3, else 0: also 0 at both kinks, as in PyTorch. hardSigmoid(-Infinity) is 0,
 * hardSigmoid(Infinity) is 1.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
 * @example
 * hardSigmoid(Float32Array.of(-3, 0, 1.5)); // Float32Array [0, 0.5, 0.75]
 */
export const hardSigmoid: Elementwise = /* @__PURE__ */ elementwise({
  name: "hardSigmoid",
  value: hardSigmoidOf,
  // Of floats in the kernel's steps.
  loop: (x, out) => {
    if (isFloat32(x)) for (let i = 0; i < x.length; i++) out[i] = relu6Of(Math.fround(x[i] + 3)) * SIXTH;
    else for (let i = 0; i < x.length; i++) out[i] = hardSigmoidOf(x[i]);
  },
  derivative: (x) => (Math.abs(x) >= 3 ? 0 : x === x ? 1 / 6 : x),
  ulp: { value: 2, derivative: 1 },
});

function hardSwishOf(x: number): number {
  return x <= -3 ? 0 : x >= 3 ? x : (x * (x + 3)) / 6;
}

/**
 * Hard swish, `x · min(max(x + 3, 0), 6) / 6`: silu drawn with a ruler.
 *
 * Its derivative is 0 for x <= -3, 1 for x >= 3, else x/3 + 1/2: at the kinks that of the outer pieces, as in PyTorch
 * (where it was -1/2 and 3/2 up to version 2.6). It crosses zero at -3/2. hardSwish(-Infinity) is 0, hardSwish(Infinity)
 * is Infinity.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardswish.html
 * @example
 * hardSwish(Float32Array.of(-1.5, 0, 4)); // Float32Array [-0.375, 0, 4]
 */
export const hardSwish: Elementwise = /* @__PURE__ */ elementwise({
  name: "hardSwish",
  value: hardSwishOf,
  // Of floats in the kernel's steps.
  loop: (x, out) => {
    if (isFloat32(x)) {
      for (let i = 0; i < x.length; i++) {
        const u = Math.max(x[i], Math.min(Math.fround(-3 - x[i]), 0));
        out[i] = u * Math.min(Math.fround(Math.fround(u * SIXTH) + 0.5), 1);
      }
    } else {
      for (let i = 0; i < x.length; i++) out[i] = hardSwishOf(x[i]);
    }
  },
  derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
  ulp: { value: 2, derivative: 2 },
});

/** `step`, which can give integers too. */
export interface Step extends Elementwise {
  (x: FloatArray, options: { readonly dtype: "int32"; readonly out?: Int32Array | undefined }): Int32Array;
  <A extends FloatArray>(x: A, options?: OutOption<A> & { readonly dtype?: undefined }): A;
  (x: number): number;
}

/**
 * Unit step, `x > 0 ? 1 : 0`: the first artificial neuron either fires or doesn't.
 *
 * Its derivative is 0 everywhere, so a network of steps can't learn from gradients; at the jump x = 0 the function is 0
 * and its derivative is taken as 0. NaN gives NaN, or 0 where integers are asked for.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself. `dtype: "int32"`: the result is an
 *   Int32Array, and so is `out`.
 * @returns an array of the type and length of x; an Int32Array where asked for
 * @throws {TypeError} if x or out is of another type, or dtype is unknown
 * @throws {RangeError} if out has another length
 * @see https://numpy.org/doc/stable/reference/generated/numpy.heaviside.html
 * @example
 * step(Float32Array.of(-1, 0, 0.5), { dtype: "int32" }); // Int32Array [0, 0, 1]
 */
export const step: Step = /* @__PURE__ */ withIntegers(
  /* @__PURE__ */ elementwise({
    name: "step",
    value: (x) => jump(x, 0),
    loop: (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = jump(x[i], 0);
    },
    derivative: (x) => (x === x ? 0 : x),
    ulp: { value: 0, derivative: 0 },
  }),
);

const integerKernels = /* @__PURE__ */ new KernelPair("stepInt");

function withIntegers(floats: Elementwise): Step {
  const call = (x: FloatArray, options?: OutOption<never> & { dtype?: unknown }) => {
    if (typeof options?.dtype === "undefined") return floats(x, options);
    if (options.dtype !== "int32") throw new TypeError(`step: dtype must be "int32", not ${describe(options.dtype)}`);
    checkFloats("step", "x", x);
    checkOptions("step", options);
    if (options.out !== undefined) checkArray("step", "out", options.out, "Int32Array", x.length);
    return compare("step", integerKernels, x, 0, Int32Array, options.out);
  };
  const { derivative, backward, definition, defaults } = floats;
  return Object.assign(named("step", call), { derivative, backward, definition, defaults }) as Step;
}
