import { type Elementwise, elementwise } from "../families/elementwise.js";
import { MAX_EXPONENT } from "../formulas/exp.js";
import { mulSigmoid, mulSigmoidDerivative, siluCrossing } from "../formulas/mulSigmoid.js";
import { isModerate, multipleOfLn2, twoProductError } from "../formulas/twoProduct.js";
import { type SwishKernels, swishModule } from "../generated/modules/swish.js";

/** The parameter of `swish` and of `softplus`. */
export interface BetaParameter {
  /** How fast the function turns from 0 to x. Default: 1. */
  readonly beta: number;
}

/**
 * Swish, `x / (1 + e^(-beta·x))`: silu with a parameter; with beta = 0 it is x / 2, as beta grows it nears relu.
 *
 * `beta` is a finite number, by default 1; for a Float32Array it is rounded to float32.
 *
 * Its derivative is silu'(beta·x). swish(-Infinity) is -0 for beta > 0; for beta < 0 the
 * infinities change places: swish(Infinity) is 0; for beta = 0 it is x / 2.
 *
 * @formula `\operatorname{swish}(x) = x\,\sigma(\beta x) = \frac{x}{1 + e^{-\beta x}}`
 * @derivative `\operatorname{swish}'(x) = \sigma(\beta x)\,(1 + \beta x\,(1 - \sigma(\beta x)))`
 * @see https://arxiv.org/abs/1710.05941
 * @example
 * swish(Float32Array.of(-1, 0, 2), { beta: 2 }); // Float32Array [-0.11920292, 0, 1.9640275]
 */
export const swish: Elementwise<BetaParameter> = /* @__PURE__ */ elementwise<BetaParameter, SwishKernels>({
  name: "swish",
  family: "smooth",
  module: swishModule,
  parameters: { beta: { default: 1 } },
  kernel: ({ beta }, dtype) => {
    if (!isModerate(beta)) return null;
    const [ln2High, ln2Low] = multipleOfLn2(-beta, true, dtype);
    // The x at which the result is 0, and x.
    const zeroAt = [-131, -790][dtype.index] / beta;
    const identityAt = [25, 45][dtype.index] / beta;
    const parameters = {
      beta,
      rate: -beta,
      log2Rate: -beta * Math.LOG2E,
      ln2High,
      ln2Low,
      min: Math.min(zeroAt, identityAt),
      max: Math.max(zeroAt, identityAt),
      saturation: [-25, -45][dtype.index],
    };
    return { name: "swish", parameters };
  },
  value: (x, { beta }) => {
    const [t, low] = product(x, beta);
    return mulSigmoid(t < -MAX_EXPONENT ? Math.sign(x) : x, t, low);
  },
  derivative: (x, { beta }) => {
    const [t, low] = product(x, beta);
    return mulSigmoidDerivative(t, low, t);
  },
  ulp: { value: 2, derivative: 4 },
  crossing: ({ beta }) => siluCrossing(beta),
});

/** beta·x, as far as it matters, and its rounding error. */
function product(x: number, beta: number): [t: number, low: number] {
  // So that no part of it is out of range.
  const scale = Math.abs(beta) < 2 ** -300 ? 2 ** 400 : 1;
  const factor = beta * scale;
  const max = Math.min(1500 / Math.abs(factor), 2 ** 990);
  const bounded = Math.max(-max, Math.min(x / scale, max));
  const t = factor * bounded;
  return [t, twoProductError(factor, bounded, t)];
}
