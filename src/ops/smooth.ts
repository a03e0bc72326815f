/** Smooth functions: rows of the table (see index.ts). */

import { isFloat32 } from "../arrays.js";
import { type Crossing, type Elementwise, elementwise } from "../elementwise.js";
import {
  DENSITY,
  expOver,
  FAR,
  gate,
  gateSlope,
  inverse,
  isOrdinary,
  log1pExp,
  logisticSlope,
  multipleOfLn2,
  normalTail,
  productLoss,
  quotientLoss,
  quotientOf,
  tanhshrink as tanhshrinkOf,
  timesExp,
  timesGauss,
} from "../numerics.js";

/**
 * Logistic sigmoid, `1 / (1 + e^-x)`: any number to one between 0 and 1, a probability.
 *
 * Its derivative is sigmoid(x)·(1 - sigmoid(x)): at most 1/4, and near 0 away from x = 0, which is why gradients vanish
 * in deep networks of sigmoids. sigmoid(-Infinity) is 0, sigmoid(Infinity) is 1, their derivatives are 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
 * @example
 * sigmoid(Float32Array.of(-1, 1, 2)); // Float32Array [0.26894143, 0.7310586, 0.880797]
 * sigmoid.derivative(0); // 0.25
 * sigmoid.backward(x, dy); // dy · sigmoid'(x)
 */
export const sigmoid: Elementwise = /* @__PURE__ */ elementwise({
  name: "sigmoid",
  value: (x) => {
    const e = Math.exp(-Math.abs(x));
    return x < 0 ? e / (1 + e) : 1 / (1 + e);
  },
  derivative: logisticSlope,
  ulp: { value: 2, derivative: 4 },
});

/**
 * Hyperbolic tangent, `(e^x - e^-x) / (e^x + e^-x)`: like sigmoid, but from -1 to 1; it is 2·sigmoid(2x) - 1.
 *
 * Its derivative is 1 - tanh(x)² = 1 / cosh(x)², at most 1. tanh(±Infinity) is ±1, the derivative there 0. The sign of
 * zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html
 * @example
 * tanh(Float32Array.of(-1, 0, 1)); // Float32Array [-0.76159416, 0, 0.76159416]
 */
export const tanh: Elementwise = /* @__PURE__ */ elementwise({
  name: "tanh",
  value: (x) => Math.tanh(x),
  derivative: (x) => 4 * logisticSlope(2 * x),
  ulp: { value: 2, derivative: 4 },
});

/**
 * Logarithm of the sigmoid, `-log(1 + e^-x)`: a log-probability, without the rounding to 0 that sigmoid has.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
 * @example
 * logSigmoid(Float32Array.of(-100, 0, 100)); // Float32Array [-100, -0.6931472, -3.783506e-44]
 */
export const logSigmoid: Elementwise = /* @__PURE__ */ elementwise({
  name: "logSigmoid",
  value: (x) => (x < 0 ? x - log1pExp(x) : -log1pExp(x)),
  derivative: (x) => gate(1, -x, 0),
  ulp: { value: 2, derivative: 4 },
});

/**
 * What tanh takes away, `x - tanh(x)`: near 0 it is x³/3, without the cancellation of the difference.
 *
 * Its derivative is tanh(x)². tanhshrink(±Infinity) is ±Infinity. The sign of zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html
 * @example
 * tanhshrink(Float32Array.of(0.001, 1)); // Float32Array [3.333332e-10, 0.23840584]
 */
export const tanhshrink: Elementwise = /* @__PURE__ */ elementwise({
  name: "tanhshrink",
  value: tanhshrinkOf,
  derivative: (x) => Math.tanh(x) ** 2,
  ulp: { value: 2, derivative: 4 },
});

/** x / sum, where the sum is 1 + |x|. */
function softsignOf(x: number, sum: number): number {
  return sum === Infinity ? Math.sign(x) : x / sum;
}

