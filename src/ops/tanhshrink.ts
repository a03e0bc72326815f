import { type Elementwise, elementwise } from "../families/elementwise.js";
import { exp, expRest, tanh } from "../formulas/elementary.js";
import { sumError, twoProductError } from "../formulas/twoProduct.js";
import { tanhshrinkModule } from "../generated/modules/tanhshrink.js";

/**
 * The difference of x and its tanh, `x - tanh(x)`: near 0 it is x³/3, without the cancellation of the difference.
 *
 * Its derivative is tanh(x)². tanhshrink(±Infinity) is ±Infinity. The sign of zero is kept.
 *
 * @formula `\operatorname{tanhshrink}(x) = x - \tanh(x)`
 * @derivative `\operatorname{tanhshrink}'(x) = \tanh(x)^2`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html
 * @example
 * tanhshrink(Float32Array.of(0.001, 1)); // Float32Array [3.333332e-10, 0.23840584]
 */
export const tanhshrink: Elementwise = /* @__PURE__ */ elementwise({
  name: "tanhshrink",
  family: "smooth",
  module: tanhshrinkModule,
  value: tanhshrinkOf,
  derivative: (x) => tanh(x) ** 2,
  ulp: { value: 2, derivative: 4 },
});

/** 1/3 less 1/3 as a float64. */
const THIRD_LOW = 1.850371707708594e-17;

/**
 * x - tanh(x). Near 0 it is x³·(1/3 + R) with R·cosh(x) = Σ x^(2k - 2)/(2k - 2)!·(1/(4k² - 1) - 1/3) over k >= 2, the
 * difference of the series of x·cosh(x) - sinh(x) and x³/3·cosh(x): all terms have one sign.
 */
function tanhshrinkOf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 1)) {
    const e = exp(-2 * a);
    const sum = 1 + e;
    const quotient = (2 * e) / sum;
    const lost = 2 * expRest[0] - quotient * (sumError(1, e, sum) + expRest[0]);
    return Math.sign(x) * (a - 1 + (quotient + lost / sum));
  }
  const h = a * a;
  let sum = 0;
  let cosh = 1;
  for (let k = 11; k > 1; k--) {
    sum = 1 / (4 * k * k - 1) - 1 / 3 + (sum * h) / ((2 * k - 1) * (2 * k));
    cosh = 1 + (cosh * h) / ((2 * k - 1) * (2 * k));
  }
  cosh = 1 + (cosh * h) / 2;
  const rest = (sum * h) / (2 * cosh);
  const bracket = 1 / 3 + rest;
  const low = rest - (bracket - 1 / 3) + THIRD_LOW;
  const product = h * bracket;
  return x * (product + (h * low + twoProductError(a, a, h) * bracket + twoProductError(h, bracket, product)));
}
