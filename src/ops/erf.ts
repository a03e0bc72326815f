import { type Elementwise, elementwise } from "../families/elementwise.js";
import { centralPart, mulGaussian, tailTimesA, TWO_BY_ROOT_PI, TWO_BY_ROOT_PI_LOW } from "../formulas/normal.js";
import { erfModule } from "../generated/modules/erf.js";

/**
 * Error function, `2/√π·∫ e^-t² dt from 0 to x`: the part of a normal distribution within x·√2 deviations.
 *
 * Its derivative is 2/√π·e^-x². erf(±Infinity) is ±1. The sign of zero is kept.
 *
 * @formula `\operatorname{erf}(x) = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2}\,dt`
 * @derivative `\operatorname{erf}'(x) = \frac{2}{\sqrt{\pi}}\,e^{-x^2}`
 * @see https://pytorch.org/docs/stable/generated/torch.erf.html
 * @example
 * erf(Float32Array.of(-1, 0, 0.5)); // Float32Array [-0.84270078, 0, 0.52049989]
 */
export const erf: Elementwise = /* @__PURE__ */ elementwise({
  name: "erf",
  family: "elementary",
  module: erfModule,
  value: erfOf,
  derivative: (x) => mulGaussian(TWO_BY_ROOT_PI, Math.min(Math.abs(x), 28), 1),
  ulp: { value: 2, derivative: 4 },
});

/** erf(x) = 2/√π·(x - x³/3 + x⁵/(2!·5) - …), from 1 on 1 - 2·Φ(-√2·x) */
function erfOf(x: number): number {
  const a = Math.abs(x);
  // So near to 0 that x³ doesn't count: -0 keeps its sign.
  if (a < 1e-8) return x * TWO_BY_ROOT_PI;
  if (a < 1) return centralPart(x, x * x, TWO_BY_ROOT_PI, TWO_BY_ROOT_PI_LOW);
  return Math.sign(x) * (a < 6 ? 1 - (Math.SQRT2 * tailTimesA(a * Math.SQRT2)) / a : 1);
}