/**
 * Softsign, `x / (1 + |x|)`: like tanh, but it nears ±1 slowly.
 *
 * Its derivative is 1 / (1 + |x|)². softsign(±Infinity) is ±1, the derivative there 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softsign.html
 * @example
 * softsign(Float32Array.of(-1, 0, 3)); // Float32Array [-0.5, 0, 0.75]
 */
export const softsign: Elementwise = /* @__PURE__ */ elementwise({
  name: "softsign",
  value: (x) => softsignOf(x, 1 + Math.abs(x)),
  // Of floats in the kernel's steps.
  loop: (x, out) => {
    if (isFloat32(x)) {
      for (let i = 0; i < x.length; i++) out[i] = softsignOf(x[i], Math.fround(1 + Math.abs(x[i])));
    } else {
      for (let i = 0; i < x.length; i++) out[i] = softsignOf(x[i], 1 + Math.abs(x[i]));
    }
  },
  derivative: (x) => {
    const root = 1 / (1 + Math.abs(x));
    return root * root;
  },
  ulp: { value: 2, derivative: 4 },
});

/** The parameter of `softplus` and of `swish`. */
export interface BetaParameter {
  /** How fast the function turns from 0 to x. Default: 1. */
  readonly beta: number;
}

/**
 * Softplus, `log(1 + e^(beta·x)) / beta`: a smooth relu, which it nears as beta grows.
 *
 * Its derivative is sigmoid(beta·x). softplus(-Infinity) is 0, softplus(Infinity) is Infinity. There is no threshold above
 * which x itself is returned, as PyTorch has: the result is right without one.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `beta`, greater than 0, default 1; `out`: where to write,
 *   default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or a parameter is no number
 * @throws {RangeError} if out has another length, or beta is not greater than 0 or not finite
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html
 * @example
 * softplus(Float32Array.of(-100, 0, 100)); // Float32Array [3.783506e-44, 0.6931472, 100]
 */
export const softplus: Elementwise<BetaParameter> = /* @__PURE__ */ elementwise<BetaParameter>({
  name: "softplus",
  parameters: { beta: { default: 1, above: 0 } },
  variant: ({ beta }) => (beta === 1 ? "" : "Beta"),
  kernelParameters: ({ beta }, narrow) => {
    if (!isOrdinary(beta)) return null;
    const most = (narrow ? 130 : 790) / beta;
    return [beta, beta * Math.LOG2E, ...multipleOfLn2(beta, true, narrow), -most, most, ...inverse(beta, narrow)];
  },
  value: (x, { beta }) => {
    if (Math.abs(x) === Infinity) return Math.max(x, 0);
    // Divided by beta, what is below e^-FAR may still matter.
    const bounded = Math.max((-2 * FAR) / beta, Math.min(x, FAR / beta));
    const t = beta * bounded;
    const low = productLoss(beta, bounded, t);
    if (t < -40) return expOver(beta, t, low);
    const e = Math.exp(-Math.abs(t));
    return Math.max(x, 0) + quotientOf(Math.log1p(e), (e * (t < 0 ? low : -low)) / (1 + e), beta);
  },
  derivative: (x, { beta }) => {
    const bounded = Math.max(-FAR / beta, Math.min(x, FAR / beta));
    const t = beta * bounded;
    return gate(1, t, productLoss(beta, bounded, t));
  },
  ulp: { value: 2, derivative: 4 },
});

/** The parameter of `squareplus`. */
export interface SquareplusParameter {
  /** How smooth the bend at 0 is. Default: 4. */
  readonly b: number;
}

/**
 * Squareplus, `(x + √(x² + b)) / 2`: a smooth relu without an exponential, which tends to relu as b tends to 0.
 *
 * Its derivative is (1 + x / √(x² + b)) / 2. squareplus(-Infinity) is 0, squareplus(Infinity) is Infinity.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `b`, greater than 0, default 4; `out`: where to write,
 *   default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or a parameter is no number
 * @throws {RangeError} if out has another length, or b is not greater than 0 or not finite
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.nn.squareplus.html
 * @example
 * squareplus(Float32Array.of(-3, 0, 3)); // Float32Array [0.30277565, 1, 3.3027756]
 */
