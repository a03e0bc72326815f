import { dtypeOf, float32 } from "../args/dtype.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { relu6Of, SIXTH } from "../formulas/ramps.js";
import { hardSigmoidModule } from "../generated/modules/hardSigmoid.js";

/**
 * Hard sigmoid, `min(max(x + 3, 0), 6) / 6`: sigmoid drawn with a ruler.
 *
 * Its derivative is 1/6 for -3 < x < 3, else 0: also 0 at both kinks, as in PyTorch. hardSigmoid(-Infinity) is 0,
 * hardSigmoid(Infinity) is 1.
 *
 * @formula `\operatorname{hardSigmoid}(x) = \frac{\min(\max(x + 3, 0), 6)}{6}`
 * @derivative `\operatorname{hardSigmoid}'(x) = \begin{cases} \frac{1}{6} & |x| < 3 \\ 0 & |x| \ge 3 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
 * @example
 * hardSigmoid(Float32Array.of(-3, 0, 1.5)); // Float32Array [0, 0.5, 0.75]
 */
export const hardSigmoid: Elementwise = /* @__PURE__ */ elementwise({
  name: "hardSigmoid",
  family: "ramp",
  module: hardSigmoidModule,
  value: hardSigmoidOf,
  scalarLoop: (x, out) => {
    if (dtypeOf(x) === float32) {
      // The operations of the kernel, for its bits.
      for (let i = 0; i < x.length; i++) out[i] = relu6Of(Math.fround(x[i] + 3)) * SIXTH;
    } else {
      for (let i = 0; i < x.length; i++) out[i] = hardSigmoidOf(x[i]);
    }
  },
  derivative: (x) => (Math.abs(x) >= 3 ? 0 : x === x ? 1 / 6 : x),
  ulp: { value: 2, derivative: 1 },
});

function hardSigmoidOf(x: number): number {
  return x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6;
}
