import { type Elementwise, elementwise } from "../families/elementwise.js";
import { centralPart, centralRest, DENSITY, mulGaussian, tailRatio } from "../formulas/normal.js";
import { type NdtrKernels, ndtrModule } from "../generated/modules/ndtr.js";

/**
 * Distribution function of the normal distribution, `Φ(x) = (1 + erf(x / √2)) / 2`: the probability of a number below x.
 *
 * Its derivative is the density φ(x) = e^(-x²/2) / √(2π). ndtr(-Infinity) is 0, ndtr(Infinity) is 1; the left tail keeps its digits down to the
 * smallest number.
 *
 * @formula `\operatorname{ndtr}(x) = \Phi(x) = \frac{1}{\sqrt{2\pi}} \int_{-\infty}^x e^{-t^2/2}\,dt`
 * @derivative `\operatorname{ndtr}'(x) = \frac{1}{\sqrt{2\pi}}\,e^{-x^2/2}`
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.ndtr.html
 * @example
 * ndtr(Float32Array.of(-10, -1, 0, 2)); // Float32Array [7.6198532e-24, 0.15865526, 0.5, 0.97724986]
 */
export const ndtr: Elementwise = /* @__PURE__ */ elementwise<object, NdtrKernels>({
  name: "ndtr",
  family: "elementary",
  module: ndtrModule,
  kernel: (_, { index }) => ({
    name: "ndtr",
    parameters: {
      sign: 1,
      exponent: -0.5,
      limit: 1,
      scale: [0, 1][index],
      factor: [0, 1][index],
      shift: [3.5, DENSITY][index],
      underflow: [14.7, 39][index],
      density: DENSITY,
    },
  }),
  value: (x) => {
    const a = Math.min(Math.abs(x), 39);
    const tail = a < 1.1875 ? 0.5 - centralPart(a) - centralRest[0] : mulGaussian(tailRatio(a), a, 2);
    return x < 0 ? tail : 1 - tail;
  },
  derivative: (x) => mulGaussian(DENSITY, Math.min(Math.abs(x), 39), 2),
  ulp: { value: 4, derivative: 4 },
});