export const squareplus: Elementwise<SquareplusParameter> = /* @__PURE__ */ elementwise<SquareplusParameter>({
  name: "squareplus",
  parameters: { b: { default: 4, above: 0 } },
  kernelParameters: ({ b }) => (isOrdinary(b) ? [b] : null),
  value: (x, { b }) => {
    const root = squareplusRoot(x, b);
    return x < 0 ? b / 4 / (root / 2 - x / 2) : root / 2 + x / 2;
  },
  derivative: (x, { b }) => {
    if (x === Infinity) return 1;
    const root = squareplusRoot(x, b);
    return x < 0 ? b / 4 / (root / 2 - x / 2) / root : (root / 2 + x / 2) / root;
  },
  ulp: { value: 4, derivative: 4 },
});

/** √(x² + b), also where the square or the sum is out of range. */
function squareplusRoot(x: number, b: number): number {
  return Math.abs(x) > 1e150 || b > 1e300 || b < 1e-280 ? Math.hypot(x, Math.sqrt(b)) : Math.sqrt(x * x + b);
}

/** The parameter of `elu` and of `celu`. */
export interface AlphaParameter {
  /** What the function tends to as x tends to -Infinity is -alpha. Default: 1. */
  readonly alpha: number;
}

/**
 * Exponential linear unit, `x > 0 ? x : alpha·(e^x - 1)`: like relu, but negative values pass weakened, down to -alpha.
 *
 * Its derivative is 1 for x > 0, else alpha·e^x; at the kink x = 0 that is alpha, as in PyTorch. The sign of zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `alpha`, default 1; `out`: where to write,
 *   default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or a parameter is no number
 * @throws {RangeError} if out has another length, or alpha is not finite
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ELU.html
 * @example
 * elu(Float32Array.of(-1, 0, 2)); // Float32Array [-0.63212055, 0, 2]
 */
export const elu: Elementwise<AlphaParameter> = /* @__PURE__ */ elementwise<AlphaParameter>({
  name: "elu",
  parameters: { alpha: { default: 1 } },
  variant: alphaVariant,
  kernelParameters: ({ alpha }) => (alpha === 0 || isOrdinary(alpha) ? [alpha] : null),
  value: (x, { alpha }) => (x >= 0 ? x : alpha * Math.expm1(x)),
  derivative: (x, { alpha }) => (x > 0 ? 1 : timesExp(alpha, x)),
  ulp: { value: 2, derivative: 4 },
});

/** With alpha = 1 fewer steps do, and elu and celu are the same. */
function alphaVariant({ alpha }: AlphaParameter): string {
  return alpha === 1 ? "" : "Alpha";
}

/**
 * Continuously differentiable exponential linear unit, `x > 0 ? x : alpha·(e^(x / alpha) - 1)`: elu without its kink.
 *
 * Its derivative is 1 for x > 0, else e^(x / alpha). The sign of zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `alpha`, greater than 0, default 1; `out`: where to write,
 *   default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or a parameter is no number
 * @throws {RangeError} if out has another length, or alpha is not greater than 0 or not finite
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CELU.html
 * @example
 * celu(Float32Array.of(-1, 0, 2), { alpha: 2 }); // Float32Array [-0.78693867, 0, 2]
 */
