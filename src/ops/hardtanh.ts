import { type Elementwise, elementwise } from "../families/elementwise.js";
import { type HardtanhKernels, hardtanhModule } from "../generated/modules/hardtanh.js";

/** Parameters of `hardtanh`. */
export interface HardtanhParameters {
  /** The smallest result. Default: -1. */
  readonly minVal: number;
  /** The largest result. Default: 1. */
  readonly maxVal: number;
}

/**
 * Hard hyperbolic tangent, `min(max(x, minVal), maxVal)`: tanh drawn with a ruler.
 *
 * `minVal`, by default -1, is less than `maxVal`, by default 1; both may be infinite. For a Float32Array they are rounded to
 * float32.
 *
 * Its derivative is 1 for minVal < x < maxVal, else 0: also 0 at both kinks, as in PyTorch.
 *
 * @formula `\operatorname{hardtanh}(x) = \min(\max(x, \mathrm{minVal}), \mathrm{maxVal})`
 * @derivative `\operatorname{hardtanh}'(x) = \begin{cases} 1 & \mathrm{minVal} < x < \mathrm{maxVal} \\ 0 & \text{otherwise} \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
 * @example
 * hardtanh(Float32Array.of(-2, 0.5, 2)); // Float32Array [-1, 0.5, 1]
 * hardtanh(x, { minVal: 0, maxVal: 255 });
 */
export const hardtanh: Elementwise<HardtanhParameters> = /* @__PURE__ */ elementwise<
  HardtanhParameters,
  HardtanhKernels
>({
  name: "hardtanh",
  family: "ramp",
  module: hardtanhModule,
  parameters: { minVal: { default: -1, infinite: true }, maxVal: { default: 1, infinite: true } },
  reject: ({ minVal, maxVal }) =>
    minVal < maxVal ? undefined : `minVal must be less than maxVal, not ${minVal} and ${maxVal}`,
  value: hardtanhOf,
  scalarLoop: (x, out, parameters) => {
    for (let i = 0; i < x.length; i++) out[i] = hardtanhOf(x[i], parameters);
  },
  derivative: (x, { minVal, maxVal }) => (x <= minVal || x >= maxVal ? 0 : x === x ? 1 : x),
  ulp: { value: 0, derivative: 0 },
});

function hardtanhOf(x: number, { minVal, maxVal }: HardtanhParameters): number {
  return x < minVal ? minVal : x > maxVal ? maxVal : x;
}
