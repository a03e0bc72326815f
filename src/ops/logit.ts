import { type Elementwise, elementwise } from "../families/elementwise.js";
import { type LogitKernels, logitModule } from "../generated/modules/logit.js";

/** The parameter of `logit`. */
export interface LogitParameter {
  /** x is clamped to the interval from eps to 1 - eps; from 0 to 0.5. Default: x is taken as it is. */
  readonly eps: number | undefined;
}

/**
 * Logit, `log(x / (1 - x))`: a probability to its log-odds; the inverse of sigmoid.
 *
 * With `eps`, from 0 to 0.5, x is clamped to the interval from eps to 1 - eps first, which keeps the result finite; by default
 * it isn't. For a Float32Array eps is rounded to float32; 1 - eps is not, so that logit(1) with eps is -logit(0) with eps.
 *
 * Its derivative is 1 / (x·(1 - x)), but 0 where x is clamped, as in PyTorch. logit(0) is -Infinity and logit(1) Infinity, where
 * the derivative is Infinity; below 0 and above 1 both are NaN.
 *
 * @formula `\operatorname{logit}(x) = \log\left(\frac{x}{1 - x}\right)`
 * @derivative `\operatorname{logit}'(x) = \frac{1}{x\,(1 - x)}`
 * @see https://pytorch.org/docs/stable/generated/torch.logit.html
 * @example
 * logit(Float32Array.of(0, 0.25, 0.5, 0.9)); // Float32Array [-Infinity, -1.0986123, 0, 2.1972244]
 * logit(x, { eps: 1e-6 });
 */
export const logit: Elementwise<LogitParameter> = /* @__PURE__ */ elementwise<LogitParameter, LogitKernels>({
  name: "logit",
  family: "elementary",
  module: logitModule,
  domain: [0, 1],
  parameters: { eps: { min: 0, max: 0.5 } },
  kernel: ({ eps = -Infinity }) => ({ name: "logit", parameters: { eps } }),
  value: (x, { eps = -Infinity }) => {
    const isLower = x < 0.5;
    // 1 - x is exact from 1/2 on, so that no digit of an x near 1, or of eps, is lost.
    const y = Math.max(isLower ? x : 1 - x, eps);
    const magnitude = y < 1e-300 ? -Math.log(y) : Math.log1p((1 - 2 * y) / y);
    return isLower ? 0 - magnitude : magnitude;
  },
  derivative: (x, { eps = -Infinity }) => {
    if (x < eps || 1 - x < eps) return 0;
    // Not of -0.
    return x >= 0 && x <= 1 ? 1 / ((x + 0) * (1 - x)) : NaN;
  },
  ulp: { value: 2, derivative: 4 },
});