export const celu: Elementwise<AlphaParameter> = /* @__PURE__ */ elementwise<AlphaParameter>({
  name: "celu",
  parameters: { alpha: { default: 1, above: 0 } },
  variant: alphaVariant,
  kernelParameters: ({ alpha }, narrow) => {
    if (!isOrdinary(alpha)) return null;
    // Where e^(x / alpha) no longer changes -1, and where it is 0.
    const [low, lowest] = narrow ? [-20, -130] : [-40, -790];
    const multiple = multipleOfLn2(alpha, false, narrow);
    return [alpha, 1 / alpha, Math.LOG2E / alpha, ...multiple, low * alpha, lowest * alpha];
  },
  value: (x, { alpha }) => {
    // So near 0 that the result is x; x / alpha may be subnormal.
    if (x >= -(2 ** -55) * alpha) return x;
    const [t, low] = celuQuotient(x, alpha);
    const e1 = Math.expm1(t);
    return alpha * (e1 + (e1 + 1) * low);
  },
  derivative: (x, { alpha }) => {
    if (x > 0) return 1;
    const [t, low] = celuQuotient(x, alpha);
    return timesExp(1 + low, t);
  },
  ulp: { value: 2, derivative: 4 },
});

/** x / alpha for x <= 0, as far as it matters, and what that lost by rounding. */
function celuQuotient(x: number, alpha: number): [number, number] {
  // So that no part of it is out of range.
  const scale = alpha > 2 ** 300 ? 2 ** -400 : 1;
  const divisor = alpha * scale;
  const bounded = Math.max(x * scale, -FAR * divisor);
  const t = bounded / divisor;
  return [t, quotientLoss(bounded, divisor, t)];
}

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473766;

/**
 * Scaled exponential linear unit, `scale·(x > 0 ? x : alpha·(e^x - 1))`, with scale = 1.0507009873554805 and
 * alpha = 1.6732632423543772: layer by layer it keeps sums near mean 0 and variance 1.
 *
 * Its derivative is scale for x > 0, else scale·alpha·e^x, also at the kink x = 0, as in PyTorch. The sign of zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SELU.html
 * @example
 * selu(Float32Array.of(-1, 0, 2)); // Float32Array [-1.1113307, 0, 2.101402]
 */
export const selu: Elementwise = /* @__PURE__ */ elementwise({
  name: "selu",
  value: (x) => (x >= 0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * Math.expm1(x)),
  derivative: (x) => (x > 0 ? SELU_SCALE : timesExp(SELU_SCALE_ALPHA, x)),
  ulp: { value: 2, derivative: 4 },
});

/**
 * Sigmoid linear unit, `x / (1 + e^-x)`, also known as swish: x times the sigmoid of x.
 *
 * Its derivative is sigmoid(x)·(1 + x·(1 - sigmoid(x))), which crosses zero at x = -1.278. silu(-Infinity) is 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SiLU.html
 * @example
 * silu(Float32Array.of(-1, 0, 2)); // Float32Array [-0.26894143, 0, 1.761594]
 */
export const silu: Elementwise = /* @__PURE__ */ elementwise({
  name: "silu",
  value: (x) => (x === -Infinity ? -0 : gate(x, x, 0)),
  derivative: (x) => gateSlope(x, 0, x),
  ulp: { value: 2, derivative: 4 },
  crossing: () => SILU_CROSSING,
});

/**
 * Swish, `x / (1 + e^(-beta·x))`: silu with a parameter; with beta = 0 it is x / 2, as beta grows it nears relu.
 *
 * Its derivative is silu'(beta·x). swish(-Infinity) is 0 for beta > 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `beta`, default 1; `out`: where to write,
 *   default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or a parameter is no number
 * @throws {RangeError} if out has another length, or beta is not finite
 * @see https://arxiv.org/abs/1710.05941
 * @example
 * swish(Float32Array.of(-1, 0, 2), { beta: 2 }); // Float32Array [-0.11920292, 0, 1.9640275]
 */
