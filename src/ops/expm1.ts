import { type Elementwise, elementwise } from "../families/elementwise.js";
import { expm1Module } from "../generated/modules/expm1.js";

/**
 * Exponential less 1, `e^x - 1`: near 0 it keeps the digits that the difference loses.
 *
 * Its derivative is e^x. expm1(-Infinity) is -1. The sign of zero is kept.
 *
 * @formula `\operatorname{expm1}(x) = e^x - 1`
 * @derivative `\operatorname{expm1}'(x) = e^x`
 * @see https://pytorch.org/docs/stable/generated/torch.expm1.html
 * @example
 * expm1(Float32Array.of(1e-8, 1)); // Float32Array [1e-8, 1.718282]
 */
export const expm1: Elementwise = /* @__PURE__ */ elementwise({
  name: "expm1",
  family: "elementary",
  module: expm1Module,
  value: (x) => Math.expm1(x),
  derivative: (x) => Math.exp(x),
  ulp: { value: 2, derivative: 4 },
});
