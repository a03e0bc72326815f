import { type Elementwise, elementwise } from "../families/elementwise.js";
import { stepOf } from "../formulas/ramps.js";
import { type ThresholdedReluKernels, thresholdedReluModule } from "../generated/modules/thresholdedRelu.js";

/** Parameters of `thresholdedRelu`. */
export interface ThresholdedReluParameters {
  /** What x must be greater than to pass. Default: 1. */
  readonly alpha: number;
}

/**
 * Thresholded rectified linear unit, `x > alpha ? x : 0`.
 *
 * `alpha` is a finite number, by default 1; for a Float32Array it is rounded to float32.
 *
 * Its derivative is 1 for x > alpha, else 0: also 0 at the jump, as of PyTorch's threshold.
 *
 * @formula `\operatorname{thresholdedRelu}(x) = \begin{cases} x & x > \alpha \\ 0 & x \le \alpha \end{cases}`
 * @derivative `\operatorname{thresholdedRelu}'(x) = \begin{cases} 1 & x > \alpha \\ 0 & x \le \alpha \end{cases}`
 * @see https://onnx.ai/onnx/operators/onnx__ThresholdedRelu.html
 * @example
 * thresholdedRelu(Float32Array.of(0.5, 1, 2)); // Float32Array [0, 0, 2]
 */
export const thresholdedRelu: Elementwise<ThresholdedReluParameters> = /* @__PURE__ */ elementwise<
  ThresholdedReluParameters,
  ThresholdedReluKernels
>({
  name: "thresholdedRelu",
  family: "ramp",
  module: thresholdedReluModule,
  parameters: { alpha: { default: 1 } },
  value: thresholdedReluOf,
  scalarLoop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = thresholdedReluOf(x[i], parameters);
  },
  derivative: (x, { alpha }) => stepOf(x, alpha),
  ulp: { value: 0, derivative: 0 },
});

function thresholdedReluOf(x: number, { alpha }: ThresholdedReluParameters): number {
  return x <= alpha ? 0 : x;
}