export const swish: Elementwise<BetaParameter> = /* @__PURE__ */ elementwise<BetaParameter>({
  name: "swish",
  parameters: { beta: { default: 1 } },
  kernelParameters: ({ beta }, narrow) => {
    if (!isOrdinary(beta)) return null;
    // Where the result is 0, and where it is x.
    const [low, high] = narrow ? [-131 / beta, 25 / beta] : [-790 / beta, 45 / beta];
    const multiple = multipleOfLn2(-beta, true, narrow);
    return [beta, -beta, -beta * Math.LOG2E, ...multiple, Math.min(low, high), Math.max(low, high), narrow ? -25 : -45];
  },
  value: (x, { beta }) => {
    const [t, low] = swishProduct(x, beta);
    return gate(t < -FAR ? Math.sign(x) : x, t, low);
  },
  derivative: (x, { beta }) => {
    const [t, low] = swishProduct(x, beta);
    return gateSlope(t, low, t);
  },
  ulp: { value: 2, derivative: 4 },
  crossing: ({ beta }) => scaledCrossing(beta),
});

/** beta·x, as far as it matters, and what that lost by rounding. */
function swishProduct(x: number, beta: number): [number, number] {
  // So that no part of it is out of range.
  const scale = Math.abs(beta) < 2 ** -300 ? 2 ** 400 : 1;
  const factor = beta * scale;
  const most = Math.min(1500 / Math.abs(factor), 2 ** 990);
  const bounded = Math.max(-most, Math.min(x / scale, most));
  const t = factor * bounded;
  return [t, productLoss(factor, bounded, t)];
}

/** Where silu' crosses zero. */
const SILU_CROSSING: Crossing = { from: -1.75, to: -0.8, largest: 1.0998393201288668 };

/** Where silu'(beta·x) crosses zero. */
function scaledCrossing(beta: number): Crossing {
  const { from, to, largest } = SILU_CROSSING;
  return { from: Math.min(from / beta, to / beta), to: Math.max(from / beta, to / beta), largest };
}

/**
 * Mish, `x·tanh(log(1 + e^x))`: like silu, a little steeper.
 *
 * Its derivative crosses zero at x = -1.192. mish(-Infinity) is 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Mish.html
 * @example
 * mish(Float32Array.of(-1, 0, 2)); // Float32Array [-0.30340146, 0, 1.943959]
 */
export const mish: Elementwise = /* @__PURE__ */ elementwise({
  name: "mish",
  value: (x) => {
    if (x === -Infinity) return -0;
    if (x < -40) return timesExp(x, x);
    if (x > 40) return x;
    const e = Math.exp(-Math.abs(x));
    const h = x < 0 ? e * (e + 2) : 1 + 2 * e;
    return (x * h) / (h + (x < 0 ? 2 : 2 * e * e));
  },
  derivative: (x) => {
    if (x === -Infinity) return -0;
    if (x < -40) return timesExp(1 + x, x);
    if (x > 40) return 1;
    const e = Math.exp(-Math.abs(x));
    const k = 4 * (x + 1);
    const sum = x < 0 ? e * (k + e * (k + 2 + e * (4 + e))) : 1 + e * (4 + e * (k + 2 + e * k));
    const root = x < 0 ? 2 + e * (2 + e) : 1 + 2 * e * (1 + e);
    return sum / (root * root);
  },
  ulp: { value: 4, derivative: 4 },
  crossing: () => ({ from: -1.65, to: -0.8, largest: 1.088498161251728 }),
});

/** The parameter of `gelu`. */
export interface GeluParameter {
  /** The function itself, or the approximation by tanh that some models were trained with. Default: "none". */
  readonly approximate: "none" | "tanh";
}

/**
 * Gaussian error linear unit, `x·Φ(x)`, where Φ is the distribution function of the normal
 * distribution; with `approximate: "tanh"` it is x·½(1 + tanh(√(2/π)·(x + 0.044715·x³))).
 *
 * Its derivative is Φ(x) + x·φ(x), which crosses zero at x = -0.752. gelu(-Infinity) is 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `approximate`: "none", the default, or "tanh"; `out`: where to write,
 *   default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type, or approximate is another word
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GELU.html
 * @example
 * gelu(Float32Array.of(-1, 0, 2)); // Float32Array [-0.15865526, 0, 1.9544997]
 */
