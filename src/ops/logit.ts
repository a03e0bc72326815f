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
 * it isn't. For a Float32Array both are rounded to float32.
 *
 * Its derivative is 1 / (x·(1 - x)), but 0 where x is clamped, as in PyTorch. logit(0) is -Infinity and logit(1) Infinity, where
 * the derivative is Infinity; below 0 and above 1 both are NaN.
 *
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
  kernel: ({ eps }, dtype) => {
    const low = eps ?? -Infinity;
    const high = eps === undefined ? Infinity : dtype.round(1 - eps);
    return { name: "logit", parameters: { low, high } };
  },
  value: (x, { eps }) => logitOf(eps === undefined ? x : Math.max(eps, Math.min(x, 1 - eps))),
  derivative: (x, { eps }) => {
    if (eps !== undefined && (x < eps || x > 1 - eps)) return 0;
    // Not of -0.
    return x >= 0 && x <= 1 ? 1 / ((x + 0) * (1 - x)) : NaN;
  },
  ulp: { value: 2, derivative: 4 },
});

function logitOf(x: number): number {
  if (x >= 0.5) return Math.log1p((2 * x - 1) / (1 - x));
  return x < 1e-300 ? Math.log(x) : -Math.log1p((1 - 2 * x) / x);
}
