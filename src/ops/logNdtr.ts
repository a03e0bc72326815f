import { type Elementwise, elementwise } from "../families/elementwise.js";
import { log, log1p } from "../formulas/elementary.js";
import { centralPart, centralRest, DENSITY, mulGaussian, tailRatio } from "../formulas/normal.js";
import { logNdtrModule } from "../generated/modules/logNdtr.js";

/**
 * Logarithm of the normal distribution function, `log(Φ(x))`, where Φ(x) itself underflows too.
 *
 * Its derivative is φ(x) / Φ(x), the inverse of Mills' ratio. logNdtr(-Infinity) is -Infinity, with the derivative Infinity; logNdtr(Infinity) is
 * -0.
 *
 * @formula `\operatorname{logNdtr}(x) = \log\left(\frac{1}{\sqrt{2\pi}} \int_{-\infty}^x e^{-t^2/2}\,dt\right)`
 * @derivative `\operatorname{logNdtr}'(x) = \frac{e^{-x^2/2}}{\int_{-\infty}^x e^{-t^2/2}\,dt}`
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.log_ndtr.html
 * @example
 * logNdtr(Float32Array.of(-100, -1, 0, 5)); // Float32Array [-5005.5244, -1.8410217, -0.6931472, -2.8665162e-7]
 */
export const logNdtr: Elementwise = /* @__PURE__ */ elementwise({
  name: "logNdtr",
  family: "elementary",
  module: logNdtrModule,
  value: (x) => {
    if (x < -1.1) return log(tailRatio(Math.min(-x, 1e300))) - (x / 2) * x;
    const a = Math.min(x, 39);
    if (a >= 1.1875) return log1p(-mulGaussian(tailRatio(a), a, 2));
    const part = centralPart(a);
    const sum = 0.5 + part;
    return log(sum, 0.5 - sum + part + centralRest[0]);
  },
  derivative: (x) => {
    if (x < -1.1) return x < -1e15 ? -x : DENSITY / tailRatio(-x);
    const a = Math.min(x, 39);
    return mulGaussian(
      DENSITY / (a < 1.1875 ? 0.5 + centralPart(a) + centralRest[0] : 1 - mulGaussian(tailRatio(a), a, 2)),
      a,
      2,
    );
  },
  ulp: { value: 4, derivative: 4 },
});