export const gelu: Elementwise<GeluParameter> = /* @__PURE__ */ elementwise<GeluParameter>({
  name: "gelu",
  parameters: { approximate: { default: "none", choices: ["none", "tanh"] } },
  variant: ({ approximate }) => (approximate === "tanh" ? "Tanh" : ""),
  value: (x, { approximate }) => (approximate === "tanh" ? geluTanh(x) : geluExact(x)),
  derivative: (x, { approximate }) => (approximate === "tanh" ? geluTanhSlope(x) : geluSlope(x)),
  ulp: { value: 4, derivative: 4 },
  crossing: () => ({ from: -1.05, to: -0.485, largest: 1.1289041451851547 }),
});

function geluExact(x: number): number {
  const a = Math.min(Math.abs(x), 39);
  const tail = timesGauss(a * normalTail(a), a, 2);
  return x > 0 ? x - tail : x === 0 ? x : -tail;
}

function geluSlope(x: number): number {
  const a = Math.min(Math.abs(x), 39);
  const slope = timesGauss(normalTail(a) - a * DENSITY, a, 2);
  return x < 0 ? slope : 1 - slope;
}

// 2·√(2/π), and that times 0.044715, each with what it lost by rounding.
const LINEAR = 1.5957691216057308;
const LINEAR_LOSS = -9.96930880911092e-17;
const CUBIC = 0.07135481627260025;
const CUBIC_LOSS = -4.1218577217431825e-18;

/** x where the argument of the sigmoid matters. */
function geluTanhRange(x: number): number {
  return Math.max(-22, Math.min(x, 22));
}

/** w of the argument x·w of the sigmoid that gelu's approximation is x times of. */
function geluTanhFactor(x: number): number {
  return LINEAR + CUBIC * (x * x);
}

/** What x·w lost by rounding, here and there. */
function geluTanhLoss(x: number, w: number): number {
  const square = x * x;
  const cubic = CUBIC * square;
  const cubicLoss = productLoss(CUBIC, square, cubic) + CUBIC_LOSS * square + CUBIC * productLoss(x, x, square);
  const added = w - LINEAR;
  const sumLoss = LINEAR - (w - added) + (cubic - added);
  return productLoss(x, w, x * w) + x * (cubicLoss + sumLoss + LINEAR_LOSS);
}

function geluTanh(x: number): number {
  const y = geluTanhRange(x);
  const w = geluTanhFactor(y);
  return gate(Math.max(x, y), y * w, geluTanhLoss(y, w));
}

function geluTanhSlope(x: number): number {
  const y = geluTanhRange(x);
  const w = geluTanhFactor(y);
  const t = y * w;
  return gateSlope(t, geluTanhLoss(y, w), t + 2 * (CUBIC * (y * y) * y));
}

/**
 * Quick approximation of gelu, `x·sigmoid(1.702·x)`, as CLIP has it.
 *
 * Its derivative is silu'(1.702·x), which crosses zero at x = -0.751. quickGelu(-Infinity) is 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://github.com/openai/CLIP/blob/main/clip/model.py
 * @example
 * quickGelu(Float32Array.of(-1, 0, 2)); // Float32Array [-0.15420423, 0, 1.9356586]
 */
export const quickGelu: Elementwise = /* @__PURE__ */ elementwise({
  name: "quickGelu",
  value: (x) => {
    const y = Math.max(-500, Math.min(x, 500));
    const t = QUICK_GELU * y;
    return gate(Math.max(x, y), t, productLoss(QUICK_GELU, y, t));
  },
  derivative: (x) => {
    const y = Math.max(-500, Math.min(x, 500));
    const t = QUICK_GELU * y;
    return gateSlope(t, productLoss(QUICK_GELU, y, t), t);
  },
  ulp: { value: 2, derivative: 4 },
  crossing: () => scaledCrossing(QUICK_GELU),
});

const QUICK_GELU = 1.702;
