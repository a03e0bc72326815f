/** Building blocks: rows of the table (see index.ts). */

import { type Elementwise, elementwise } from "../elementwise.js";
import { erf as erfOf, ERF_SLOPE, timesGauss } from "../numerics.js";

/**
 * Exponential, `e^x`.
 *
 * It is its own derivative. exp(-Infinity) is 0, exp(Infinity) is Infinity; what is too large for the type is Infinity,
 * what is small becomes subnormal before it becomes 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.exp.html
 * @example
 * exp(Float32Array.of(0, 1)); // Float32Array [1, 2.7182817]
 */
export const exp: Elementwise = /* @__PURE__ */ elementwise({
  name: "exp",
  value: (x) => Math.exp(x),
  derivative: (x) => Math.exp(x),
  ulp: { value: 2, derivative: 4 },
});

/**
 * Exponential less 1, `e^x - 1`: near 0 it keeps the digits that the difference loses.
 *
 * Its derivative is e^x. expm1(-Infinity) is -1. The sign of zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.expm1.html
 * @example
 * expm1(Float32Array.of(1e-8, 1)); // Float32Array [1e-8, 1.718282]
 */
export const expm1: Elementwise = /* @__PURE__ */ elementwise({
  name: "expm1",
  value: (x) => Math.expm1(x),
  derivative: (x) => Math.exp(x),
  ulp: { value: 2, derivative: 4 },
});

/**
 * Natural logarithm, `log(x)`.
 *
 * Its derivative is 1 / x, also for x < 0, as in PyTorch. log(0) is -Infinity, log of a negative number NaN.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.log.html
 * @example
 * log(Float32Array.of(0, 1, 10)); // Float32Array [-Infinity, 0, 2.3025851]
 */
export const log: Elementwise = /* @__PURE__ */ elementwise({
  name: "log",
  value: (x) => Math.log(x),
  derivative: (x) => 1 / x,
  ulp: { value: 2, derivative: 4 },
});

/**
 * Natural logarithm of 1 + x, `log(1 + x)`: near 0 it keeps the digits that the sum loses.
 *
 * Its derivative is 1 / (1 + x), also for x < -1, as in PyTorch. log1p(-1) is -Infinity, below that it is NaN. The sign of
 * zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.log1p.html
 * @example
 * log1p(Float32Array.of(-1, 1e-8, 1)); // Float32Array [-Infinity, 1e-8, 0.6931472]
 */
export const log1p: Elementwise = /* @__PURE__ */ elementwise({
  name: "log1p",
  value: (x) => Math.log1p(x),
  derivative: (x) => 1 / (1 + x),
  ulp: { value: 2, derivative: 4 },
});

/**
 * Error function, `2/√π·∫ e^-t² dt from 0 to x`: the share of a normal distribution within x·√2 deviations.
 *
 * Its derivative is 2/√π·e^-x². erf(±Infinity) is ±1. The sign of zero is kept.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.erf.html
 * @example
 * erf(Float32Array.of(-1, 0, 0.5)); // Float32Array [-0.84270078, 0, 0.52049989]
 */
export const erf: Elementwise = /* @__PURE__ */ elementwise({
  name: "erf",
  value: erfOf,
  derivative: (x) => timesGauss(ERF_SLOPE, Math.min(Math.abs(x), 28), 1),
  ulp: { value: 2, derivative: 4 },
});
