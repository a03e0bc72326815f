import { type Elementwise, elementwise } from "../families/elementwise.js";
import {
  centralPart,
  centralRest,
  mulGaussian,
  mulGaussianOnce,
  positiveErfcx,
  TWO_BY_ROOT_PI,
  TWO_BY_ROOT_PI_LOW,
} from "../formulas/normal.js";
import { type NdtrKernels, ndtrModule } from "../generated/modules/ndtr.js";

/**
 * Complementary error function, `1 - erf(x)`: its right tail keeps the digits that the difference loses.
 *
 * Its derivative is -2/√π·e^-x². erfc(-Infinity) is 2, erfc(Infinity) is 0.
 *
 * @formula `\operatorname{erfc}(x) = \frac{2}{\sqrt{\pi}} \int_x^\infty e^{-t^2}\,dt`
 * @derivative `\operatorname{erfc}'(x) = -\frac{2}{\sqrt{\pi}}\,e^{-x^2}`
 * @see https://pytorch.org/docs/stable/special.html#torch.special.erfc
 * @example
 * erfc(Float32Array.of(-1, 0, 1, 5)); // Float32Array [1.8427008, 1, 0.15729921, 1.5374598e-12]
 */
export const erfc: Elementwise = /* @__PURE__ */ elementwise<object, NdtrKernels>({
  name: "erfc",
  family: "elementary",
  module: ndtrModule,
  kernel: (_, { index }) => ({
    name: "ndtr",
    parameters: {
      sign: -1,
      exponent: -1,
      limit: 2,
      // In place of the last two, float32 takes log(√2) in two parts.
      scale: [0.3465728759765625, Math.SQRT2][index],
      factor: [Math.LN2 / 2 - 0.3465728759765625, Math.SQRT2][index],
      shift: [3.5 / Math.SQRT2, TWO_BY_ROOT_PI / 2][index],
      underflow: [10.5, 27.5][index],
      density: -TWO_BY_ROOT_PI,
    },
  }),
  value: (x) => {
    const a = Math.min(Math.abs(x), 28);
    const tail =
      a < 0.9
        ? 1 - centralPart(a, a * a, TWO_BY_ROOT_PI, TWO_BY_ROOT_PI_LOW) - centralRest[0]
        : mulGaussianOnce(positiveErfcx(a), a, 1);
    return x < 0 ? 2 - tail : tail;
  },
  derivative: (x) => mulGaussian(-TWO_BY_ROOT_PI, Math.min(Math.abs(x), 28), 1),
  ulp: { value: 4, derivative: 4 },
});
