/** Building blocks: rows of the table (see index.ts). */

import { type Elementwise, elementwise } from "../elementwise.js";

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
