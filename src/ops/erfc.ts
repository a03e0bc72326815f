import { type Elementwise, elementwise } from "../families/elementwise.js";
import { mulGaussian, positiveErfcx, TWO_BY_ROOT_PI } from "../formulas/normal.js";
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
      scale: [Math.SQRT1_2, Math.SQRT2][index],
      factor: Math.SQRT2,
      shift: [3.5 / Math.SQRT2, TWO_BY_ROOT_PI / 2][index],
      underflow: [10.5, 27.5][index],
      density: -TWO_BY_ROOT_PI,
    },
  }),
  value: (x) => {
    const a = Math.min(Math.abs(x), 28);
    const tail = mulGaussian(positiveErfcx(a), a, 1);
    return x < 0 ? 2 - tail : tail;
  },
  derivative: (x) => mulGaussian(-TWO_BY_ROOT_PI, Math.min(Math.abs(x), 28), 1),
  ulp: { value: 5, derivative: 4 },
});
