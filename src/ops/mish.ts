import { type Elementwise, elementwise } from "../families/elementwise.js";
import { exp, expRest, mulExp } from "../formulas/elementary.js";
import { sumError } from "../formulas/twoProduct.js";
import { mishModule } from "../generated/modules/mish.js";

/**
 * Mish, `x·tanh(log(1 + e^x))`: like silu, a little steeper.
 *
 * Its derivative crosses zero at x = -1.192. mish(-Infinity) is -0.
 *
 * @formula `\operatorname{mish}(x) = x \tanh(\log(1 + e^x))`
 * @derivative `\operatorname{mish}'(x) = \tanh(\log(1 + e^x)) + x\,\sigma(x)\left(1 - \tanh(\log(1 + e^x))^2\right)`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Mish.html
 * @example
 * mish(Float32Array.of(-1, 0, 2)); // Float32Array [-0.30340146, 0, 1.943959]
 */
export const mish: Elementwise = /* @__PURE__ */ elementwise({
  name: "mish",
  family: "smooth",
  module: mishModule,
  value: (x) => {
    if (x === -Infinity) return -0;
    if (x < -40) return mulExp(x, x, 0);
    if (x > 40) return x;
    const e = exp(-Math.abs(x));
    const h = x < 0 ? e * (e + 2) : 1 + 2 * e;
    const rest = x < 0 ? 2 : 2 * e * e;
    const sum = h + rest;
    const quotient = (x * h) / sum;
    return quotient - (quotient * sumError(h, rest, sum)) / sum || quotient;
  },
  derivative: (x) => {
    if (x === -Infinity) return -0;
    if (x < -40) return mulExp(1 + x, x, 0);
    if (x > 40) return 1;
    const e = exp(-Math.abs(x));
    const eError = expRest[0];
    const k = 4 * (x + 1);
    // The terms of a numerator and of the root of a denominator. What these sums have lost is added at the end.
    const a = x < 0 ? k : 1;
    const b = e * (x < 0 ? k + 2 + e * (4 + e) : 4 + e * (k + 2 + e * k));
    const c = x < 0 ? 2 : 1;
    const d = e * (x < 0 ? 2 + e : 2 + 2 * e);
    const sum = a + b;
    const root = c + d;
    const square = root * root;
    const quotient = sum / square;
    const kError = x < 0 ? 4 * sumError(x, 1, x + 1) : 0;
    const lost = kError + sumError(a, b, sum) - 2 * quotient * root * sumError(c, d, root);
    const derivative = quotient + lost / square;
    return x < 0 ? derivative * e + derivative * eError : derivative;
  },
  ulp: { value: 4, derivative: 4 },
  crossing: () => ({ from: -1.65, to: -0.8, largest: 1.088498161251728 }),
});
