import { type Elementwise, elementwise } from "../families/elementwise.js";
import { stepOf } from "../formulas/ramps.js";
import { type HardshrinkKernels, hardshrinkModule } from "../generated/modules/hardshrink.js";

/** Parameters of `hardshrink`. */
export interface HardshrinkParameters {
  /** The largest |x| that gives 0; at least 0. Default: 0.5. */
  readonly lambd: number;
}

/**
 * Hard shrinkage, `|x| > lambd ? x : 0`: drops what is small.
 *
 * `lambd` is a finite number, at least 0, by default 0.5; for a Float32Array it is rounded to float32.
 *
 * Its derivative is 1 for |x| > lambd, else 0: also 0 at the jumps, as in PyTorch.
 *
 * @formula `\operatorname{hardshrink}(x) = \begin{cases} x & |x| > \lambda \\ 0 & |x| \le \lambda \end{cases}`
 * @derivative `\operatorname{hardshrink}'(x) = \begin{cases} 1 & |x| > \lambda \\ 0 & |x| \le \lambda \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html
 * @example
 * hardshrink(Float32Array.of(-2, 0.5, 2)); // Float32Array [-2, 0, 2]
 */
export const hardshrink: Elementwise<HardshrinkParameters> = /* @__PURE__ */ elementwise<
  HardshrinkParameters,
  HardshrinkKernels
>({
  name: "hardshrink",
  family: "ramp",
  module: hardshrinkModule,
  parameters: { lambd: { default: 0.5, min: 0 } },
  value: hardshrinkOf,
  scalarLoop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = hardshrinkOf(x[i], parameters);
  },
  derivative: (x, { lambd }) => stepOf(Math.abs(x), lambd),
  ulp: { value: 0, derivative: 0 },
});

function hardshrinkOf(x: number, { lambd }: HardshrinkParameters): number {
  return Math.abs(x) <= lambd ? 0 : x;
}
