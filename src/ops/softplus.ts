import type { BetaParameter } from "./swish.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { exp, expRest } from "../formulas/elementary.js";
import { divExp, MAX_EXPONENT } from "../formulas/exp.js";
import { mulSigmoid } from "../formulas/mulSigmoid.js";
import { isModerate, multipleOfLn2, quotientOf, reciprocal, twoProductError } from "../formulas/twoProduct.js";
import { type SoftplusKernels, softplusModule } from "../generated/modules/softplus.js";

/**
 * Softplus, `log(1 + e^(beta·x)) / beta`: a smooth relu, which it nears as beta grows.
 *
 * `beta` is a finite number greater than 0, by default 1; for a Float32Array it is rounded to float32.
 *
 * Its derivative is sigmoid(beta·x). softplus(-Infinity) is 0, softplus(Infinity) is Infinity. There is no threshold above
 * which x itself is returned, as PyTorch has: the result is right without one.
 *
 * @formula `\operatorname{softplus}(x) = \frac{\log(1 + e^{\beta x})}{\beta}`
 * @derivative `\operatorname{softplus}'(x) = \sigma(\beta x)`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html
 * @example
 * softplus(Float32Array.of(-100, 0, 100)); // Float32Array [3.783506e-44, 0.6931472, 100]
 */
export const softplus: Elementwise<BetaParameter> = /* @__PURE__ */ elementwise<BetaParameter, SoftplusKernels>({
  name: "softplus",
  family: "smooth",
  module: softplusModule,
  parameters: { beta: { default: 1, above: 0 } },
  kernel: ({ beta }, dtype) => {
    if (beta === 1) return { name: "softplus" };
    if (!isModerate(beta)) return null;
    const max = [130, 790][dtype.index] / beta;
    const [ln2High, ln2Low] = multipleOfLn2(beta, true, dtype);
    const [invBetaHigh, invBetaLow] = reciprocal(beta, dtype);
    const log2Beta = beta * Math.LOG2E;
    const parameters = { beta, log2Beta, ln2High, ln2Low, min: -max, max, invBetaHigh, invBetaLow };
    return { name: "softplusBeta", parameters };
  },
  value: (x, { beta }) => {
    if (Math.abs(x) === Infinity) return Math.max(x, 0);
    // Divided by beta, what is below e^-MAX_EXPONENT may still matter.
    const bounded = Math.max((-2 * MAX_EXPONENT) / beta, Math.min(x, MAX_EXPONENT / beta));
    const t = beta * bounded;
    const low = twoProductError(beta, bounded, t);
    if (t < -40) return divExp(beta, t, low);
    const e = exp(-Math.abs(t), t < 0 ? low : -low);
    return Math.max(x, 0) + quotientOf(Math.log1p(e), expRest[0] / (1 + e), beta);
  },
  derivative: (x, { beta }) => {
    const bounded = Math.max(-MAX_EXPONENT / beta, Math.min(x, MAX_EXPONENT / beta));
    const t = beta * bounded;
    return mulSigmoid(1, t, twoProductError(beta, bounded, t));
  },
  ulp: { value: 2, derivative: 4 },
});
