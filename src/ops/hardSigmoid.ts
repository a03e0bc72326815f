import { dtypeOf, float32 } from "../args/dtype.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { relu6Of, SIXTH } from "../formulas/ramps.js";
import { sumError, twoProductError } from "../formulas/twoProduct.js";
import { type HardSigmoidKernels, hardSigmoidModule } from "../generated/modules/hardSigmoid.js";

/** The parameters of `hardSigmoid`. */
export interface HardSigmoidParameters {
  /** The slope between the kinks, greater than 0. Default: 1/6. */
  readonly slope: number | undefined;
  /** The value at 0. Default: 0.5. */
  readonly offset: number | undefined;
}

/**
 * Hard sigmoid, `min(max(x + 3, 0), 6) / 6`: sigmoid drawn with a ruler. With `slope` or `offset` it is min(max(slope·x + offset, 0), 1).
 *
 * `slope` is a finite number greater than 0, by default 1/6, and `offset` a finite number, by default 0.5; for a Float32Array both are rounded
 * to float32. These are PyTorch's, JAX's and Keras 3's defaults; ONNX has a slope (alpha) of 0.2, as Keras 2 had.
 *
 * Its derivative is the slope between the kinks, else 0: also 0 at both kinks, -3 and 3 by default, as in PyTorch. hardSigmoid(-Infinity) is 0,
 * hardSigmoid(Infinity) is 1.
 *
 * @formula `\operatorname{hardSigmoid}(x) = \frac{\min(\max(x + 3, 0), 6)}{6}`
 * @formula `\operatorname{hardSigmoid}(x) = \min(\max(\mathrm{slope} \cdot x + \mathrm{offset}, 0), 1)`
 * @derivative `\operatorname{hardSigmoid}'(x) = \begin{cases} \frac{1}{6} & |x| < 3 \\ 0 & |x| \ge 3 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
 * @example
 * hardSigmoid(Float32Array.of(-3, 0, 1.5)); // Float32Array [0, 0.5, 0.75]
 * hardSigmoid(x, { slope: 0.2 });
 */
export const hardSigmoid: Elementwise<HardSigmoidParameters> = /* @__PURE__ */ elementwise<
  HardSigmoidParameters,
  HardSigmoidKernels
>({
  name: "hardSigmoid",
  family: "ramp",
  module: hardSigmoidModule,
  parameters: { slope: { above: 0 }, offset: {} },
  kernel: ({ slope, offset }, dtype) => {
    if (slope === undefined && offset === undefined) return { name: "hardSigmoid" };
    const rest = dtype.round(1 - (offset ?? 0.5));
    // The kernel reads the slope rounded, 1/6 as well.
    return {
      name: "hardSigmoidSlope",
      parameters: { slope: dtype.round(slope ?? 1 / 6), offset: offset ?? 0.5, rest, restLow: restOf(offset, rest) },
    };
  },
  value: hardSigmoidOf,
  scalarLoop: (x, out, parameters) => {
    if (dtypeOf(x) === float32 && parameters.slope === undefined && parameters.offset === undefined) {
      // The operations of the kernel, for its bits.
      for (let i = 0; i < x.length; i++) out[i] = relu6Of(Math.fround(x[i] + 3)) * SIXTH;
    } else {
      for (let i = 0; i < x.length; i++) out[i] = hardSigmoidOf(x[i], parameters);
    }
  },
  derivative: (x, { slope, offset }) => {
    if (slope === undefined && offset === undefined) return Math.abs(x) >= 3 ? 0 : x === x ? 1 / 6 : x;
    const factor = slope ?? 1 / 6;
    const product = factor * x;
    const error = twoProductError(factor, x, product);
    const rest = 1 - (offset ?? 0.5);
    if (product + (offset ?? 0.5) + error <= 0 || rest - product + (restOf(offset, rest) - error) <= 0) return 0;
    return x === x ? factor : x;
  },
  ulp: { value: 2, derivative: 1 },
});

/** 1 - offset, less `rest`. */
function restOf(offset = 0.5, rest: number): number {
  const exact = 1 - offset;
  return exact - rest + sumError(1, -offset, exact);
}

function hardSigmoidOf(x: number, { slope, offset }: HardSigmoidParameters): number {
  if (slope === undefined && offset === undefined) return x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6;
  const factor = slope ?? 1 / 6;
  const product = factor * x;
  const sum = product + (offset ?? 0.5) + twoProductError(factor, x, product);
  return sum <= 0 ? 0 : sum >= 1 ? 1 : sum;
}
